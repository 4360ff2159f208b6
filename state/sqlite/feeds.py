"""Feeds and what polling learns of them."""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

from rules.model import FeedId, ItemId
from state.errors import NotFound
from state.ports import Wakes
from state.rows import FeedRow, FeedSpec, Known, PollRecord, list_channels
from state.spans import spread_first_polls
from state.sql import load_statements
from state.sqlite.columns import Parameters, from_moment, from_spec, from_texts, from_visit, to_feed, to_learnt
from state.sqlite.file import DatabaseFile
from state.sqlite.gathering import Gathering
from state.sqlite.known import read_known
from state.sqlite.part import Part
from state.sqlite.polls import write_poll
from state.sqlite.troubles import write_troubles
from state.visits import NO_VISIT, Failure, Learnt, Visit

_SQL = load_statements("feeds")
_TROUBLES = load_statements("troubles")
Settling = tuple[FeedId, float, Visit]
"""A feed, its next poll as the database keeps moments, and how its last one went."""
_SETTLE_S = 0.005
"""How long a poll that brought nothing waits for others to be settled with it."""


class Feeds(Part):
    """`state.ports.FeedStore`."""

    def __init__(self, file: DatabaseFile, wakes: Wakes) -> None:
        super().__init__(file, wakes)
        self._rows: Gathering[FeedId, FeedRow | None] = Gathering(file.read, _find_feeds, 0.0)
        self._unchanged: Gathering[Settling, bool] = Gathering(file.write, _settle_unchanged, _SETTLE_S)

    async def sync_feeds(self, specs: Sequence[FeedSpec]) -> None:
        """Make the active feeds equal to `specs`, keeping what was learnt."""
        now = self.now()

        def sync(connection: sqlite3.Connection) -> None:
            known = {row["id"] for row in connection.execute(_SQL["list_feed_ids"])}
            first_polls = spread_first_polls([spec for spec in specs if spec.source.feed not in known], now)
            connection.execute(_SQL["deactivate_feeds"])
            rows = (from_spec(spec, first_polls.get(spec.source.feed, now)) for spec in specs)
            addresses = ({"id": each.source.feed, "url": each.url} for each in specs)
            connection.executemany(_TROUBLES["drop_troubles_of_moved"], addresses)
            connection.executemany(_SQL["put_feed"], rows)
            connection.execute(_TROUBLES["drop_troubles_of_removed"])

        await self._file.write(sync)

    async def claim_due_feeds(self, limit: int, lease_s: float) -> tuple[FeedId, ...]:
        """Claim due feeds, longest overdue first, and enqueue their polls."""

        def claim(connection: sqlite3.Connection) -> list[sqlite3.Row]:
            return connection.execute(_SQL["claim_due_feeds"], {"limit": limit, "lease_s": lease_s}).fetchall()

        rows = await self._file.write(claim)
        rows.sort(key=lambda row: (row["next_poll_at"], row["id"]))
        claimed = tuple(FeedId(row["id"]) for row in rows)
        for feed in claimed:
            self._wakes.enqueue("poll", feed)
        return claimed

    async def feed(self, feed: FeedId) -> FeedRow:
        """Give one active feed. Raises NotFound."""
        row = await self._rows.ask(feed)
        if row is None:
            raise NotFound(f"no active feed has the id {feed!r}")
        return row

    async def feeds(self) -> tuple[FeedRow, ...]:
        """List the active feeds by id."""
        rows = await self._file.read(lambda connection: connection.execute(_SQL["list_feeds"]).fetchall())
        return tuple(map(to_feed, rows))

    async def known(self, names: Collection[ItemId], keys: Collection[str]) -> Known:
        """Give all that a decision about items of these names and story keys needs."""
        return await self._file.read(lambda connection: read_known(connection, names, keys))

    async def commit_poll(self, record: PollRecord) -> None:
        """Write all that one poll changes. Raises NotFound or StaleRead, writing nothing."""
        await self._file.write(lambda connection: write_poll(connection, record))
        for channel in list_channels(record.alerts):
            self._wakes.enqueue("drain", channel)

    async def settle_unchanged(self, feed: FeedId, next_poll_at: datetime, visit: Visit = NO_VISIT) -> None:
        """Release a feed whose document has not changed. Raises NotFound."""
        if not await self._unchanged.ask((feed, from_moment(next_poll_at), visit)):
            raise NotFound(f"no feed has the id {feed!r}")

    async def settle_failed(
        self, feed: FeedId, failure: Failure, next_poll_at: datetime, visit: Visit = NO_VISIT
    ) -> None:
        """Release a feed whose poll failed and count the failure. Raises NotFound."""
        parameters = {"error": failure.message, "reason": failure.reason, "next_poll_at": from_moment(next_poll_at)}
        settled = await self._file.write(lambda connection: _settle_failed(connection, feed, parameters, visit))
        if not settled:
            raise NotFound(f"no feed has the id {feed!r}")

    async def learnt(self, feed: FeedId) -> Learnt:
        """Give what a feed's documents have taught."""
        row = await self._file.read(lambda connection: connection.execute(_SQL["find_learnt"], {"id": feed}).fetchone())
        return Learnt() if row is None else to_learnt(row["learnt"])


def _find_feeds(connection: sqlite3.Connection, feeds: Sequence[FeedId]) -> list[FeedRow | None]:
    rows = {row["id"]: row for row in connection.execute(_SQL["find_feeds"], {"ids": from_texts(feeds)})}
    return [to_feed(rows[feed]) if feed in rows else None for feed in feeds]


def _settle_unchanged(connection: sqlite3.Connection, settlings: Sequence[Settling]) -> list[bool]:
    """Release feeds; tell of each whether there is one."""
    rows = [from_visit(visit) | {"id": feed, "next_poll_at": next_poll_at} for feed, next_poll_at, visit in settlings]
    settled = connection.executemany(_SQL["settle_unchanged"], rows).rowcount
    known = {feed for feed, _, _ in settlings}
    if settled < len(settlings):
        known = {row["id"] for row in connection.execute(_SQL["list_feed_ids"])}
    for feed, _, visit in settlings:
        if (visit.broken or visit.mended) and feed in known:
            write_troubles(connection, feed, visit)
    return [feed in known for feed, _, _ in settlings]


def _settle_failed(connection: sqlite3.Connection, feed: FeedId, parameters: Parameters, visit: Visit) -> bool:
    """Release a feed; tell whether there is one."""
    settled = connection.execute(_SQL["settle_failed"], from_visit(visit) | parameters | {"id": feed}).rowcount
    if settled:
        write_troubles(connection, feed, visit)
    return bool(settled)
