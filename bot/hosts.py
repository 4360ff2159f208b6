"""One host is asked a few requests at a time, with a pause between their starts; other hosts do not notice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from state import Clock

CONCURRENCY = 2
SPACING_S = 1.0
_MOST_REMEMBERED = 8192


class _Line:
    """Those who want to ask one host: the door lets them to the seats one by one, in their order."""

    def __init__(self, concurrency: int) -> None:
        self.door = asyncio.Lock()
        self.seats = asyncio.Semaphore(concurrency)
        self.free_at: datetime | None = None
        """When the next request may start."""
        self.people = 0
        """How many wait or ask."""


class HostGate:
    """Let requests to each host in: at most `concurrency` at a time, their starts `spacing_s` apart, first come first.

    A host is remembered while somebody waits or asks, and until its pause is over.
    """

    def __init__(self, clock: Clock, concurrency: int = CONCURRENCY, spacing_s: float = SPACING_S) -> None:
        if concurrency < 1 or spacing_s < 0:
            raise ValueError("a host needs at least one request at a time and a pause of zero or more seconds")
        self._clock = clock
        self._concurrency = concurrency
        self._spacing = timedelta(seconds=spacing_s)
        self._host_key = lru_cache(_MOST_REMEMBERED)(host_key)
        self._lines: dict[str, _Line] = {}
        self._pausing: dict[str, None] = {}
        """Hosts that nobody wants to ask, in the order in which the last one left."""

    @property
    def hosts(self) -> int:
        """Count the hosts that are remembered."""
        return len(self._lines)

    @asynccontextmanager
    async def visit(self, url: str) -> AsyncIterator[bool]:
        """Wait for a turn at the address's host, and hold it for the length of the block.

        Gives whether somebody else wants to ask the host too, so that a connection is worth keeping.
        """
        host = self._host_key(url)
        line = self._join(host)
        try:
            await self._enter(line)
            try:
                yield line.people > 1
            finally:
                line.seats.release()
        finally:
            self._leave(host, line)

    async def _enter(self, line: _Line) -> None:
        if not self._spacing:
            await line.seats.acquire()
            return
        async with line.door:
            await self._pause(line)
            await line.seats.acquire()
            line.free_at = self._clock.now() + self._spacing

    async def _pause(self, line: _Line) -> None:
        if line.free_at is None:
            return
        # A wall clock that was set back must not make anybody wait for longer than a pause.
        left = min(line.free_at - self._clock.now(), self._spacing)
        if left > timedelta():
            await self._clock.sleep(left.total_seconds())

    def _join(self, host: str) -> _Line:
        self._forget()
        self._pausing.pop(host, None)
        line = self._lines.get(host)
        if line is None:
            line = self._lines[host] = _Line(self._concurrency)
        line.people += 1
        return line

    def _leave(self, host: str, line: _Line) -> None:
        line.people -= 1
        if not line.people:
            self._pausing[host] = None
        self._forget()

    def _forget(self) -> None:
        """Drop the hosts whose pause is over, up to the first one that is still in its own."""
        if not self._pausing:
            return
        now = self._clock.now()
        while self._pausing:
            host = next(iter(self._pausing))
            free_at = self._lines[host].free_at
            if free_at is not None and now < free_at <= now + self._spacing:
                return
            del self._pausing[host], self._lines[host]


def host_key(url: str) -> str:
    """Give what stands for the server of an address: its host in lower case, with a port that is not the usual one.

    Never raises: an address that cannot be read is its own key.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    host = (parts.hostname or "").removesuffix(".")
    return host if port in (None, 80, 443) else f"{host}:{port}"
