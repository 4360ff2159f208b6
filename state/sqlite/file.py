"""One database file, one connection, one thread: every transaction of the store goes through `DatabaseFile`."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from state.errors import StateError
from state.ports import Clock
from state.sqlite.columns import from_moment
from state.sqlite.faults import translated_faults
from state.sqlite.lock import ProcessLock
from state.sqlite.migrations import MIGRATIONS, list_steps, read_schema_version

T = TypeVar("T")

_OLDEST_SQLITE = (3, 35, 0)
"""RETURNING came with it: https://www.sqlite.org/lang_returning.html"""

# Pages that do not fit into the cache come from the system's own, which costs nothing measurable at 4 MB instead of 32
# (`python -m tests.bench store`), while the process needs 26 MB less (`python -m tests.bench tls`).
_PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -4000",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA journal_size_limit = 67108864",
)


class DatabaseFile:
    """An open Vedette database. Whoever makes one calls `close` in the end."""

    def __init__(self, path: Path, clock: Clock, *, exclusive: bool, busy_timeout_s: float) -> None:
        """Open or create the file. Raises StateError; StoreBusy when `exclusive` and another process has it."""
        self.path = path
        self.clock = clock
        self._moment = clock.now()
        self._busy_timeout_s = busy_timeout_s
        self._lock: ProcessLock | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._closed = False
        try:
            _make_folder(path)
            if exclusive:
                self._lock = ProcessLock.take(path)
            self._database = self._thread.submit(self._open).result()
        except StateError:
            self._release()
            raise

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` on the store's thread with one unchanging view of the file."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transact, "BEGIN", work)

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` on the store's thread as one transaction: all of it is written when this returns, or nothing."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transact, "BEGIN IMMEDIATE", work)

    async def close(self) -> None:
        """Close the connection and let others have the file; closing twice does nothing."""
        if not self._closed:
            self._closed = True
            await asyncio.get_running_loop().run_in_executor(self._thread, self._finish)
            self._release()

    def _transact(self, begin: str, work: Callable[[sqlite3.Connection], T]) -> T:
        self._moment = self.clock.now()
        connection = self._database.conn
        with translated_faults(self.path):
            connection.execute(begin)
            try:
                result = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                self._database.rollback()
                raise
        return result

    def _open(self) -> Database:
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            raise StateError(
                f"this Python has SQLite {sqlite3.sqlite_version}, Vedette needs 3.35 or newer: use another Python"
            )
        with translated_faults(self.path):
            connection = sqlite3.connect(
                self.path, timeout=self._busy_timeout_s, isolation_level=None, cached_statements=256
            )
            try:
                return self._prepare(connection)
            except BaseException:
                connection.close()
                raise

    def _prepare(self, connection: sqlite3.Connection) -> Database:
        database = Database(connection, recursive_triggers=False, execute_plugins=False)
        # Before anything else is touched: the file may be another program's.
        version = read_schema_version(database, self.path)
        if (mode := connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]) != "wal":
            raise StateError(f"{self.path} cannot have a write-ahead log (but {mode}): put it on a local disk")
        if version < len(list_steps()):
            self._migrate(database)  # before foreign keys are enforced: a step may make a table anew
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        connection.create_function("now_epoch", 0, self._now_epoch)
        connection.row_factory = sqlite3.Row
        return database

    def _migrate(self, database: Database) -> None:
        """Bring the schema up to date, with no other process on the file."""
        if self._lock is not None:
            MIGRATIONS.apply(database)
            return
        lock = ProcessLock.take(self.path)
        try:
            MIGRATIONS.apply(database)
        finally:
            lock.release()

    def _now_epoch(self) -> float:
        return from_moment(self._moment)

    def _finish(self) -> None:
        with translated_faults(self.path):
            self._database.close()

    def _release(self) -> None:
        self._thread.shutdown(wait=False)
        if self._lock is not None:
            self._lock.release()


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StateError(f"cannot make the folder {path.parent}: {error.strerror}") from error
