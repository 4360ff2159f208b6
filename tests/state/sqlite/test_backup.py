import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.clock import ManualClock
from state import BackupInvalid, DeliveryState, StateError, StoreBusy, StoreCorrupt, StoreTooNew
from state.sqlite import SqliteStore, backup, open_store, restore, verify
from state.sqlite.migrations import list_steps
from tests.store_records import START, WakeLog, build_subscription, build_told


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "vedette.backup"


@pytest.fixture
async def filled(store: SqliteStore, copy: Path) -> SqliteStore:
    """A store of two items, two alerts, three deliveries and one subscription."""
    copy.parent.mkdir()
    await store.commit_poll(build_told("a", "x:1", "x:2"))
    await store.commit_poll(build_told("b", "x:1"))
    await store.add_subscription(build_subscription("s", origin="U1"))
    return store


def read_files(*paths: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in paths}


def write_files(contents: dict[Path, bytes]) -> None:
    for path, content in contents.items():
        path.write_bytes(content)


async def _read_all(path: Path) -> object:
    store = open_store(path, ManualClock(START), WakeLog(), exclusive=True)
    everything = (
        await store.deliveries(),
        await store.feeds(),
        await store.subscriptions(),
        await store.recent_alerts(9),
    )
    await store.close()
    return everything


def test_backup_when_a_bot_runs_then_whole_verified_and_alone(filled: SqliteStore, path: Path, copy: Path) -> None:
    report = backup(path, copy)
    assert (report.items, report.alerts, report.deliveries, report.subscriptions) == (2, 2, 3, 1)
    assert (report.path, report.size, report.schema) == (copy, copy.stat().st_size, list_steps()[-1])
    assert list(copy.parent.iterdir()) == [copy]
    assert verify(copy) == report


async def test_backup_when_the_bot_keeps_writing_then_it_is_of_one_moment(
    filled: SqliteStore, path: Path, copy: Path
) -> None:
    copying = asyncio.create_task(asyncio.to_thread(backup, path, copy))
    written = 0
    while not copying.done():
        written += 1
        await filled.commit_poll(build_told(f"more-{written}", "x:1"))
    report = await copying
    assert written > 0
    assert (await filled.status()).items == 2 + written
    assert 2 <= report.items <= 2 + written
    assert (report.alerts, report.deliveries) == (report.items, report.items + 1)


def test_backup_when_the_target_exists_then_refused_unless_asked(filled: SqliteStore, path: Path, copy: Path) -> None:
    copy.write_text("precious")
    with pytest.raises(StateError, match="exists: give the backup another name"):
        backup(path, copy)
    assert copy.read_text() == "precious"
    assert backup(path, copy, overwrite=True).items == 2


def test_backup_when_there_is_no_database_then_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="no database"):
        backup(tmp_path / "none.db", tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_backup_when_the_source_is_no_database_then_corrupt_and_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "notes.txt"
    source.write_text("no database " * 100)
    with pytest.raises(StoreCorrupt):
        backup(source, tmp_path / "copy")
    assert list(tmp_path.iterdir()) == [source]


def test_backup_when_the_folder_is_missing_then_says_so(filled: SqliteStore, path: Path, copy: Path) -> None:
    with pytest.raises(StateError, match="cannot write"):
        backup(path, copy.parent / "missing" / "copy")


def test_verify_when_truncated_then_invalid(filled: SqliteStore, path: Path, copy: Path) -> None:
    backup(path, copy)
    copy.write_bytes(copy.read_bytes()[:-8192])
    with pytest.raises(BackupInvalid, match="damaged"):
        verify(copy)


def test_verify_when_bytes_have_changed_then_invalid(filled: SqliteStore, path: Path, copy: Path) -> None:
    backup(path, copy)
    content = copy.read_bytes()
    copy.write_bytes(content[:8192] + b"\xff" * 4096 + content[12288:])
    with pytest.raises(BackupInvalid):
        verify(copy)


def test_verify_when_foreign_or_empty_or_missing_then_invalid(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE users (id)")
    (tmp_path / "empty.db").touch()
    for name, why in [("foreign.db", "another program"), ("empty.db", "empty"), ("missing.db", "no backup")]:
        with pytest.raises(BackupInvalid, match=why):
            verify(tmp_path / name)


async def test_restore_when_the_bot_is_stopped_then_everything_is_as_it_was_and_the_old_file_is_kept(
    filled: SqliteStore, path: Path, copy: Path
) -> None:
    backup(path, copy)
    await filled.commit_poll(build_told("later", "x:1"))
    await filled.close()
    with pytest.raises(StateError, match="--force"):
        restore(copy, path, START)
    report = restore(copy, path, START, force=True)
    kept = path.with_name("vedette.db.before-restore-20241216T090000Z")
    assert (report.kept, report.backup.path, report.backup.items) == (kept, path, 2)
    assert await _read_all(path) == await _read_all(copy)
    assert verify(kept).items == 3


async def test_restore_when_there_was_no_database_then_made(filled: SqliteStore, path: Path, copy: Path) -> None:
    backup(path, copy)
    fresh = copy.parent / "fresh.db"
    assert restore(copy, fresh, START).kept is None
    store = open_store(fresh, ManualClock(START), WakeLog(), exclusive=True)
    assert (await store.status()).deliveries[DeliveryState.PENDING] == 3
    await store.close()


async def test_restore_when_the_old_database_died_with_a_log_then_the_log_does_not_touch_the_new_one(
    filled: SqliteStore, path: Path, copy: Path
) -> None:
    backup(path, copy)
    await filled.commit_poll(build_told("later", "x:1"))
    log = path.with_name("vedette.db-wal")
    remains = read_files(path, log)
    await filled.close()
    write_files(remains)
    report = restore(copy, path, START, force=True)
    assert await _read_all(path) == await _read_all(copy)
    assert report.kept is not None
    assert verify(report.kept).items == 3


async def test_restore_when_a_bot_runs_then_busy_and_nothing_changes(
    filled: SqliteStore, path: Path, copy: Path
) -> None:
    backup(path, copy)
    with pytest.raises(StoreBusy, match="stop it first"):
        restore(copy, path, START, force=True)
    assert (await filled.status()).items == 2


async def test_restore_when_the_backup_is_damaged_then_invalid_and_nothing_changes(
    filled: SqliteStore, path: Path, copy: Path
) -> None:
    backup(path, copy)
    write_files({copy: read_files(copy)[copy][:-4096]})
    await filled.close()
    before = read_files(*sorted(path.parent.glob("*.*")))
    with pytest.raises(BackupInvalid):
        restore(copy, path, START, force=True)
    assert read_files(*sorted(path.parent.glob("*.*"))) == before


async def test_restore_when_the_backup_is_of_a_newer_version_then_too_new(
    filled: SqliteStore, path: Path, copy: Path
) -> None:
    backup(path, copy)
    await filled.close()
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE _sqlite_migrations SET name = '0099_later' WHERE name = ?", [list_steps()[-1]])
        connection.commit()
    with pytest.raises(StoreTooNew):
        restore(copy, path, START, force=True)


@pytest.mark.parametrize("name", ["{name}", "{name}-wal", "{name}-shm", "{name}.lock"])
def test_backup_when_the_target_is_the_database_itself_then_refused_and_nothing_touched(
    filled: SqliteStore, path: Path, name: str
) -> None:
    before = path.stat().st_ino
    with pytest.raises(StateError, match="a file of its own"):
        backup(path, path.parent / name.format(name=path.name), overwrite=True)
    assert path.stat().st_ino == before
