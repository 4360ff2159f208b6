"""Pushes as news: parsed and decided like a poll's document, and never believed where a poll would know better."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from adapters.errors import ParseFailure
from adapters.ports import Fetched, Parser
from bot.decision import Decision
from bot.drafts import Draft, build_drafts
from bot.holder import RulesetHolder
from bot.ingest import Enrich, ingest
from bot.metrics import Metrics
from bot.websub.book import LeaseBook
from bot.websub.parcels import Mailbox, Parcel
from rules.model import FeedId
from state import FeedRow, HubLease, NotFound, PushRecord, StateError, Store

log = structlog.get_logger(__name__)

POLL_SPACING_S = 30.0
"""Pushes lead to a poll no sooner than so long after the last one."""


class PushReader:
    """Reads what was pushed to a feed; `read` is the handler of the `push` job.

    A push may hold the new entries only, and may come late or twice. So it adds items that are not known; what it says
    of known ones, a poll at once finds out from the publisher itself. What polling remembers stays untouched.
    """

    def __init__(
        self,
        store: Store,
        parser: Parser,
        rulesets: RulesetHolder,
        book: LeaseBook,
        mailbox: Mailbox,
        metrics: Metrics,
        plan_articles: Callable[[FeedRow], Enrich | None],
    ) -> None:
        self._store = store
        self._parser = parser
        self._rulesets = rulesets
        self._book = book
        self._mailbox = mailbox
        self._metrics = metrics
        self._plan_articles = plan_articles

    async def read(self, feed: str) -> None:
        """Read all that waits for a feed, oldest first. Raises StateError; a poll finds then what was lost."""
        post = self._mailbox.take(FeedId(feed))
        try:
            row = await self._store.feed(FeedId(feed))
        except NotFound:
            return
        complete = not post.overflowed
        try:
            for parcel in post.parcels:
                complete &= await self._take(row, parcel)
        except StateError:
            complete = False
            raise
        finally:
            if not complete:
                await self._hasten(row)

    async def _take(self, row: FeedRow, parcel: Parcel) -> bool:
        """Take one push in; tell whether it has said all there is to know."""
        try:
            lease = await self._store.hub_lease(parcel.lease)
        except NotFound:
            return True
        if row.first_polled_at is None:
            return False  # the first document of a feed is stored and not told: only a poll knows it
        try:
            drafts = await self._parse(row, lease, parcel)
        except ParseFailure as failure:
            log.info("push is no feed", feed=row.id, error=str(failure))
            self._metrics.pushed("invalid")
            await self._commit(row, lease, ())
            return False
        decision = await self._commit(row, lease, drafts)
        self._count(row, decision)
        return not decision.edited

    async def _parse(self, row: FeedRow, lease: HubLease, parcel: Parcel) -> Sequence[Draft]:
        now = self._store.now()
        fetched = Fetched(lease.topic, 200, parcel.body, None, None, parcel.content_type)
        parsed = await self._parser.parse(fetched, row.spec.source, now)
        self._metrics.parsed(parsed.elapsed_s)
        return await asyncio.to_thread(build_drafts, row, parsed, now)

    async def _commit(self, row: FeedRow, lease: HubLease, drafts: Sequence[Draft]) -> Decision:
        ruleset = self._rulesets.current
        record = PushRecord(lease.id)
        decision = await ingest(self._store, ruleset, row, drafts, lambda _: record, self._plan_articles(row))
        await self._book.refresh(lease.id)
        return decision

    async def _hasten(self, row: FeedRow) -> None:
        """Let the publisher itself be asked soon, unless it is not answering anyway."""
        if row.failures:
            return
        now = self._store.now()
        spaced_at = now if row.last_polled_at is None else row.last_polled_at + timedelta(seconds=POLL_SPACING_S)
        await self._store.hasten_poll(row.id, max(now, spaced_at))

    def _count(self, row: FeedRow, decision: Decision) -> None:
        self._metrics.decided(replace(decision, edited=0))  # a push changes no item that is known
        log.info("pushed", feed=row.id, new=decision.new, edited=decision.edited, alerts=len(decision.alerts))
