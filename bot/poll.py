"""One poll: fetch | parse | ingest, and its failures written down where people see them."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus

import structlog
from pydantic import SecretStr

from adapters.errors import AdapterError, FetchFailure
from adapters.ports import Extractor, Fetched, Fetcher, FetchRequest, ParsedFeed, Parser, Seen
from bot.articles import ArticleReader
from bot.decision import Decision
from bot.drafts import build_drafts
from bot.enrich import Enricher
from bot.holder import RulesetHolder
from bot.hosts import HostGate
from bot.ingest import Enrich, ingest
from bot.lessons import learn
from bot.metrics import Metrics
from bot.pace import Asked, Bounds, Habit, Pace, Timeline, add_headers, plan_check, plan_retry, read_hints
from bot.request import build_request
from bot.settings.model import Polling
from bot.slots import Slots
from bot.trouble.checkup import check_answer, check_document, check_failure, needs_whole, read_document, read_failure
from bot.websub import LeaseBook
from rules.model import FeedId
from state import Clock, FeedRow, Learnt, NotFound, PollRecord, RetryLater, StateError, Store, Visit

log = structlog.get_logger(__name__)

NOTHING_NEW = Decision((), (), 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Memory:
    """What this process remembers of a feed's last committed document; the rows are the truth."""

    learnt: Learnt
    timeline: Timeline
    """Of its moments of publication."""
    hinted: Asked
    """What its hints ask for."""
    seen: Seen | None = None


