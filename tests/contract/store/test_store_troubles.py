from datetime import timedelta

import pytest

from adapters.clock import ManualClock
from rules.model import FeedId, Severity, StoryId
from rules.notice import Notice
from state import (
    AlertId,
    AlertKind,
    DeliveryId,
    DeliveryRecord,
    Failure,
    FeedSpec,
    Learnt,
    NoticeRecord,
    Store,
    SubscriptionId,
    Trouble,
    TroubleKind,
    TroubleRow,
    Visit,
)
from tests.store_records import START, WakeLog, at, build_poll, build_spec, build_told

WIRE = FeedId("wire")
DOWN = Visit(status=503, pace=("again in 60 s",), broken=(Trouble(TroubleKind.FAILING, "HTTP 503: wait"),))
UP = Visit(status=200, mended=(TroubleKind.FAILING,))
FAILURE = Failure("http_status", "HTTP 503: wait")


def build_notice(name: str = "n1", thread: str = "t1", channel: str = "console:ops") -> NoticeRecord:
    """Make a notice with one delivery."""
    notice = Notice("Feed wire cannot be read", ("HTTP 503: wait",), Severity.MEDIUM, START)
    delivery = DeliveryRecord(DeliveryId(f"{name}@{channel}"), SubscriptionId("operator"), channel)
    return NoticeRecord(AlertId(name), StoryId(thread), notice, (delivery,))


async def test_trouble_when_a_visit_finds_it_then_listed_with_its_beginning(wired: Store, clock: ManualClock) -> None:
    await wired.settle_failed(WIRE, FAILURE, at(60), DOWN)
    await clock.advance(60)
    later = Visit(broken=(Trouble(TroubleKind.FAILING, "HTTP 500: wait"),))
    await wired.settle_failed(WIRE, FAILURE, at(180), later)
    assert await wired.troubles() == (TroubleRow(WIRE, TroubleKind.FAILING, "HTTP 500: wait", at(0), None, None),)
    assert (await wired.feed(WIRE)).troubles == {TroubleKind.FAILING}
    assert [row.troubles for row in await wired.feeds()] == [{TroubleKind.FAILING}]


@pytest.mark.parametrize("ending", ["unchanged", "polled"])
async def test_trouble_when_mended_before_it_was_told_then_forgotten(wired: Store, ending: str) -> None:
    await wired.settle_failed(WIRE, FAILURE, at(60), DOWN)
    if ending == "unchanged":
        await wired.settle_unchanged(WIRE, at(300), UP)
    else:
        await wired.commit_poll(build_poll(visit=UP))
    assert await wired.troubles() == ()
    assert (await wired.feed(WIRE)).troubles == frozenset()


async def test_trouble_when_told_then_its_end_is_kept_until_that_is_told(wired: Store, clock: ManualClock) -> None:
    await wired.settle_failed(WIRE, FAILURE, at(60), DOWN)
    await wired.tell([], await wired.troubles(), [])
    await clock.advance(120)
    await wired.settle_unchanged(WIRE, at(300), UP)
    ended = TroubleRow(WIRE, TroubleKind.FAILING, "HTTP 503: wait", at(0), at(0), at(120))
    assert await wired.troubles() == (ended,)
    assert (await wired.feed(WIRE)).troubles == frozenset()
    await wired.tell([], [], [ended])
    assert await wired.troubles() == ()


async def test_trouble_when_back_before_its_end_was_told_then_goes_on(wired: Store, clock: ManualClock) -> None:
    await wired.settle_failed(WIRE, FAILURE, at(60), DOWN)
    await wired.tell([], await wired.troubles(), [])
    await wired.settle_unchanged(WIRE, at(300), UP)
    (ended,) = await wired.troubles()
    await clock.advance(300)
    await wired.settle_failed(WIRE, FAILURE, at(400), DOWN)
    await wired.tell([], [], [ended])
    assert await wired.troubles() == (TroubleRow(WIRE, TroubleKind.FAILING, "HTTP 503: wait", at(0), at(0), None),)


async def test_trouble_when_begun_anew_then_an_older_report_does_not_count_for_it(
    wired: Store, clock: ManualClock
) -> None:
    await wired.settle_failed(WIRE, FAILURE, at(60), DOWN)
    stale = await wired.troubles()
    await wired.settle_unchanged(WIRE, at(300), UP)
    await clock.advance(300)
    await wired.settle_failed(WIRE, FAILURE, at(400), DOWN)
    await wired.tell([], stale, stale)
    assert await wired.troubles() == (TroubleRow(WIRE, TroubleKind.FAILING, "HTTP 503: wait", at(300), None, None),)


