"""Turns: bounded, the lightest first, none lost."""

import asyncio

import pytest

from adapters.turns import Turns


async def test_turns_when_many_wait_then_the_lightest_is_next_and_equals_keep_their_order() -> None:
    turns, had = Turns(1), list[tuple[int, str]]()

    async def have(weight: int, name: str) -> None:
        async with turns.take(weight):
            had.append((weight, name))

    async with turns.take(0):
        tasks = [asyncio.create_task(have(weight, name)) for weight, name in ((9, "a"), (1, "b"), (5, "c"), (1, "d"))]
        await asyncio.sleep(0)
        assert had == []
    await asyncio.gather(*tasks)
    assert had == [(1, "b"), (1, "d"), (5, "c"), (9, "a")]


async def test_turns_when_who_waits_goes_away_then_no_turn_is_lost() -> None:
    turns = Turns(1)
    for leave_first in (True, False):
        entered = turns.take(0)
        await entered.__aenter__()
        waiting = turns.take(1)
        task = asyncio.ensure_future(waiting.__aenter__())
        await asyncio.sleep(0)
        if leave_first:
            await entered.__aexit__(None, None, None)  # the turn comes in the moment of going away
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        if not leave_first:
            await entered.__aexit__(None, None, None)
    async with asyncio.timeout(1.0), turns.take(0):
        pass
