import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.clock import ManualClock
from rules.model import FeedId
from rules.recognition import Sign
from state import Access, Failure, Given, Learnt, NotFound, Store, Trouble, TroubleKind, Visit
from tests.store_records import WakeLog, at, build_item, build_poll, build_record, build_spec, find_items

WIRE = FeedId("wire")


async def test_sync_when_feeds_are_new_then_first_polls_are_spread_over_thirty_seconds(store: Store) -> None:
    await store.sync_feeds([build_spec("a"), build_spec("b"), build_spec("c")])
    assert [row.next_poll_at for row in await store.feeds()] == [at(0), at(10), at(20)]


async def test_sync_when_intervals_are_short_then_first_polls_are_spread_over_the_interval(store: Store) -> None:
    await store.sync_feeds([build_spec("a", 10), build_spec("b", 10)])
    assert [row.next_poll_at for row in await store.feeds()] == [at(0), at(5)]


async def test_sync_when_some_feeds_are_known_then_only_new_ones_are_spread(wired: Store, clock: ManualClock) -> None:
    await wired.commit_poll(build_poll(next_poll_at=at(300)))
    await clock.advance(60)
    await wired.sync_feeds([build_spec("wire"), build_spec("x"), build_spec("y")])
    assert {row.id: row.next_poll_at for row in await wired.feeds()} == {"wire": at(300), "x": at(60), "y": at(75)}


async def test_sync_when_repeated_then_learnt_state_is_kept(wired: Store, clock: ManualClock) -> None:
    await wired.commit_poll(build_poll(next_poll_at=at(300)))
    await wired.settle_failed(WIRE, Failure("http_status", "no answer"), at(400))
    before = await wired.feed(WIRE)
    await clock.advance(10)
    await wired.sync_feeds([build_spec()])
    assert await wired.feed(WIRE) == before
    assert (before.etag, before.failures, before.error) == ('W/"tag"', 1, "no answer")


async def test_sync_when_the_way_to_a_feed_changed_then_kept_and_tried_at_once(
    wired: Store, clock: ManualClock
) -> None:
    await wired.commit_poll(build_poll(next_poll_at=at(300)))
    await wired.settle_failed(WIRE, Failure("http_status", "it wants a login"), at(9000))
    await clock.advance(10)
    headers = (("X-Key", Given(variable="WIRE_KEY")), ("Accept-Language", Given("ko")))
    access = Access(headers, "desk", Given(variable="WIRE_PASSWORD"), proxy=Given())
    await wired.sync_feeds([replace(build_spec(), access=access)])
    row = await wired.feed(WIRE)
    assert (row.spec.access, row.next_poll_at) == (access, at(10))
    assert (row.etag, row.failures) == ('W/"tag"', 1)


async def test_sync_when_the_address_changed_then_the_feed_starts_afresh_and_is_due(
    wired: Store, clock: ManualClock
) -> None:
    await wired.commit_poll(build_poll(next_poll_at=at(300)))
    await wired.settle_failed(WIRE, Failure("http_status", "no answer"), at(9000))
    await clock.advance(10)
    moved = build_spec(url="https://elsewhere.example/feed")
    await wired.sync_feeds([moved])
    row = await wired.feed(WIRE)
    assert row.spec == moved
    assert (row.etag, row.last_modified, row.failures, row.error) == (None, None, 0, "")
    assert (row.next_poll_at, row.first_polled_at) == (at(10), None)


