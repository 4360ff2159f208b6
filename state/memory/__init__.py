"""The store of one process in its own memory: for tests, replays and a bot that may forget everything."""

from state.memory.archive import Archive
from state.memory.deliveries import Deliveries
from state.memory.websub import HubLeases

__all__ = ["MemoryStore"]


class MemoryStore(HubLeases, Deliveries, Archive):
    """`state.ports.Store` without a file. Each method is one step of the event loop, so each is a transaction."""
