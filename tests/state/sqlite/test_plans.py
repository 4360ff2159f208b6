"""What the database does for the statements that run all the time: each must find its rows by an index."""

import sqlite3

import pytest

from state.sql import fill_list, load_statements
from state.sqlite import SqliteStore

CASES = [
    pytest.param("feeds", "claim_due_feeds", ["feed_due"], id="claim due feeds"),
    pytest.param("deliveries", "claim_head", ["delivery_open"], id="claim the head of a line"),
    pytest.param("deliveries", "find_head_due", ["delivery_open"], id="when the head is due"),
    pytest.param("deliveries", "list_due_channels", ["delivery_state"], id="due channels"),
    pytest.param("deliveries", "find_claimed_alert", ["alert_story", "delivery_alert"], id="parent message"),
    pytest.param("deliveries", "list_deliveries_by_state", ["delivery_state"], id="dead letters"),
    pytest.param("items", "list_told_channels", ["PRIMARY KEY"], id="told channels"),
    pytest.param("items", "find_items", ["sqlite_autoindex_item_1"], id="known items"),
    pytest.param("items", "find_aliases", ["PRIMARY KEY"], id="aliases"),
    pytest.param("items", "find_story_keys", ["PRIMARY KEY"], id="story keys"),
    pytest.param("archive", "list_items_since", ["item_seen"], id="items since"),
    pytest.param("archive", "list_versions", ["sqlite_autoindex_item_version_1"], id="versions"),
    pytest.param("archive", "list_alerts", ["item_reprint", "sqlite_autoindex_item_1"], id="recent alerts"),
    pytest.param("archive", "prune_items", ["item_seen", "alert_item", "delivery_alert"], id="prune items"),
    pytest.param("archive", "prune_story_keys", ["story_key_seen"], id="prune keys"),
    pytest.param("archive", "prune_stories", ["item_reprint", "sqlite_autoindex_item_1"], id="prune stories"),
]


@pytest.mark.parametrize(("file", "statement", "indexes"), CASES)
async def test_plan_when_explained_then_it_searches_its_indexes(
    store: SqliteStore, file: str, statement: str, indexes: list[str]
) -> None:
    plan = await _explain(store, load_statements(file)[statement])
    for index in indexes:
        assert any(index in step for step in plan), plan
    assert not any(step.startswith("SCAN feed") and "feed_due" not in step for step in plan), plan
    assert not any(step.startswith(("SCAN delivery", "SCAN item", "SCAN story_key")) for step in plan), plan


@pytest.mark.parametrize(
    ("file", "statement"), [("feeds", "claim_due_feeds"), ("deliveries", "claim_head"), ("archive", "search_items")]
)
async def test_plan_when_rows_are_wanted_in_order_then_nothing_is_sorted(
    store: SqliteStore, file: str, statement: str
) -> None:
    plan = await _explain(store, load_statements(file)[statement])
    assert not any("TEMP B-TREE" in step for step in plan), plan


async def _explain(store: SqliteStore, sql: str) -> list[str]:
    parameters = {
        "limit": 1,
        "lease_s": 1.0,
        "channel": "x:1",
        "alert": "a",
        "state": "dead",
        "needle": "n",
        "item": "i",
    }
    moments = {"moment": 0.0, "before": 0.0, "forget_before": 0.0}
    named = parameters | moments
    listed = next(fill_list(["a"]))

    def explain(connection: sqlite3.Connection) -> list[str]:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", listed if "?" in sql else named)
        return [row["detail"] for row in rows]

    return await store._file.read(explain)