async def test_sync_when_the_address_is_where_the_feed_has_moved_to_then_it_goes_on_as_the_same_feed(
    wired: Store, clock: ManualClock
) -> None:
    taught = Learnt((at(-60),))
    visit = Visit(200, moved_to="https://new.example/feed")
    poll = replace(build_poll(next_poll_at=at(300)), visit=visit, learnt=taught, repeats=frozenset({Sign.GUID}))
    await wired.commit_poll(poll)
    await wired.settle_failed(WIRE, Failure("http_status", "no answer"), at(9000), Visit(503))
    await clock.advance(10)
    await wired.sync_feeds([build_spec(url="https://new.example/feed")])
    row = await wired.feed(WIRE)
    assert (row.first_polled_at, row.repeats, await wired.learnt(WIRE)) == (at(0), frozenset({Sign.GUID}), taught)
    assert (row.etag, row.document_at, row.failures, row.moved_to) == (None, None, 0, None)
    assert row.next_poll_at == at(10)


@pytest.mark.parametrize(
    ("interval_s", "due_s"),
    [
        pytest.param(60, 60, id="shorter"),
        pytest.param(900, 300, id="longer"),
    ],
)
async def test_sync_when_the_interval_changed_then_the_wait_is_no_longer_than_it(
    wired: Store, interval_s: float, due_s: float
) -> None:
    await wired.commit_poll(build_poll(next_poll_at=at(300)))
    await wired.sync_feeds([build_spec(interval_s=interval_s)])
    assert (await wired.feed(WIRE)).next_poll_at == at(due_s)


async def test_sync_when_a_feed_left_then_it_is_not_listed_claimed_or_counted_but_keeps_its_items(
    wired: Store,
) -> None:
    item = build_item("a")
    await wired.commit_poll(build_poll(build_record(item), next_poll_at=at(0)))
    await wired.sync_feeds([])
    assert await wired.feeds() == ()
    assert await wired.claim_due_feeds(10, 60) == ()
    with pytest.raises(NotFound, match="wire"):
        await wired.feed(WIRE)
    assert (await find_items(wired, [item.id]))[item.id].item == item
    assert (await wired.status()).feeds == 0


async def test_sync_when_a_feed_comes_back_then_it_is_active_with_what_it_learnt(wired: Store) -> None:
    await wired.commit_poll(build_poll(next_poll_at=at(300)))
    before = await wired.feed(WIRE)
    await wired.sync_feeds([])
    await wired.sync_feeds([build_spec()])
    assert await wired.feed(WIRE) == before


async def test_claim_when_feeds_are_due_then_longest_overdue_first_and_each_is_woken(
    store: Store, clock: ManualClock, wakes: WakeLog
) -> None:
    await store.sync_feeds([build_spec("c"), build_spec("b"), build_spec("a")])
    await clock.advance(15)
    assert await store.claim_due_feeds(10, 60) == ("c", "b")
    assert wakes.take() == [("poll", "c"), ("poll", "b")]


async def test_claim_when_more_are_due_than_the_limit_then_the_rest_is_claimed_next(store: Store) -> None:
    await store.sync_feeds([build_spec(name, interval_s=0) for name in "abc"])
    assert await store.claim_due_feeds(2, 60) == ("a", "b")
    assert await store.claim_due_feeds(2, 60) == ("c",)


async def test_claim_when_claimed_already_then_not_again_before_the_lease_has_passed(
    wired: Store, clock: ManualClock
) -> None:
    assert await wired.claim_due_feeds(10, 60) == ("wire",)
    await clock.advance(59.9)
    assert await wired.claim_due_feeds(10, 60) == ()
    await clock.advance(0.1)
    assert await wired.claim_due_feeds(10, 60) == ("wire",)


@pytest.mark.parametrize("how", ["commit", "unchanged", "failed"])
async def test_claim_when_the_poll_was_settled_then_free_again_at_its_time(
    wired: Store, clock: ManualClock, how: str
) -> None:
    await wired.claim_due_feeds(10, 3600)
    if how == "commit":
        await wired.commit_poll(build_poll(next_poll_at=at(300)))
    elif how == "unchanged":
        await wired.settle_unchanged(WIRE, at(300))
    else:
        await wired.settle_failed(WIRE, Failure("http_status", "no answer"), at(300))
    await clock.advance(299)
    assert await wired.claim_due_feeds(10, 60) == ()
    await clock.advance(1)
    assert await wired.claim_due_feeds(10, 60) == ("wire",)


