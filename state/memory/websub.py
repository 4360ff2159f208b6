"""What hubs have promised, and what their pushes change, in memory."""

from dataclasses import replace
from datetime import datetime

from rules.model import FeedId
from state.errors import NotFound, StaleRead
from state.leases import HubLease, HubLeaseId, HubLeaseState, PushRecord
from state.memory.feeds import Feeds


class HubLeases(Feeds):
    """`state.leases.HubLeaseStore`."""

    async def hub_leases(self) -> tuple[HubLease, ...]:
        """List all leases by feed and id."""
        return tuple(sorted(self._tables.leases.values(), key=lambda each: (each.feed, each.id)))

    async def hub_lease(self, lease: HubLeaseId) -> HubLease:
        """Give one lease. Raises NotFound."""
        found = self._tables.leases.get(lease)
        if found is None:
            raise NotFound(f"no hub lease has the id {lease!r}")
        return found

    async def find_hub_lease(self, token: str) -> HubLease | None:
        """Give the lease whose callback has this token, None when there is none."""
        return next((each for each in self._tables.leases.values() if each.token == token), None)

    async def put_hub_lease(self, lease: HubLease) -> None:
        """Add a lease, or change the one of the revision before. Raises StaleRead, writing nothing."""
        before = self._tables.leases.get(lease.id)
        taken = before is None and any(self._is_rival(each, lease) for each in self._tables.leases.values())
        if taken or (before.revision if before is not None else 0) != lease.revision - 1:
            raise StaleRead(f"the lease {lease.id} of feed {lease.feed!r} was changed meanwhile")
        self._tables.leases[lease.id] = lease

    async def drop_hub_lease(self, lease: HubLeaseId) -> None:
        """Forget a lease; does nothing for one that is not there."""
        self._tables.leases.pop(lease, None)

    async def due_hub_leases(self, limit: int) -> tuple[HubLeaseId, ...]:
        """List leases whose time has come, longest overdue first."""
        now = self.now()
        due = sorted((each.due_at, each.id) for each in self._tables.leases.values() if each.due_at <= now)
        return tuple(lease for _, lease in due[:limit])

    async def commit_push(self, record: PushRecord) -> None:
        """Write what a push brought. Raises NotFound or StaleRead, writing nothing."""
        lease = await self.hub_lease(record.lease)
        self._write_news(record.items, record.alerts)
        pushed = replace(lease, pushed_at=self.now(), missed_at=None, revision=lease.revision + 1)
        self._tables.leases[lease.id] = pushed

    async def hasten_poll(self, feed: FeedId, at: datetime) -> None:
        """Let a feed's next poll be at that moment, if it would be later."""
        found = self._tables.feeds.get(feed)
        if found is not None and found.active and found.row.next_poll_at > at:
            found.row = replace(found.row, next_poll_at=at)

    @staticmethod
    def _is_rival(other: HubLease, lease: HubLease) -> bool:
        both_stay = HubLeaseState.LEAVING not in (other.state, lease.state)
        return other.token == lease.token or (other.feed == lease.feed and both_stay)
