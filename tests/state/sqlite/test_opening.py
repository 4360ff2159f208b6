import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.clock import ManualClock
from state import StateError, StoreBusy, StoreCorrupt, StoreTooNew
from state.sqlite import SqliteStore, open_store
from tests.store_records import START, WakeLog, build_spec, build_told

HOLDER = """
import sys
from pathlib import Path
from adapters.clock import SystemClock
from state.sqlite import open_store
from tests.store_records import WakeLog
store = open_store(Path(sys.argv[1]), SystemClock(), WakeLog(), exclusive=True)
print("open", flush=True)
sys.stdin.read()
"""


async def test_open_when_the_folder_is_missing_then_made(tmp_path: Path, clock: ManualClock) -> None:
    store = open_store(tmp_path / "new" / "folder" / "vedette.db", clock, WakeLog(), exclusive=True)
    assert (await store.status()).items == 0
    await store.close()


async def test_open_when_closed_before_then_everything_is_there(
    store: SqliteStore, path: Path, clock: ManualClock
) -> None:
    await store.commit_poll(build_told("a", "x:1"))
    before = await store.deliveries(), await store.feeds(), await store.status()
    await store.close()
    again = open_store(path, clock, WakeLog(), exclusive=True)
    assert (await again.deliveries(), await again.feeds(), await again.status()) == before
    await again.close()


async def test_open_when_another_store_has_it_exclusively_then_busy_with_its_process(
    store: SqliteStore, path: Path, clock: ManualClock
) -> None:
    with pytest.raises(StoreBusy, match=r"process \d+: stop it first"):
        open_store(path, clock, WakeLog(), exclusive=True)


def test_open_when_another_process_is_killed_then_free_at_once(path: Path, clock: ManualClock) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StoreBusy, match=f"process {holder.pid}: stop it first"):
            open_store(path, clock, WakeLog(), exclusive=True)
        holder.kill()
    asyncio.run(open_store(path, clock, WakeLog(), exclusive=True).close())


async def test_open_when_a_bot_runs_then_others_read_and_write_beside_it(
    store: SqliteStore, path: Path, clock: ManualClock
) -> None:
    beside = open_store(path, clock, WakeLog())
    await store.commit_poll(build_told("a", "x:1"))
    assert (await beside.status()).items == 1
    await beside.sync_feeds([build_spec("other")])
    assert [row.id for row in await store.feeds()] == ["other"]
    await beside.close()


async def test_open_when_the_file_is_fresh_and_the_lock_is_taken_then_busy(path: Path, clock: ManualClock) -> None:
    first = open_store(path, clock, WakeLog(), exclusive=True)
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM _sqlite_migrations")
    connection.commit()
    connection.close()
    with pytest.raises(StoreBusy):
        open_store(path, clock, WakeLog())
    await first.close()


@pytest.mark.parametrize("content", [b"no database at all, but long enough to look at" * 40, b"\x00" * 4096])
def test_open_when_the_file_is_no_database_then_corrupt_and_untouched(
    path: Path, clock: ManualClock, content: bytes
) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreCorrupt, match="not a SQLite database"):
        open_store(path, clock, WakeLog(), exclusive=True)
    assert path.read_bytes() == content


@pytest.mark.parametrize("table", ["CREATE TABLE users (id)", "CREATE TABLE meta (k)"])
def test_open_when_it_is_another_programs_database_then_corrupt_and_untouched(
    path: Path, clock: ManualClock, table: str
) -> None:
    connection = sqlite3.connect(path)
    connection.execute(table)
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreCorrupt, match="another program"):
        open_store(path, clock, WakeLog(), exclusive=True)
    assert path.read_bytes() == before


async def test_open_when_pages_are_damaged_then_corrupt(store: SqliteStore, path: Path, clock: ManualClock) -> None:
    for number in range(50):
        await store.commit_poll(build_told(f"i{number}", "x:1"))
    await store.close()
    _damage(path)
    with pytest.raises(StoreCorrupt, match="restore a backup"):
        open_store(path, clock, WakeLog(), exclusive=True)


async def test_open_when_written_by_a_newer_version_then_too_new(
    store: SqliteStore, path: Path, clock: ManualClock
) -> None:
    await store.close()
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('vedette', '0099_later', '')"
    )
    connection.commit()
    connection.close()
    with pytest.raises(StoreTooNew, match=r"0099_later.*update this one"):
        open_store(path, clock, WakeLog(), exclusive=True)


def test_open_when_the_path_is_a_folder_then_says_so(tmp_path: Path, clock: ManualClock) -> None:
    with pytest.raises(StateError, match="cannot open"):
        open_store(tmp_path, clock, WakeLog())


async def test_close_when_called_twice_then_nothing_happens(path: Path) -> None:
    store = open_store(path, ManualClock(START), WakeLog(), exclusive=True)
    await store.close()
    await store.close()


def _damage(path: Path) -> None:
    """Leave nothing but the first page."""
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
