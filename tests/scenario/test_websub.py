"""Feeds whose hub pushes them: told at once, polled to be sure, and no worse off when the hub fails."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.settings.model import WebSub
from rules.model import FeedId
from state import FeedRow, HubLease, HubLeaseState
from tests.fake_platform import FakePlatform
from tests.feeds_server import Document, FeedsServer
from tests.hub_server import HubServer
from tests.rss import Piece, write_rss
from tests.scenario.timeline import INTERVAL_S, START, Timeline, open_timeline

PUBLIC = "https://desk.example"
TOPIC = "https://wire.example/rss"
WIRE = FeedId("wire")
SURE_S = 1800.0
WEBSUB = WebSub(PUBLIC, frozenset({WIRE}), lease_s=5 * 86400.0, interval_s=SURE_S)
OLD = Piece("old", "A quiet morning")
ONE = Piece("one", "One soldier was killed at the bridge", "It was the first report of the day.")
TWO = Piece("two", "Two soldiers were killed at the mill", "It was the second report of the day.")


@dataclass(slots=True)
class Desk:
    """An application whose one feed has a hub."""

    line: Timeline
    hub: HubServer
    server: FeedsServer

    def publish(self, *pieces: Piece) -> None:
        """Let the feed hold these pieces; nothing is pushed."""
        links = f'<{self.hub.url}>; rel="hub", <{TOPIC}>; rel="self"'
        self.server.put("wire", document=Document(write_rss(pieces), headers={"Link": links}))

    async def push(self, *pieces: Piece) -> list[int]:
        """Push a document that holds these pieces only, and let what follows at once be done."""
        statuses = await self.hub.push(write_rss(pieces))
        await self.line.run_due()
        return statuses

    @property
    def told(self) -> list[str]:
        """What the desk's channel was told."""
        return self.line.platform.headlines("desk")

    async def lease(self) -> HubLease:
        (lease,) = await self.line.app.parts.store.hub_leases()
        return lease

    async def row(self) -> FeedRow:
        return await self.line.app.parts.store.feed(WIRE)


@asynccontextmanager
async def open_desk(
    folder: Path,
    hub: HubServer,
    server: FeedsServer,
    *,
    start: datetime = START,
    websub: WebSub = WEBSUB,
    pieces: tuple[Piece, ...] = (OLD,),
) -> AsyncIterator[Desk]:
    """Start the application and let it find the hub; a second time with the same folder is a restart."""
    platform = FakePlatform()
    async with open_timeline(
        folder, server=server, platform=platform, start=start, websub=websub, pieces={"wire": pieces}
    ) as line:
        desk = Desk(line, hub, server)
        assert line.app.web_address is not None
        hub.doors[PUBLIC] = line.app.web_address
        desk.publish(*pieces)
        await line.poll_all()
        yield desk


@pytest.fixture
async def hub() -> AsyncIterator[HubServer]:
    async with HubServer() as hub:
        yield hub


@pytest.fixture
async def server() -> AsyncIterator[FeedsServer]:
    async with FeedsServer() as server:
        yield server


@pytest.fixture
async def desk(tmp_path: Path, hub: HubServer, server: FeedsServer) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, hub, server) as desk:
        yield desk


async def test_a_feed_with_a_hub_is_subscribed_with_a_secret_and_a_callback_of_its_own(desk: Desk) -> None:
    lease = await desk.lease()
    assert (lease.state, lease.hub, lease.topic) == (HubLeaseState.ACTIVE, desk.hub.url, TOPIC)
    assert desk.hub.last == {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.callback": f"{PUBLIC}/websub/{lease.token}",
        "hub.lease_seconds": "432000",
        "hub.secret": lease.secret,
    }
    assert len(lease.token) >= 40
    assert len(lease.secret) >= 40


async def test_what_is_pushed_is_told_at_once_and_once(desk: Desk) -> None:
    asked = desk.server.count("wire")
    assert await desk.push(ONE) == [202]
    assert await desk.push(ONE) == [202]
    assert desk.told == [ONE.title]
    assert desk.server.count("wire") == asked
    desk.publish(ONE, OLD)
    await desk.line.pass_time(SURE_S * 1.2)
    assert desk.server.count("wire") > asked
    assert desk.told == [ONE.title]


async def test_a_feed_whose_pushes_come_is_polled_less_but_is_polled(desk: Desk) -> None:
    await desk.push(ONE)
    desk.publish(ONE, OLD)
    await desk.line.poll_all()
    asked = desk.server.count("wire")
    await desk.line.pass_time(SURE_S * 4)
    assert 3 <= desk.server.count("wire") - asked <= 4
    assert "its hub pushes it: polled every 30 min to be sure" in (await desk.row()).pace


