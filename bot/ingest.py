"""known | decide | commit: take items in, in one transaction, however often the ground moves in between."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.decision import Decision, decide
from rules import Ruleset
from rules.identity import story_keys
from rules.model import Item
from state import FeedRow, PollRecord, StaleRead, Store

TRIES = 5
"""How often a decision is made again when another poll changed what it was based on."""


async def ingest(store: Store, ruleset: Ruleset, row: FeedRow, items: Sequence[Item], record: PollRecord) -> Decision:
    """Commit a poll's record together with what its items change, and give that change.

    Raises StaleRead when another writer got in between each of `TRIES` times, StateError when the store cannot
    be written; nothing is written then.
    """
    for _ in range(TRIES - 1):
        try:
            return await _ingest_once(store, ruleset, row, items, record)
        except StaleRead:
            continue
    return await _ingest_once(store, ruleset, row, items, record)


async def _ingest_once(
    store: Store, ruleset: Ruleset, row: FeedRow, items: Sequence[Item], record: PollRecord
) -> Decision:
    keys = await asyncio.to_thread(_list_keys, items)
    known = await store.known([item.id for item in items], keys)
    # Thousands of items take seconds: on a thread, so that the event loop goes on answering.
    decision = await asyncio.to_thread(decide, row, items, known, ruleset)
    await store.commit_poll(replace(record, items=decision.items, alerts=decision.alerts))
    return decision


def _list_keys(items: Sequence[Item]) -> list[str]:
    return [key for item in items for key in story_keys(item)]
