"""Small records for stores: one feed, one story, one alert at a time, and a log of wakes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from rules.identity import read_wording
from rules.model import DateDoubt, Evidence, FeedId, Item, ItemId, Match, RuleId, Severity, Source, StoryId
from rules.summary import Span, Summary
from state.ports import Store
from state.rows import (
    AlertId,
    AlertKind,
    AlertRecord,
    DeliveryId,
    DeliveryRecord,
    FeedSpec,
    ItemRecord,
    KnownItem,
    PollRecord,
    StoryKey,
    Subscription,
    SubscriptionId,
)
from state.visits import NO_VISIT, Learnt, Visit

START = datetime(2024, 12, 16, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """Give the moment so many seconds after the start."""
    return START + timedelta(seconds=seconds)


@dataclass(slots=True)
class WakeLog:
    """Wakes that are written down instead of run."""

    wakes: list[tuple[str, str]] = field(default_factory=list)

    def enqueue(self, kind: str, key: str, delay_s: float = 0.0) -> None:
        """Note the request."""
        assert delay_s == 0.0
        self.wakes.append((kind, key))

    def take(self) -> list[tuple[str, str]]:
        """Give what was asked since the last time."""
        taken, self.wakes = self.wakes, []
        return taken


def build_source(feed: str = "wire", language: str = "en") -> Source:
    """Make a source named after its feed."""
    return Source(FeedId(feed), f"The {feed}", language, "wire", "US", state_affiliated=feed == "state-wire")


def build_spec(feed: str = "wire", interval_s: float = 300.0, url: str | None = None) -> FeedSpec:
    """Make a configured feed."""
    return FeedSpec(build_source(feed), url or f"https://{feed}.example/rss", interval_s)


def build_item(
    item: str = "a",
    version: int = 1,
    *,
    feed: str = "wire",
    title: str = "Several dozen soldiers reported lost",
    text: str = "Officials said on Monday that several dozen soldiers were lost in the border region.",
    seen_at: datetime = START,
    language: str = "en",
) -> Item:
    """Make one version of an item."""
    return Item(
        id=ItemId(item),
        version=version,
        source=build_source(feed, language),
        link=f"https://{feed}.example/{item}?ref=rss",
        canonical_link=f"https://{feed}.example/{item}",
        title=title,
        text=text,
        language=language,
        published_at=seen_at - timedelta(minutes=5, microseconds=1),
        date_doubt=DateDoubt.NONE,
        seen_at=seen_at,
        content_hash=f"{item}-{version}",
    )


def build_match(rule: str = "casualties") -> Match:
    """Make a match with two places."""
    places = (Evidence("title", 0, 13, "several dozen"), Evidence("text", 31, 44, "several dozen"))
    return Match(RuleId(rule), f"Rule {rule}", Severity.HIGH, places)


def build_record(
    item: Item, story: str | None = None, keys: tuple[str, ...] = (), matches: tuple[Match, ...] = ()
) -> ItemRecord:
    """Make an item's record; its story is named after it unless said otherwise."""
    return ItemRecord(item, StoryId(story or item.id), keys, matches, "r1", read_wording(item.title, item.text))


def build_summary(headline: str, seen_at: datetime = START) -> Summary:
    """Make a summary."""
    return Summary(
        headline=(Span("Report: "), Span(headline, strong=True)),
        excerpts=((Span("Officials said: "), Span(headline, strong=True)), (Span("No more is known."),)),
        publisher="The wire",
        country="US",
        state_affiliated=False,
        language="en",
        link="https://wire.example/a",
        published_at=None,
        date_doubt=DateDoubt.MISSING,
        seen_at=seen_at,
        severity=Severity.HIGH,
        reasons=("Rule casualties",),
        added=("12",),
        removed=("7", "9"),
    )


def build_alert(
    alert: str,
    item: Item,
    story: str | None = None,
    channels: tuple[str, ...] = ("console:desk",),
    kind: AlertKind = AlertKind.NEW,
) -> AlertRecord:
    """Make an alert of an item with one delivery for each channel; delivery ids are `alert@channel`."""
    return AlertRecord(
        id=AlertId(alert),
        kind=kind,
        story=StoryId(story or item.id),
        item=item.id,
        version=item.version,
        severity=Severity.HIGH,
        rules=(RuleId("casualties"),),
        summary=build_summary(f"headline of {alert}", item.seen_at),
        deliveries=tuple(
            DeliveryRecord(DeliveryId(f"{alert}@{channel}"), SubscriptionId(f"to {channel}"), channel)
            for channel in channels
        ),
    )


def build_poll(
    *items: ItemRecord,
    alerts: tuple[AlertRecord, ...] = (),
    feed: str = "wire",
    next_poll_at: datetime = START + timedelta(minutes=5),
    visit: Visit = NO_VISIT,
    learnt: Learnt | None = None,
) -> PollRecord:
    """Make a poll's record."""
    stamps = ('W/"tag"', "Mon, 16 Dec 2024 09:00:00 GMT")
    return PollRecord(FeedId(feed), *stamps, next_poll_at, items, alerts, visit, learnt)


def build_told(
    item: str,
    *channels: str,
    story: str | None = None,
    seen_at: datetime = START,
    kind: AlertKind = AlertKind.NEW,
    feed: str = "wire",
) -> PollRecord:
    """Make the poll that stores one item and tells these channels of it; the alert is named after the item."""
    stored = build_item(item, seen_at=seen_at, feed=feed)
    record = build_record(stored, story, keys=(f"link:{item}",), matches=(build_match(),))
    return build_poll(record, alerts=(build_alert(item, stored, story, channels, kind),), feed=feed)


def build_subscription(subscription: str, channel: str = "console:desk", origin: str = "config") -> Subscription:
    """Make a subscription with every filter set."""
    return Subscription(
        id=SubscriptionId(subscription),
        channel=channel,
        rules=(RuleId("casualties"), RuleId("troops")),
        min_severity=Severity.MEDIUM,
        languages=("en", "ko"),
        feeds=(FeedId("wire"),),
        origin=origin,
    )


async def find_items(store: Store, ids: Collection[ItemId]) -> Mapping[ItemId, KnownItem]:
    """Ask a store for items alone."""
    return (await store.known(ids, ())).items


async def find_keys(store: Store, keys: Collection[str]) -> Mapping[str, StoryKey]:
    """Ask a store for story keys alone."""
    return (await store.known((), keys)).keys


async def find_told(store: Store, keys: Collection[str]) -> Mapping[StoryId, frozenset[str]]:
    """Ask a store for the channels told of the keys' stories."""
    return (await store.known((), keys)).told
