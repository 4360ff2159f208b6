"""What hubs have promised: to push a feed's news to us for a time (W3C WebSub). The values, and the store's port."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol

from rules.model import FeedId
from state.rows import AlertRecord, ItemRecord

HubLeaseId = NewType("HubLeaseId", str)
"""Names a lease in logs and jobs; tells nothing of its token."""


class HubLeaseState(StrEnum):
    """Where a lease stands."""

    ASKED = "asked"
    """To be asked for, or asked for and not confirmed yet."""
    ACTIVE = "active"
    """Confirmed; holds until it ends."""
    DENIED = "denied"
    """The hub refuses; it is asked again much later."""
    LEAVING = "leaving"
    """Wanted no more: the hub is being told."""


@dataclass(frozen=True, slots=True)
class HubLease:
    """One feed's pushes from one hub, as agreed or as wished for. Token and secret are never shown or logged."""

    id: HubLeaseId
    feed: FeedId
    hub: str
    topic: str
    """The feed's address as its hub knows it."""
    origin: str
    """The address of ours before the callback's path."""
    token: str = field(repr=False)
    """The end of the callback's path, which nobody can guess."""
    secret: str = field(repr=False)
    """What the hub signs its pushes with."""
    state: HubLeaseState
    created_at: datetime
    due_at: datetime
    """When the hub is to be asked next."""
    asked_at: datetime | None = None
    """When the request was made that the hub has not confirmed yet."""
    verified_at: datetime | None = None
    lease_until: datetime | None = None
    failures: int = 0
    """Requests in a row that came to nothing."""
    error: str = ""
    pushed_at: datetime | None = None
    """When the last push with the right signature came."""
    missed_at: datetime | None = None
    """When a poll first found news, after the last push, that no push had brought."""
    revision: int = 1
    """Counts the changes; a change of an older revision is refused."""

    def is_active(self, now: datetime) -> bool:
        """Tell whether the hub has promised to push now."""
        held = self.state is HubLeaseState.ACTIVE and self.lease_until is not None
        return held and self.lease_until is not None and now < self.lease_until

    def is_trusted(self, now: datetime) -> bool:
        """Tell whether pushes come in fact: one has come, and since then no news has come without one."""
        return self.is_active(now) and self.pushed_at is not None and self.missed_at is None


@dataclass(frozen=True, slots=True)
class PushRecord:
    """Everything that one push changes; commits in one transaction or not at all."""

    lease: HubLeaseId
    items: tuple[ItemRecord, ...] = ()
    alerts: tuple[AlertRecord, ...] = ()


class HubLeaseStore(Protocol):
    """The leases. At most one of a feed is not leaving."""

    async def hub_leases(self) -> tuple[HubLease, ...]:
        """List all leases by feed and id. Called by `feeds show` and at start-up."""

    async def hub_lease(self, lease: HubLeaseId) -> HubLease:
        """Give one lease. Raises NotFound."""

    async def find_hub_lease(self, token: str) -> HubLease | None:
        """Give the lease whose callback has this token, None when there is none. Called by the web server."""

    async def put_hub_lease(self, lease: HubLease) -> None:
        """Add a lease of revision 1, or change the one of the revision before.

        Raises StaleRead, writing nothing, when it was changed or dropped meanwhile, or when the feed has another
        lease that is not leaving: the caller reads and decides again.
        """

    async def drop_hub_lease(self, lease: HubLeaseId) -> None:
        """Forget a lease; does nothing for one that is not there."""

    async def due_hub_leases(self, limit: int) -> tuple[HubLeaseId, ...]:
        """List leases whose time has come, longest overdue first. Called by the upkeep."""

    async def commit_push(self, record: PushRecord) -> None:
        """Write what a push brought, note that it came, and enqueue a `drain` job for each channel.

        What polling knows of the feed stays as it is. Raises NotFound for a lease that is not there, and StaleRead
        as `commit_poll` does.
        """

    async def hasten_poll(self, feed: FeedId, at: datetime) -> None:
        """Let a feed's next poll be at that moment, if it would be later; does nothing for one that is not active."""


def find_lease(leases: Iterable[HubLease], feed: FeedId) -> HubLease | None:
    """Give a feed's lease that is not leaving, None when it has none."""
    own = (each for each in leases if each.feed == feed)
    return next((each for each in own if each.state is not HubLeaseState.LEAVING), None)