class Poller:
    """Poll feeds by id; the handler of the `poll` job."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        parser: Parser,
        rulesets: RulesetHolder,
        polling: Polling,
        secrets: Mapping[str, SecretStr],
        clock: Clock,
        metrics: Metrics,
        dice: random.Random,
        leases: LeaseBook,
        extractor: Extractor | None = None,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._parser = parser
        self._rulesets = rulesets
        self._polling = polling
        self._secrets = secrets
        self._metrics = metrics
        self._dice = dice
        self._leases = leases
        self._gate = HostGate(clock, polling.host_concurrency, polling.host_spacing_s)
        self._slots = Slots(polling.concurrency)
        self._bounds = Bounds(polling.fastest_s, polling.slowest_s) if polling.adaptive else Bounds(None, None)
        self._memories: dict[FeedId, _Memory] = {}
        self._debug = log.bind().debug  # bound once: most days nearly all polls end here, and nobody looks
        self._enricher = None
        if extractor is not None:
            reader = ArticleReader(self._ask, extractor, polling, secrets)
            self._enricher = Enricher(reader, metrics, polling.article_budget_s, polling.article_pages)

    async def poll(self, feed: str) -> None:
        """Poll one claimed feed and settle it.

        Raises RetryLater when the items could not be stored, StateError when the store fails otherwise.
        """
        try:
            row = await self._store.feed(FeedId(feed))
        except NotFound:
            self._memories.pop(FeedId(feed), None)
            return
        if row.next_poll_at > self._store.now():
            return  # it outlived its lease in a long line and was claimed once more: the first claim has settled it
        memory = await self._recall(row)
        try:
            fetched = await self._fetch(row)
            if fetched.body is None:
                self._metrics.poll_finished("not_modified", fetched.elapsed_s)
                await self._settle_unmodified(row, fetched, memory)
                return
            parsed = await self._parser.parse(fetched, row.spec.source, self._store.now(), memory.seen)
        except AdapterError as failure:
            await self._settle_failure(row, failure)
            return
        await self._ingest(row, fetched, parsed, memory)

    async def _recall(self, row: FeedRow) -> _Memory:
        memory = self._memories.get(row.id)
        if memory is None:
            memory = self._memories[row.id] = _remember(await self._store.learnt(row.id))
        return memory

    async def _fetch(self, row: FeedRow) -> Fetched:
        whole = needs_whole(row, self._store.now(), self._polling.whole_every_s)
        etag, last_modified = (None, None) if whole else (row.etag, row.last_modified)
        request = build_request(row.spec, self._polling, self._secrets, etag=etag, last_modified=last_modified)
        return await self._ask(request, row.failures, row.next_poll_at)

    async def _ask(self, request: FetchRequest, failures: int = 0, due_at: datetime | None = None) -> Fetched:
        """Ask a host when its turn has come; whoever waits for a slow host takes no slot of others."""
        async with self._gate.visit(request.url) as others_wait, self._slots.take(failures):
            if due_at is not None:
                self._metrics.poll_begun((self._store.now() - due_at).total_seconds())
            return await self._fetcher.fetch(replace(request, keep_open=True) if others_wait else request)

    async def _settle_unmodified(self, row: FeedRow, fetched: Fetched, memory: _Memory) -> None:
        now = self._store.now()
        habit = memory.timeline.habit(now)
        pace = self._plan(row, fetched, memory.hinted, habit, now)
        checkup = check_answer(row, fetched.moved_to, habit, now)
        visit = Visit(fetched.status, pace.reasons, checkup.broken, checkup.mended, fetched.moved_to)
        await self._store.settle_unchanged(row.id, now + timedelta(seconds=pace.wait_s), visit)

    async def _settle_failure(self, row: FeedRow, failure: AdapterError) -> None:
        self._metrics.poll_finished("failed", 0.0)
        pace = plan_retry(row.spec.interval_s, row.failures + 1, failure, self._dice)
        log.warning(
            "poll failed",
            feed=row.id,
            url=row.spec.url,
            error=str(failure),
            failures=row.failures + 1,
            pace=pace.explanation,
        )
        checkup = check_failure(row, failure)
        status = failure.status if isinstance(failure, FetchFailure) else HTTPStatus.OK.value
        visit = Visit(status, pace.reasons, checkup.broken, checkup.mended, row.moved_to)
        again_at = self._store.now() + timedelta(seconds=pace.wait_s)
        await self._store.settle_failed(row.id, read_failure(failure), again_at, visit)

    async def _ingest(self, row: FeedRow, fetched: Fetched, parsed: ParsedFeed, memory: _Memory) -> None:
        now = self._store.now()
        learnt = learn(memory.learnt, fetched, parsed)
        after = _remember(learnt, parsed.seen, memory)
        habit = after.timeline.habit(now)
        pace = self._plan(row, fetched, after.hinted, habit, now)
        next_poll_at = now + timedelta(seconds=pace.wait_s)

        def judge(decision: Decision) -> Visit:
            reading = read_document(parsed, decision)
            checkup = check_document(row, fetched.moved_to, habit, now, reading, memory.learnt, learnt)
            return Visit(fetched.status, pace.reasons, checkup.broken, checkup.mended, fetched.moved_to)

        def conclude(decision: Decision) -> PollRecord:
            visit = judge(decision)
            record = PollRecord(row.id, fetched.etag, fetched.last_modified, next_poll_at, visit=visit, learnt=learnt)
            return replace(record, repeats=row.repeats.union(parsed.repeats))

        if parsed.unchanged and (fetched.etag, fetched.last_modified) == (row.etag, row.last_modified):
            decision = NOTHING_NEW
            await self._store.settle_unchanged(row.id, next_poll_at, judge(decision))
        else:
            decision = await self._store_news(row, parsed, conclude, now)
        self._memories[row.id] = after
        self._count(row, fetched, parsed, decision)
        await self._leases.note_poll(row, fetched, parsed.hints, decision.new)

    async def _store_news(
        self, row: FeedRow, parsed: ParsedFeed, conclude: Callable[[Decision], PollRecord], now: datetime
    ) -> Decision:
        drafts = await asyncio.to_thread(build_drafts, row, parsed, now)
        try:
            return await ingest(self._store, self._rulesets.current, row, drafts, conclude, self.plan_articles(row))
        except StateError as error:
            # Nothing was written, so it is polled again; but no sooner than a publisher expects.
            log.warning("poll not stored", feed=row.id, error=str(error), again_in_s=round(row.spec.interval_s))
            raise RetryLater(row.spec.interval_s) from error

    def plan_articles(self, row: FeedRow) -> Enrich | None:
        """Give what reads the articles of a feed that wants them; its first poll tells nobody, so it reads none."""
        if self._enricher is None or not row.spec.full_text or row.first_polled_at is None:
            return None
        return partial(self._enricher.enrich, row)

    def _plan(self, row: FeedRow, fetched: Fetched, hinted: Asked, habit: Habit | None, now: datetime) -> Pace:
        """Plan the next check of a feed that answered."""
        asked = add_headers(fetched.headers, hinted, now)
        pace = plan_check(row.spec.interval_s, asked, habit, self._bounds, now, self._dice)
        pace = self._leases.slow(row.id, pace, now)
        self._debug("next check planned", feed=row.id, wait_s=round(pace.wait_s), pace=pace.explanation)
        return pace

    def _count(self, row: FeedRow, fetched: Fetched, parsed: ParsedFeed, decision: Decision) -> None:
        self._metrics.poll_finished("ok", fetched.elapsed_s)
        self._metrics.parsed(parsed.elapsed_s)
        self._metrics.decided(decision, parsed.skipped_slices)
        # On a quiet day thousands of polls find nothing: they are counted in the metrics, not told in the log.
        tell = log.info if decision.items else self._debug
        tell(
            "polled",
            feed=row.id,
            new=decision.new,
            edited=decision.edited,
            alerts=len(decision.alerts),
            skipped=len(parsed.skipped),
        )


def _remember(learnt: Learnt, seen: Seen | None = None, before: _Memory | None = None) -> _Memory:
    """Remember what was learnt; what is the same as before is not worked out again."""
    timeline = hinted = None
    if before is not None:
        timeline = before.timeline if learnt.published == before.learnt.published else None
        hinted = before.hinted if learnt.hints == before.learnt.hints else None
    return _Memory(learnt, timeline or Timeline(learnt.published), hinted or read_hints(learnt.hints), seen)
