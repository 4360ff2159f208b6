"""The store's own write path beside bare executemany, and how fast deliveries are claimed and settled.

All sides write the same polls of 20 new items in turn, each on a file of its own with the same pragmas and one
transaction a poll, so that all wait for the same disk. The product looks up what is known, as the poller does, hops
to its thread, makes rows of its values, writes every table and commits; folded text comes with the item, as it does
from the parser's entries, whose hash and story keys need it anyway. "items" inserts the finished item rows into one table
with a unique id; "all rows" inserts finished rows into all the tables and indexes that the product fills.
"""

import asyncio
import hashlib
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from adapters.clock import SystemClock
from rules.identity import content_hash, read_wording, story_keys
from rules.model import FeedId, ItemId, StoryId
from state import ItemRecord, PollRecord
from state.sqlite import SqliteStore, open_store
from state.sqlite.columns import ITEM_COLUMNS, from_evidence, from_item
from tests.store_records import START, WakeLog, build_item, build_match, build_spec, build_told

ITEMS = 20
POLLS = 300
WARM_UP = 20
DELIVERIES = 400
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "cache_size = -32000", "wal_autocheckpoint = 4000")
SENTENCES = (
    "Officials in Washington said on Monday that several dozen soldiers were killed or wounded near the border.",
    "За даними розвідки, на цьому напрямку загинули близько двохсот військових, ще стільки ж поранено.",
    "국가정보원은 지금까지 사상자가 최소 천 명을 넘는 것으로 보고 있다고 국회에 밝혔다.",
    "Ведомство не назвало имён, но подтвердило, что подразделение выведено с передовой для пополнения.",
)
Rows = dict[str, list[tuple[object, ...]]]


@dataclass(slots=True)
class Side:
    """The times of one side, per poll."""

    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Time one poll."""
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        yield
        self.cpu_s.append(time.process_time() - cpu_s)
        self.wall_s.append(time.perf_counter() - wall_s)

    def median_s(self) -> tuple[float, float]:
        """Give the medians of wall and CPU time after the warm-up."""
        return statistics.median(self.wall_s[WARM_UP:]), statistics.median(self.cpu_s[WARM_UP:])


def run() -> None:
    """Print items/s as ratios to bare executemany, and deliveries/s."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_run(Path(folder)))


async def _run(folder: Path) -> None:
    store = open_store(folder / "product.db", SystemClock(), WakeLog(), exclusive=True)
    await store.sync_feeds([build_spec()])
    items, tables = _open_items(folder / "items.db"), await _open_tables(folder / "tables.db")
    product, bare = Side(), {"all rows": Side(), "items": Side()}
    for poll in range(POLLS):
        records = _make_records(poll)
        rows = _make_rows(records)
        with product.timed():
            await _write_product(store, records)
        with bare["items"].timed():
            _write_bare(items, {"item": rows["item"]})
        with bare["all rows"].timed():
            _write_bare(tables, rows)
    _print_items(product, bare)
    await _measure_deliveries(store, items)
    items.close()
    tables.close()
    await store.close()


def _make_records(poll: int) -> list[ItemRecord]:
    """Make one poll's new items, about 900 bytes of text each; one in ten matches a rule."""
    names = (_make_name(f"{poll}/{number}") for number in range(ITEMS))
    return [_make_record(name, number, START + timedelta(seconds=poll)) for number, name in enumerate(names)]


def _make_record(name: str, number: int, seen_at: datetime) -> ItemRecord:
    lead = SENTENCES[number % len(SENTENCES)]
    text = " ".join([lead] * 7)[:850]
    item = build_item(name, title=f"{lead[:70]} ({name})", text=text, seen_at=seen_at)
    wording = read_wording(item.title, item.text)
    item = replace(item, content_hash=content_hash(wording))
    matches = (build_match(),) if number % 10 == 0 else ()
    keys = story_keys(item.canonical_link, wording)
    aliases = (_make_name(f"link {name}"), _make_name(f"headline {name}"))
    return ItemRecord(item, StoryId(name), keys, matches, "0f1e2d3c4b5a", wording, aliases)


