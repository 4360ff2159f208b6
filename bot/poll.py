"""One poll: fetch | parse | ingest, and its failures written down where people see them."""

import asyncio
import random
from datetime import timedelta

import structlog

from adapters.errors import AdapterError, FetchFailure
from adapters.ports import Fetched, Fetcher, FetchRequest, ParsedFeed, Parser
from bot.decision import Decision, build_items
from bot.holder import RulesetHolder
from bot.ingest import ingest
from bot.metrics import Metrics
from bot.settings.model import Polling
from rules.model import FeedId
from state import FeedRow, NotFound, PollRecord, RetryLater, StateError, Store

log = structlog.get_logger(__name__)

BACKOFF_CEILING_S = 6 * 3600.0
"""The longest wait after failures, whatever the interval and the publisher's Retry-After say."""

JITTER = 0.05
"""The share of an interval by which a poll may come early or late, so that feeds drift apart."""


class Poller:
    """Poll feeds by id; the handler of the `poll` job."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        parser: Parser,
        rulesets: RulesetHolder,
        polling: Polling,
        metrics: Metrics,
        dice: random.Random,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._parser = parser
        self._rulesets = rulesets
        self._polling = polling
        self._metrics = metrics
        self._dice = dice

    async def poll(self, feed: str) -> None:
        """Poll one claimed feed and settle it.

        Raises RetryLater when the items could not be stored, StateError when the store fails otherwise.
        """
        try:
            row = await self._store.feed(FeedId(feed))
        except NotFound:
            return
        try:
            fetched = await self._fetcher.fetch(self._build_request(row))
            if fetched.body is None:
                self._metrics.poll_finished("not_modified", fetched.elapsed_s)
                await self._store.settle_unchanged(row.id, self._store.now() + self._wait(row))
                return
            parsed = await self._parser.parse(fetched, row.spec.source, self._store.now())
        except AdapterError as failure:
            await self._settle_failure(row, failure)
            return
        await self._ingest(row, fetched, parsed)

    def _build_request(self, row: FeedRow) -> FetchRequest:
        return FetchRequest(
            url=row.spec.url,
            etag=row.etag,
            last_modified=row.last_modified,
            allow_private=row.spec.allow_private,
            timeout_s=self._polling.timeout_s,
            max_bytes=self._polling.max_bytes,
        )

    async def _settle_failure(self, row: FeedRow, failure: AdapterError) -> None:
        self._metrics.poll_finished("failed", 0.0)
        log.warning("poll failed", feed=row.id, url=row.spec.url, error=str(failure), failures=row.failures + 1)
        wait = self._backoff(row, failure.retry_after_s if isinstance(failure, FetchFailure) else None)
        await self._store.settle_failed(row.id, str(failure), self._store.now() + wait)

    async def _ingest(self, row: FeedRow, fetched: Fetched, parsed: ParsedFeed) -> None:
        now = self._store.now()
        record = PollRecord(row.id, fetched.etag, fetched.last_modified, now + self._wait(row))
        items = await asyncio.to_thread(build_items, row, parsed, now)
        try:
            decision = await ingest(self._store, self._rulesets.current, row, items, record)
        except StateError as error:
            # Nothing was written, so it is polled again; but no sooner than a publisher expects.
            log.warning("poll not stored", feed=row.id, error=str(error), again_in_s=round(row.spec.interval_s))
            raise RetryLater(row.spec.interval_s) from error
        self._count(row, fetched, parsed, decision)

    def _wait(self, row: FeedRow) -> timedelta:
        return timedelta(seconds=row.spec.interval_s * self._dice.uniform(1 - JITTER, 1 + JITTER))

    def _backoff(self, row: FeedRow, retry_after_s: float | None) -> timedelta:
        """Give the interval doubled per failure in a row, or the publisher's wish if longer, bounded."""
        ceiling = max(BACKOFF_CEILING_S, row.spec.interval_s)
        doubled = self._wait(row).total_seconds() * 2 ** min(row.failures, 16)
        return timedelta(seconds=min(ceiling, max(doubled, retry_after_s or 0.0)))

    def _count(self, row: FeedRow, fetched: Fetched, parsed: ParsedFeed, decision: Decision) -> None:
        self._metrics.poll_finished("ok", fetched.elapsed_s)
        self._metrics.parsed(parsed.elapsed_s)
        self._metrics.items_stored(decision.new, decision.edited, decision.unchanged)
        for record in decision.items:
            for match in record.matches:
                self._metrics.matched(match.rule)
        for alert in decision.alerts:
            self._metrics.alerted(alert.kind)
        # On a quiet day thousands of polls find nothing: they are counted in the metrics, not told in the log.
        tell = log.info if decision.items else log.debug
        tell(
            "polled",
            feed=row.id,
            new=decision.new,
            edited=decision.edited,
            alerts=len(decision.alerts),
            skipped=len(parsed.skipped),
        )
