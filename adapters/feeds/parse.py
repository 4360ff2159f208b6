"""Feed documents read in worker processes, which are killed when they take too long and replaced when they die."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime

from adapters.errors import ParseFailure, ParseReason
from adapters.feeds.news import read_news
from adapters.feeds.slices import Reading
from adapters.feeds.worker import ANSWER, TASK, Answer, Task
from adapters.ports import Fetched, ParsedFeed, Seen
from adapters.processes import WorkerProcess
from adapters.turns import Turns
from rules.model import Source

_GRACE_S = 5.0
_MEMORY_BYTES = 1024 * 1024 * 1024
_QUICK_S = 0.5
_SLOW_NICE = 10
_LONG = 512 * 1024
_MOST_KNOWN = 1000


class FeedParser:
    """Reads feed documents in up to `workers` processes, each started when first needed.

    `timeout_s` is the time that one document may take, `memory_bytes` the address space of one process. Short documents
    come before longer ones. One that takes longer than `quick_s` is begun anew in a process of its own, of which there
    is one at a time and of low priority, so that only its like wait for it; very long ones, and what comes next from
    the address of a slow one, begin there.
    """

    def __init__(
        self, workers: int, timeout_s: float, *, memory_bytes: int = _MEMORY_BYTES, quick_s: float = _QUICK_S
    ) -> None:
        self._timeout_s = timeout_s
        self._quick_s = quick_s
        self._arguments = (str(memory_bytes), str(timeout_s + _GRACE_S))
        self._count = workers
        self._turns = Turns(workers)
        self._slow_turns = Turns(1)
        self._slow_urls: dict[str, None] = {}
        self._workers: set[WorkerProcess] = set()
        self._idle: list[WorkerProcess] = []
        self._closed = False

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The processes that live now."""
        return tuple(worker.process_id for worker in self._workers if worker.alive)

    async def parse(self, fetched: Fetched, source: Source, now: datetime, seen: Seen | None = None) -> ParsedFeed:
        """Read what is new in a body that was fetched. Raises ParseFailure, never another error.

        A body that brings nothing new since `seen` reaches no process.
        """

        async def read(body: bytes, places: tuple[int, ...], others: tuple[str, ...]) -> Reading:
            task = Task(fetched.content_type, fetched.url, source, now, places, others)
            return await self._read(task, body)

        return await read_news(fetched, source, seen, read)

    async def _read(self, task: Task, body: bytes) -> Reading:
        message = TASK.dump_json(task)
        answer = None
        if len(body) < _LONG and task.url not in self._slow_urls:
            async with self._turns.take(len(body)):
                worker = await self._take()
                answer = await self._ask(worker, message, body, min(self._quick_s, self._timeout_s))
                await self._give_back(worker, worn=answer is None or answer.worn)
            if answer is None:
                self._note_slow(task.url)
        if answer is None:
            answer = await self._ask_slowly(task.url, message, body)
        if answer is None:
            told = f"not read within {self._timeout_s:g} s: take a smaller feed, or raise parse_timeout_s"
            raise ParseFailure(ParseReason.TOO_SLOW, told)
        if answer.feed is None:
            raise ParseFailure(answer.reason or ParseReason.CRASHED, answer.message)
        return Reading(answer.feed, answer.marks)

    async def _ask_slowly(self, url: str, task: bytes, body: bytes) -> Answer | None:
        """Ask in a process of its own, when its turn has come; None when that or the document takes too long."""
        try:
            async with asyncio.timeout(2 * self._timeout_s) as limit, self._slow_turns.take(len(body)):
                worker = await self._start()
                worker.give_way(_SLOW_NICE)
                answer = await self._ask(worker, task, body, self._timeout_s)
                limit.reschedule(None)  # a process that was killed is waited for, whatever the time
                await self._bury(worker)
        except TimeoutError:
            return None
        if answer is not None and answer.feed is not None and answer.feed.elapsed_s < self._quick_s:
            self._slow_urls.pop(url, None)
        return answer

    def _note_slow(self, url: str) -> None:
        self._slow_urls[url] = None
        if len(self._slow_urls) > _MOST_KNOWN:
            del self._slow_urls[next(iter(self._slow_urls))]

    async def close(self) -> None:
        """End the processes. Called once at shut-down; a document that is still being read fails."""
        self._closed = True
        for worker in self._workers.difference(self._idle):
            worker.kill()  # whoever waits for it buries it
        async with AsyncExitStack() as turns:
            for _ in range(self._count):
                await turns.enter_async_context(self._turns.take(0))
            await turns.enter_async_context(self._slow_turns.take(0))
            for worker in self._idle:
                await worker.stop()
            self._idle.clear()
            self._workers.clear()

    async def _take(self) -> WorkerProcess:
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            await self._bury(worker)
        return await self._start()

    async def _start(self) -> WorkerProcess:
        worker = await self._launch()
        if self._closed:
            await self._bury(worker)
            raise _closed()
        self._workers.add(worker)
        return worker

    async def _launch(self) -> WorkerProcess:
        if self._closed:
            raise _closed()
        try:
            return await WorkerProcess.start("adapters.feeds.worker", *self._arguments)
        except ChildProcessError as exc:
            raise ParseFailure(ParseReason.CRASHED, str(exc)) from exc

    async def _give_back(self, worker: WorkerProcess, *, worn: bool) -> None:
        if worn:
            await self._bury(worker)
        else:
            self._idle.append(worker)

    async def _ask(self, worker: WorkerProcess, task: bytes, body: bytes, limit_s: float) -> Answer | None:
        """Ask a process, which is to be buried when there is no answer; None when it took too long."""
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(limit_s):
                answer = ANSWER.validate_json(await worker.ask(task, body))
        except TimeoutError:
            return None
        except (EOFError, ConnectionError) as exc:
            last_words = await self._bury(worker)
            message = f"the parser process died of this document ({last_words}): report it with the document"
            raise ParseFailure(ParseReason.CRASHED, message) from exc
        except asyncio.CancelledError:
            await self._bury(worker)
            raise
        if answer.feed is None:
            return answer
        return replace(answer, feed=replace(answer.feed, elapsed_s=asyncio.get_running_loop().time() - began))

    async def _bury(self, worker: WorkerProcess) -> str:
        """End a process, whatever it does, and give its last words."""
        self._workers.discard(worker)
        return await worker.bury()


def _closed() -> ParseFailure:
    return ParseFailure(ParseReason.CRASHED, "the parser was closed: nothing is read during shut-down")
