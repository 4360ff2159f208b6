"""The leases of this process: which feeds have one, whether their polls may be slower, and what polls tell of them."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from adapters.ports import Fetched
from bot.pace import Pace
from bot.pace.checks import JITTER
from bot.pace.wording import say_length
from bot.settings.model import WebSub
from bot.websub.discovery import Offer, read_offer
from bot.websub.leases import leave, miss, open_lease
from rules.model import FeedId
from state import FeedRow, HubLease, HubLeaseId, HubLeaseState, NotFound, StaleRead, Store
from state.leases import find_lease

log = structlog.get_logger(__name__)

Change = Callable[[HubLease], HubLease]
"""Gives a lease as it is to be; the same one for no change."""

TRIES = 5
"""How often a change is made again when the lease was changed meanwhile."""

SETTLE_S = 3600.0
"""A lease that is younger is not given up for another offer: a publisher's servers may differ for a while."""

PATIENCE = 3
"""After so many failures in a row the feed's next hub is asked, where it names several."""

START_SPREAD_S = 30.0
"""After a start, feeds that were pushed are polled within this time: what was pushed meanwhile is lost."""


class LeaseBook:
    """Opens leases where feeds offer hubs, and leaves those that are wanted no more. The rows are the truth."""

    def __init__(self, store: Store, settings: WebSub, dice: random.Random) -> None:
        self._store = store
        self._settings = settings
        self._dice = dice
        self._leases: dict[FeedId, HubLease] = {}
        """Those that are not leaving, as they were when last read."""

    async def open(self) -> None:
        """Take up what was left, leave what is not configured any more, and have pushed feeds polled soon.

        Called once at the start. Raises StateError.
        """
        now = self._store.now()
        for lease in await self._store.hub_leases():
            if lease.state is HubLeaseState.LEAVING:
                continue
            if not self._wants(lease.feed) or lease.origin != self._settings.public_url:
                await self.change(lease.id, lambda each: leave(each, now))
                continue
            self._leases[lease.feed] = lease
            if lease.is_trusted(now):
                soon = now + timedelta(seconds=self._dice.uniform(0.0, START_SPREAD_S))
                await self._store.hasten_poll(lease.feed, soon)

    def slow(self, feed: FeedId, pace: Pace, now: datetime) -> Pace:
        """Give the pace of a feed's polls: where its pushes come, it is only polled to be sure; never faster."""
        lease = self._leases.get(feed)
        if lease is None or not lease.is_active(now):
            return pace
        if not lease.is_trusted(now):
            return replace(pace, reasons=(*pace.reasons, _doubt(lease)))
        assert lease.lease_until is not None
        left_s = (lease.lease_until - now).total_seconds()
        sure_s = min(self._settings.interval_s * self._dice.uniform(1 - JITTER, 1 + JITTER), left_s)
        told = f"its hub pushes it: polled every {say_length(self._settings.interval_s)} to be sure"
        return Pace(max(pace.wait_s, sure_s), (*pace.reasons, told))

    async def note_poll(self, row: FeedRow, fetched: Fetched, hints: Mapping[str, str], new: int) -> None:
        """Learn from a poll that brought a document: what hubs it offers, and news that were to be pushed.

        `row` is as it was before the poll, `new` the number of items that were not known. Raises StateError.
        """
        if not self._wants(row.id):
            return
        now = self._store.now()
        lease = self._leases.get(row.id)
        if lease is not None and new and _was_missed(lease, row, now):
            lease = await self.change(lease.id, lambda each: miss(each, now))
            await self._store.hasten_poll(row.id, now + timedelta(seconds=row.spec.interval_s))
            log.info("news came without a push", feed=row.id, new=new)
        offer = read_offer(fetched, hints, row.spec.url)
        if lease is None:
            await self._take(row.id, offer.hubs[0] if offer else None, offer)
        elif (hub := _choose_hub(lease, offer, now)) != lease.hub or (offer and offer.topic != lease.topic):
            await self._replace(lease, hub, offer, now)

    async def change(self, lease: HubLeaseId, change: Change) -> HubLease | None:
        """Change a lease as it stands now; give it as it is then, None where it is not there.

        Raises StaleRead when it was changed meanwhile each of `TRIES` times, StateError.
        """
        for left in reversed(range(TRIES)):
            try:
                return await self._change_once(lease, change)
            except NotFound:
                return None
            except StaleRead:
                if not left:
                    raise
        raise AssertionError("the last try returns or raises")

    async def refresh(self, lease: HubLeaseId) -> None:
        """Look at a lease again that was changed past this book. Raises StateError."""
        await self.change(lease, lambda each: each)

    async def drop(self, lease: HubLeaseId) -> None:
        """Forget a lease. Raises StateError."""
        await self._store.drop_hub_lease(lease)
        self._leases = {feed: each for feed, each in self._leases.items() if each.id != lease}

    async def _change_once(self, name: HubLeaseId, change: Change) -> HubLease:
        before = await self._store.hub_lease(name)
        lease = change(before)
        if lease != before:
            await self._store.put_hub_lease(lease)
        if lease.state is not HubLeaseState.LEAVING:
            self._leases[lease.feed] = lease
        elif (held := self._leases.get(lease.feed)) is not None and held.id == lease.id:
            del self._leases[lease.feed]
        return lease

    async def _take(self, feed: FeedId, hub: str | None, offer: Offer | None) -> None:
        if hub is None or offer is None:
            return
        lease = open_lease(feed, hub, offer.topic, self._settings.public_url, self._store.now())
        try:
            await self._store.put_hub_lease(lease)
        except StaleRead:
            # Another process was first; at the feed's next poll this one knows.
            taken = find_lease(await self._store.hub_leases(), feed)
            self._leases |= {feed: taken} if taken is not None else {}
            return
        self._leases[feed] = lease
        log.info("feed offers a hub", feed=feed, hub=hub, topic=offer.topic)

    async def _replace(self, lease: HubLease, hub: str | None, offer: Offer | None, now: datetime) -> None:
        """Leave a lease whose feed offers another hub, another address, or none while no push comes."""
        if now - lease.created_at < timedelta(seconds=SETTLE_S):
            return
        log.info("hub is left", feed=lease.feed, hub=lease.hub)
        await self.change(lease.id, lambda each: leave(each, now))
        await self._take(lease.feed, hub, offer)

    def _wants(self, feed: FeedId) -> bool:
        return bool(self._settings.public_url) and feed in self._settings.feeds


