"""Subscriptions and the past, in memory."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from rules.model import FeedId, Item, ItemId
from rules.text import fold
from state.errors import NotFound
from state.haystack import build_haystack
from state.memory.tables import Alert, Delivery, Part
from state.rows import (
    AlertRow,
    DeliveryState,
    ItemRecord,
    StoreStatus,
    Subscription,
    SubscriptionId,
)
from state.spans import forget_keys_before


class Archive(Part):
    """`state.ports.SubscriptionStore` and `state.ports.Archive`."""

    async def sync_subscriptions(self, subscriptions: Sequence[Subscription]) -> None:
        """Make the subscriptions of origin `config` equal to these."""
        kept = {each.id: each for each in self._tables.subscriptions.values() if each.origin != "config"}
        self._tables.subscriptions = kept | {each.id: each for each in subscriptions}

    async def subscriptions(self, channel: str | None = None) -> tuple[Subscription, ...]:
        """List active subscriptions by id."""
        rows = self._sorted_subscriptions()
        return tuple(each for each in rows if channel is None or each.channel == channel)

    async def add_subscription(self, subscription: Subscription) -> None:
        """Add or replace one by id."""
        self._tables.subscriptions[subscription.id] = subscription

    async def remove_subscription(self, subscription: SubscriptionId) -> None:
        """End one. Raises NotFound."""
        if self._tables.subscriptions.pop(subscription, None) is None:
            raise NotFound(f"no subscription has the id {subscription!r}")

    async def recent_alerts(self, limit: int) -> tuple[AlertRow, ...]:
        """List alerts, newest first."""
        members = Counter(records[-1].story for records in self._tables.items.values())
        newest = list(self._tables.alerts.values())[::-1][:limit]
        return tuple(_to_row(alert, members[alert.record.story]) for alert in newest)

    async def search_items(self, text: str, limit: int) -> tuple[Item, ...]:
        """List newest versions of items whose title or text contains `text`, newest first."""
        needle = fold(text)
        found = [each.item for each in self._newest_records() if needle in build_haystack(each.wording)]
        return tuple(found[::-1][:limit])

    async def items_since(self, moment: datetime, limit: int) -> tuple[Item, ...]:
        """List newest versions of items seen since then, oldest first."""
        return tuple([item for item in self._newest() if item.seen_at >= moment][:limit])

    async def versions(self, item: ItemId) -> tuple[Item, ...]:
        """List the versions of an item, the oldest first."""
        return tuple(record.item for record in self._tables.items.get(item, ()))

    async def newest_items(self, feed: FeedId, limit: int) -> tuple[Item, ...]:
        """List newest versions of one feed's items, newest first."""
        found = [item for item in self._newest() if item.source.feed == feed]
        return tuple(found[::-1][:limit])

    async def count_items(self) -> dict[FeedId, int]:
        """Count the items of each feed that has any."""
        return dict(Counter(item.source.feed for item in self._newest()))

    async def status(self) -> StoreStatus:
        """Count what there is."""
        rows = [feed.row for feed in self._tables.feeds.values() if feed.active]
        counts = Counter(each.state for each in self._tables.deliveries.values())
        return StoreStatus(
            feeds=len(rows),
            feeds_failing=sum(row.failures > 0 for row in rows),
            feeds_never_polled=sum(row.first_polled_at is None for row in rows),
            items=len(self._tables.items),
            stories=len({records[-1].story for records in self._tables.items.values()}),
            alerts=len(self._tables.alerts),
            deliveries={state: counts[state] for state in DeliveryState},
            oldest_open_at=min((each.created_at for each in self._open_deliveries()), default=None),
            last_poll_at=max((row.last_polled_at for row in rows if row.last_polled_at is not None), default=None),
        )

    async def prune(self, before: datetime) -> int:
        """Delete items seen before that moment with all that hangs on them, and give their number."""
        tables, forget_before = self._tables, forget_keys_before(before, self.now())
        kept = {each.alert.item for each in self._open_deliveries()}
        gone = {item.id for item in self._newest() if item.seen_at < before and item.id not in kept}
        tables.items = {
            key: [each for each in records[:-1] if each.item.seen_at >= before] + records[-1:]
            for key, records in tables.items.items()
            if key not in gone
        }
        tables.aliases = {alias: item for alias, item in tables.aliases.items() if item in tables.items}
        tables.alerts = {key: alert for key, alert in tables.alerts.items() if alert.record.item not in gone}
        dropped = {key for key, each in tables.deliveries.items() if each.alert.item in gone or _is_old(each, before)}
        tables.deliveries = {key: each for key, each in tables.deliveries.items() if key not in dropped}
        for story, deliveries in tables.of_stories.items():
            tables.of_stories[story] = [each for each in deliveries if each.record.id not in dropped]
        tables.keys = {key: each for key, each in tables.keys.items() if each.seen_at >= forget_before}
        living = {records[-1].story for records in tables.items.values()}
        tables.told = {key: told for key, told in tables.told.items() if told.seen_at >= forget_before or key in living}
        return len(gone)

    def _newest(self) -> list[Item]:
        """List the newest version of every item in order of sight."""
        return [record.item for record in self._newest_records()]

    def _newest_records(self) -> list[ItemRecord]:
        newest = (records[-1] for records in self._tables.items.values())
        return sorted(newest, key=lambda record: record.item.seen_at)


def _is_old(delivery: Delivery, before: datetime) -> bool:
    """Tell whether a delivery is of an old notice and made."""
    return delivery.alert.item is None and delivery.created_at < before and not delivery.state.is_open


def _to_row(alert: Alert, items_in_story: int) -> AlertRow:
    record = alert.record
    return AlertRow(
        id=record.id,
        kind=record.kind,
        story=record.story,
        item=record.item,
        severity=record.severity,
        rules=record.rules,
        summary=record.summary,
        created_at=alert.created_at,
        items_in_story=items_in_story,
    )
