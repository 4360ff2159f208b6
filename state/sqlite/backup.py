"""Backups of the database: taken while the bot runs, verified before they count, put back with the old file kept."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from state.errors import BackupInvalid, StateError, StoreCorrupt
from state.sqlite.faults import translated_faults
from state.sqlite.lock import ProcessLock
from state.sqlite.migrations import list_steps, read_schema_version

_COUNTED = ("item", "alert", "delivery", "subscription")


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A verified backup and what is in it."""

    path: Path
    size: int
    """Bytes."""
    schema: str
    """The last step of the schema that it has taken."""
    items: int
    alerts: int
    deliveries: int
    subscriptions: int


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was put back, and where the file that it replaced is kept."""

    backup: BackupReport
    kept: Path | None


def backup(source: Path, target: Path, *, overwrite: bool = False) -> BackupReport:
    """Copy the database at `source`, as it stands at one moment, to `target`; a bot may go on writing meanwhile.

    The copy appears whole and verified, or not at all. Raises StateError when there is nothing to copy or `target`
    exists and is not to be overwritten, StoreFull, StoreCorrupt for a damaged source and BackupInvalid for a copy
    that does not verify.
    """
    if not source.is_file():
        raise StateError(f"there is no database at {source} yet: `vedette run` makes it")
    if _belongs_to(source, target):
        raise StateError(f"{target} is the database itself: give the backup a file of its own")
    with _claimed(target, overwrite=overwrite), _scratch(target) as scratch:
        _copy(source, scratch)
        report = verify(scratch)
        _sync(scratch)
        scratch.replace(target)
    _sync(target.parent)
    return replace(report, path=target)


def _belongs_to(source: Path, target: Path) -> bool:
    """Tell whether a path is the database or one of the files that SQLite and Vedette keep beside it."""
    names = {source.name, *(f"{source.name}{ending}" for ending in ("-wal", "-shm", "-journal", ".lock"))}
    same_folder = target.resolve().parent == source.resolve().parent
    return (same_folder and target.name in names) or (target.exists() and target.samefile(source))


def verify(path: Path) -> BackupReport:
    """Check a backup from end to end. Raises BackupInvalid, or StoreTooNew for a later version's."""
    if not path.is_file():
        raise BackupInvalid(f"there is no backup at {path}")
    try:
        with translated_faults(path), closing(_open_to_read(path)) as connection:
            return _examine(path, connection)
    except StoreCorrupt as error:
        raise BackupInvalid(f"{path} is no usable backup: {error}") from error


def restore(source: Path, store: Path, now: datetime, *, force: bool = False) -> RestoreReport:
    """Put the backup at `source` in the place of the database at `store`.

    A database that is there already is replaced only with `force`, and kept beside under a name that ends in
    `.before-restore-` and `now`. Raises BackupInvalid, StoreTooNew, StoreBusy while a bot runs on `store`, and
    StateError without `force`.
    """
    verify(source)
    lock = ProcessLock.take(store)
    try:
        if store.exists() and not force:
            raise StateError(f"{store} exists: use --force to replace it (it is kept beside)")
        with _scratch(store) as scratch:
            _copy(source, scratch)
            report = verify(scratch)
            _sync(scratch)
            kept = _put_aside(store, now)
            scratch.replace(store)
        _sync(store.parent)
    finally:
        lock.release()
    return RestoreReport(replace(report, path=store), kept)


def _copy(source: Path, target: Path) -> None:
    with translated_faults(source), closing(_open_to_read(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        # One file that needs nothing beside it; whoever opens it as a store gives it its write-ahead log again.
        new.execute("PRAGMA journal_mode = DELETE")


def _examine(path: Path, connection: sqlite3.Connection) -> BackupReport:
    complaints = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    if complaints != ["ok"]:
        raise BackupInvalid(f"{path} is damaged: {'; '.join(complaints)}")
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise BackupInvalid(f"{path} is damaged: rows refer to others that are missing")
    version = read_schema_version(Database(connection, recursive_triggers=False, execute_plugins=False), path)
    if version == 0:
        raise BackupInvalid(f"{path} is an empty database, not a Vedette backup")
    counts = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in _COUNTED}  # noqa: S608 - fixed names
    return BackupReport(
        path=path,
        size=path.stat().st_size,
        schema=list_steps()[version - 1],
        items=counts["item"],
        alerts=counts["alert"],
        deliveries=counts["delivery"],
        subscriptions=counts["subscription"],
    )


def _open_to_read(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10.0)


def _put_aside(store: Path, now: datetime) -> Path | None:
    """Rename a database with what belongs to it; its log goes first, lest it be taken for the new file's."""
    if not store.exists():
        return None
    kept = store.with_name(f"{store.name}.before-restore-{now:%Y%m%dT%H%M%SZ}")
    if kept.exists():
        raise StateError(f"{kept} exists: wait a second and try again")
    for suffix in ("-wal", "-shm", ""):
        part = store.with_name(f"{store.name}{suffix}")
        if part.exists():
            part.rename(kept.with_name(f"{kept.name}{suffix}"))
    return kept


@contextmanager
def _claimed(target: Path, *, overwrite: bool) -> Iterator[None]:
    """Hold the name of a file that must not exist yet; an empty file keeps the place until it is replaced."""
    if overwrite:
        yield
        return
    try:
        target.touch(exist_ok=False)
    except FileExistsError:
        raise StateError(f"{target} exists: give the backup another name, or use --force") from None
    except OSError as error:
        raise StateError(f"cannot write {target}: {error.strerror}") from error
    try:
        yield
    except BaseException:
        target.unlink(missing_ok=True)
        raise


@contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    """Give a name beside the target for unfinished work, and leave nothing there."""
    scratch = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield scratch
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            scratch.with_name(f"{scratch.name}{suffix}").unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Bring a file or a folder to the disk; Windows does so for neither folders nor files open to read only."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