async def test_a_push_leaves_what_polling_knows_untouched(desk: Desk) -> None:
    before = await desk.row()
    await desk.push(ONE)
    assert await desk.row() == before


async def test_news_that_no_push_brought_is_told_by_a_poll_and_ends_the_trust(desk: Desk) -> None:
    await desk.push(ONE)
    desk.publish(ONE, OLD)
    await desk.line.pass_time(SURE_S)
    desk.publish(TWO, ONE, OLD)
    await desk.line.pass_time(SURE_S * 1.1)
    assert desk.told == [ONE.title, TWO.title]
    assert (await desk.lease()).missed_at is not None
    asked, requests = desk.server.count("wire"), len(desk.hub.requests)
    await desk.line.pass_time(INTERVAL_S * 4)
    assert desk.server.count("wire") - asked >= 3
    assert (await desk.row()).pace[-1].startswith("its hub did not push the news of 2025-01-13")
    await desk.line.clock.advance(6 * 3600)
    await desk.line.run_due()
    assert len(desk.hub.requests) == requests + 1
    await desk.push(Piece("three", "Three more"))
    assert (await desk.lease()).missed_at is None


@pytest.mark.parametrize("manners", [{"dead": True}, {"status": 500}, {"status": 404}, {"confirms": False}])
async def test_with_a_hub_that_fails_polling_tells_as_ever(
    tmp_path: Path, hub: HubServer, server: FeedsServer, manners: dict[str, object]
) -> None:
    for name, value in manners.items():
        setattr(hub.manners, name, value)
    async with open_desk(tmp_path, hub, server) as desk:
        desk.publish(ONE, OLD)
        await desk.line.poll_all()
        assert desk.told == [ONE.title]
        await desk.line.pass_time(INTERVAL_S * 8)
        lease = await desk.lease()
        assert lease.state is HubLeaseState.ASKED
        assert lease.failures >= 1
        assert lease.error
        assert 2 <= len(hub.requests) <= 6 or manners == {"status": 404}


async def test_a_restart_keeps_the_lease_and_goes_on_taking_pushes(
    tmp_path: Path, hub: HubServer, server: FeedsServer
) -> None:
    async with open_desk(tmp_path, hub, server) as desk:
        await desk.push(ONE)
        before, later = await desk.lease(), desk.line.clock.now()
    requests = len(hub.requests)
    async with open_desk(tmp_path, hub, server, start=later, pieces=(ONE, OLD)) as desk:
        await desk.push(TWO)
        assert desk.told == [TWO.title]
        after = await desk.lease()
        assert (after.token, after.secret, after.lease_until) == (before.token, before.secret, before.lease_until)
        assert len(hub.requests) == requests


async def test_a_restart_polls_what_was_pushed_soon(tmp_path: Path, hub: HubServer, server: FeedsServer) -> None:
    async with open_desk(tmp_path, hub, server) as desk:
        await desk.push(ONE)
        desk.publish(ONE, OLD)
        await desk.line.poll_all()
        later = desk.line.clock.now() + timedelta(seconds=60)
        assert (await desk.row()).next_poll_at > later + timedelta(seconds=SURE_S / 2)
    asked = server.count("wire")
    async with open_timeline(tmp_path, server=server, start=later, websub=WEBSUB, pieces={"wire": (ONE, OLD)}):
        assert server.count("wire") == asked + 1


async def test_a_lease_is_renewed_before_it_ends(desk: Desk) -> None:
    before = await desk.lease()
    assert before.lease_until is not None
    await desk.line.clock.advance(3 * 86400)
    await desk.line.run_due()
    assert await desk.lease() == before
    await desk.line.clock.advance(1.2 * 86400)
    await desk.line.run_due()
    after = await desk.lease()
    assert after.lease_until is not None
    assert after.lease_until > before.lease_until
    assert (after.token, after.secret, after.state) == (before.token, before.secret, HubLeaseState.ACTIVE)


async def test_a_lease_that_lapsed_brings_the_usual_pace_back(desk: Desk) -> None:
    await desk.push(ONE)
    desk.hub.manners.dead = True
    await desk.line.clock.advance(6 * 86400)
    await desk.line.poll_all()
    asked = desk.server.count("wire")
    await desk.line.pass_time(SURE_S)
    assert desk.server.count("wire") - asked >= 5
    assert "the hub" not in " ".join((await desk.row()).pace)


