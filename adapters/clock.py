"""Clocks: the system's, and one that a test moves by hand."""

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

_ROUNDS = 10


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Give the present moment, aware, UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds; zero or less only lets others run."""
        await asyncio.sleep(max(seconds, 0.0))


class ManualClock:
    """A clock that stands still until it is told to advance. For tests: nothing waits in real time."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware start: give the datetime a time zone, e.g. tzinfo=UTC")
        self._now = start.astimezone(UTC)
        self._order = itertools.count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._changed = asyncio.Event()

    @property
    def sleeping(self) -> int:
        """Count those who sleep now."""
        return sum(not future.done() for _, _, future in self._sleepers)

    def now(self) -> datetime:
        """Give the present moment, aware, UTC."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock was advanced by so many seconds; zero or less only lets others run."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._order), future))
        self._changed.set()
        await future

    def set(self, moment: datetime) -> None:
        """Move to a later moment and wake who is due by then. Raises ValueError for an earlier one."""
        if moment < self._now:
            raise ValueError(f"a clock does not go back: it is {self._now.isoformat()}, not {moment.isoformat()}")
        self._now = moment.astimezone(UTC)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                future.set_result(None)

    async def advance(self, seconds: float) -> None:
        """Let so many seconds pass: each sleeper wakes at its own moment, in order, and runs before the next.

        Whoever wakes and goes to sleep again within the span is woken within it too.
        """
        if seconds < 0:
            raise ValueError("a clock does not go back: advance by zero or more seconds")
        end = self._now + timedelta(seconds=seconds)
        await self._let_run()
        while self._sleepers and self._sleepers[0][0] <= end:
            self.set(self._sleepers[0][0])
            await self._let_run()
        self.set(end)
        await self._let_run()

    async def until_sleeping(self, count: int = 1) -> None:
        """Wait until at least so many sleep. Wrap it in `asyncio.timeout` where that may never be."""
        while self.sleeping < count:
            self._changed.clear()
            await self._changed.wait()

    async def _let_run(self) -> None:
        """Give those who woke some rounds of the loop, so that what needs no IO gets done."""
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)
