"""Turns at something of which there are few, the lightest first: one heavy load never stands before many light ones."""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count


class Turns:
    """Let `places` have their turn at a time; of those who wait, whoever weighs least comes next."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._order = count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def take(self, weight: int) -> AsyncIterator[None]:
        """Wait for a turn, and hold it for the length of the block."""
        await self.enter(weight)
        try:
            yield
        finally:
            self.leave()

    async def enter(self, weight: int = 0) -> None:
        """Wait for a turn; whoever had it calls `leave`."""
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (weight, next(self._order), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave()  # the turn had come already
            raise

    def leave(self) -> None:
        """Hand the turn on, or keep the place free."""
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
