import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from adapters.clock import ManualClock
from rules.model import FeedId
from state import StateError, StoreBusy, StoreFull
from state.sqlite import SqliteStore, open_store
from tests.store_records import WakeLog, at, build_item, build_match, build_poll, build_record, build_told

WRITTEN = ("item", "item_version", "match", "story", "story_channel", "story_key", "alert", "delivery")


@contextmanager
def looking(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file as another program would."""
    with closing(sqlite3.connect(path)) as connection:
        yield connection
        connection.commit()


def count_rows(path: Path) -> dict[str, int]:
    with looking(path) as connection:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in WRITTEN}


@pytest.mark.parametrize("table", ["item", "story", "story_channel", "story_key", "match", "alert", "delivery"])
async def test_commit_when_it_fails_in_the_middle_then_nothing_is_written_or_woken(
    store: SqliteStore, path: Path, wakes: WakeLog, table: str
) -> None:
    with looking(path) as connection:
        connection.execute(f"CREATE TRIGGER broken AFTER INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END")
    before = await store.feed(FeedId("wire"))
    with pytest.raises(StateError, match="broken"):
        await store.commit_poll(build_told("a", "x:1"))
    assert count_rows(path) == dict.fromkeys(WRITTEN, 0)
    assert await store.feed(FeedId("wire")) == before
    assert wakes.take() == []
    with looking(path) as connection:
        connection.execute("DROP TRIGGER broken")
    await store.commit_poll(build_told("a", "x:1"))
    assert wakes.take() == [("drain", "x:1")]


async def test_commit_when_done_then_another_process_sees_all_of_it(store: SqliteStore, path: Path) -> None:
    await store.commit_poll(build_told("a", "x:1", "x:2"))
    expected = dict.fromkeys(WRITTEN, 1) | {"item_version": 0, "story_channel": 2, "delivery": 2}
    assert count_rows(path) == expected


async def test_commit_when_edited_then_every_version_and_its_matches_are_kept(store: SqliteStore, path: Path) -> None:
    for version in (1, 2, 3):
        item = build_item("a", version, title=f"Toll {version}")
        await store.commit_poll(build_poll(build_record(item, matches=(build_match(),))))
    with looking(path) as connection:
        old = connection.execute("SELECT version, title FROM item_version ORDER BY version").fetchall()
        new = connection.execute("SELECT version, title FROM item").fetchall()
        matches = connection.execute("SELECT version, rule, evidence FROM match ORDER BY version").fetchall()
    assert old == [(1, "Toll 1"), (2, "Toll 2")]
    assert new == [(3, "Toll 3")]
    assert [(version, rule) for version, rule, _ in matches] == [(number, "casualties") for number in (1, 2, 3)]
    assert '"start":31,"end":44,"term":"several dozen"' in matches[0][2]


async def test_prune_when_items_go_then_no_row_of_theirs_is_left(
    store: SqliteStore, path: Path, clock: ManualClock
) -> None:
    await store.commit_poll(build_told("a"))
    await store.commit_poll(build_poll(build_record(build_item("a", 2))))
    await clock.advance(60)
    assert await store.prune(at(30)) == 1
    left = {table: number for table, number in count_rows(path).items() if number}
    assert left == {"story": 1, "story_key": 1}


async def test_write_when_the_disk_is_full_then_store_full_and_nothing_of_it_is_written(
    store: SqliteStore, path: Path
) -> None:
    # The limit belongs to a connection, so it is set on the store's own.
    await store._file.read(lambda connection: connection.execute("PRAGMA max_page_count = 60").fetchall())
    big = build_item("big", text="x" * 400_000)
    with pytest.raises(StoreFull, match="free disk space"):
        await store.commit_poll(build_poll(build_record(build_item("a")), build_record(big)))
    assert count_rows(path)["item"] == 0
    await store.commit_poll(build_poll(build_record(build_item("a"))))
    assert count_rows(path)["item"] == 1


async def test_write_when_another_process_holds_the_file_too_long_then_busy(path: Path, clock: ManualClock) -> None:
    store = open_store(path, clock, WakeLog(), exclusive=True, busy_timeout_s=0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="stayed locked"):
            await store.sync_feeds([])
        assert await store.feeds() == ()
        other.execute("ROLLBACK")
    await store.sync_feeds([])
    await store.close()


async def test_pragmas_when_open_then_nothing_committed_is_lost_and_references_hold(store: SqliteStore) -> None:
    def read(connection: sqlite3.Connection) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}

    full = 2
    assert await store._file.read(read) == {"journal_mode": "wal", "synchronous": full, "foreign_keys": 1}
