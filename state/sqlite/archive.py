"""Subscriptions, and what people ask of the past."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from rules.model import FeedId, Item, ItemId
from rules.text import fold
from state.errors import NotFound
from state.rows import AlertRow, DeliveryState, StoreStatus, Subscription, SubscriptionId
from state.spans import forget_keys_before
from state.sql import load_statements
from state.sqlite.columns import (
    Parameters,
    from_moment,
    from_subscription,
    to_alert,
    to_item,
    to_optional,
    to_subscription,
)
from state.sqlite.part import Part

_SQL = load_statements("archive")


class Archive(Part):
    """`state.ports.SubscriptionStore` and `state.ports.Archive`."""

    async def sync_subscriptions(self, subscriptions: Sequence[Subscription]) -> None:
        """Make the subscriptions of origin `config` equal to these."""

        def sync(connection: sqlite3.Connection) -> None:
            connection.execute(_SQL["drop_configured_subscriptions"])
            connection.executemany(_SQL["put_subscription"], map(from_subscription, subscriptions))

        await self._file.write(sync)

    async def subscriptions(self, channel: str | None = None) -> tuple[Subscription, ...]:
        """List active subscriptions by id."""
        statement = "list_subscriptions" if channel is None else "list_subscriptions_of_channel"
        return tuple(map(to_subscription, await self._list(statement, {"channel": channel})))

    async def add_subscription(self, subscription: Subscription) -> None:
        """Add or replace one by id."""
        row = from_subscription(subscription)
        await self._file.write(lambda connection: connection.execute(_SQL["put_subscription"], row).rowcount)

    async def remove_subscription(self, subscription: SubscriptionId) -> None:
        """End one. Raises NotFound."""
        dropped = await self._file.write(
            lambda connection: connection.execute(_SQL["drop_subscription"], {"id": subscription}).rowcount
        )
        if not dropped:
            raise NotFound(f"no subscription has the id {subscription!r}")

    async def recent_alerts(self, limit: int) -> tuple[AlertRow, ...]:
        """List alerts, newest first."""
        return tuple(map(to_alert, await self._list("list_alerts", {"limit": limit})))

    async def search_items(self, text: str, limit: int) -> tuple[Item, ...]:
        """List newest versions of items whose title or text contains `text`, newest first."""
        return tuple(map(to_item, await self._list("search_items", {"needle": fold(text), "limit": limit})))

    async def items_since(self, moment: datetime, limit: int) -> tuple[Item, ...]:
        """List newest versions of items seen since then, oldest first."""
        return tuple(
            map(to_item, await self._list("list_items_since", {"moment": from_moment(moment), "limit": limit}))
        )

    async def versions(self, item: ItemId) -> tuple[Item, ...]:
        """List the versions of an item, the oldest first."""
        return tuple(map(to_item, await self._list("list_versions", {"item": item})))

    async def newest_items(self, feed: FeedId, limit: int) -> tuple[Item, ...]:
        """List newest versions of one feed's items, newest first."""
        return tuple(map(to_item, await self._list("list_newest_items", {"feed": feed, "limit": limit})))

    async def count_items(self) -> dict[FeedId, int]:
        """Count the items of each feed that has any."""
        return {FeedId(row["feed"]): row["number"] for row in await self._list("count_items_by_feed", {})}

    async def status(self) -> StoreStatus:
        """Count what there is."""

        def count(connection: sqlite3.Connection) -> tuple[sqlite3.Row, list[sqlite3.Row]]:
            counts = connection.execute(_SQL["count_rows"]).fetchone()
            return counts, connection.execute(_SQL["count_deliveries"]).fetchall()

        row, by_state = await self._file.read(count)
        numbers = {each["state"]: each["number"] for each in by_state}
        return StoreStatus(
            feeds=row["feeds"],
            feeds_failing=row["feeds_failing"],
            feeds_never_polled=row["feeds_never_polled"],
            items=row["items"],
            stories=row["stories"],
            alerts=row["alerts"],
            deliveries={state: numbers.get(state.value, 0) for state in DeliveryState},
            oldest_open_at=to_optional(row["oldest_open_at"]),
            last_poll_at=to_optional(row["last_poll_at"]),
        )

    async def prune(self, before: datetime) -> int:
        """Delete items seen before that moment with all that hangs on them, and give their number."""
        forget_before = {"forget_before": from_moment(forget_keys_before(before, self.now()))}

        def delete(connection: sqlite3.Connection) -> int:
            old = {"before": from_moment(before)}
            items = connection.execute(_SQL["prune_items"], old).rowcount
            connection.execute(_SQL["prune_notices"], old)
            connection.execute(_SQL["prune_version_matches"], old)
            connection.execute(_SQL["prune_versions"], old)
            connection.execute(_SQL["prune_aliases"])
            connection.execute(_SQL["prune_story_keys"], forget_before)
            connection.execute(_SQL["prune_stories"], forget_before)
            return items

        return await self._file.write(delete)

    async def _list(self, statement: str, parameters: Parameters) -> list[sqlite3.Row]:
        return await self._file.read(lambda connection: connection.execute(_SQL[statement], parameters).fetchall())
