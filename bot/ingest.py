"""known | decide | commit: take items in, in one transaction, however often the ground moves in between.

Where articles are read, that is asked for by a first decision, and a second one is made with them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.decision import Decision, decide
from bot.drafts import Draft
from rules import Ruleset
from state import FeedRow, PollRecord, PushRecord, StaleRead, Store

Conclude = Callable[[Decision], PollRecord | PushRecord]
"""Gives what else a poll or push writes down, once it is decided; items and alerts are put in from the decision."""

Enrich = Callable[[Sequence[Draft], Decision], Awaitable[Sequence[Draft]]]
"""Gives drafts what more can be said of those that are new and flagged, as a first decision shows."""

TRIES = 5
"""How often a decision is made again when another poll changed what it was based on."""


async def ingest(
    store: Store,
    ruleset: Ruleset,
    row: FeedRow,
    drafts: Sequence[Draft],
    conclude: Conclude,
    enrich: Enrich | None = None,
) -> Decision:
    """Commit a poll's conclusion together with what its items change, and give that change.

    Raises StaleRead when another writer got in between each of `TRIES` times, StateError when the store cannot
    be written; nothing is written then.
    """
    if enrich is not None:
        first = await _decide(store, ruleset, row, drafts)
        is_push = isinstance(conclude(first), PushRecord)
        drafts = await enrich(drafts, keep_new(first) if is_push else first)
    for _ in range(TRIES - 1):
        try:
            return await _ingest_once(store, ruleset, row, drafts, conclude)
        except StaleRead:
            continue
    return await _ingest_once(store, ruleset, row, drafts, conclude)


async def _ingest_once(
    store: Store, ruleset: Ruleset, row: FeedRow, drafts: Sequence[Draft], conclude: Conclude
) -> Decision:
    decision = await _decide(store, ruleset, row, drafts)
    record = conclude(decision)
    if isinstance(record, PushRecord):
        decision = keep_new(decision)
        await store.commit_push(replace(record, items=decision.items, alerts=decision.alerts))
    else:
        await store.commit_poll(replace(record, items=decision.items, alerts=decision.alerts))
    return decision


def keep_new(decision: Decision) -> Decision:
    """Leave out of a push what it says of items that are known, and count it only.

    Pushes come late, twice and in any order: an older wording must not take the place of a newer one.
    """
    items = tuple(each for each in decision.items if each.item.version == 1)
    new = {each.item.id for each in items}
    return replace(decision, items=items, alerts=tuple(each for each in decision.alerts if each.item in new))


async def _decide(store: Store, ruleset: Ruleset, row: FeedRow, drafts: Sequence[Draft]) -> Decision:
    names = [name for each in drafts for name in each.signs.values()]
    known = await store.known(names, [key for each in drafts for key in each.keys])
    # Thousands of items take seconds: on a thread, so that the event loop goes on answering.
    return await asyncio.to_thread(decide, row, drafts, known, ruleset)
