"""known | decide | commit: take items in, in one transaction, however often the ground moves in between."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.decision import Decision, Draft, decide
from rules import Ruleset
from state import FeedRow, PollRecord, StaleRead, Store

Conclude = Callable[[Decision], PollRecord]
"""Gives what else a poll writes down, once it is decided; its items and alerts are put in from the decision."""

TRIES = 5
"""How often a decision is made again when another poll changed what it was based on."""


async def ingest(store: Store, ruleset: Ruleset, row: FeedRow, drafts: Sequence[Draft], conclude: Conclude) -> Decision:
    """Commit a poll's conclusion together with what its items change, and give that change.

    Raises StaleRead when another writer got in between each of `TRIES` times, StateError when the store cannot
    be written; nothing is written then.
    """
    for _ in range(TRIES - 1):
        try:
            return await _ingest_once(store, ruleset, row, drafts, conclude)
        except StaleRead:
            continue
    return await _ingest_once(store, ruleset, row, drafts, conclude)


async def _ingest_once(
    store: Store, ruleset: Ruleset, row: FeedRow, drafts: Sequence[Draft], conclude: Conclude
) -> Decision:
    known = await store.known([each.item.id for each in drafts], [key for each in drafts for key in each.keys])
    # Thousands of items take seconds: on a thread, so that the event loop goes on answering.
    decision = await asyncio.to_thread(decide, row, drafts, known, ruleset)
    await store.commit_poll(replace(conclude(decision), items=decision.items, alerts=decision.alerts))
    return decision
