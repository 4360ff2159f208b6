"""The database's errors in the words of `state.errors`."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from state.errors import StateError, StoreBusy, StoreCorrupt, StoreFull


@contextmanager
def translated_faults(path: Path) -> Iterator[None]:
    """Raise what SQLite reports of the file at `path` as a StateError that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(path, error) from error


def _translate(path: Path, error: sqlite3.Error) -> StateError:
    # Extended result codes carry the primary one in their low byte: https://www.sqlite.org/rescode.html
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    match code:
        case sqlite3.SQLITE_FULL:
            return StoreFull(f"no room to write {path}: free disk space (nothing of this step was written)")
        case sqlite3.SQLITE_CORRUPT:
            return StoreCorrupt(f"{path} is damaged: restore a backup with `vedette restore`")
        case sqlite3.SQLITE_NOTADB:
            return StoreCorrupt(f"{path} is not a SQLite database: move it away, or give `store` another path")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusy(f"{path} stayed locked by another process: end what holds it, then try again")
        case sqlite3.SQLITE_CANTOPEN:
            return StateError(f"cannot open {path}: check that its folder exists and may be written")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return StateError(f"{path} may not be written: check the permissions of the file and its folder")
        case sqlite3.SQLITE_IOERR:
            return StateError(f"the disk failed under {path} ({error}): check it and the free space")
        case _:
            return StateError(f"{path}: {error}")
