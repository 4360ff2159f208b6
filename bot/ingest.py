"""known | decide | commit: take items in, in one transaction, however often the ground moves in between."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.decision import Decision, Draft, decide
from rules import Ruleset
from state import FeedRow, PollRecord, StaleRead, Store

TRIES = 5
"""How often a decision is made again when another poll changed what it was based on."""


async def ingest(store: Store, ruleset: Ruleset, row: FeedRow, drafts: Sequence[Draft], record: PollRecord) -> Decision:
    """Commit a poll's record together with what its items change, and give that change.

    Raises StaleRead when another writer got in between each of `TRIES` times, StateError when the store cannot
    be written; nothing is written then.
    """
    for _ in range(TRIES - 1):
        try:
            return await _ingest_once(store, ruleset, row, drafts, record)
        except StaleRead:
            continue
    return await _ingest_once(store, ruleset, row, drafts, record)


async def _ingest_once(
    store: Store, ruleset: Ruleset, row: FeedRow, drafts: Sequence[Draft], record: PollRecord
) -> Decision:
    known = await store.known([each.item.id for each in drafts], [key for each in drafts for key in each.keys])
    # Thousands of items take seconds: on a thread, so that the event loop goes on answering.
    decision = await asyncio.to_thread(decide, row, drafts, known, ruleset)
    await store.commit_poll(replace(record, items=decision.items, alerts=decision.alerts))
    return decision
