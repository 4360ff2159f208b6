"""What the store knows of a poll's items, read in one transaction."""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator

from rules.model import ItemId, StoryId
from state.rows import Known, KnownItem, StoryKey
from state.sql import fill_list, load_statements
from state.sqlite.columns import to_item, to_subscription

_SQL = load_statements("items")
_ARCHIVE = load_statements("archive")


def read_known(connection: sqlite3.Connection, names: Collection[ItemId], keys: Collection[str]) -> Known:
    """Read all that a decision about items of these names and story keys needs, within an open transaction."""
    aliases = {ItemId(row["alias"]): ItemId(row["item"]) for row in _find_all(connection, "find_aliases", names)}
    rows = _find_all(connection, "find_items", {*names, *aliases.values()})
    items = [KnownItem(to_item(row), StoryId(row["story"]), bool(row["alerted"])) for row in rows]
    owned = _find_all(connection, "find_story_keys", keys)
    owners = [StoryKey(row["key"], StoryId(row["story"]), bool(row["alerted"])) for row in owned]
    channels: defaultdict[StoryId, set[str]] = defaultdict(set)
    for row in _find_all(connection, "list_told_channels", {each.story for each in owners if each.alerted}):
        channels[StoryId(row["story"])].add(row["channel"])
    return Known(
        {each.item.id: each for each in items},
        {each.key: each for each in owners},
        {story: frozenset(each) for story, each in channels.items()},
        tuple(map(to_subscription, connection.execute(_ARCHIVE["list_subscriptions"]))),
        aliases,
    )


def _find_all(connection: sqlite3.Connection, statement: str, values: Collection[str]) -> Iterator[sqlite3.Row]:
    """Give the rows of a statement with a list parameter, run as often as the list needs."""
    return (row for parameters in fill_list(values) for row in connection.execute(_SQL[statement], parameters))