async def test_settle_when_unchanged_then_failures_end_and_validators_stay(wired: Store, clock: ManualClock) -> None:
    await wired.commit_poll(build_poll())
    await wired.settle_failed(WIRE, Failure("http_status", "no answer"), at(10))
    await clock.advance(20)
    await wired.settle_unchanged(WIRE, at(320))
    row = await wired.feed(WIRE)
    assert (row.failures, row.error, row.etag, row.next_poll_at) == (0, "", 'W/"tag"', at(320))
    assert (row.first_polled_at, row.last_polled_at) == (at(0), at(20))


async def test_settle_when_unchanged_before_any_commit_then_the_feed_still_counts_as_never_polled(
    wired: Store,
) -> None:
    await wired.settle_unchanged(WIRE, at(300))
    row = await wired.feed(WIRE)
    assert (row.first_polled_at, row.last_polled_at) == (None, at(0))
    assert (await wired.status()).feeds_never_polled == 1


async def test_settle_when_failed_then_failures_are_counted_and_the_last_success_stays(
    wired: Store, clock: ManualClock
) -> None:
    await wired.commit_poll(build_poll())
    await clock.advance(20)
    await wired.settle_failed(WIRE, Failure("http_status", "no answer"), at(30))
    await wired.settle_failed(WIRE, Failure("http_status", "404"), at(60))
    row = await wired.feed(WIRE)
    assert (row.failures, row.error, row.next_poll_at, row.last_polled_at) == (2, "404", at(60), at(0))
    assert (await wired.status()).feeds_failing == 1


async def test_settle_when_the_feed_was_never_configured_then_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        await store.settle_unchanged(FeedId("nowhere"), at(0))
    with pytest.raises(NotFound, match="nowhere"):
        await store.settle_failed(FeedId("nowhere"), Failure("http_status", "no answer"), at(0))
    with pytest.raises(NotFound, match="nowhere"):
        await store.commit_poll(build_poll(feed="nowhere"))


async def test_settle_when_the_feed_left_the_configuration_meanwhile_then_taken_all_the_same(wired: Store) -> None:
    await wired.sync_feeds([])
    await wired.commit_poll(build_poll(build_record(build_item())))
    assert (await wired.status()).items == 1


async def test_recover_when_feeds_are_claimed_then_they_are_free_and_counted(wired: Store) -> None:
    await wired.claim_due_feeds(10, 3600)
    assert await wired.recover() == 1
    assert await wired.recover() == 0
    assert await wired.claim_due_feeds(10, 60) == ("wire",)


async def test_now_when_the_clock_moves_then_it_is_the_clocks(store: Store, clock: ManualClock) -> None:
    await clock.advance(timedelta(days=1).total_seconds())
    assert store.now() == clock.now()


async def test_feeds_when_settled_and_read_at_once_then_each_is_answered_for_itself(store: Store) -> None:
    await store.sync_feeds([build_spec("a"), build_spec("b")])
    gone = Visit(304, broken=(Trouble(TroubleKind.MOVED, "elsewhere"),))
    names = [FeedId("b"), FeedId("nowhere"), FeedId("a")]
    settled = await asyncio.gather(
        *(store.settle_unchanged(name, at(60 * each), gone) for each, name in enumerate(names)), return_exceptions=True
    )
    found = await asyncio.gather(*map(store.feed, names), return_exceptions=True)
    assert [isinstance(each, NotFound) for each in (*settled, *found)] == [False, True, False] * 2
    assert [(row.id, row.next_poll_at) for row in found if not isinstance(row, BaseException)] == [
        ("b", at(0)),
        ("a", at(120)),
    ]
    assert {trouble.feed for trouble in await store.troubles()} == {"a", "b"}