def _make_name(of: str) -> ItemId:
    """Make a name as `rules.recognition.read_signs` does: all of one feed stand side by side."""
    return ItemId("5f0c" + hashlib.blake2b(of.encode(), digest_size=8).hexdigest())


def _make_rows(records: list[ItemRecord]) -> Rows:
    """Make the finished rows of a poll in the order of the tables' columns."""
    return {
        "item": [from_item(record) for record in records],
        "story_key": [
            (key, record.story, record.item.seen_at.timestamp()) for record in records for key in record.keys
        ],
        "match": [
            (record.item.id, 1, match.rule, match.title, match.severity.value, from_evidence(match.evidence))
            for record in records
            for match in record.matches
        ],
        "item_alias": [(alias, record.item.id) for record in records for alias in record.aliases],
    }


async def _write_product(store: SqliteStore, records: list[ItemRecord]) -> None:
    names = [name for each in records for name in (each.item.id, *each.aliases)]
    known = await store.known(names, [key for each in records for key in each.keys])
    assert not known.items
    assert not known.keys
    await store.commit_poll(PollRecord(FeedId("wire"), None, None, START + timedelta(minutes=5), tuple(records)))


def _write_bare(connection: sqlite3.Connection, rows: Rows) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for table, finished in rows.items():
        columns = f"({', '.join(ITEM_COLUMNS)})" if table == "item" else ""
        places = ", ".join("?" * len(finished[0]))
        connection.executemany(f"INSERT INTO {table} {columns} VALUES ({places})", finished)
    connection.execute("COMMIT")


def _open_bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _open_items(path: Path) -> sqlite3.Connection:
    connection = _open_bare(path)
    columns = ", ".join(ITEM_COLUMNS[1:])
    connection.execute(f"CREATE TABLE item (line INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, {columns})")
    return connection


async def _open_tables(path: Path) -> sqlite3.Connection:
    await open_store(path, SystemClock(), WakeLog(), exclusive=True).close()
    return _open_bare(path)


def _print_items(product: Side, bare: dict[str, Side]) -> None:
    product_wall_s, product_cpu_s = product.median_s()
    print(f"product   {ITEMS / product_wall_s:8,.0f} items/s, {product_cpu_s / ITEMS * 1e6:5.1f} us CPU an item")
    for name, side in bare.items():
        wall_s, cpu_s = side.median_s()
        print(
            f"{name:9} {ITEMS / wall_s:8,.0f} items/s, {cpu_s / ITEMS * 1e6:5.1f} us CPU an item; "
            f"product / {name}: {wall_s / product_wall_s:.2f}x wall, {cpu_s / product_cpu_s:.2f}x CPU"
        )


async def _measure_deliveries(store: SqliteStore, bare: sqlite3.Connection) -> None:
    """Claim and settle one delivery after another, beside two bare one-row transactions for each."""
    for number in range(DELIVERIES):
        await store.commit_poll(build_told(f"told-{number}", f"x:{number % 50}"))
    product, plain = Side(), Side()
    for number in range(DELIVERIES):
        with product.timed():
            claim = await store.claim_delivery(f"x:{number % 50}", 60.0)
            assert claim is not None
            await store.settle_sent(claim.delivery, "m")
        with plain.timed():
            for state in ("sending", "sent"):
                bare.execute("BEGIN IMMEDIATE")
                bare.execute("UPDATE item SET ruleset = ? WHERE line = ?", (state, number + 1))
                bare.execute("COMMIT")
    (wall_s, cpu_s), (plain_wall_s, plain_cpu_s) = product.median_s(), plain.median_s()
    print(
        f"deliveries {1 / wall_s:,.0f}/s claimed and settled, {cpu_s * 1e6:.0f} us CPU each; two bare updates: "
        f"{1 / plain_wall_s:,.0f}/s; product / bare: {plain_wall_s / wall_s:.2f}x wall, {plain_cpu_s / cpu_s:.2f}x CPU"
    )


if __name__ == "__main__":
    run()
