"""The dispatcher: slots, limits, back-off and shut-down, on the in-memory store."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest

from adapters.clock import ManualClock
from adapters.errors import SendFailure
from adapters.ports import MessageId, Reason
from bot.deliver import Dispatcher
from bot.metrics import Metrics
from bot.settings.model import Delivery
from rules.identity import read_wording
from rules.model import DateDoubt, FeedId, Item, ItemId, RuleId, Severity, Source, StoryId
from rules.notice import Content
from rules.summary import Span, Summary
from state import (
    AlertId,
    AlertKind,
    AlertRecord,
    DeliveryId,
    DeliveryRecord,
    DeliveryState,
    FeedSpec,
    ItemRecord,
    PollRecord,
    RetryLater,
    SubscriptionId,
)
from state.jobs import EmbeddedJobs
from state.memory import MemoryStore
from tests.fake_platform import FakePlatform

START = datetime(2025, 1, 13, 6, 0, tzinfo=UTC)
SOURCE = Source(FeedId("wire"), "A wire", "en", "wire")


class SlowPlatform(FakePlatform):
    """A platform whose posts take effect and then never answer."""

    async def post(self, channel: str, content: Content, delivery: str, now: datetime) -> MessageId:
        """Take effect and hang."""
        await super().post(channel, content, delivery, now)
        await asyncio.Event().wait()
        raise AssertionError


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def store(clock: ManualClock) -> MemoryStore:
    return MemoryStore(clock, EmbeddedJobs(clock))


def make_dispatcher(
    store: MemoryStore, clock: ManualClock, platform: FakePlatform, settings: Delivery | None = None
) -> Dispatcher:
    settings = settings or Delivery(channel_spacing_s=0.0)
    return Dispatcher(store, {platform.platform: platform}, settings, clock, Metrics(), random.Random(7))


async def commit_alerts(store: MemoryStore, count: int, channel: str = "console:desk") -> None:
    await store.sync_feeds([FeedSpec(SOURCE, "https://wire.example/rss", 300.0)])
    records = [_record(number, channel) for number in range(1, count + 1)]
    items, alerts = (tuple(column) for column in zip(*records, strict=True))
    await store.commit_poll(PollRecord(SOURCE.feed, None, None, START + timedelta(minutes=5), items, alerts))


def _record(number: int, channel: str) -> tuple[ItemRecord, AlertRecord]:
    title, key = f"Report {number}", f"{channel}-{number}"
    item = Item(ItemId(key), 1, SOURCE, None, None, title, "", "en", START, DateDoubt.NONE, START, key)
    summary = Summary(
        (Span(title),), (), "A wire", "", False, "en", None, START, DateDoubt.NONE, START, Severity.HIGH, ("Losses",)
    )
    delivery = DeliveryRecord(DeliveryId(f"d-{key}"), SubscriptionId("desk"), channel)
    alert = AlertRecord(
        AlertId(f"a-{key}"),
        AlertKind.NEW,
        StoryId(key),
        item.id,
        1,
        Severity.HIGH,
        (RuleId("losses"),),
        summary,
        (delivery,),
    )
    return ItemRecord(item, StoryId(key), (), (), "r1", read_wording(item.title, item.text)), alert


async def count(store: MemoryStore, state: DeliveryState) -> int:
    return (await store.status()).deliveries.get(state, 0)


async def test_posts_to_one_channel_keep_their_spacing(store: MemoryStore, clock: ManualClock) -> None:
    platform = FakePlatform()
    dispatcher = make_dispatcher(store, clock, platform, Delivery(channel_spacing_s=2.0))
    await commit_alerts(store, 3)
    task = asyncio.create_task(dispatcher.drain("console:desk"))
    for _ in range(3):
        await clock.until_sleeping()
        await clock.advance(2.0)
    await task
    assert [(post.posted_at - START).total_seconds() for post in platform.posts] == [0.0, 2.0, 4.0]


async def test_a_post_that_outlasts_its_limit_counts_as_a_lost_answer(store: MemoryStore, clock: ManualClock) -> None:
    platform = SlowPlatform()
    dispatcher = make_dispatcher(store, clock, platform, Delivery(channel_spacing_s=0.0, post_timeout_s=0.01))
    await commit_alerts(store, 1)
    with pytest.raises(RetryLater):
        await dispatcher.drain("console:desk")
    assert await count(store, DeliveryState.UNKNOWN) == 1
    await clock.advance(60)
    await dispatcher.drain("console:desk")
    assert await count(store, DeliveryState.SENT) == 1
    assert len(platform.posts) == 1


async def test_waits_double_with_each_failure_and_never_pass_the_ceiling(
    store: MemoryStore, clock: ManualClock
) -> None:
    platform = FakePlatform()
    settings = Delivery(channel_spacing_s=0.0, backoff_s=2.0, backoff_ceiling_s=10.0, max_attempts=9)
    dispatcher = make_dispatcher(store, clock, platform, settings)
    platform.fail("desk", *[SendFailure(Reason.SERVER_ERROR)] * 6)
    await commit_alerts(store, 1)
    waits = []
    for _ in range(6):
        with pytest.raises(RetryLater) as later:
            await dispatcher.drain("console:desk")
        waits.append(later.value.delay_s)
        await clock.advance(later.value.delay_s)
    ceilings = [2.0, 4.0, 8.0, 10.0, 10.0, 10.0]
    assert all(ceiling / 2 <= wait <= ceiling for wait, ceiling in zip(waits, ceilings, strict=True))


async def test_a_look_up_that_fails_leaves_the_delivery_unknown(store: MemoryStore, clock: ManualClock) -> None:
    class Blind(FakePlatform):
        async def find(self, channel: str, delivery: str) -> MessageId | None:
            raise SendFailure(Reason.UNREACHABLE)

    platform = Blind()
    platform.fail("desk", SendFailure(Reason.LOST_ANSWER))
    dispatcher = make_dispatcher(store, clock, platform)
    await commit_alerts(store, 1)
    for _ in range(2):
        with pytest.raises(RetryLater) as later:
            await dispatcher.drain("console:desk")
        await clock.advance(later.value.delay_s)
    assert await count(store, DeliveryState.UNKNOWN) == 1
    assert len(platform.posts) == 1


async def test_a_stopped_dispatcher_claims_nothing_more(store: MemoryStore, clock: ManualClock) -> None:
    platform = FakePlatform()
    dispatcher = make_dispatcher(store, clock, platform)
    await commit_alerts(store, 2)
    dispatcher.stop()
    await dispatcher.drain("console:desk")
    assert platform.posts == []
    assert await count(store, DeliveryState.PENDING) == 2


async def test_a_failing_channel_delays_no_other(store: MemoryStore, clock: ManualClock) -> None:
    platform = FakePlatform()
    platform.fail("broken", SendFailure(Reason.RATE_LIMITED, retry_after_s=3600.0))
    dispatcher = make_dispatcher(store, clock, platform)
    await commit_alerts(store, 1, "console:broken")
    await commit_alerts(store, 1, "console:fine")
    with pytest.raises(RetryLater) as later:
        await dispatcher.drain("console:broken")
    await dispatcher.drain("console:fine")
    assert later.value.delay_s == 3600.0
    assert platform.headlines("fine") == ["Report 1"]
