"""Pushes that are not read, or lead to a poll, in the cases that no whole application shows."""

import pytest

from adapters.clock import ManualClock
from bot.holder import RulesetHolder
from bot.metrics import Metrics
from bot.settings.model import WebSub
from bot.websub import LeaseBook, Mailbox, PushReader
from bot.websub.parcels import Parcel
from rules import compile_rules
from rules.model import FeedId
from state import Failure, FeedRow, PushRecord, StoreFull
from state.memory import MemoryStore
from tests.bot.feedbook.desks import RSS, HereParser
from tests.even_dice import EvenDice
from tests.leases import ORIGIN, build_lease
from tests.rss import Piece, write_rss
from tests.store_records import START, WakeLog, at, build_poll, build_spec

WIRE = FeedId("wire")


class FullStore(MemoryStore):
    """A store that takes no push."""

    async def commit_push(self, record: PushRecord) -> None:
        raise StoreFull("the disk is full")


class Reading:
    """A reader of one feed, whose next poll is planned in an hour, with a push that waits."""

    def __init__(self, store_class: type[MemoryStore] = MemoryStore) -> None:
        self.clock = ManualClock(START)
        self.store, self.mailbox = store_class(self.clock, WakeLog()), Mailbox()
        book = LeaseBook(self.store, WebSub(ORIGIN, frozenset({WIRE})), EvenDice())
        rulesets = RulesetHolder(compile_rules([]).ruleset)
        parser = HereParser()
        self.reader = PushReader(self.store, parser, rulesets, book, self.mailbox, Metrics(), lambda _: None)

    async def fill(self, *, polled: bool = True, lease: bool = True) -> "Reading":
        await self.store.sync_feeds([build_spec()])
        if polled:
            await self.store.commit_poll(build_poll(next_poll_at=at(3600)))
        else:
            await self.store.settle_failed(WIRE, Failure("dns", "no answer"), at(3600))
        if lease:
            await self.store.put_hub_lease(build_lease())
        self.mailbox.put(WIRE, Parcel(build_lease().id, RSS))
        await self.clock.advance(60)
        return self

    async def read(self) -> FeedRow:
        await self.reader.read(WIRE)
        return await self.store.feed(WIRE)


async def test_read_when_a_push_brings_news_then_stored_and_no_poll_is_needed() -> None:
    reading = await Reading().fill()
    row = await reading.read()
    assert row.next_poll_at == at(3600)
    assert len(await reading.store.newest_items(WIRE, 10)) == 2
    assert (await reading.store.hub_lease(build_lease().id)).pushed_at == at(60)


async def test_read_when_the_feed_was_never_polled_then_the_first_document_is_left_to_a_poll() -> None:
    reading = await Reading().fill(polled=False)
    await reading.read()
    assert await reading.store.newest_items(WIRE, 10) == ()


async def test_read_when_the_lease_is_gone_meanwhile_then_nothing_is_stored() -> None:
    reading = await Reading().fill(lease=False)
    row = await reading.read()
    assert row.next_poll_at == at(3600)
    assert await reading.store.newest_items(WIRE, 10) == ()


async def test_read_when_the_feed_is_gone_meanwhile_then_the_push_is_let_go() -> None:
    reading = await Reading().fill()
    await reading.store.sync_feeds([])
    await reading.reader.read(WIRE)
    assert reading.mailbox.take(WIRE).parcels == ()


async def test_read_when_a_push_cannot_be_stored_then_a_poll_comes_soon() -> None:
    reading = await Reading(FullStore).fill()
    with pytest.raises(StoreFull):
        await reading.reader.read(WIRE)
    assert (await reading.store.feed(WIRE)).next_poll_at == at(60)


@pytest.mark.parametrize(("after_s", "due_s"), [(10.0, 30.0), (60.0, 60.0)])
async def test_read_when_a_push_is_no_feed_then_polled_soon_but_not_all_the_time(after_s: float, due_s: float) -> None:
    reading = await Reading().fill()
    reading.mailbox.take(WIRE)
    reading.mailbox.put(WIRE, Parcel(build_lease().id, b"ping"))
    await reading.store.settle_unchanged(WIRE, at(3600))
    polled_at = (await reading.store.feed(WIRE)).last_polled_at
    assert polled_at == at(60)
    await reading.clock.advance(after_s)
    assert (await reading.read()).next_poll_at == at(60 + due_s)


async def test_read_when_the_feed_fails_then_its_back_off_is_left_alone() -> None:
    reading = await Reading().fill()
    reading.mailbox.put(WIRE, Parcel(build_lease().id, b"ping"))
    await reading.store.settle_failed(WIRE, Failure("http_status", "HTTP 429"), at(7200))
    assert (await reading.read()).next_poll_at == at(7200)


async def test_read_when_two_bodies_wait_then_both_are_read() -> None:
    reading = await Reading().fill()
    reading.mailbox.put(WIRE, Parcel(build_lease().id, write_rss([Piece("3", "Snow")])))
    await reading.read()
    titles = {item.title for item in await reading.store.newest_items(WIRE, 10)}
    assert {"Rain", "Snow"} <= titles
