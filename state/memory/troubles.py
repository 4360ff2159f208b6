"""What is wrong with feeds, and the notices that tell it, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from rules.model import FeedId
from state.memory.tables import Part, Told
from state.rows import AlertKind, FeedRow, FeedSpec, NoticeRecord, list_channels
from state.visits import TroubleRow, Visit


class Troubles(Part):
    """`state.ports.TroubleStore`."""

    async def troubles(self) -> tuple[TroubleRow, ...]:
        """List the troubles of active feeds, oldest first."""
        rows = self._tables.troubles.values()
        return tuple(sorted(rows, key=lambda each: (each.since, each.feed, each.kind)))

    async def tell(
        self, notices: Sequence[NoticeRecord], told: Sequence[TroubleRow], over: Sequence[TroubleRow]
    ) -> None:
        """Put notices into their channels' lines, note what is told and forget what is over."""
        now = self.now()
        for each in notices:
            self._put_in_line(Told(each.id, AlertKind.NOTICE, each.thread, None, each.notice), each.deliveries, now)
        for trouble in told:
            row = self._same(trouble)
            if row is not None and row.told_at is None:
                self._tables.troubles[row.feed, row.kind] = replace(row, told_at=now)
        for trouble in over:
            row = self._same(trouble)
            if row is not None and (row.over_at is not None or row.kind.is_event):
                del self._tables.troubles[row.feed, row.kind]
        for channel in list_channels(notices):
            self._wakes.enqueue("drain", channel)

    def _same(self, trouble: TroubleRow) -> TroubleRow | None:
        """Give the trouble as it stands now, unless it began anew."""
        row = self._tables.troubles.get((trouble.feed, trouble.kind))
        return row if row is not None and row.since == trouble.since else None

    def _note_troubles(self, feed: FeedId, visit: Visit) -> None:
        now, rows = self.now(), self._tables.troubles
        for each in visit.broken:
            new = TroubleRow(feed, each.kind, each.message, now, None, None)
            rows[feed, each.kind] = replace(rows.get((feed, each.kind), new), message=each.message, over_at=None)
        for kind in visit.mended:
            row = rows.get((feed, kind))
            if row is not None and row.told_at is None:
                del rows[feed, kind]
            elif row is not None and row.over_at is None:
                rows[feed, kind] = replace(row, over_at=now)

    def _drop_troubles(self, specs: Sequence[FeedSpec]) -> None:
        """Forget what is wrong with feeds that are polled no longer, or at another address."""
        asked = {(each.source.feed, each.url) for each in specs}
        urls = {feed: known.row.spec.url for feed, known in self._tables.feeds.items()}
        rows = self._tables.troubles.items()
        self._tables.troubles = {key: row for key, row in rows if (row.feed, urls[row.feed]) in asked}

    def _with_troubles(self, row: FeedRow) -> FeedRow:
        rows = self._tables.troubles.values()
        kinds = frozenset(each.kind for each in rows if each.feed == row.id and each.over_at is None)
        return replace(row, troubles=kinds) if kinds else row
