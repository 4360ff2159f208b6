"""The store of one process in its own memory: for tests, replays and a bot that may forget everything."""

from state.memory.archive import Archive
from state.memory.deliveries import Deliveries
from state.memory.feeds import Feeds

__all__ = ["MemoryStore"]


class MemoryStore(Feeds, Deliveries, Archive):
    """`state.ports.Store` without a file. Each method is one step of the event loop, so each is a transaction."""
