"""What one poll changes, written in batches within one transaction."""

import sqlite3
from collections.abc import Iterator, Sequence

from state.errors import NotFound, StaleRead
from state.rows import AlertRecord, ItemRecord, PollRecord
from state.sql import load_statements
from state.sqlite.columns import (
    ITEM_COLUMNS,
    Row,
    from_alert,
    from_evidence,
    from_item,
    from_learnt,
    from_moment,
    from_repeats,
    from_visit,
)
from state.sqlite.troubles import write_troubles

_FEEDS = load_statements("feeds")
_SQL = load_statements("items")


def write_poll(connection: sqlite3.Connection, record: PollRecord) -> None:
    """Write a poll within an open transaction. Raises NotFound or StaleRead; the caller rolls back."""
    settled = connection.execute(
        _FEEDS["settle_polled"],
        from_visit(record.visit)
        | {
            "id": record.feed,
            "next_poll_at": from_moment(record.next_poll_at),
            "etag": record.etag,
            "last_modified": record.last_modified,
            "learnt": from_learnt(record.learnt),
            "repeats": from_repeats(record.repeats),
        },
    )
    if settled.rowcount == 0:
        raise NotFound(f"no feed has the id {record.feed!r}")
    write_troubles(connection, record.feed, record.visit)
    write_news(connection, record.items, record.alerts)


def write_news(connection: sqlite3.Connection, items: Sequence[ItemRecord], alerts: Sequence[AlertRecord]) -> None:
    """Write items and alerts within an open transaction. Raises StaleRead; the caller rolls back."""
    if items:
        _write_items(connection, items)
    if alerts:
        _write_alerts(connection, alerts)


def _write_items(connection: sqlite3.Connection, records: Sequence[ItemRecord]) -> None:
    _add_items(connection, [from_item(record) for record in records if record.item.version == 1])
    for record in records:
        if record.item.version != 1:
            _replace_item(connection, record)
    connection.executemany(_SQL["touch_story"], {(record.story,) for record in records})
    _take_keys(connection, records)
    aliases = [(alias, record.item.id) for record in records for alias in record.aliases]
    connection.executemany(_SQL["take_alias"], aliases)
    if matches := list(_list_matches(records)):
        connection.executemany(_SQL["add_match"], matches)


def _add_items(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    if rows and connection.executemany(_SQL["add_item"], rows).rowcount != len(rows):
        raise StaleRead("one of the new items is stored by now")


def _replace_item(connection: sqlite3.Connection, record: ItemRecord) -> None:
    row = dict(zip(ITEM_COLUMNS, from_item(record), strict=True))
    if connection.execute(_SQL["keep_version"], row).rowcount != 1:
        raise StaleRead(f"version {record.item.version} of item {record.item.id!r} does not follow the newest one")
    connection.execute(_SQL["replace_item"], row)


def _take_keys(connection: sqlite3.Connection, records: Sequence[ItemRecord]) -> None:
    rows = [(key, record.story, from_moment(record.item.seen_at)) for record in records for key in record.keys]
    if rows and connection.executemany(_SQL["take_story_key"], rows).rowcount != len(rows):
        raise StaleRead("one of the story keys belongs to another story by now")


def _list_matches(records: Sequence[ItemRecord]) -> Iterator[Row]:
    return (
        (
            record.item.id,
            record.item.version,
            match.rule,
            match.title,
            match.severity.value,
            from_evidence(match.evidence),
        )
        for record in records
        for match in record.matches
    )


def _write_alerts(connection: sqlite3.Connection, alerts: Sequence[AlertRecord]) -> None:
    rows = [from_alert(alert) for alert in alerts]
    connection.executemany(_SQL["add_alert"], rows)
    connection.executemany(_SQL["add_story"], rows)
    deliveries = [
        {
            "id": each.id,
            "alert": alert.id,
            "story": alert.story,
            "subscription": each.subscription,
            "channel": each.channel,
        }
        for alert in alerts
        for each in alert.deliveries
    ]
    connection.executemany(_SQL["add_delivery"], deliveries)
    connection.executemany(_SQL["add_story_channel"], deliveries)