def _was_missed(lease: HubLease, row: FeedRow, now: datetime) -> bool:
    """Tell whether a hub should have pushed what a poll found: it had promised before the poll before that one.

    A push without items, which may only say that there is something, counts as well.
    """
    if not lease.is_active(now) or row.last_polled_at is None or row.first_polled_at is None:
        return False
    promised = lease.verified_at is not None and lease.verified_at <= row.last_polled_at
    return promised and (lease.pushed_at is None or lease.pushed_at < row.last_polled_at)


def _choose_hub(lease: HubLease, offer: Offer | None, now: datetime) -> str | None:
    """Give the hub that the feed's lease should be with; None for no hub."""
    if offer is None:
        # Some servers leave the links out now and then: what works is kept.
        return None if lease.missed_at is not None or not lease.is_active(now) else lease.hub
    if lease.hub not in offer.hubs:
        return offer.hubs[0]
    if lease.failures >= PATIENCE and not lease.is_active(now):
        return _next(offer.hubs, lease.hub)
    return lease.hub


def _next(hubs: tuple[str, ...], hub: str) -> str:
    return hubs[(hubs.index(hub) + 1) % len(hubs)]


def _doubt(lease: HubLease) -> str:
    if lease.missed_at is not None:
        return f"its hub did not push the news of {lease.missed_at:%Y-%m-%d %H:%M} UTC: polled as without"
    return "its hub has promised to push it and has not yet: polled as without"
