"""Places for requests: so many at a time, and besides them a room where slow ones go on without holding up others."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.turns import Turns

SLOW_S = 0.5
"""A request that takes longer, in real seconds, goes over to the room for slow ones once it has a place."""

ROOM = 4
"""The places of that room for each of the others; all of them together bound what is half received."""


class _Stay:
    """Somebody who holds a place, of the one kind or the other, until they leave."""

    __slots__ = ("held", "leaves_at", "moving")

    def __init__(self, held: Turns, leaves_at: float) -> None:
        self.held: Turns | None = held
        self.leaves_at = leaves_at
        """When they go over to the room, on the event loop's clock."""
        self.moving: asyncio.Task[None] | None = None


class Slots:
    """Let `places` requests run at a time; servers that drip or are silent take the places of others only briefly."""

    def __init__(self, places: int, *, slow_s: float = SLOW_S) -> None:
        self._places = Turns(places)
        self._room = Turns(ROOM * places)
        self._slow_s = slow_s
        self._stays: deque[_Stay] = deque()
        """Those who took a place within `slow_s`, in their order: one timer for the first of them does for all."""

    @asynccontextmanager
    async def take(self, failures: int = 0) -> AsyncIterator[None]:
        """Wait for a place, behind all who failed less often of late, and hold one for the length of the block."""
        await self._places.enter(failures)
        stay = self._note()
        try:
            yield
        finally:
            if stay.moving is not None:
                stay.moving.cancel()
            held, stay.held = stay.held, None
            assert held is not None
            held.leave()

    def _note(self) -> _Stay:
        loop = asyncio.get_running_loop()
        stay = _Stay(self._places, loop.time() + self._slow_s)
        self._stays.append(stay)
        if len(self._stays) == 1:
            loop.call_later(self._slow_s, self._send_on)
        return stay

    def _send_on(self) -> None:
        """Let those who have been there for long go over to the room, and come again for the next."""
        loop = asyncio.get_running_loop()
        while self._stays and (self._stays[0].held is None or self._stays[0].leaves_at <= loop.time()):
            stay = self._stays.popleft()
            if stay.held is not None:
                stay.moving = loop.create_task(self._move(stay), name="slow request")
        if self._stays:
            loop.call_at(self._stays[0].leaves_at, self._send_on)

    async def _move(self, stay: _Stay) -> None:
        """Take a place in the room, and give back the one that is held."""
        await self._room.enter()
        stay.held = self._room
        self._places.leave()
