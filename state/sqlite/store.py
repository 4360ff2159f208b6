"""The store on one SQLite file."""

from pathlib import Path

from state.ports import Clock, Wakes
from state.sqlite.archive import Archive
from state.sqlite.deliveries import Deliveries
from state.sqlite.feeds import Feeds
from state.sqlite.file import DatabaseFile
from state.sqlite.troubles import Troubles
from state.sqlite.websub import HubLeases

BUSY_TIMEOUT_S = 10.0
"""How long a transaction waits for another process's before it is given up."""


class SqliteStore(Feeds, Troubles, Deliveries, Archive, HubLeases):
    """`state.ports.Store` on an open file; `open_store` makes one."""


def open_store(
    path: Path,
    clock: Clock,
    wakes: Wakes,
    *,
    exclusive: bool = False,
    busy_timeout_s: float = BUSY_TIMEOUT_S,
) -> SqliteStore:
    """Open the database at `path`, making or updating it where needed.

    `exclusive` is for the process that runs the bot: it refuses while another has the file so. Others open beside
    it, for questions and small changes. Raises StoreBusy, StoreCorrupt, StoreTooNew or, for a file that cannot be
    opened, StateError.
    """
    return SqliteStore(DatabaseFile(path, clock, exclusive=exclusive, busy_timeout_s=busy_timeout_s), wakes)
