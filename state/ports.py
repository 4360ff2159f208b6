"""The store and the job engine as the application sees them: every method says who calls it and what it raises.

Each method that changes something is one transaction. Anything may raise StoreFull or StoreCorrupt; what else is
raised, the method says. The moment "now" is the store's own clock (`now_epoch()` in SQL), so that several machines
agree on what is due.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from rules.model import FeedId, Item, ItemId
from state.leases import HubLeaseStore
from state.rows import (
    AlertRow,
    Claim,
    DeliveryId,
    DeliveryRow,
    DeliveryState,
    FeedRow,
    FeedSpec,
    Known,
    NoticeRecord,
    PollRecord,
    StoreStatus,
    Subscription,
    SubscriptionId,
)
from state.visits import NO_VISIT, Failure, Learnt, TroubleRow, Visit


class Clock(Protocol):
    """Tells the time and waits; a fake one in tests, an accelerated one in the demo."""

    def now(self) -> datetime:
        """Give the present moment, aware, UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds of this clock."""


class FeedStore(Protocol):
    """Feeds, items and what polling decides."""

    async def sync_feeds(self, specs: Sequence[FeedSpec]) -> None:
        """Make the active feeds equal to `specs`; learnt state is kept. Called at start-up and reload.

        A feed that left the configuration keeps its items and is no longer claimed. First polls are spread
        over the feed's interval, at most 30 s, or longer where more than 1,500 feeds are new, and those of one
        host as far apart as can be, so that a start is not a burst. A feed whose address changed starts afresh,
        with a first poll that is due now; where the new address is `FeedRow.moved_to`, it is due now and goes on as
        the feed that it was. One whose interval changed waits no longer than the new one.
        """

    async def claim_due_feeds(self, limit: int, lease_s: float) -> tuple[FeedId, ...]:
        """Claim feeds whose time has come, longest overdue first, and enqueue a `poll` job for each.

        Called by the tick. A claimed feed is not due again before `lease_s` has passed or its poll settled.
        """

    async def feed(self, feed: FeedId) -> FeedRow:
        """Give one active feed. Called by the poller. Raises NotFound."""

    async def feeds(self) -> tuple[FeedRow, ...]:
        """List the active feeds by id. Called by `status`."""

    async def known(self, names: Collection[ItemId], keys: Collection[str]) -> Known:
        """Give all that a decision about items of these names and story keys needs. Called before deciding.

        A name is an item's id or an alias; an alias counts for more, as it was given later.
        The channels of a story are known for as long as its keys, also when its items are deleted.
        """

    async def commit_poll(self, record: PollRecord) -> None:
        """Write all that one poll changes, release the feed, and enqueue a `drain` job for each channel.

        Resets the feed's failures. An alert or delivery whose id exists already is told already: it is not written
        again. Called by the poller. Raises NotFound for a feed never configured. Raises StaleRead, writing nothing,
        when an item's version does not follow the newest stored one or one of its story keys belongs to another
        story than the record says: the caller reads and decides again.
        """

    async def settle_unchanged(self, feed: FeedId, next_poll_at: datetime, visit: Visit = NO_VISIT) -> None:
        """Release a feed whose document has not changed, resetting its failures.

        Called by the poller. Raises NotFound for a feed never configured.
        """

    async def settle_failed(
        self, feed: FeedId, failure: Failure, next_poll_at: datetime, visit: Visit = NO_VISIT
    ) -> None:
        """Release a feed whose poll failed and count the failure.

        Called by the poller. Raises NotFound for a feed never configured.
        """

    async def learnt(self, feed: FeedId) -> Learnt:
        """Give what a feed's documents have taught, nothing for a feed never configured. Called by the poller."""


class TroubleStore(Protocol):
    """What is wrong with feeds, and what the operator is told of it.

    A trouble begins with the first visit that finds it broken, and ends with the first that finds it mended. One
    that ended before it was told is forgotten; one that comes back before its end was told goes on.
    """

    async def troubles(self) -> tuple[TroubleRow, ...]:
        """List the troubles of active feeds, those too whose end is not told yet, oldest first."""

    async def tell(
        self, notices: Sequence[NoticeRecord], told: Sequence[TroubleRow], over: Sequence[TroubleRow]
    ) -> None:
        """Put notices into their channels' lines, note that the operator knows of `told`, and forget `over`.

        A trouble that began anew meanwhile is neither noted nor forgotten. A notice whose id exists already is not
        written again. Called by the `report` job.
        """


