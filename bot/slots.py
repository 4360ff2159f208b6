"""Places for requests: so many at a time, and besides them a room where slow ones go on without holding up others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.turns import Turns

SLOW_S = 0.5
"""A request that takes longer, in real seconds, goes over to the room for slow ones once it has a place."""

ROOM = 4
"""The places of that room for each of the others; all of them together bound what is half received."""


class Slots:
    """Let `places` requests run at a time; servers that drip or are silent take the places of others only briefly."""

    def __init__(self, places: int, *, slow_s: float = SLOW_S) -> None:
        self._places = Turns(places)
        self._room = Turns(ROOM * places)
        self._slow_s = slow_s

    @asynccontextmanager
    async def take(self, failures: int = 0) -> AsyncIterator[None]:
        """Wait for a place, behind all who failed less often of late, and hold one for the length of the block."""
        await self._places.enter(failures)
        held = [self._places]
        moving: list[asyncio.Task[None]] = []
        timer = asyncio.get_running_loop().call_later(
            self._slow_s, lambda: moving.append(asyncio.create_task(self._move(held), name="slow request"))
        )
        try:
            yield
        finally:
            timer.cancel()
            for task in moving:
                task.cancel()
            held[0].leave()

    async def _move(self, held: list[Turns]) -> None:
        """Take a place in the room, and give back the one that is held."""
        await self._room.enter()
        held[0] = self._room
        self._places.leave()
