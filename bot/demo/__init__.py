"""The demo: a sample wire on a clock that leaps over dead time, for the real application to read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.demo.clock import Itinerary, WarpClock, pace_at
from bot.demo.closing import closing_lines
from bot.demo.expected import ExpectedAlert, expected_alerts
from bot.demo.readers import Readers
from bot.demo.server import WireServer
from bot.demo.subscriptions import SUBSCRIPTIONS
from bot.demo.wire import Wire, load_wire
from state import FeedSpec, Subscription

__all__ = ["Demo", "ExpectedAlert", "WarpClock", "Wire", "closing_lines", "expected_alerts", "load_wire", "open_demo"]


@dataclass(frozen=True, slots=True)
class Demo:
    """What an application needs to read the sample wire. Its store must be a fresh one, on `clock`."""

    wire: Wire
    clock: WarpClock
    base: str
    """The address of the sample wire."""
    feeds: tuple[FeedSpec, ...]
    subscriptions: tuple[Subscription, ...]


@asynccontextmanager
async def open_demo(speed: float = 1.0) -> AsyncIterator[Demo]:
    """Serve the sample wire for as long as the block lasts; `demo.clock.wait_finished()` tells when it has ended."""
    wire = load_wire()
    readers = Readers(wire)
    clock = WarpClock(Itinerary(wire.moments, pace_at(speed)), is_read=readers.have_all)
    async with WireServer(wire, clock, readers) as server:
        yield Demo(wire, clock, server.base, server.feeds, SUBSCRIPTIONS)