class DeliveryStore(Protocol):
    """The outbox. Order within a channel is the order in which deliveries were committed.

    A post that happened is always recorded: `settle_sent` holds even when the claim was lost meanwhile, and the
    first message id stays. The other ways to end a claim change nothing once it is lost.
    """

    async def due_channels(self) -> tuple[str, ...]:
        """List channels whose head of line can be claimed now. Called by the sweep."""

    async def claim_delivery(self, channel: str, lease_s: float) -> Claim | None:
        """Claim the oldest open delivery of a channel, or None when there is none or it is not due yet.

        The head of line alone is ever claimed, so order is kept. One that is `sending` past its lease, or
        `unknown`, comes with `ambiguous` set. Called by the dispatcher with the rate slot already in hand.
        """

    async def next_attempt_at(self, channel: str) -> datetime | None:
        """Tell when the channel's head of line is due, None for an empty line. Called after a drain."""

    async def settle_sent(self, delivery: DeliveryId, message: str) -> None:
        """Mark a delivery as sent. Called by the dispatcher. Raises NotFound."""

    async def settle_retry(
        self, delivery: DeliveryId, reason: str, next_attempt_at: datetime, *, ambiguous: bool
    ) -> None:
        """Put a claimed delivery back for a later attempt, `unknown` when the post may have arrived.

        Called by the dispatcher. Raises NotFound.
        """

    async def settle_dead(self, delivery: DeliveryId, reason: str) -> None:
        """Move a claimed delivery to the dead letters. Called by the dispatcher. Raises NotFound."""

    async def give_back(self, delivery: DeliveryId) -> None:
        """Undo a claim whose post was never begun: due now, and the attempt does not count.

        One that was ambiguous before stays `unknown`. Called at shut-down. Raises NotFound.
        """

    async def recover(self) -> int:
        """Turn `sending` into `unknown` and release claimed feeds; give the number of both.

        Called once at start-up by the only process of an embedded store.
        """

    async def resend(self, delivery: DeliveryId) -> None:
        """Put a dead letter back at its old place in line, due now, attempts from 0, and enqueue a `drain` job.

        Called by people. Raises NotFound when no dead letter has that id.
        """

    async def deliveries(self, state: DeliveryState | None = None, limit: int = 50) -> tuple[DeliveryRow, ...]:
        """List deliveries, newest first. Called by `status` and `deliveries`."""


class SubscriptionStore(Protocol):
    """Who is told what."""

    async def sync_subscriptions(self, subscriptions: Sequence[Subscription]) -> None:
        """Make the subscriptions of origin `config` equal to these. Called at start-up and reload."""

    async def subscriptions(self, channel: str | None = None) -> tuple[Subscription, ...]:
        """List active subscriptions by id. Called by `subscriptions` and `subscribe`."""

    async def add_subscription(self, subscription: Subscription) -> None:
        """Add or replace one by id. Called by `subscribe`."""

    async def remove_subscription(self, subscription: SubscriptionId) -> None:
        """End one; its open deliveries are still made. Called by `unsubscribe`. Raises NotFound."""


class Archive(Protocol):
    """What people ask of the past."""

    async def recent_alerts(self, limit: int) -> tuple[AlertRow, ...]:
        """List alerts, newest first. Called by `recent`."""

    async def search_items(self, text: str, limit: int) -> tuple[Item, ...]:
        """List newest versions of items whose title or text contains `text`, newest first.

        Both sides are compared NFKC-casefolded (`rules.text.fold`). Called by `search`.
        """

    async def items_since(self, moment: datetime, limit: int) -> tuple[Item, ...]:
        """List newest versions of items seen since then, oldest first. Called by `replay`."""

    async def versions(self, item: ItemId) -> tuple[Item, ...]:
        """List the versions of an item, the oldest first, none for one that is not there."""

    async def newest_items(self, feed: FeedId, limit: int) -> tuple[Item, ...]:
        """List newest versions of one feed's items, newest first. Called by `feeds show`."""

    async def count_items(self) -> dict[FeedId, int]:
        """Count the items of each feed that has any. Called by `feeds`."""

    async def status(self) -> StoreStatus:
        """Count what there is. Called by `status`, `/readyz` and `/metrics`."""

    async def prune(self, before: datetime) -> int:
        """Delete items and replaced versions seen before that moment with all that hangs on them; count the items.

        An item with an open delivery stays. Story keys of deleted items stay for as long again, so that a
        late reprint is still known. Called by housekeeping.
        """


class Store(FeedStore, TroubleStore, DeliveryStore, SubscriptionStore, Archive, HubLeaseStore, Protocol):
    """All of it, with its own clock."""

    def now(self) -> datetime:
        """Give the store's present moment, aware, UTC."""

    async def close(self) -> None:
        """Release the file or the connections. Called once at shut-down."""


class RetryLater(Exception):
    """Raised by a job handler: run this job again after `delay_s`."""

    def __init__(self, delay_s: float) -> None:
        super().__init__(f"again in {delay_s:.1f} s")
        self.delay_s = delay_s


Handler = Callable[[str], Awaitable[None]]


class Wakes(Protocol):
    """The half of the job engine that a store speaks to, from inside its transaction."""

    def enqueue(self, kind: str, key: str, delay_s: float = 0.0) -> None:
        """Ask for one run of the handler of `kind` with `key`; equal waiting requests are one.

        A request made while the same job runs leads to one more run after it. Called on the event loop's
        thread only: a store that writes on another thread hands its wakes over after the COMMIT.
        """


class Jobs(Wakes, Protocol):
    """The job engine. It only wakes: whatever it forgets, the rows and the sweep bring back."""

    def handle(self, kind: str, handler: Handler, *, concurrency: int) -> None:
        """Register the handler of a kind; called by the application before `run`.

        One key never runs twice at a time. A handler may raise RetryLater; any other error it must not let
        out (the application supervises its handlers).
        """

    async def run(self) -> None:
        """Run jobs until cancelled."""

    async def settle(self) -> None:
        """Wait until nothing runs and nothing is due. Called by tests, replay and the demo's end."""

    async def close(self, limit_s: float) -> None:
        """Take no more jobs and wait for the running ones, at most `limit_s`; then cancel them."""