async def test_event_when_told_to_be_over_then_forgotten(wired: Store) -> None:
    await wired.settle_unchanged(WIRE, at(300), Visit(broken=(Trouble(TroubleKind.LOST, "shorter interval"),)))
    rows = await wired.troubles()
    await wired.tell([], rows, [])
    await wired.tell([], [], rows)
    assert await wired.troubles() == ()


@pytest.mark.parametrize("specs", [[], [build_spec(url="https://wire.example/new")]])
async def test_trouble_when_the_feed_is_removed_or_moved_then_forgotten(wired: Store, specs: list[FeedSpec]) -> None:
    await wired.settle_failed(WIRE, FAILURE, at(60), DOWN)
    await wired.sync_feeds(specs)
    assert await wired.troubles() == ()


async def test_notice_when_told_then_delivered_like_an_alert(wired: Store, wakes: WakeLog) -> None:
    await wired.tell([build_notice()], [], [])
    assert wakes.take() == [("drain", "console:ops")]
    claim = await wired.claim_delivery("console:ops", 60)
    assert claim is not None
    assert (claim.kind, claim.content, claim.parent) == (AlertKind.NOTICE, build_notice().notice, None)
    await wired.settle_sent(claim.delivery, "m1")
    (row,) = await wired.deliveries()
    assert (row.headline, row.message) == ("Feed wire cannot be read", "m1")


async def test_notice_when_of_a_told_thread_then_names_the_first_message(wired: Store) -> None:
    await wired.tell([build_notice("n1")], [], [])
    await wired.claim_delivery("console:ops", 60)
    await wired.settle_sent(DeliveryId("n1@console:ops"), "m1")
    await wired.tell([build_notice("n2")], [], [])
    claim = await wired.claim_delivery("console:ops", 60)
    assert claim is not None
    assert claim.parent == "m1"


async def test_notice_when_written_twice_then_delivered_once(wired: Store) -> None:
    await wired.tell([build_notice()], [], [])
    await wired.tell([build_notice()], [], [])
    assert len(await wired.deliveries()) == 1


async def test_notice_when_listed_among_alerts_then_left_out(wired: Store) -> None:
    await wired.commit_poll(build_told("a", "console:desk"))
    await wired.tell([build_notice()], [], [])
    assert [alert.item for alert in await wired.recent_alerts(9)] == ["a"]
    assert (await wired.status()).alerts == 1


async def test_prune_when_a_notice_is_old_then_deleted_once_it_is_delivered(wired: Store, clock: ManualClock) -> None:
    await wired.tell([build_notice("n1"), build_notice("n2", channel="console:other")], [], [])
    await wired.claim_delivery("console:ops", 60)
    await wired.settle_sent(DeliveryId("n1@console:ops"), "m1")
    await clock.advance(86400)
    await wired.tell([build_notice("n3")], [], [])
    assert await wired.prune(START + timedelta(hours=1)) == 0
    assert [row.alert for row in await wired.deliveries()] == ["n3", "n2"]


async def test_learnt_when_a_poll_brings_some_then_kept_until_the_next(wired: Store) -> None:
    assert await wired.learnt(WIRE) == Learnt()
    first = Learnt((at(0), at(-60.5)), {"ttl": "30"}, {"server": "nginx"})
    await wired.commit_poll(build_poll(learnt=first))
    await wired.commit_poll(build_poll())
    assert await wired.learnt(WIRE) == first
    await wired.sync_feeds([build_spec(url="https://wire.example/new")])
    assert await wired.learnt(WIRE) == Learnt()
    assert await wired.learnt(FeedId("nowhere")) == Learnt()


async def test_visit_when_a_poll_ends_then_its_answer_is_kept(wired: Store, clock: ManualClock) -> None:
    await wired.commit_poll(build_poll(visit=Visit(200, ("every 5 min",), moved_to="https://new.example/")))
    row = await wired.feed(WIRE)
    assert (row.status, row.pace, row.moved_to) == (200, ("every 5 min",), "https://new.example/")
    await clock.advance(300)
    await wired.settle_unchanged(WIRE, at(600), Visit(304, ("every 6 min",)))
    row = await wired.feed(WIRE)
    assert (row.status, row.pace, row.moved_to, row.document_at) == (304, ("every 6 min",), None, at(0))
    await wired.settle_failed(WIRE, FAILURE, at(900), Visit(503, ("again",)))
    row = await wired.feed(WIRE)
    assert (row.status, row.pace, row.reason, row.error) == (503, ("again",), "http_status", "HTTP 503: wait")
    await wired.settle_unchanged(WIRE, at(1200), Visit(200))
    row = await wired.feed(WIRE)
    assert (row.reason, row.document_at) == ("", at(300))
