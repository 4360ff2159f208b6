"""When platforms and feeds fail: nothing lost, nothing doubled, nobody else held up."""

from pathlib import Path

import pytest

from adapters.errors import SendFailure
from adapters.ports import Reason
from bot.settings.model import Delivery
from state import DeliveryState
from tests.fake_platform import FakePlatform
from tests.feeds_server import Document, FeedsServer
from tests.rss import Piece, write_rss
from tests.scenario.timeline import INTERVAL_S, open_timeline, subscribe

ONE = Piece("one", "One soldier was killed at the bridge", "It was the first report of the day.")
TWO = Piece("two", "Two soldiers were killed at the mill", "It was the second report of the day.")
QUICK = Delivery(channel_spacing_s=0.0, backoff_s=2.0, max_attempts=3)


async def test_a_lost_answer_is_looked_up_and_not_posted_again(tmp_path: Path) -> None:
    async with open_timeline(tmp_path, delivery=QUICK) as line:
        line.platform.fail("desk", SendFailure(Reason.LOST_ANSWER))
        line.publish("wire", TWO, ONE)
        await line.poll_all()
        await line.pass_time(30)
        assert line.platform.headlines("desk") == [ONE.title, TWO.title]
        assert len(line.platform.lookups) == 1
        assert (await line.app.parts.store.status()).deliveries[DeliveryState.SENT] == 2


async def test_a_failed_post_is_tried_again_and_order_is_kept(tmp_path: Path) -> None:
    async with open_timeline(tmp_path, delivery=QUICK) as line:
        line.platform.fail("desk", SendFailure(Reason.UNREACHABLE), SendFailure(Reason.SERVER_ERROR))
        line.publish("wire", TWO, ONE)
        await line.poll_all()
        await line.pass_time(30)
        assert line.platform.headlines("desk") == [ONE.title, TWO.title]
        assert line.platform.lookups == []


async def test_a_rate_limited_channel_waits_as_asked_and_delays_no_other(tmp_path: Path) -> None:
    subscriptions = (subscribe("console:busy"), subscribe("console:free"))
    async with open_timeline(tmp_path, subscriptions=subscriptions, delivery=QUICK) as line:
        waits = [SendFailure(Reason.RATE_LIMITED, retry_after_s=90.0)] * 5
        line.platform.fail("busy", *waits)
        line.publish("wire", ONE)
        await line.poll_all()
        assert line.platform.headlines("free") == [ONE.title]
        assert line.platform.headlines("busy") == []
        await line.pass_time(5 * 90 - INTERVAL_S * 1.2)
        assert line.platform.headlines("busy") == []
        await line.pass_time(INTERVAL_S * 1.2)
        assert line.platform.headlines("busy") == [ONE.title]


async def test_a_post_that_can_never_arrive_is_a_dead_letter_that_can_be_sent_again(tmp_path: Path) -> None:
    async with open_timeline(tmp_path, delivery=QUICK) as line:
        line.platform.fail("desk", SendFailure(Reason.UNKNOWN_CHANNEL, "there is no such channel"))
        line.publish("wire", TWO, ONE)
        await line.poll_all()
        store = line.app.parts.store
        assert line.platform.headlines("desk") == [TWO.title]
        (dead,) = await store.deliveries(DeliveryState.DEAD)
        assert dead.reason == "unknown_channel: there is no such channel"
        await store.resend(dead.id)
        await line.pass_time(10)
        assert line.platform.headlines("desk") == [TWO.title, ONE.title]


async def test_attempts_end_in_a_dead_letter_and_the_line_goes_on(tmp_path: Path) -> None:
    async with open_timeline(tmp_path, delivery=QUICK) as line:
        line.platform.fail("desk", *[SendFailure(Reason.SERVER_ERROR)] * 3)
        line.publish("wire", TWO, ONE)
        await line.poll_all()
        await line.pass_time(60)
        assert line.platform.headlines("desk") == [TWO.title]
        (dead,) = await line.app.parts.store.deliveries(DeliveryState.DEAD)
        assert dead.attempts == 3


