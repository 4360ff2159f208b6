"""The embedded job engine: one process, nothing stored. Whatever it forgets, the rows and the sweep bring back."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from state.ports import Clock, Handler, RetryLater


@dataclass(slots=True)
class _Kind:
    """One kind of job: its handler and what waits and runs of it."""

    handler: Handler
    concurrency: int
    waiting: deque[str] = field(default_factory=deque)
    queued: set[str] = field(default_factory=set)
    running: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)


class EmbeddedJobs:
    """`state.ports.Jobs` on one event loop; every method is called on that loop's thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kinds: dict[str, _Kind] = {}
        self._early: list[tuple[str, str, float]] = []
        self._delayed: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self._open = False
        self._failure: asyncio.Future[None] | None = None

    def handle(self, kind: str, handler: Handler, *, concurrency: int) -> None:
        """Register the handler of a kind. Raises ValueError when the kind has one already."""
        if kind in self._kinds:
            raise ValueError(f"the job kind {kind!r} has a handler already")
        self._kinds[kind] = _Kind(handler, concurrency)

    def enqueue(self, kind: str, key: str, delay_s: float = 0.0) -> None:
        """Ask for one run; before `run` has begun, the request waits for it."""
        if not self._open:
            self._early.append((kind, key, delay_s))
        elif delay_s > 0:
            self._delay(kind, key, delay_s)
        else:
            self._push(kind, key)

    async def run(self) -> None:
        """Run jobs until cancelled. Raises what a handler let out against its contract."""
        self._open = True
        self._failure = asyncio.get_running_loop().create_future()
        early, self._early = self._early, []
        for kind, key, delay_s in early:
            self.enqueue(kind, key, delay_s)
        await self._failure

    async def settle(self) -> None:
        """Wait until nothing runs and nothing is due; delayed requests do not count."""
        await self._idle.wait()

    async def close(self, limit_s: float) -> None:
        """Take no more jobs and wait for the running ones, at most `limit_s` real seconds; then cancel them."""
        self._open = False
        delayed = list(self._delayed.values())
        for kind in self._kinds.values():
            kind.waiting.clear()
            kind.queued.clear()
            kind.again.clear()
        running = [task for kind in self._kinds.values() for task in kind.running.values()]
        if running:
            await asyncio.wait(running, timeout=limit_s)
        for task in (*running, *delayed):
            task.cancel()
        await asyncio.gather(*running, *delayed, return_exceptions=True)

    def _push(self, kind_name: str, key: str) -> None:
        kind = self._kinds[kind_name]
        if key in kind.running:
            kind.again.add(key)
        elif key not in kind.queued:
            kind.queued.add(key)
            kind.waiting.append(key)
            self._idle.clear()
            self._pump(kind_name, kind)

    def _pump(self, kind_name: str, kind: _Kind) -> None:
        while kind.waiting and len(kind.running) < kind.concurrency:
            key = kind.waiting.popleft()
            kind.queued.discard(key)
            kind.running[key] = asyncio.create_task(self._execute(kind_name, kind, key), name=f"{kind_name}:{key}")

    async def _execute(self, kind_name: str, kind: _Kind, key: str) -> None:
        try:
            await kind.handler(key)
        except RetryLater as later:
            if self._open:
                self._delay(kind_name, key, later.delay_s)
        finally:
            self._finish(kind_name, kind, key)

    def _finish(self, kind_name: str, kind: _Kind, key: str) -> None:
        task = kind.running.pop(key)
        task.add_done_callback(self._report)
        if key in kind.again and self._open:
            kind.again.discard(key)
            self._push(kind_name, key)
        if self._open:
            self._pump(kind_name, kind)
        if not any(each.running or each.waiting for each in self._kinds.values()):
            self._idle.set()

    def _report(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or (error := task.exception()) is None:
            return
        if self._failure is not None and not self._failure.done():
            self._failure.set_exception(error)

    def _delay(self, kind: str, key: str, delay_s: float) -> None:
        """Wait on the clock, then push; the newest request of a key replaces an older one."""
        if (old := self._delayed.pop((kind, key), None)) is not None:
            old.cancel()
        self._delayed[kind, key] = asyncio.create_task(self._push_later(kind, key, delay_s))

    async def _push_later(self, kind: str, key: str, delay_s: float) -> None:
        await self._clock.sleep(delay_s)
        if self._delayed.get((kind, key)) is asyncio.current_task():
            del self._delayed[kind, key]
        if self._open:
            self._push(kind, key)
