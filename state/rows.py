"""The values that go into the store and come out of it. Moments are timezone-aware UTC datetimes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from rules.identity import Wording
from rules.model import FeedId, Item, ItemId, Match, RuleId, Severity, Source, StoryId
from rules.notice import Content, Notice
from rules.recognition import Sign
from rules.summary import Summary
from state.visits import NO_VISIT, Learnt, TroubleKind, Visit

AlertId = NewType("AlertId", str)
DeliveryId = NewType("DeliveryId", str)
SubscriptionId = NewType("SubscriptionId", str)


@dataclass(frozen=True, slots=True)
class Given:
    """A text as configured: written out, or the name of the environment variable that holds it. Empty: nothing."""

    text: str = ""
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """How a feed is asked beside its address. Secrets are named here and never stored."""

    headers: tuple[tuple[str, Given], ...] = ()
    user: str = ""
    """For basic authentication; empty without."""
    password: Given = Given()
    proxy: Given | None = None
    """None: as all feeds; an empty one: without a proxy."""


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """A feed as configured."""

    source: Source
    url: str
    interval_s: float
    allow_private: bool = False
    access: Access = Access()
    full_text: bool = False
    """Whether the article's page is read for flagged items."""


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed with what polling has learnt of it."""

    spec: FeedSpec
    etag: str | None
    last_modified: str | None
    next_poll_at: datetime
    first_polled_at: datetime | None
    """When its first successful poll committed; None before."""
    last_polled_at: datetime | None
    """When its last successful poll was settled, changed or not."""
    failures: int
    """Failed polls in a row."""
    error: str
    """The last failure's text, empty after a success."""
    reason: str = ""
    """The last failure's kind, empty after a success."""
    status: int | None = None
    """Of the last HTTP answer; None without one."""
    pace: tuple[str, ...] = ()
    """Why the next poll comes when it comes."""
    document_at: datetime | None = None
    """When a whole document was read last; None before."""
    moved_to: str | None = None
    """The address that the feed has moved to for good, as its publisher says."""
    troubles: frozenset[TroubleKind] = frozenset()
    """What was wrong after the last poll."""
    repeats: frozenset[Sign] = frozenset()
    """The signs that its documents have given to several entries: they tell nothing."""

    @property
    def id(self) -> FeedId:
        """Give the feed's id."""
        return self.spec.source.feed


@dataclass(frozen=True, slots=True)
class KnownItem:
    """What a decision needs of an item that is already stored: its newest version."""

    item: Item
    story: StoryId
    alerted: bool
    """Whether the item's story has an alert."""


@dataclass(frozen=True, slots=True)
class StoryKey:
    """A key that equal reports share (a canonical link, a text hash) and the story that owns it."""

    key: str
    story: StoryId
    alerted: bool


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """A new item or a new version of one, with its story and its matches."""

    item: Item
    story: StoryId
    keys: tuple[str, ...]
    """Story keys of this version; those without an owner come to belong to `story`."""
    matches: tuple[Match, ...]
    ruleset: str
    """The revision id of the ruleset that gave the matches."""
    wording: Wording
    """Of this version: what searches look into."""
    aliases: tuple[ItemId, ...] = ()
    """Names, beside its id, that lead to this item from now on; they may have led to another."""


class AlertKind(StrEnum):
    """What an alert tells."""

    NEW = "new"
    UPDATE = "update"
    NOTICE = "notice"
    """Of the bot itself, for its operators; about no item."""


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """One alert for one subscription; `channel` is `platform:address`."""

    id: DeliveryId
    subscription: SubscriptionId
    channel: str


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """An alert with its deliveries; its id is derived from what it tells, so a repeat collides."""

    id: AlertId
    kind: AlertKind
    story: StoryId
    item: ItemId
    version: int
    severity: Severity
    rules: tuple[RuleId, ...]
    summary: Summary
    deliveries: tuple[DeliveryRecord, ...]


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """A notice with its deliveries; its id is derived from what it tells, so a repeat collides."""

    id: AlertId
    thread: StoryId
    """A later notice of the same thread is posted as a reply to the first."""
    notice: Notice
    deliveries: tuple[DeliveryRecord, ...]


@dataclass(frozen=True, slots=True)
class PollRecord:
    """Everything that one successful poll changes; commits in one transaction or not at all."""

    feed: FeedId
    etag: str | None
    last_modified: str | None
    next_poll_at: datetime
    items: tuple[ItemRecord, ...] = ()
    alerts: tuple[AlertRecord, ...] = ()
    visit: Visit = NO_VISIT
    learnt: Learnt | None = None
    """None leaves what was learnt before."""
    repeats: frozenset[Sign] = frozenset()
    """Every sign found so far to tell nothing in this feed; none leaves what was found before."""


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    """Caught in the middle of a post: looked up on the platform before it is tried again."""
    SENT = "sent"
    DEAD = "dead"

    @property
    def is_open(self) -> bool:
        """Tell whether the delivery is still to be made."""
        return self not in (DeliveryState.SENT, DeliveryState.DEAD)


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery in the hands of one dispatcher."""

    delivery: DeliveryId
    alert: AlertId
    subscription: SubscriptionId
    channel: str
    kind: AlertKind
    content: Content
    attempt: int
    """Counts from 1."""
    ambiguous: bool
    """Whether an earlier attempt may have reached the platform."""
    parent: str | None
    """The platform's message id of the story's first sent alert in this channel, if any."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as people ask about it."""

    id: DeliveryId
    alert: AlertId
    subscription: SubscriptionId
    channel: str
    state: DeliveryState
    attempts: int
    reason: str
    message: str | None
    next_attempt_at: datetime
    """While `sending`: when the claim ends."""
    created_at: datetime
    sent_at: datetime | None
    headline: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel and its filters; an empty filter lets everything through."""

    id: SubscriptionId
    channel: str
    """`platform:address`."""
    rules: tuple[RuleId, ...] = ()
    min_severity: Severity = Severity.LOW
    languages: tuple[str, ...] = ()
    feeds: tuple[FeedId, ...] = ()
    origin: str = "config"
    """`config`, or the user who subscribed in a chat."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knew at one moment of what a decision asks for."""

    items: Mapping[ItemId, KnownItem]
    """The newest stored version of each item that is stored."""
    keys: Mapping[str, StoryKey]
    """The owner of each story key that has one."""
    told: Mapping[StoryId, frozenset[str]]
    """The channels that the stories of these keys were or will be told to; stories without any are left out."""
    subscriptions: tuple[Subscription, ...]
    """All active ones by id."""
    aliases: Mapping[ItemId, ItemId] = field(default_factory=dict)
    """The items that names lead to which are not, or no longer, their ids."""


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert as `recent` shows it."""

    id: AlertId
    kind: AlertKind
    story: StoryId
    item: ItemId
    severity: Severity
    rules: tuple[RuleId, ...]
    summary: Summary
    created_at: datetime
    items_in_story: int


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """Counts for `status`, `/readyz` and the metrics."""

    feeds: int
    feeds_failing: int
    feeds_never_polled: int
    items: int
    stories: int
    """Stories that have items."""
    alerts: int
    deliveries: dict[DeliveryState, int]
    oldest_open_at: datetime | None
    """Creation time of the oldest delivery that is neither sent nor dead."""
    last_poll_at: datetime | None


def list_channels(told: Iterable[AlertRecord | NoticeRecord]) -> tuple[str, ...]:
    """Give the channels that alerts or notices go to, each once."""
    return tuple(dict.fromkeys(each.channel for record in told for each in record.deliveries))
