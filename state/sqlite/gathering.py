"""Small transactions of many callers, done together: a poll that brought nothing must not cost a trip to the disk."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from state.errors import StateError

MOST_WAITS = 5

T = TypeVar("T")
R = TypeVar("R")

Work = Callable[[sqlite3.Connection, Sequence[T]], list[R]]
"""Does requests within an open transaction, and gives an answer to each in their order."""
Transact = Callable[[Callable[[sqlite3.Connection], list[R]]], Awaitable[list[R]]]
"""Runs a function within one transaction: `DatabaseFile.read` or `DatabaseFile.write`."""


class Gathering(Generic[T, R]):
    """Takes one kind of request for `wait_s` from the first on, and has all of them done in one transaction.

    While many come together it takes them for longer, up to `MOST_WAITS` times: a commit costs more than a change.
    A request is answered when that transaction is committed. Where it fails, each request gets one of its own, so
    that whatever one of them did wrong is told to its caller alone.
    """

    def __init__(self, transact: Transact[R], work: Work[T, R], wait_s: float) -> None:
        self._transact = transact
        self._work = work
        self._wait_s = wait_s
        self._waits = 1
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._flushes: set[asyncio.Task[None]] = set()

    async def ask(self, request: T) -> R:
        """Have a request done. Raises StateError."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._waiting.append((request, future))
        if len(self._waiting) == 1:
            loop.call_later(self._wait_s * self._waits, self._begin)
        return await future

    def _begin(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._waits = min(len(waiting), MOST_WAITS)
        task = asyncio.get_running_loop().create_task(self._flush(waiting))
        self._flushes.add(task)
        task.add_done_callback(self._flushes.discard)

    async def _flush(self, waiting: list[tuple[T, asyncio.Future[R]]]) -> None:
        wanted = [(request, future) for request, future in waiting if not future.done()]
        if not wanted:
            return
        requests = [request for request, _ in wanted]
        try:
            answers = await self._transact(lambda connection: self._work(connection, requests))
        except StateError as error:
            if len(wanted) > 1:
                for each in wanted:
                    await self._flush([each])
            elif not wanted[0][1].done():
                wanted[0][1].set_exception(error)
            return
        for (_, future), answer in zip(wanted, answers, strict=True):
            if not future.done():
                future.set_result(answer)
