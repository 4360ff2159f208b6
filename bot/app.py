"""The running application: start, ready, drain, stop."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import structlog

from adapters.ports import Fetcher, Parser, Publisher
from bot.commands import CommandCore
from bot.deliver import Dispatcher
from bot.feedbook.desk import FeedDesk
from bot.holder import RulesetHolder
from bot.metrics import Metrics
from bot.poll import Poller
from bot.scheduler import CLAIM_LIMIT, Scheduler
from bot.settings.model import Settings
from bot.supervise import Health, guarded
from bot.web import WebServer
from state import Clock, Jobs, Store

log = structlog.get_logger(__name__)

DRAIN_CONCURRENCY = 64
"""How many channels are posted to at a time."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The concrete things that an application is made of; `bot.wiring` chooses them."""

    clock: Clock
    store: Store
    jobs: Jobs
    fetcher: Fetcher
    parser: Parser
    publishers: Mapping[str, Publisher]
    health: Health
    """On the clock that the scheduler fires by."""


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
        )
        self._dispatcher = Dispatcher(parts.store, parts.publishers, settings.delivery, parts.clock, self.metrics, dice)
        self.scheduler = Scheduler(parts.store, parts.jobs, settings, self.health)
        self._web = WebServer(settings.web, parts.store, rulesets, self.health, self.metrics)
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
        jobs.handle("poll", guarded("poll", self._poller.poll, self.health), concurrency=CLAIM_LIMIT)
        jobs.handle("drain", guarded("drain", self._dispatcher.drain, self.health), concurrency=DRAIN_CONCURRENCY)
        await self._web.start()
        self._engine = asyncio.create_task(jobs.run(), name="jobs")
        self.scheduler.start()
        log.info(
            "started",
            feeds=len(self.settings.feeds),
            rules=len(self.rulesets.current.rules),
            ruleset=self.rulesets.current.revision,
            recovered=recovered,
            web=self.web_address,
        )

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
        for publisher in self.parts.publishers.values():
            await publisher.close()
        await self.parts.store.close()
