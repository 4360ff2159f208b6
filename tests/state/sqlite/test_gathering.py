"""Requests of many callers that share a transaction."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from adapters.clock import SystemClock
from state.errors import StateError
from state.sqlite.file import DatabaseFile
from state.sqlite.gathering import Gathering


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[DatabaseFile]:
    opened = DatabaseFile(tmp_path / "vedette.db", SystemClock(), exclusive=False, busy_timeout_s=1.0)
    await opened.write(
        lambda connection: connection.execute("CREATE TABLE taken (number INTEGER PRIMARY KEY)").rowcount
    )
    yield opened
    await opened.close()


def take(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[int]:
    """Insert numbers, and give after each how many the connection has; the number 13 breaks a rule of the table."""
    answers = []
    for number in numbers:
        connection.execute("INSERT INTO taken VALUES (?)", (number if number != 13 else "thirteen",))
        answers.append(connection.total_changes)
    return answers


async def numbers(file: DatabaseFile) -> list[int]:
    rows = await file.read(lambda connection: connection.execute("SELECT number FROM taken ORDER BY 1").fetchall())
    return [row[0] for row in rows]


async def test_requests_when_made_together_then_done_in_one_transaction(file: DatabaseFile) -> None:
    transactions = 0

    async def count(work: object) -> list[int]:
        nonlocal transactions
        transactions += 1
        return await file.write(work)  # type: ignore[arg-type]  # the shape of `Transact`, which counts all the same

    gathering = Gathering(count, take, 0.0)
    answers = await asyncio.gather(*map(gathering.ask, range(5)))
    assert (transactions, answers[4] - answers[0], await numbers(file)) == (1, 4, [0, 1, 2, 3, 4])


async def test_request_when_it_fails_then_it_fails_alone(file: DatabaseFile) -> None:
    gathering = Gathering(file.write, take, 0.0)
    answers = await asyncio.gather(*map(gathering.ask, (1, 13, 2)), return_exceptions=True)
    assert [isinstance(answer, StateError) for answer in answers] == [False, True, False]
    assert await numbers(file) == [1, 2]


async def test_request_when_its_caller_left_then_not_done_and_others_are(file: DatabaseFile) -> None:
    gathering = Gathering(file.write, take, 0.0)
    left, stays = asyncio.ensure_future(gathering.ask(1)), asyncio.ensure_future(gathering.ask(2))
    await asyncio.sleep(0)
    left.cancel()
    await stays
    assert await numbers(file) == [2]


async def test_answer_when_given_then_another_connection_sees_it(file: DatabaseFile) -> None:
    await Gathering(file.write, take, 0.0).ask(7)
    with sqlite3.connect(file.path) as other:
        assert other.execute("SELECT number FROM taken").fetchall() == [(7,)]
    other.close()
