"""A whole application on a clock moved by hand: real HTTP, real parsing, real store, a scripted platform."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from adapters.clock import ManualClock
from adapters.feeds import HttpFetcher, parse_document
from adapters.ports import Extractor, Fetched, ParsedFeed, Seen
from bot.app import App, Parts
from bot.holder import RulesetHolder
from bot.settings.model import Delivery, Polling, Settings, Web, WebSub
from bot.supervise import Health
from rules import RuleFile, compile_rules
from rules.model import FeedId, Source
from state import FeedSpec, Subscription, SubscriptionId
from state.jobs import EmbeddedJobs
from state.sqlite import open_store
from tests.fake_platform import FakePlatform
from tests.feeds_server import FeedsServer
from tests.rss import Piece, write_rss

START = datetime(2025, 1, 13, 6, 0, tzinfo=UTC)
INTERVAL_S = 300.0
STEP_S = 5.0

RULES = """
version: 1
lists:
  korean: ["north korean", "북한"]
rules:
  - id: troops
    title: North Korean troops
    severity: high
    when: {all: ["@korean", {any: ["troop*", "soldier*", "병력", "북한군"]}]}
    tests: [{text: "North Korean troops arrived.", match: true}]
  - id: losses
    title: Losses
    severity: medium
    when: {any: ["killed", "wounded", "사망"]}
    tests: [{text: "Two were killed.", match: true}]
"""

POLLING = Polling(tick_s=3600.0, adaptive=False, host_spacing_s=0.0)


class InlineParser:
    """The real parser on the test's own thread, so that no scenario pays for a worker process."""

    async def parse(self, fetched: Fetched, source: Source, now: datetime, seen: Seen | None = None) -> ParsedFeed:
        """Parse at once."""
        assert fetched.body is not None
        return parse_document(fetched.body, fetched.content_type, fetched.url, source, now)

    async def close(self) -> None:
        """Have nothing to release."""


class Timeline:
    """Script what feeds say and how much time passes, then look at what the channels hold."""

    def __init__(self, app: App, clock: ManualClock, server: FeedsServer, platform: FakePlatform) -> None:
        self.app = app
        self.clock = clock
        self.server = server
        self.platform = platform

    def publish(self, feed: str, *pieces: Piece) -> None:
        """Let a feed hold these pieces, newest first."""
        self.server.put(feed, write_rss(pieces))

    async def pass_time(self, seconds: float) -> None:
        """Let time pass in steps of a few seconds, with a tick, a sweep and all work done at each."""
        left = seconds
        while left > 0:
            step = min(left, STEP_S)
            await self.clock.advance(step)
            left -= step
            await self.run_due()

    async def run_due(self) -> None:
        """Do everything that is due now."""
        await self.app.scheduler.tick()
        await self.app.scheduler.sweep()
        await self.app.scheduler.upkeep()
        await self.app.scheduler.report()
        await self.app.parts.jobs.settle()

    async def poll_all(self) -> None:
        """Let an interval pass, so that every feed has been polled once more."""
        await self.pass_time(INTERVAL_S * 1.2)


def subscribe(channel: str, **filters: object) -> Subscription:
    """Make a subscription whose id is its channel."""
    return replace(Subscription(SubscriptionId(channel), channel), **filters)  # type: ignore[arg-type]


@asynccontextmanager
async def open_timeline(
    folder: Path,
    *,
    feeds: Sequence[str] = ("wire",),
    subscriptions: Sequence[Subscription] = (Subscription(SubscriptionId("desk"), "console:desk"),),
    platform: FakePlatform | None = None,
    delivery: Delivery | None = None,
    start: datetime = START,
    pieces: Mapping[str, Sequence[Piece]] | None = None,
    server: FeedsServer | None = None,
    websub: WebSub | None = None,
    rules: str = RULES,
    polling: Polling = POLLING,
    full_text: bool = False,
    operator: str | None = None,
    extractor: Extractor | None = None,
    homes: Mapping[str, str] | None = None,
) -> AsyncIterator[Timeline]:
    """Start an application over `folder` and let its feeds have their first poll, in which they hold `pieces`.

    `homes` are the documents of feeds that are not named like them. Entering twice with the same folder and server is a restart.
    """
    clock = ManualClock(start)
    platform = platform or FakePlatform()
    async with AsyncExitStack() as stack:
        if server is None:
            server = await stack.enter_async_context(FeedsServer())
        server.now = clock.now
        named = {feed: (homes or {}).get(feed, feed) for feed in feeds}
        for feed, home in named.items():
            server.put(home, write_rss((pieces or {}).get(feed, ())))
        settings = Settings(
            folder=folder,
            store=f"sqlite:///{folder / 'vedette.db'}",
            feeds=tuple(replace(_spec(feed, server.url(home)), full_text=full_text) for feed, home in named.items()),
            subscriptions=tuple(subscriptions),
            rule_files=(RuleFile("rules.yaml", rules),),
            polling=polling,
            delivery=delivery or Delivery(channel_spacing_s=0.0),
            web=Web(port=None if websub is None else 0),
            websub=websub or WebSub(),
            operator=operator,
        )
        jobs = EmbeddedJobs(clock)
        store = open_store(folder / "vedette.db", clock, jobs, exclusive=True)
        fetcher, publishers = HttpFetcher(), {platform.platform: platform}
        parts = Parts(clock, store, jobs, fetcher, fetcher, InlineParser(), publishers, Health(clock), extractor)
        rulesets = RulesetHolder(compile_rules(settings.rule_files).ruleset)
        async with App(settings, rulesets, parts) as app:
            yield await _begin(Timeline(app, clock, server, platform))


async def _begin(timeline: Timeline) -> Timeline:
    await asyncio.sleep(0)
    await timeline.pass_time(60)
    return timeline


def _spec(feed: str, url: str) -> FeedSpec:
    source = Source(FeedId(feed), feed.title(), "en", kind="wire")
    return FeedSpec(source, url, INTERVAL_S, allow_private=True)
