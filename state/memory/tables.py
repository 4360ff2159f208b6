"""What a store in memory holds, and what its parts share."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rules.model import FeedId, ItemId, StoryId
from rules.notice import Content, headline_text
from state.leases import HubLease, HubLeaseId
from state.ports import Clock, Wakes
from state.rows import (
    AlertId,
    AlertKind,
    AlertRecord,
    DeliveryId,
    DeliveryRecord,
    DeliveryRow,
    DeliveryState,
    FeedRow,
    ItemRecord,
    Subscription,
    SubscriptionId,
)
from state.visits import NO_LESSONS, Learnt, TroubleKind, TroubleRow


@dataclass(slots=True)
class Feed:
    """A feed ever configured."""

    row: FeedRow
    active: bool = True
    claimed_until: datetime | None = None
    learnt: Learnt = NO_LESSONS

    def is_due(self, now: datetime) -> bool:
        """Tell whether the feed can be claimed."""
        free = self.claimed_until is None or self.claimed_until <= now
        return self.active and free and self.row.next_poll_at <= now


@dataclass(slots=True)
class Key:
    """A story key and its owner."""

    story: StoryId
    seen_at: datetime


@dataclass(slots=True)
class ToldStory:
    """When a story that has or had an alert was reported last, and the channels that it is told to."""

    seen_at: datetime
    channels: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Alert:
    """An alert as committed."""

    record: AlertRecord
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What an alert or a notice tells; `item` is None for a notice."""

    id: AlertId
    kind: AlertKind
    story: StoryId
    item: ItemId | None
    content: Content


@dataclass(slots=True)
class Delivery:
    """A row of the outbox; `due_at` is the claim's end while sending."""

    record: DeliveryRecord
    alert: Told
    created_at: datetime
    due_at: datetime
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    ambiguous: bool = False
    reason: str = ""
    message: str | None = None
    sent_at: datetime | None = None

    def put_back(self, due_at: datetime, *, ambiguous: bool) -> None:
        """Open the delivery again."""
        self.state = DeliveryState.UNKNOWN if ambiguous else DeliveryState.PENDING
        self.ambiguous = ambiguous
        self.due_at = due_at

    def to_row(self) -> DeliveryRow:
        """Give the delivery as people ask about it."""
        return DeliveryRow(
            id=self.record.id,
            alert=self.alert.id,
            subscription=self.record.subscription,
            channel=self.record.channel,
            state=self.state,
            attempts=self.attempts,
            reason=self.reason,
            message=self.message,
            next_attempt_at=self.due_at,
            created_at=self.created_at,
            sent_at=self.sent_at,
            headline=headline_text(self.alert.content),
        )


@dataclass(slots=True)
class Tables:
    """Everything the store holds; each mapping is in order of insertion."""

    feeds: dict[FeedId, Feed] = field(default_factory=dict)
    items: dict[ItemId, list[ItemRecord]] = field(default_factory=dict)
    """Every version of each item, oldest first."""
    aliases: dict[ItemId, ItemId] = field(default_factory=dict)
    told: dict[StoryId, ToldStory] = field(default_factory=dict)
    """The stories that have or had an alert."""
    keys: dict[str, Key] = field(default_factory=dict)
    alerts: dict[AlertId, Alert] = field(default_factory=dict)
    troubles: dict[tuple[FeedId, TroubleKind], TroubleRow] = field(default_factory=dict)
    deliveries: dict[DeliveryId, Delivery] = field(default_factory=dict)
    waiting: dict[DeliveryId, Delivery] = field(default_factory=dict)
    """The open deliveries, and some that are no longer open."""
    of_stories: defaultdict[StoryId, list[Delivery]] = field(default_factory=lambda: defaultdict(list))
    """The deliveries of each story's alerts."""
    subscriptions: dict[SubscriptionId, Subscription] = field(default_factory=dict)
    leases: dict[HubLeaseId, HubLease] = field(default_factory=dict)


class Part:
    """What the parts of the store share."""

    def __init__(self, clock: Clock, wakes: Wakes) -> None:
        self._clock = clock
        self._wakes = wakes
        self._tables = Tables()

    def now(self) -> datetime:
        """Give the store's present moment, aware, UTC."""
        return self._clock.now()

    async def close(self) -> None:
        """Forget nothing and release nothing: there is nothing to release."""

    def _open_deliveries(self) -> list[Delivery]:
        """List the open deliveries in line, forgetting those that were closed since the last look."""
        self._tables.waiting = {key: each for key, each in self._tables.waiting.items() if each.state.is_open}
        return list(self._tables.waiting.values())

    def _put_in_line(self, alert: Told, records: Sequence[DeliveryRecord], now: datetime) -> None:
        """Open the deliveries that are new."""
        for each in records:
            if each.id not in self._tables.deliveries:
                delivery = Delivery(each, alert, now, now)
                self._tables.deliveries[each.id] = self._tables.waiting[each.id] = delivery
                self._tables.of_stories[alert.story].append(delivery)

    def _sorted_subscriptions(self) -> tuple[Subscription, ...]:
        return tuple(sorted(self._tables.subscriptions.values(), key=lambda each: each.id))
