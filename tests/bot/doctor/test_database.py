import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.doctor.database import check_database, check_holder, check_schema
from bot.doctor.findings import Verdict
from state import StoreTooNew


def make_database(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table words (word text)")
        connection.executemany("insert into words values (?)", [("word" * 500,)] * 200)
        connection.commit()
    return path


def test_a_whole_database_is_well_and_left_as_it_is(tmp_path: Path) -> None:
    path = make_database(tmp_path / "a b#?.db")
    before = path.read_bytes()
    (finding,) = check_database(path)
    assert finding.verdict is Verdict.OK
    assert "is whole" in finding.message
    assert path.read_bytes() == before


def test_a_damaged_database_is_a_failure_that_names_restore(tmp_path: Path) -> None:
    path = make_database(tmp_path / "x.db")
    body = bytearray(path.read_bytes())
    body[8192:40960] = b"\xff" * (40960 - 8192)
    path.write_bytes(bytes(body))
    (finding,) = check_database(path)
    assert finding.verdict is Verdict.FAILED
    assert "vedette restore" in finding.advice


@pytest.mark.parametrize("body", [b"not a database at all, but text" * 50])
def test_a_file_that_is_no_database_is_a_failure(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "x.db").write_bytes(body)
    assert [finding.verdict for finding in check_database(tmp_path / "x.db")] == [Verdict.FAILED]


def test_a_database_that_is_not_there_yet_is_well(tmp_path: Path) -> None:
    assert [finding.verdict for finding in check_database(tmp_path / "x.db")] == [Verdict.OK]
    assert not (tmp_path / "x.db").exists()


def test_a_store_in_memory_is_a_warning() -> None:
    assert [finding.verdict for finding in check_database(None)] == [Verdict.WARNING]


async def test_a_store_that_cannot_be_opened_is_a_failure_in_its_own_words() -> None:
    async def refuse() -> None:
        raise StoreTooNew("written by a newer Vedette: update this one")

    finding = await check_schema(refuse)
    assert (finding.verdict, finding.message) == (Verdict.FAILED, "written by a newer Vedette: update this one")


async def test_a_store_that_opens_is_well() -> None:
    async def consent() -> None:
        return None

    assert (await check_schema(consent)).verdict is Verdict.OK


def test_a_running_bot_is_told() -> None:
    assert check_holder(True).message != check_holder(False).message
