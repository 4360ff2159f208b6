"""entries | dedupe | match | tell: what one poll changes, decided on values alone.

Nothing here reads a clock or a store: `bot.ingest` reads what is known, `decide` decides, the store commits.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from rules.identity import content_hash, item_id, story_keys

from adapters.ports import ParsedFeed
from rules import Ruleset, evaluate
from rules.model import Entry, Item, ItemId, Match, Source, StoryId
from rules.summary import Summary, summarise
from state import (
    AlertId,
    AlertKind,
    AlertRecord,
    DeliveryId,
    DeliveryRecord,
    FeedRow,
    ItemRecord,
    KnownItem,
    StoryKey,
    Subscription,
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knew when the decision was made."""

    items: Mapping[ItemId, KnownItem]
    keys: Mapping[str, StoryKey]


@dataclass(frozen=True, slots=True)
class Decision:
    """What one poll changes, and the counts that metrics want."""

    items: tuple[ItemRecord, ...]
    alerts: tuple[AlertRecord, ...]
    new: int
    edited: int
    unchanged: int


@dataclass(slots=True)
class _Batch:
    """What earlier entries of the same document have decided already."""

    owners: dict[str, StoryId] = field(default_factory=dict)
    alerted: set[StoryId] = field(default_factory=set)
    items: list[ItemRecord] = field(default_factory=list)
    alerts: list[AlertRecord] = field(default_factory=list)


def build_item(source: Source, entry: Entry, seen_at: datetime) -> Item:
    """Turn one entry into an item of version 1."""
    return Item(
        id=item_id(source.feed, entry),
        version=1,
        source=source,
        link=entry.link,
        canonical_link=entry.canonical_link,
        title=entry.title,
        text=entry.text,
        language=entry.language,
        published_at=entry.published_at,
        date_doubt=entry.date_doubt,
        seen_at=seen_at,
        content_hash=content_hash(entry.title, entry.text),
    )


def build_items(row: FeedRow, parsed: ParsedFeed, now: datetime) -> tuple[Item, ...]:
    """Turn a document's entries into items of version 1, each identity once, in document order."""
    items: dict[ItemId, Item] = {}
    for entry in parsed.entries:
        item = build_item(row.spec.source, entry, now)
        items.setdefault(item.id, item)
    return tuple(items.values())


def decide(
    row: FeedRow,
    items: Sequence[Item],
    known: Known,
    ruleset: Ruleset,
    subscriptions: Sequence[Subscription],
) -> Decision:
    """Decide which items are new or edited, which story each belongs to, and who is told what.

    A first poll stores and tells nobody. Reprints of a story that has an alert tell nobody. An edited item tells
    when it comes to match, or when the numbers that it states have changed.
    """
    batch = _Batch()
    new = edited = 0
    for item in reversed(items):
        before = known.items.get(item.id)
        if before is not None and before.item.content_hash == item.content_hash:
            continue
        new, edited = (new + 1, edited) if before is None else (new, edited + 1)
        _take(item, before, row, known, ruleset, subscriptions, batch)
    unchanged = len(items) - new - edited
    return Decision(tuple(batch.items), tuple(batch.alerts), new, edited, unchanged)


def admits(subscription: Subscription, item: Item, matches: Sequence[Match]) -> bool:
    """Tell whether a subscription's filters let an item's matches through; empty filters let all through."""
    if subscription.languages and item.language not in subscription.languages:
        return False
    if subscription.feeds and item.source.feed not in subscription.feeds:
        return False
    floor = subscription.min_severity.rank
    return any(
        match.severity.rank >= floor and (not subscription.rules or match.rule in subscription.rules)
        for match in matches
    )


def _take(
    item: Item,
    before: KnownItem | None,
    row: FeedRow,
    known: Known,
    ruleset: Ruleset,
    subscriptions: Sequence[Subscription],
    batch: _Batch,
) -> None:
    if before is not None:
        item = replace(item, version=before.item.version + 1)
    story, keys, alerted = _find_story(item, before, known, batch)
    matches = evaluate(ruleset, item).matches
    batch.items.append(ItemRecord(item, story, keys, matches, ruleset.revision))
    batch.owners.update(dict.fromkeys(keys, story))
    if not matches or row.first_polled_at is None:
        return
    previous = before.item if before is not None else None
    summary = summarise(item, matches, previous=previous)
    kind = _choose_kind(previous, summary, ruleset, alerted=alerted)
    if kind is None:
        return
    batch.alerted.add(story)
    batch.alerts.append(_build_alert(kind, story, item, matches, summary, subscriptions))


def _find_story(
    item: Item, before: KnownItem | None, known: Known, batch: _Batch
) -> tuple[StoryId, tuple[str, ...], bool]:
    """Give the item's story, the keys that may point to it, and whether it has been told."""
    keys = story_keys(item)
    owners = {key: batch.owners.get(key) or (known.keys[key].story if key in known.keys else None) for key in keys}
    if before is not None:
        story = before.story
    else:
        story = next((owner for owner in owners.values() if owner is not None), StoryId(item.id))
    told = story in batch.alerted or (before is not None and before.alerted)
    told = told or any(entry.alerted for entry in known.keys.values() if entry.story == story)
    return story, tuple(key for key, owner in owners.items() if owner in (None, story)), told


def _choose_kind(previous: Item | None, summary: Summary, ruleset: Ruleset, *, alerted: bool) -> AlertKind | None:
    """Choose what to tell of a matching item; None for nothing."""
    if previous is None:
        return None if alerted else AlertKind.NEW
    changed = bool(summary.added or summary.removed)
    if alerted:
        return AlertKind.UPDATE if changed else None
    return AlertKind.NEW if changed or not evaluate(ruleset, previous).matches else None


def _build_alert(
    kind: AlertKind,
    story: StoryId,
    item: Item,
    matches: Sequence[Match],
    summary: Summary,
    subscriptions: Sequence[Subscription],
) -> AlertRecord:
    told = "" if kind is AlertKind.NEW else "|".join((*sorted(summary.added), "/", *sorted(summary.removed)))
    alert = AlertId(_digest(kind, story, told))
    channels: dict[str, DeliveryRecord] = {}
    for each in subscriptions:
        if each.channel not in channels and admits(each, item, matches):
            channels[each.channel] = DeliveryRecord(DeliveryId(_digest(alert, each.channel)), each.id, each.channel)
    return AlertRecord(
        id=alert,
        kind=kind,
        story=story,
        item=item.id,
        version=item.version,
        severity=summary.severity,
        rules=tuple(match.rule for match in matches),
        summary=summary,
        deliveries=tuple(channels.values()),
    )


def _digest(*parts: str) -> str:
    """Give 24 hex digits, short enough for a Discord nonce (25 characters)."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()