@pytest.mark.parametrize(("stated", "days"), [("99999999999", 30), ("-1", 1), ("", 1), ("soon", 1)])
async def test_a_hub_that_lies_about_its_lease_is_believed_within_bounds_only(
    tmp_path: Path, hub: HubServer, server: FeedsServer, stated: str, days: int
) -> None:
    hub.manners.confirms = False
    hub.manners.lease = stated
    async with open_desk(tmp_path, hub, server) as desk:
        assert (await hub.confirm(hub.last))[0] == 200
        lease, now = await desk.lease(), desk.line.clock.now()
        assert lease.lease_until == now + timedelta(days=days)
        assert now < lease.due_at < lease.lease_until


async def test_a_push_with_a_wrong_signature_changes_nothing(desk: Desk) -> None:
    desk.publish(OLD)
    asked, before = desk.server.count("wire"), await desk.lease()
    assert await desk.hub.push(write_rss([ONE]), X_Hub_Signature="sha256=00") == [202]
    assert await desk.hub.push(write_rss([ONE]), X_Hub_Signature="") == [202]
    await desk.line.pass_time(60)
    assert desk.told == []
    assert await desk.lease() == before
    assert desk.server.count("wire") == asked


async def test_a_feed_that_is_not_pushed_any_more_by_wish_is_unsubscribed(
    tmp_path: Path, hub: HubServer, server: FeedsServer
) -> None:
    async with open_desk(tmp_path, hub, server) as desk:
        later = desk.line.clock.now()
        callback = next(iter(hub.subscribers))
    off = WebSub(PUBLIC, frozenset(), WEBSUB.lease_s, SURE_S)
    async with open_desk(tmp_path, hub, server, start=later, websub=off) as desk:
        assert hub.last == {"hub.mode": "unsubscribe", "hub.topic": TOPIC, "hub.callback": callback}
        assert hub.subscribers == {}
        assert await desk.line.app.parts.store.hub_leases() == ()
        assert await hub.push_to(callback, write_rss([ONE])) == 410


async def test_without_an_address_of_ours_no_hub_is_asked(tmp_path: Path, hub: HubServer, server: FeedsServer) -> None:
    async with open_desk(tmp_path, hub, server, websub=WebSub("", frozenset({WIRE}))):
        assert hub.requests == []


async def test_a_hub_that_denies_is_heard_and_asked_again_a_day_later(desk: Desk) -> None:
    lease = await desk.lease()
    reason = f"ask\nlater {lease.secret}"
    assert await desk.hub.deny(desk.hub.last, reason) == (200, "noted")
    lease = await desk.lease()
    assert (lease.state, lease.error) == (HubLeaseState.DENIED, "the hub denies: ask later [...]")
    requests = len(desk.hub.requests)
    await desk.line.clock.advance(86000)
    await desk.line.run_due()
    assert len(desk.hub.requests) == requests
    await desk.line.clock.advance(3600)
    await desk.line.run_due()
    assert (await desk.lease()).state is HubLeaseState.ACTIVE


async def test_a_pushed_edit_is_not_believed_but_looked_up_at_once(desk: Desk) -> None:
    await desk.push(ONE)
    desk.publish(ONE, OLD)
    await desk.line.poll_all()
    newer = Piece("one", "Three soldiers were killed at the bridge", ONE.text)
    desk.publish(newer, OLD)
    asked = desk.server.count("wire")
    await desk.push(newer)
    await desk.line.pass_time(60)
    assert desk.server.count("wire") == asked + 1
    assert len(desk.told) == 2
    await desk.push(ONE)
    await desk.line.pass_time(60)
    (item,) = await desk.line.app.parts.store.search_items("bridge", 5)
    assert item.title == newer.title
    assert len(desk.told) == 2


@pytest.mark.parametrize("body", [b"", b"ping", b"<html><body>news</body></html>"])
async def test_a_push_without_a_feed_leads_to_a_poll_at_once(desk: Desk, body: bytes) -> None:
    desk.publish(ONE, OLD)
    assert await desk.hub.push(body) == [202]
    await desk.line.run_due()
    await desk.line.pass_time(35)
    assert desk.told == [ONE.title]
    assert (await desk.lease()).missed_at is None


async def test_many_pushes_at_once_are_read_a_few_at_a_time_and_the_rest_is_polled(desk: Desk) -> None:
    pieces = [Piece(f"n{number}", f"Soldier {number} was killed") for number in range(9)]
    desk.publish(*reversed(pieces), OLD)
    for piece in pieces:
        await desk.hub.push(write_rss([piece]))
    await desk.line.run_due()
    await desk.line.pass_time(60)
    assert sorted(desk.told) == sorted(piece.title for piece in pieces)
