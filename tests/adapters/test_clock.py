import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from adapters.clock import ManualClock, SystemClock

START = datetime(2024, 12, 16, 9, 0, tzinfo=UTC)


async def _note(clock: ManualClock, log: list[str], name: str, *waits: float) -> None:
    for wait in waits:
        await clock.sleep(wait)
        log.append(f"{name} at {(clock.now() - START).total_seconds():.0f}")


async def test_system_clock_when_read_then_aware_utc() -> None:
    before = datetime.now(UTC)
    assert before <= SystemClock().now() <= datetime.now(UTC)
    assert SystemClock().now().utcoffset() == timedelta(0)


async def test_system_clock_when_wait_is_negative_then_returns() -> None:
    async with asyncio.timeout(5):
        await SystemClock().sleep(-10)


async def test_manual_clock_when_nobody_advances_then_stands_still() -> None:
    clock = ManualClock(START)
    await asyncio.sleep(0)
    assert clock.now() == START


def test_manual_clock_when_start_is_naive_then_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        ManualClock(START.replace(tzinfo=None))


def test_manual_clock_when_start_has_another_zone_then_utc() -> None:
    clock = ManualClock(datetime(2024, 12, 16, 18, 0, tzinfo=timezone(timedelta(hours=9))))
    assert clock.now() == START
    assert clock.now().utcoffset() == timedelta(0)


async def test_manual_clock_when_advanced_then_sleepers_wake_in_order_at_their_moments() -> None:
    clock = ManualClock(START)
    log: list[str] = []
    notes = (_note(clock, log, "late", 30), _note(clock, log, "early", 10), _note(clock, log, "twice", 10, 10))
    sleepers = asyncio.gather(*notes)
    await clock.until_sleeping(3)
    await clock.advance(25)
    assert log == ["early at 10", "twice at 10", "twice at 20"]
    assert clock.now() == START + timedelta(seconds=25)
    await clock.advance(5)
    await sleepers
    assert log[-1] == "late at 30"
    assert clock.sleeping == 0


async def test_manual_clock_when_sleep_not_yet_over_then_still_sleeping() -> None:
    clock = ManualClock(START)
    task = asyncio.create_task(clock.sleep(10))
    await clock.until_sleeping()
    await clock.advance(9.999)
    assert clock.sleeping == 1
    await clock.advance(0.001)
    assert clock.sleeping == 0
    await task


async def test_manual_clock_when_sleeper_is_cancelled_then_not_counted() -> None:
    clock = ManualClock(START)
    task = asyncio.create_task(clock.sleep(10))
    await clock.until_sleeping()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert clock.sleeping == 0
    await clock.advance(20)


async def test_manual_clock_when_set_back_then_refused() -> None:
    clock = ManualClock(START)
    with pytest.raises(ValueError, match="does not go back"):
        clock.set(START - timedelta(seconds=1))
    with pytest.raises(ValueError, match="does not go back"):
        await clock.advance(-1)
