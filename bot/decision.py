"""entries | dedupe | match | tell: what one poll changes, decided on values alone.

Nothing here reads a clock or a store: `bot.ingest` reads what is known, `decide` decides, the store commits.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from adapters.ports import ParsedFeed
from rules import Ruleset, evaluate
from rules.identity import Wording, content_hash, item_id, read_wording, story_keys
from rules.model import DateDoubt, Entry, Item, ItemId, Match, Source, StoryId
from rules.summary import Summary, summarise
from state import (
    AlertId,
    AlertKind,
    AlertRecord,
    DeliveryId,
    DeliveryRecord,
    FeedRow,
    ItemRecord,
    Known,
    KnownItem,
    Subscription,
    SubscriptionId,
)

NEWS_AGE = timedelta(days=7)
"""An item that was published longer ago when it is first seen is stored and not told.

So a feed that issues its archive anew, or whose old items retention has deleted, floods nobody.
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as an item of version 1, with what decisions compare."""

    item: Item
    keys: tuple[str, ...]
    """Its story keys."""
    wording: Wording


@dataclass(frozen=True, slots=True)
class Decision:
    """What one poll changes, and the counts that metrics want."""

    items: tuple[ItemRecord, ...]
    alerts: tuple[AlertRecord, ...]
    new: int
    edited: int
    unchanged: int


def build_item(source: Source, entry: Entry, seen_at: datetime) -> Item:
    """Turn one entry into an item of version 1."""
    return _build_item(source, entry, seen_at, read_wording(entry.title, entry.text))


def build_draft(item: Item) -> Draft:
    """Turn an item into a draft; it keeps the content hash that it has."""
    return _build_draft(item, read_wording(item.title, item.text))


def build_drafts(row: FeedRow, parsed: ParsedFeed, now: datetime) -> tuple[Draft, ...]:
    """Turn a document's entries into drafts, each identity once, in document order."""
    drafts: dict[ItemId, Draft] = {}
    for entry in parsed.entries:
        wording = read_wording(entry.title, entry.text)
        item = _build_item(row.spec.source, entry, now, wording)
        if item.id not in drafts:
            drafts[item.id] = _build_draft(item, wording)
    return tuple(drafts.values())


def _build_draft(item: Item, wording: Wording) -> Draft:
    return Draft(item, story_keys(item.canonical_link, wording), wording)


def _build_item(source: Source, entry: Entry, seen_at: datetime, wording: Wording) -> Item:
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
        content_hash=content_hash(wording),
    )


def decide(
    row: FeedRow,
    drafts: Sequence[Draft],
    known: Known,
    ruleset: Ruleset,
) -> Decision:
    """Decide which items are new or edited, which story each belongs to, and who is told what.

    A first poll stores and tells nobody, and an item older than `NEWS_AGE` is not told either. A reprint of a story
    that was told goes only to channels that were not told of it, because their filters kept the earlier copies out.
    An edited item tells when it comes to match, or when the numbers that it states have changed.
    """
    decider = _Decider(row, known, ruleset)
    for draft in reversed(drafts):
        decider.take(draft)
    return decider.decision


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


