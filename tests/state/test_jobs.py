"""The embedded job engine: what runs, how often, in what order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from adapters.clock import ManualClock
from state.jobs import EmbeddedJobs
from state.ports import RetryLater

START = datetime(2025, 1, 1, tzinfo=UTC)


class Gate:
    """A handler that waits inside each run until it is let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.inside = 0
        self.most_inside = 0
        self.opened = asyncio.Event()

    async def __call__(self, key: str) -> None:
        self.begun.append(key)
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        await self.opened.wait()
        self.inside -= 1


@asynccontextmanager
async def running(jobs: EmbeddedJobs) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(jobs.run())
    await asyncio.sleep(0)
    try:
        yield task
    finally:
        await jobs.close(1.0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def turns(condition: Callable[[], bool]) -> None:
    """Give the loop turns until the condition holds."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("the condition never held")


async def test_equal_waiting_requests_run_once() -> None:
    jobs, gate = EmbeddedJobs(ManualClock(START)), Gate()
    jobs.handle("poll", gate, concurrency=1)
    for key in ("a", "b", "b", "b"):
        jobs.enqueue("poll", key)
    async with running(jobs):
        gate.opened.set()
        await jobs.settle()
    assert gate.begun == ["a", "b"]


async def test_a_request_made_during_its_run_leads_to_one_more_run() -> None:
    jobs, gate = EmbeddedJobs(ManualClock(START)), Gate()
    jobs.handle("drain", gate, concurrency=4)
    async with running(jobs):
        jobs.enqueue("drain", "x")
        await turns(lambda: gate.inside == 1)
        jobs.enqueue("drain", "x")
        jobs.enqueue("drain", "x")
        assert gate.begun == ["x"]
        gate.opened.set()
        await jobs.settle()
    assert gate.begun == ["x", "x"]


async def test_no_more_than_the_concurrency_of_a_kind_runs_at_a_time() -> None:
    jobs, gate = EmbeddedJobs(ManualClock(START)), Gate()
    jobs.handle("poll", gate, concurrency=3)
    async with running(jobs):
        for number in range(10):
            jobs.enqueue("poll", str(number))
        await turns(lambda: gate.inside == 3)
        gate.opened.set()
        await jobs.settle()
    assert gate.most_inside == 3
    assert sorted(gate.begun, key=int) == [str(number) for number in range(10)]


async def test_a_delayed_request_runs_when_the_clock_says_so() -> None:
    clock = ManualClock(START)
    jobs, gate = EmbeddedJobs(clock), Gate()
    gate.opened.set()
    jobs.handle("drain", gate, concurrency=1)
    async with running(jobs):
        jobs.enqueue("drain", "x", delay_s=30)
        await clock.until_sleeping(1)
        await clock.advance(29)
        await asyncio.sleep(0)
        assert gate.begun == []
        await clock.advance(1)
        await turns(lambda: gate.begun == ["x"])


async def test_retry_later_runs_the_job_again_after_its_delay() -> None:
    clock, begun = ManualClock(START), list[str]()

    async def handler(key: str) -> None:
        begun.append(key)
        if len(begun) == 1:
            raise RetryLater(5)

    jobs = EmbeddedJobs(clock)
    jobs.handle("drain", handler, concurrency=1)
    async with running(jobs):
        jobs.enqueue("drain", "x")
        await clock.until_sleeping(1)
        await jobs.settle()
        assert begun == ["x"]
        await clock.advance(5)
        await turns(lambda: len(begun) == 2)


async def test_an_error_that_a_handler_lets_out_ends_the_engine() -> None:
    async def handler(key: str) -> None:
        raise LookupError(key)

    jobs = EmbeddedJobs(ManualClock(START))
    jobs.handle("poll", handler, concurrency=1)
    async with running(jobs) as task:
        jobs.enqueue("poll", "x")
        with pytest.raises(LookupError, match="x"):
            await task


async def test_closing_cancels_what_outlasts_the_limit_and_starts_nothing_more() -> None:
    jobs, gate = EmbeddedJobs(ManualClock(START)), Gate()
    jobs.handle("poll", gate, concurrency=1)
    async with running(jobs):
        jobs.enqueue("poll", "a")
        jobs.enqueue("poll", "b")
        await turns(lambda: gate.inside == 1)
        await jobs.close(0.01)
        jobs.enqueue("poll", "c")
        await asyncio.sleep(0)
    assert gate.begun == ["a"]
