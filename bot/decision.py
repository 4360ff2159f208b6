"""entries | recognise | match | tell: what one poll changes, decided on values alone.

Nothing here reads a clock or a store: `bot.ingest` reads what is known, `decide` decides, the store commits.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.drafts import Draft
from bot.identifiers import derive_id
from bot.recognition import Recognised, recognise
from rules import Ruleset, evaluate
from rules.articles import own_text
from rules.model import DateDoubt, Item, Match, StoryId
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
ZONES = timedelta(hours=14)
"""As far as a date without its zone may be from the moment that is meant (UTC+14, the Line Islands)."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one poll changes, and the counts that metrics want."""

    items: tuple[ItemRecord, ...]
    alerts: tuple[AlertRecord, ...]
    new: int
    edited: int
    unchanged: int
    reissued: int = 0
    """So many of them are known by their wording alone: they have new guids and new links."""


def flag(ruleset: Ruleset, item: Item) -> tuple[Match, ...]:
    """Give the rules that an item satisfies: an article adds to those that the feed's own text satisfies."""
    matches = evaluate(ruleset, item).matches
    if item.article_at is None:
        return matches
    rules = {match.rule for match in matches}
    own = evaluate(ruleset, replace(item, text=own_text(item), article_at=None)).matches
    return (*matches, *(match for match in own if match.rule not in rules))


def is_news(item: Item, polled_at: datetime | None = None) -> bool:
    """Tell whether an item is young enough to be told when first seen.

    One without a date, or with one that lies ahead, counts as young, or, where that is given, as old as `polled_at`.
    """
    published_at = item.published_at
    if published_at is None or item.date_doubt is DateDoubt.FUTURE:
        published_at = polled_at or item.seen_at
    doubtful = ZONES if item.date_doubt is DateDoubt.NO_ZONE else timedelta(0)
    return item.seen_at - published_at <= NEWS_AGE + doubtful


def decide(
    row: FeedRow,
    drafts: Sequence[Draft],
    known: Known,
    ruleset: Ruleset,
) -> Decision:
    """Decide which items are new or edited, which story each belongs to, and who is told what.

    A first poll stores and tells nobody, and an item older than `NEWS_AGE` is not told either; an undated one may be as
    old as the last poll when its document holds nothing that is known any more. A reprint of a story
    that was told goes only to channels that were not told of it, because their filters kept the earlier copies out.
    An edited item tells when it comes to match, or when the numbers that it states have changed.
    """
    recognition = recognise(drafts, known)
    decider = _Decider(row, known, ruleset)
    decider.unchanged = len(drafts) - len(recognition.items)
    if not any(each.before is not None or each.draft.beside for each in recognition.items):
        decider.undated_at = row.last_polled_at
    for recognised in reversed(recognition.items):
        decider.take(recognised)
    return replace(decider.decision, reissued=recognition.reissued)


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
    undated_at: datetime | None = None
    """When items without a date were published, as far as that matters."""

    def __post_init__(self) -> None:
        for story in self._alerted_stories():
            self.told[story] = set(self.known.told.get(story, ()))
        self.owners = {key: owner.story for key, owner in self.known.keys.items()}

    @property
    def decision(self) -> Decision:
        """Give all that was decided."""
        new = len(self.items) - self.edited
        return Decision(tuple(self.items), tuple(self.alerts), new, self.edited, self.unchanged)

    def take(self, recognised: Recognised) -> None:
        """Decide on one item."""
        draft, before = recognised.draft, recognised.before
        item = draft.item
        if before is not None and before.item.content_hash == item.content_hash:
            self.unchanged += 1
            return
        if before is not None:
            self.edited += 1
            item = replace(item, version=before.item.version + 1)
        story, keys = self._find_story(draft, before)
        matches = flag(self.ruleset, item)
        record = ItemRecord(item, story, keys, matches, self.ruleset.revision, draft.wording, recognised.aliases)
        self.items.append(record)
        if matches and self.row.first_polled_at is not None and (before is not None or is_news(item, self.undated_at)):
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
        return AlertKind.NEW if changed or not flag(self.ruleset, previous) else None

    def _find_channels(
        self, item: Item, matches: Sequence[Match], reached: Collection[str]
    ) -> dict[str, SubscriptionId]:
        """Give the channels to tell, each with the first subscription of its own that admits the item."""
        channels: dict[str, SubscriptionId] = {}
        for each in self.known.subscriptions:
            if each.channel not in reached and each.channel not in channels and admits(each, item, matches):
                channels[each.channel] = each.id
        return channels


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
        id=AlertId(derive_id(kind, story, told)),
        kind=kind,
        story=story,
        item=item.id,
        version=item.version,
        severity=summary.severity,
        rules=tuple(match.rule for match in matches),
        summary=summary,
        deliveries=tuple(
            DeliveryRecord(DeliveryId(derive_id(kind, news, channel)), subscription, channel)
            for channel, subscription in channels.items()
        ),
    )