async def test_a_channel_without_a_publisher_is_a_dead_letter_and_delays_no_other(tmp_path: Path) -> None:
    subscriptions = (subscribe("nowhere:desk"), subscribe("console:desk"))
    async with open_timeline(tmp_path, subscriptions=subscriptions) as line:
        line.publish("wire", ONE)
        await line.poll_all()
        assert line.platform.headlines("desk") == [ONE.title]
        (dead,) = await line.app.parts.store.deliveries(DeliveryState.DEAD)
        assert dead.reason.startswith("no_publisher")


async def test_a_broken_feed_backs_off_says_why_and_holds_up_no_other(tmp_path: Path) -> None:
    async with open_timeline(tmp_path, feeds=("wire", "broken")) as line:
        line.server.put("broken", document=Document(status=503))
        line.publish("wire", ONE)
        await line.poll_all()
        row = {str(row.id): row for row in await line.app.parts.store.feeds()}["broken"]
        assert row.failures >= 1
        assert "503" in row.error
        assert line.platform.headlines("desk") == [ONE.title]
        asked = line.server.count("broken")
        await line.pass_time(INTERVAL_S * 4)
        assert 1 <= line.server.count("broken") - asked < 4
        line.publish("broken", TWO)
        await line.pass_time(INTERVAL_S * 10)
        assert line.platform.headlines("desk") == [ONE.title, TWO.title]


async def test_a_restart_loses_nothing_and_tells_nothing_twice(tmp_path: Path) -> None:
    platform = FakePlatform()
    async with FeedsServer() as server:
        async with open_timeline(tmp_path, platform=platform, delivery=QUICK, server=server) as line:
            line.platform.fail("desk", SendFailure(Reason.LOST_ANSWER))
            line.publish("wire", ONE)
            await line.poll_all()
            later = line.clock.now()
        pieces = {"wire": (TWO, ONE)}
        async with open_timeline(tmp_path, platform=platform, start=later, pieces=pieces, server=server) as line:
            await line.poll_all()
            assert platform.headlines("desk") == [ONE.title, TWO.title]


async def test_a_feed_that_moves_starts_afresh_and_floods_nobody(tmp_path: Path) -> None:
    async with open_timeline(tmp_path) as line:
        later = line.clock.now()
    async with open_timeline(tmp_path, start=later, pieces={"wire": (TWO, ONE)}) as line:
        await line.poll_all()
        assert line.platform.posts == []


async def test_a_move_that_was_accepted_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    async with FeedsServer() as server:
        async with open_timeline(tmp_path, server=server, pieces={"wire": (ONE,)}) as line:
            server.put("new", write_rss([ONE]))
            server.put("wire", document=Document(status=301, redirect_to=server.url("new")))
            await line.poll_all()
            later = line.clock.now()
        pieces, homes = {"wire": (TWO, ONE)}, {"wire": "new"}
        async with open_timeline(tmp_path, server=server, start=later, pieces=pieces, homes=homes) as line:
            assert line.platform.headlines("desk") == [TWO.title]
            assert (await line.app.parts.store.feeds())[0].moved_to is None


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(Document(write_rss([ONE]), headers={"Cache-Control": "max-age=3600"}), id="Cache-Control"),
        pytest.param(Document(write_rss([ONE], ttl="60")), id="ttl"),
    ],
)
async def test_a_publisher_that_asks_for_an_hour_is_asked_again_after_an_hour(
    tmp_path: Path, document: Document
) -> None:
    async with open_timeline(tmp_path) as line:
        line.server.put("wire", document=document)
        await line.poll_all()
        asked = line.server.count("wire")
        await line.pass_time(3600 - INTERVAL_S * 1.2)
        assert line.server.count("wire") == asked
        await line.pass_time(INTERVAL_S * 2)
        assert line.server.count("wire") == asked + 1
