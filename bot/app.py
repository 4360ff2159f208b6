"""The running application: start, ready, drain, stop."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import structlog

from adapters.extras import ARTICLES_HINT
from adapters.ports import Extractor, Fetcher, Parser, Poster, Publisher
from bot.commands import CommandCore
from bot.deliver import Dispatcher
from bot.feedbook.desk import FeedDesk
from bot.holder import RulesetHolder
from bot.metrics import Metrics
from bot.poll import Poller
from bot.scheduler import Scheduler
from bot.settings.model import Settings
from bot.supervise import Health, guarded
from bot.web import WebServer
from bot.websub import Callback, HubAsker, LeaseBook, Mailbox, PushReader
from state import Clock, Jobs, Store

log = structlog.get_logger(__name__)

POLL_CONCURRENCY = 20_000
"""How many claimed polls are under way at a time. Nearly all of them only wait: fewer would let the long line of one
host keep other hosts' feeds from being asked. `polling.concurrency` bounds the requests."""

DRAIN_CONCURRENCY = 64
"""How many channels are posted to at a time."""

HUB_CONCURRENCY = 4
"""How many hubs are asked at a time."""

PUSH_CONCURRENCY = 2
"""Of how many feeds pushes are read at a time: however many come, polls get their turns at the parser."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The concrete things that an application is made of; `bot.wiring` chooses them."""

    clock: Clock
    store: Store
    jobs: Jobs
    fetcher: Fetcher
    poster: Poster
    parser: Parser
    publishers: Mapping[str, Publisher]
    health: Health
    """On the clock that the scheduler fires by."""
    extractor: Extractor | None = None
    """None where the extra `articles` is not installed."""


class App:
    """One Vedette process: `async with App(...) as app: await app.wait()`."""

    def __init__(
        self, settings: Settings, rulesets: RulesetHolder, parts: Parts, feeds: FeedDesk | None = None
    ) -> None:
        dice = random.Random()
        self.settings = settings
        self.rulesets = rulesets
        self.parts = parts
        self.metrics = Metrics()
        self.health = parts.health
        self.commands = CommandCore(parts.store, rulesets, platforms=parts.publishers, feeds=feeds)
        self._leases = LeaseBook(parts.store, settings.websub, dice)
        self._poller = Poller(
            parts.store,
            parts.fetcher,
            parts.parser,
            rulesets,
            settings.polling,
            settings.secrets,
            parts.clock,
            self.metrics,
            dice,
            self._leases,
            parts.extractor,
        )
        self._dispatcher = Dispatcher(parts.store, parts.publishers, settings.delivery, parts.clock, self.metrics, dice)
        mailbox = Mailbox()
        self._hubs = HubAsker(parts.store, parts.jobs, parts.poster, self._leases, settings, dice)
        self._pushes = PushReader(
            parts.store,
            parts.parser,
            rulesets,
            self._leases,
            mailbox,
            self.metrics,
            self._poller.plan_articles,
        )
        callback = Callback(parts.store, parts.jobs, self._leases, mailbox, settings, self.metrics, dice)
        self.scheduler = Scheduler(parts.store, parts.jobs, settings, self.health, self._hubs.upkeep)
        self._web = WebServer(settings.web, parts.store, rulesets, self.health, self.metrics, callback.routes())
        self._engine: asyncio.Task[None] | None = None

    @property
    def web_address(self) -> str | None:
        """Give the address of the local web port, None when it is off."""
        return self._web.address

    async def __aenter__(self) -> Self:
        """Bring the store up to date with the settings, take up what was left, and begin.

        Raises StateError or BotError, everything being closed again.
        """
        try:
            await self._start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def _start(self) -> None:
        store, jobs = self.parts.store, self.parts.jobs
        await store.sync_feeds(self.settings.feeds)
        await store.sync_subscriptions(self.settings.subscriptions)
        recovered = await store.recover()
        jobs.handle("poll", guarded("poll", self._poller.poll, self.health), concurrency=POLL_CONCURRENCY)
        jobs.handle("drain", guarded("drain", self._dispatcher.drain, self.health), concurrency=DRAIN_CONCURRENCY)
        jobs.handle("push", guarded("push", self._pushes.read, self.health), concurrency=PUSH_CONCURRENCY)
        jobs.handle("hub", guarded("hub", self._hubs.ask, self.health), concurrency=HUB_CONCURRENCY)
        await self._leases.open()
        await self._web.start()
        self._engine = asyncio.create_task(jobs.run(), name="jobs")
        self.scheduler.start()
        self._doubt_full_text()
        log.info(
            "started",
            feeds=len(self.settings.feeds),
            rules=len(self.rulesets.current.rules),
            ruleset=self.rulesets.current.revision,
            recovered=recovered,
            web=self.web_address,
        )

    def _doubt_full_text(self) -> None:
        """Say that articles are wanted and cannot be read."""
        feeds = [each.source.feed for each in self.settings.feeds if each.full_text]
        if feeds and self.parts.extractor is None:
            log.warning("no article is read: the extra `articles` is not installed", feeds=feeds, hint=ARTICLES_HINT)

    async def wait(self, stop: asyncio.Event) -> None:
        """Wait for `stop`. Raises what ended the job engine, if anything did."""
        assert self._engine is not None
        stopping = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait({stopping, self._engine}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if self._engine in done:
            await self._engine

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish or give back what is in flight within the limit, then close everything."""
        log.info("stopping")
        await self._stop()
        log.info("stopped")

    async def _stop(self) -> None:
        await self.scheduler.stop()
        self._dispatcher.stop()
        await self.parts.jobs.close(self.settings.delivery.drain_limit_s)
        if self._engine is not None:
            self._engine.cancel()
            await asyncio.gather(self._engine, return_exceptions=True)
        await self._web.stop()
        await self.parts.fetcher.close()
        await self.parts.parser.close()
        if self.parts.extractor is not None:
            await self.parts.extractor.close()
        for publisher in self.parts.publishers.values():
            await publisher.close()
        await self.parts.store.close()
