"""Loops and jobs that raise: what is restarted, when, and when health turns red."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from adapters.clock import ManualClock
from bot.supervise import BACKOFF_CEILING_S, MISSED_BEATS, Health, backoff_s, guarded, keep_alive
from state.jobs import EmbeddedJobs
from state.ports import RetryLater

START = datetime(2025, 1, 1, tzinfo=UTC)


class Loop:
    """A loop that raises, returns or waits for ever, as its script says; waits for ever after it."""

    def __init__(self, clock: ManualClock, *script: Callable[[], Awaitable[None]]) -> None:
        self._clock = clock
        self._script = list(script)
        self.started_at: list[float] = []

    async def __call__(self) -> None:
        self.started_at.append((self._clock.now() - START).total_seconds())
        if self._script:
            await self._script.pop(0)()
        else:
            await wait_for_ever()


async def fail() -> None:
    raise ValueError("a bug")


async def end() -> None:
    return


async def wait_for_ever() -> None:
    await asyncio.Event().wait()


@asynccontextmanager
async def kept_alive(loop: Loop, clock: ManualClock, health: Health) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(keep_alive("engine", loop, clock=clock, health=health))
    await asyncio.sleep(0)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_keep_alive_when_the_loop_raises_then_restarts_it_with_growing_waits() -> None:
    clock = ManualClock(START)
    loop, health = Loop(clock, fail, fail, fail), Health(clock)
    async with kept_alive(loop, clock, health):
        await clock.advance(30)
    assert loop.started_at == [0, 1, 3, 7]
    assert health.failures == {"engine": 3}


async def test_keep_alive_when_the_loop_returns_then_restarts_it_like_a_failure() -> None:
    clock = ManualClock(START)
    loop, health = Loop(clock, end, end), Health(clock)
    async with kept_alive(loop, clock, health):
        await clock.advance(30)
    assert loop.started_at == [0, 1, 3]
    assert health.failures == {"engine": 2}


async def test_keep_alive_when_the_loop_raises_then_logs_the_traceback() -> None:
    clock = ManualClock(START)
    with capture_logs() as logs:
        async with kept_alive(Loop(clock, fail), clock, Health(clock)):
            await clock.advance(0)
    failed = [each for each in logs if each["event"] == "loop failed"]
    assert [(each["loop"], each["exc_info"], each["log_level"]) for each in failed] == [("engine", True, "error")]


async def test_keep_alive_when_failing_for_ever_then_waits_no_longer_than_the_ceiling() -> None:
    clock = ManualClock(START)
    loop = Loop(clock, *[fail] * 20)
    async with kept_alive(loop, clock, Health(clock)):
        await clock.advance(3600)
    gaps = [later - earlier for earlier, later in pairwise(loop.started_at)]
    assert gaps[:7] == [1, 2, 4, 8, 16, 32, BACKOFF_CEILING_S]
    assert max(gaps) == BACKOFF_CEILING_S
    assert len(loop.started_at) == 21


async def test_keep_alive_when_the_loop_had_run_long_then_forgets_earlier_failures() -> None:
    clock = ManualClock(START)

    async def run_long() -> None:
        await clock.sleep(BACKOFF_CEILING_S)
        raise ValueError("late")

    loop = Loop(clock, fail, fail, fail, run_long)
    async with kept_alive(loop, clock, Health(clock)):
        await clock.advance(200)
    assert loop.started_at == [0, 1, 3, 7, 7 + BACKOFF_CEILING_S + 1]


async def test_keep_alive_when_cancelled_then_the_cancellation_passes_through() -> None:
    clock = ManualClock(START)
    health = Health(clock)
    async with kept_alive(Loop(clock), clock, health) as task:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert health.failures == {}


async def test_health_when_three_beats_are_missing_then_turns_red_and_green_again() -> None:
    clock = ManualClock(START)
    health = Health(clock)
    health.expect("tick", 2.0)
    health.expect("sweep", 100.0)
    await clock.advance(2.0 * MISSED_BEATS)
    assert health.late() == {}
    await clock.advance(0.5)
    assert health.late() == {"tick": 6.5}
    health.beat("tick")
    assert health.late() == {}


async def test_health_when_a_loop_was_ended_on_purpose_then_expects_nothing_of_it() -> None:
    clock = ManualClock(START)
    health = Health(clock)
    health.expect("tick", 1.0)
    health.forget("tick")
    await clock.advance(100)
    assert health.late() == {}
    assert not health.has_beaten("tick")


async def test_keep_alive_when_the_loop_keeps_failing_then_health_turns_red() -> None:
    clock = ManualClock(START)
    health = Health(clock)
    health.expect("engine", 1.0)
    async with kept_alive(Loop(clock, *[fail] * 20), clock, health):
        await clock.advance(10)
    assert list(health.late()) == ["engine"]


async def test_watch_when_work_is_done_then_beats() -> None:
    clock = ManualClock(START)
    health = Health(clock)
    fire = health.watch("tick", end, 1.0)
    assert not health.has_beaten("tick")
    await fire()
    assert health.has_beaten("tick")


async def test_watch_when_work_raises_then_sits_firings_out_and_turns_red() -> None:
    clock = ManualClock(START)
    health, calls = Health(clock), 0

    async def work() -> None:
        nonlocal calls
        calls += 1
        raise OSError("disk")

    fire = health.watch("tick", work, 1.0)
    for _ in range(16):
        await fire()
        await clock.advance(1)
    assert calls == 5  # at 0, 1, 3, 7 and 15 seconds
    assert health.failures == {"tick": 5}
    assert list(health.late()) == ["tick"]


async def test_watch_when_work_recovers_then_fires_each_time_again_and_forgets_its_failures() -> None:
    clock = ManualClock(START)
    health = Health(clock)
    fails_at, done_at = {0.0, 1.0, 4.0}, list[float]()

    async def work() -> None:
        second = (clock.now() - START).total_seconds()
        if second in fails_at:
            raise ValueError
        done_at.append(second)

    fire = health.watch("tick", work, 1.0)
    for _ in range(7):
        await fire()
        await clock.advance(1)
    assert done_at == [3, 5, 6]  # two failures in a row cost 1 and 2 seconds, the next one 1 again
    assert health.late() == {}


async def test_watch_when_cancelled_then_the_cancellation_passes_through() -> None:
    clock = ManualClock(START)
    health = Health(clock)
    task = asyncio.ensure_future(health.watch("tick", wait_for_ever, 1.0)())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert health.failures == {}


async def delay_of(handle: Callable[[str], Awaitable[None]], key: str) -> float:
    with pytest.raises(RetryLater) as caught:
        await handle(key)
    return caught.value.delay_s


async def test_guarded_when_the_handler_raises_then_retries_later_with_waits_of_that_key() -> None:
    health = Health(ManualClock(START))

    async def handler(key: str) -> None:
        raise LookupError(key)

    handle = guarded("poll", handler, health)
    assert [await delay_of(handle, "a") for _ in range(3)] == [1, 2, 4]
    assert await delay_of(handle, "b") == 1
    assert health.failures == {"poll": 4}


async def test_guarded_when_the_handler_succeeds_or_asks_for_later_then_forgets_its_failures() -> None:
    script: list[Exception | None] = [ValueError(), ValueError(), None, ValueError(), RetryLater(17.0), ValueError()]

    async def handler(key: str) -> None:
        if (error := script.pop(0)) is not None:
            raise error

    handle = guarded("drain", handler, Health(ManualClock(START)))
    assert [await delay_of(handle, "c") for _ in range(2)] == [1, 2]
    await handle("c")
    assert [await delay_of(handle, "c") for _ in range(3)] == [1, 17, 1]


async def test_guarded_when_cancelled_then_the_cancellation_passes_through() -> None:
    async def handler(key: str) -> None:
        raise asyncio.CancelledError

    health = Health(ManualClock(START))
    with pytest.raises(asyncio.CancelledError):
        await guarded("drain", handler, health)("c")
    assert health.failures == {}


async def test_guarded_in_the_job_engine_when_one_key_is_broken_then_others_run_and_it_is_retried() -> None:
    clock = ManualClock(START)
    jobs, health = EmbeddedJobs(clock), Health(clock)
    runs: list[str] = []

    async def handler(key: str) -> None:
        runs.append(key)
        if key == "broken":
            raise ZeroDivisionError

    jobs.handle("poll", guarded("poll", handler, health), concurrency=1)
    engine = asyncio.create_task(jobs.run())
    jobs.enqueue("poll", "broken")
    jobs.enqueue("poll", "sound")
    await clock.advance(3)
    assert sorted(runs) == ["broken", "broken", "broken", "sound"]
    assert not engine.done()
    await jobs.close(1.0)
    engine.cancel()
    await asyncio.gather(engine, return_exceptions=True)


@pytest.mark.parametrize(("failures", "wait_s"), [(1, 1.0), (2, 2.0), (6, 32.0), (7, 60.0), (10_000, 60.0)])
def test_backoff_doubles_up_to_the_ceiling(failures: int, wait_s: float) -> None:
    assert backoff_s(failures) == wait_s
