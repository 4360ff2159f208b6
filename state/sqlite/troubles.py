"""What is wrong with feeds, and the notices that tell it."""

import sqlite3
from collections.abc import Sequence

from rules.model import FeedId
from state.rows import NoticeRecord, list_channels
from state.sql import load_statements
from state.sqlite.columns import Parameters, from_moment, from_notice, to_trouble
from state.sqlite.part import Part
from state.visits import TroubleRow, Visit

_SQL = load_statements("troubles")
_ITEMS = load_statements("items")


def write_troubles(connection: sqlite3.Connection, feed: FeedId, visit: Visit) -> None:
    """Note what a visit found broken and mended, within an open transaction."""
    if visit.broken:
        rows = [{"feed": feed, "kind": each.kind, "message": each.message} for each in visit.broken]
        connection.executemany(_SQL["break_feed"], rows)
    if visit.mended:
        over = [{"feed": feed, "kind": kind} for kind in visit.mended]
        connection.executemany(_SQL["forget_untold"], over)
        connection.executemany(_SQL["end_told"], over)


class Troubles(Part):
    """`state.ports.TroubleStore`."""

    async def troubles(self) -> tuple[TroubleRow, ...]:
        """List the troubles of active feeds, oldest first."""
        rows = await self._file.read(lambda connection: connection.execute(_SQL["list_troubles"]).fetchall())
        return tuple(map(to_trouble, rows))

    async def tell(
        self, notices: Sequence[NoticeRecord], told: Sequence[TroubleRow], over: Sequence[TroubleRow]
    ) -> None:
        """Put notices into their channels' lines, note what is told and forget what is over."""

        def write(connection: sqlite3.Connection) -> None:
            connection.executemany(_SQL["add_notice"], map(from_notice, notices))
            connection.executemany(_ITEMS["add_delivery"], _list_deliveries(notices))
            connection.executemany(_SQL["mark_told"], map(_name, told))
            connection.executemany(_SQL["forget_told"], map(_name, over))

        await self._file.write(write)
        for channel in list_channels(notices):
            self._wakes.enqueue("drain", channel)


def _list_deliveries(notices: Sequence[NoticeRecord]) -> list[Parameters]:
    return [
        {"id": each.id, "alert": notice.id, "subscription": each.subscription, "channel": each.channel}
        for notice in notices
        for each in notice.deliveries
    ]


def _name(trouble: TroubleRow) -> Parameters:
    return {
        "feed": trouble.feed,
        "kind": trouble.kind,
        "since": from_moment(trouble.since),
        "is_event": trouble.kind.is_event,
    }
