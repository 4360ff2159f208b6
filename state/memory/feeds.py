"""Feeds, items and what polling decides, in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

from rules.model import FeedId, ItemId, StoryId
from state.errors import NotFound, StaleRead
from state.memory.tables import Alert, Feed, Key, Told, ToldStory
from state.memory.troubles import Troubles
from state.rows import (
    AlertRecord,
    FeedRow,
    FeedSpec,
    ItemRecord,
    Known,
    KnownItem,
    PollRecord,
    StoryKey,
    list_channels,
)
from state.spans import spread_first_polls
from state.visits import NO_VISIT, Failure, Learnt, Visit


class Feeds(Troubles):
    """`state.ports.FeedStore`."""

    async def sync_feeds(self, specs: Sequence[FeedSpec]) -> None:
        """Make the active feeds equal to `specs`, keeping what was learnt."""
        feeds, now = self._tables.feeds, self.now()
        first_polls = spread_first_polls([spec for spec in specs if spec.source.feed not in feeds], now)
        for feed in feeds.values():
            feed.active = False
        self._drop_troubles(specs)
        for spec in specs:
            known = feeds.get(spec.source.feed)
            if known is None:
                row = FeedRow(spec, None, None, first_polls[spec.source.feed], None, None, 0, "")
                feeds[spec.source.feed] = Feed(row)
            else:
                if spec.url not in (known.row.spec.url, known.row.moved_to):
                    known.learnt = Learnt()
                known.row = _reconfigure(known.row, spec, now)
                known.active = True

    async def claim_due_feeds(self, limit: int, lease_s: float) -> tuple[FeedId, ...]:
        """Claim due feeds, longest overdue first, and enqueue their polls."""
        now = self.now()
        due = [feed for feed in self._tables.feeds.values() if feed.is_due(now)]
        due.sort(key=lambda feed: (feed.row.next_poll_at, feed.row.id))
        for feed in due[:limit]:
            feed.claimed_until = now + timedelta(seconds=lease_s)
            self._wakes.enqueue("poll", feed.row.id)
        return tuple(feed.row.id for feed in due[:limit])

    async def feed(self, feed: FeedId) -> FeedRow:
        """Give one active feed. Raises NotFound."""
        found = self._tables.feeds.get(feed)
        if found is None or not found.active:
            raise NotFound(f"no active feed has the id {feed!r}")
        return self._with_troubles(found.row)

    async def feeds(self) -> tuple[FeedRow, ...]:
        """List the active feeds by id."""
        rows = (self._with_troubles(feed.row) for feed in self._tables.feeds.values() if feed.active)
        return tuple(sorted(rows, key=lambda row: row.id))

    async def known(self, names: Collection[ItemId], keys: Collection[str]) -> Known:
        """Give all that a decision about items of these names and story keys needs."""
        items, told = self._tables.items, self._tables.told
        aliases = {each: self._tables.aliases[each] for each in names if each in self._tables.aliases}
        newest = {each: items[each][-1] for each in (*names, *aliases.values()) if each in items}
        owners = {each: self._tables.keys[each].story for each in keys if each in self._tables.keys}
        channels = {each: told[each].channels for each in owners.values() if each in told}
        return Known(
            {each: KnownItem(row.item, row.story, row.story in told) for each, row in newest.items()},
            {key: StoryKey(key, story, story in told) for key, story in owners.items()},
            {story: frozenset(each) for story, each in channels.items() if each},
            self._sorted_subscriptions(),
            aliases,
        )

    async def commit_poll(self, record: PollRecord) -> None:
        """Write all that one poll changes. Raises NotFound or StaleRead, writing nothing."""
        feed, now = self._any_feed(record.feed), self.now()
        self._write_news(record.items, record.alerts)
        row = replace(feed.row, etag=record.etag, last_modified=record.last_modified, document_at=now)
        row = replace(row, first_polled_at=row.first_polled_at or now)
        row = replace(row, repeats=record.repeats or row.repeats)
        feed.learnt = record.learnt or feed.learnt
        self._release(feed, row, record.next_poll_at, record.visit)

    async def settle_unchanged(self, feed: FeedId, next_poll_at: datetime, visit: Visit = NO_VISIT) -> None:
        """Release a feed whose document has not changed. Raises NotFound."""
        found = self._any_feed(feed)
        document_at = found.row.document_at if visit.status == HTTPStatus.NOT_MODIFIED else self.now()
        self._release(found, replace(found.row, document_at=document_at), next_poll_at, visit)

    async def settle_failed(
        self, feed: FeedId, failure: Failure, next_poll_at: datetime, visit: Visit = NO_VISIT
    ) -> None:
        """Release a feed whose poll failed and count the failure. Raises NotFound."""
        found = self._any_feed(feed)
        found.claimed_until = None
        found.row = replace(
            found.row,
            failures=found.row.failures + 1,
            error=failure.message,
            reason=failure.reason,
            next_poll_at=next_poll_at,
            status=visit.status,
            pace=visit.pace,
        )
        self._note_troubles(feed, visit)

    async def learnt(self, feed: FeedId) -> Learnt:
        """Give what a feed's documents have taught."""
        found = self._tables.feeds.get(feed)
        return Learnt() if found is None else found.learnt

    def _any_feed(self, feed: FeedId) -> Feed:
        found = self._tables.feeds.get(feed)
        if found is None:
            raise NotFound(f"no feed has the id {feed!r}")
        return found

    def _release(self, feed: Feed, row: FeedRow, next_poll_at: datetime, visit: Visit) -> None:
        feed.claimed_until = None
        feed.row = replace(
            row,
            next_poll_at=next_poll_at,
            last_polled_at=self.now(),
            failures=0,
            error="",
            reason="",
            status=visit.status,
            pace=visit.pace,
            moved_to=visit.moved_to,
        )
        self._note_troubles(row.id, visit)

    def _write_news(self, items: Sequence[ItemRecord], alerts: Sequence[AlertRecord]) -> None:
        """Write items and alerts, and wake their channels. Raises StaleRead, writing nothing."""
        self._check_fresh(items)
        now = self.now()
        for item in items:
            self._write_item(item, now)
        for alert in alerts:
            self._write_alert(alert, now)
        for channel in list_channels(alerts):
            self._wakes.enqueue("drain", channel)

    def _check_fresh(self, records: Sequence[ItemRecord]) -> None:
        versions: dict[ItemId, int] = {}
        owners: dict[str, StoryId] = {}
        for each in records:
            stored = self._tables.items.get(each.item.id)
            before = versions.get(each.item.id, stored[-1].item.version if stored else 0)
            if each.item.version != before + 1:
                raise StaleRead(f"version {each.item.version} of item {each.item.id!r} does not follow {before}")
            versions[each.item.id] = each.item.version
            for key in each.keys:
                owner = self._tables.keys[key].story if key in self._tables.keys else owners.setdefault(key, each.story)
                if owner != each.story:
                    raise StaleRead(f"the story key {key!r} belongs to {owner!r} by now")

    def _write_item(self, record: ItemRecord, now: datetime) -> None:
        self._tables.items.setdefault(record.item.id, []).append(record)
        self._tables.aliases.update(dict.fromkeys(record.aliases, record.item.id))
        if record.story in self._tables.told:
            self._tables.told[record.story].seen_at = now
        for key in record.keys:
            self._tables.keys[key] = Key(record.story, record.item.seen_at)

    def _write_alert(self, record: AlertRecord, now: datetime) -> None:
        told = self._tables.told.setdefault(record.story, ToldStory(now))
        told.seen_at = now
        told.channels.update(each.channel for each in record.deliveries)
        alert = self._tables.alerts.setdefault(record.id, Alert(record, now)).record
        self._put_in_line(Told(alert.id, alert.kind, alert.story, alert.item, alert.summary), record.deliveries, now)


def _reconfigure(row: FeedRow, spec: FeedSpec, now: datetime) -> FeedRow:
    """Give a known feed its new configuration.

    A new address starts afresh, but the one that the feed itself has moved to does not. A new way to it is tried at
    once, a new interval ends a longer wait.
    """
    if spec.url != row.spec.url:
        fresh = FeedRow(spec, None, None, now, None, row.last_polled_at, 0, "")
        is_move = spec.url == row.moved_to
        row = replace(fresh, first_polled_at=row.first_polled_at, repeats=row.repeats) if is_move else fresh
    if spec.access != row.spec.access:
        row = replace(row, next_poll_at=now)
    if spec.interval_s != row.spec.interval_s:
        row = replace(row, next_poll_at=min(row.next_poll_at, now + timedelta(seconds=spec.interval_s)))
    return replace(row, spec=spec)
