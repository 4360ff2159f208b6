"""Places for requests: bounded, and slow ones hold up nobody."""

import asyncio

import pytest

from bot.slots import ROOM, Slots


async def hold(slots: Slots, inside: list[int], leave: asyncio.Event) -> None:
    """Be inside until told to leave."""
    async with slots.take():
        inside[0] += 1
        try:
            await leave.wait()
        finally:
            inside[0] -= 1


async def fill(slots: Slots, count: int) -> tuple[list[int], asyncio.Event, list[asyncio.Task[None]]]:
    """Let so many come, and give those inside, what lets all leave, and their tasks."""
    inside, leave = [0], asyncio.Event()
    tasks = [asyncio.create_task(hold(slots, inside, leave)) for _ in range(count)]
    await asyncio.sleep(0.1)
    return inside, leave, tasks


async def test_requests_that_are_quick_are_so_many_at_a_time() -> None:
    inside, leave, tasks = await fill(Slots(2, slow_s=60.0), 5)
    assert inside == [2]
    leave.set()
    await asyncio.gather(*tasks)


async def test_requests_that_are_slow_make_way_until_their_room_is_full() -> None:
    slots = Slots(2, slow_s=0.001)
    inside, leave, tasks = await fill(slots, 20)
    assert inside == [2 + ROOM * 2]
    leave.set()
    await asyncio.gather(*tasks)
    inside, leave, tasks = await fill(slots, 20)
    assert inside == [2 + ROOM * 2]
    leave.set()
    await asyncio.gather(*tasks)


async def test_request_that_is_cancelled_leaves_its_place() -> None:
    slots = Slots(1, slow_s=0.001)
    for _ in range(ROOM + 3):
        _, _, [task] = await fill(slots, 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    inside, leave, tasks = await fill(slots, 10)
    assert inside == [1 + ROOM]
    leave.set()
    await asyncio.gather(*tasks)