@dataclass(slots=True)
class _Decider:
    """Takes one document's items, oldest first, and remembers what the earlier ones have decided."""

    row: FeedRow
    known: Known
    ruleset: Ruleset
    owners: dict[str, StoryId] = field(default_factory=dict)
    told: dict[StoryId, set[str]] = field(default_factory=dict)
    """Channels by story, for each story that has an alert by now."""
    items: list[ItemRecord] = field(default_factory=list)
    alerts: list[AlertRecord] = field(default_factory=list)
    edited: int = 0
    unchanged: int = 0

    def __post_init__(self) -> None:
        for story in self._alerted_stories():
            self.told[story] = set(self.known.told.get(story, ()))
        self.owners = {key: owner.story for key, owner in self.known.keys.items()}

    @property
    def decision(self) -> Decision:
        """Give all that was decided."""
        new = len(self.items) - self.edited
        return Decision(tuple(self.items), tuple(self.alerts), new, self.edited, self.unchanged)

    def take(self, draft: Draft) -> None:
        """Decide on one item."""
        item = draft.item
        before = self.known.items.get(item.id)
        if before is not None and before.item.content_hash == item.content_hash:
            self.unchanged += 1
            return
        if before is not None:
            self.edited += 1
            item = replace(item, version=before.item.version + 1)
        story, keys = self._find_story(draft, before)
        matches = evaluate(self.ruleset, item).matches
        self.items.append(ItemRecord(item, story, keys, matches, self.ruleset.revision, draft.wording))
        if matches and self.row.first_polled_at is not None and (before is not None or _is_news(item)):
            self._tell(item, before.item if before is not None else None, story, matches)

    def _alerted_stories(self) -> Iterator[StoryId]:
        yield from (each.story for each in self.known.items.values() if each.alerted)
        yield from (each.story for each in self.known.keys.values() if each.alerted)

    def _find_story(self, draft: Draft, before: KnownItem | None) -> tuple[StoryId, tuple[str, ...]]:
        """Give the item's story and those of its keys that may point to it."""
        if before is not None:
            story = before.story
        else:
            story = next((self.owners[key] for key in draft.keys if key in self.owners), StoryId(draft.item.id))
        own = tuple(key for key in draft.keys if self.owners.setdefault(key, story) == story)
        return story, own

    def _tell(self, item: Item, previous: Item | None, story: StoryId, matches: Sequence[Match]) -> None:
        summary = summarise(item, matches, previous=previous)
        kind = self._choose_kind(previous, summary, story)
        if kind is None:
            return
        reached = self.told.get(story, set()) if kind is AlertKind.NEW else set()
        channels = self._find_channels(item, matches, reached)
        if channels or story not in self.told:
            self.told.setdefault(story, set()).update(channels)
            self.alerts.append(_build_alert(kind, story, item, matches, summary, channels))

    def _choose_kind(self, previous: Item | None, summary: Summary, story: StoryId) -> AlertKind | None:
        """Choose what to tell of a matching item; None for nothing."""
        if previous is None:
            return AlertKind.NEW
        changed = bool(summary.added or summary.removed)
        if story in self.told:
            return AlertKind.UPDATE if changed else None
        return AlertKind.NEW if changed or not evaluate(self.ruleset, previous).matches else None

    def _find_channels(
        self, item: Item, matches: Sequence[Match], reached: Collection[str]
    ) -> dict[str, SubscriptionId]:
        """Give the channels to tell, each with the first subscription of its own that admits the item."""
        channels: dict[str, SubscriptionId] = {}
        for each in self.known.subscriptions:
            if each.channel not in reached and each.channel not in channels and admits(each, item, matches):
                channels[each.channel] = each.id
        return channels


def _is_news(item: Item) -> bool:
    """Tell whether an item is young enough to be told when first seen; undated and doubtful ones are."""
    if item.published_at is None or item.date_doubt is not DateDoubt.NONE:
        return True
    return item.seen_at - item.published_at <= NEWS_AGE


def _build_alert(
    kind: AlertKind,
    story: StoryId,
    item: Item,
    matches: Sequence[Match],
    summary: Summary,
    channels: Mapping[str, SubscriptionId],
) -> AlertRecord:
    """Build an alert whose ids come from what is told to whom, so that a repeat collides in the store."""
    if kind is AlertKind.NEW:
        told, news = str(item.id), str(story)
    else:
        # The version lets a toll that goes up, down and up again be told each time; outlets that edit alike collide.
        told = "|".join((str(item.version), *sorted(summary.added), "/", *sorted(summary.removed)))
        news = f"{story}|{told}"
    return AlertRecord(
        id=AlertId(_digest(kind, story, told)),
        kind=kind,
        story=story,
        item=item.id,
        version=item.version,
        severity=summary.severity,
        rules=tuple(match.rule for match in matches),
        summary=summary,
        deliveries=tuple(
            DeliveryRecord(DeliveryId(_digest(kind, news, channel)), subscription, channel)
            for channel, subscription in channels.items()
        ),
    )


def _digest(*parts: str) -> str:
    """Give 24 hex digits, short enough for a Discord nonce (25 characters)."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()
