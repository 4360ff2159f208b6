from dataclasses import replace

import pytest

from adapters.clock import ManualClock
from rules.model import FeedId, ItemId, Source, StoryId
from state import DeliveryState, Failure, ItemRecord, KnownItem, PollRecord, StaleRead, Store, StoreStatus, StoryKey
from tests.store_records import (
    WakeLog,
    at,
    build_alert,
    build_item,
    build_match,
    build_poll,
    build_record,
    build_spec,
    build_told,
    find_items,
    find_keys,
)

WIRE = FeedId("wire")


async def test_commit_when_first_then_cursor_and_moments_are_stored(wired: Store, clock: ManualClock) -> None:
    await wired.settle_failed(WIRE, Failure("http_status", "no answer"), at(1))
    await clock.advance(5)
    await wired.commit_poll(build_poll(next_poll_at=at(305)))
    row = await wired.feed(WIRE)
    assert (row.etag, row.last_modified) == ('W/"tag"', "Mon, 16 Dec 2024 09:00:00 GMT")
    assert (row.next_poll_at, row.first_polled_at, row.last_polled_at) == (at(305), at(5), at(5))
    assert (row.failures, row.error) == (0, "")


async def test_commit_when_repeated_then_the_first_poll_stays_and_validators_follow(
    wired: Store, clock: ManualClock
) -> None:
    await wired.commit_poll(build_poll())
    await clock.advance(60)
    await wired.commit_poll(PollRecord(WIRE, None, None, at(600)))
    row = await wired.feed(WIRE)
    assert (row.etag, row.last_modified, row.first_polled_at, row.last_polled_at) == (None, None, at(0), at(60))


async def test_known_items_when_asked_then_stored_ones_come_whole(wired: Store) -> None:
    item = replace(build_item("a", language="ko"), link=None, canonical_link=None, published_at=None)
    await wired.commit_poll(build_poll(build_record(item, "s")))
    known = await find_items(wired, [item.id, ItemId("unknown")])
    assert known == {item.id: KnownItem(item, StoryId("s"), alerted=False)}
    assert await find_items(wired, []) == {}


async def test_known_items_when_many_are_asked_then_all_are_found(wired: Store) -> None:
    items = [build_item(f"i{number}") for number in range(101)]
    await wired.commit_poll(build_poll(*map(build_record, items)))
    assert set(await find_items(wired, [item.id for item in items])) == {item.id for item in items}


async def test_known_items_when_the_source_is_configured_anew_then_it_is_the_one_at_sight(wired: Store) -> None:
    item = build_item("a")
    await wired.commit_poll(build_poll(build_record(item)))
    renamed = Source(WIRE, "A new name", "uk", "official")
    await wired.sync_feeds([replace(build_spec(), source=renamed)])
    assert (await find_items(wired, [item.id]))[item.id].item.source == item.source


async def test_commit_when_an_item_is_edited_then_the_newest_version_is_known(wired: Store) -> None:
    first, second = build_item("a"), build_item("a", 2, title="A higher toll", seen_at=at(60))
    await wired.commit_poll(build_poll(build_record(first)))
    await wired.commit_poll(build_poll(build_record(second)))
    assert (await find_items(wired, [first.id]))[first.id].item == second
    assert (await wired.status()).items == 1


async def test_commit_when_an_item_moves_to_another_story_then_that_one_is_known(wired: Store) -> None:
    await wired.commit_poll(build_poll(build_record(build_item("a"), "s")))
    await wired.commit_poll(build_poll(build_record(build_item("a", 2), "t")))
    assert (await find_items(wired, [ItemId("a")]))[ItemId("a")].story == "t"


async def test_story_keys_when_taken_then_owned_and_alerted_with_the_story(wired: Store) -> None:
    item = build_item("a")
    await wired.commit_poll(build_poll(build_record(item, "s", ("k1", "k2"))))
    assert await find_keys(wired, ["k1", "k2", "k3"]) == {
        "k1": StoryKey("k1", StoryId("s"), alerted=False),
        "k2": StoryKey("k2", StoryId("s"), alerted=False),
    }
    second = build_item("b")
    record = build_record(second, "s", ("k1",), (build_match(),))
    await wired.commit_poll(build_poll(record, alerts=(build_alert("al", second, "s"),)))
    assert {key.alerted for key in (await find_keys(wired, ["k1", "k2"])).values()} == {True}
    assert (await find_items(wired, [item.id]))[item.id].alerted


@pytest.mark.parametrize(
    "stale",
    [
        pytest.param(build_record(build_item("a")), id="a version that exists"),
        pytest.param(build_record(build_item("a", 3)), id="a version that leaves one out"),
        pytest.param(build_record(build_item("b", 2)), id="an edit of an item that is not stored"),
        pytest.param(build_record(build_item("b"), keys=("key",)), id="a key of another story"),
    ],
)
async def test_commit_when_stale_then_nothing_of_it_is_written(wired: Store, wakes: WakeLog, stale: ItemRecord) -> None:
    await wired.commit_poll(build_poll(build_record(build_item("a"), keys=("key",)), next_poll_at=at(300)))
    before = await _look(wired)
    fresh = build_item("c")
    told = build_alert("al", fresh)
    record = build_poll(build_record(fresh, keys=("c",)), stale, alerts=(told,), next_poll_at=at(900))
    with pytest.raises(StaleRead):
        await wired.commit_poll(record)
    assert await _look(wired) == before
    assert await find_keys(wired, ["c"]) == {}
    assert wakes.take() == []


async def test_commit_when_two_records_claim_one_new_key_for_two_stories_then_stale(wired: Store) -> None:
    records = (build_record(build_item("a"), keys=("key",)), build_record(build_item("b"), keys=("key",)))
    with pytest.raises(StaleRead):
        await wired.commit_poll(build_poll(*records))
    assert (await wired.status()).items == 0


async def test_commit_when_alerts_have_deliveries_then_they_are_due_and_each_channel_is_woken_once(
    wired: Store, wakes: WakeLog, clock: ManualClock
) -> None:
    await clock.advance(7)
    one, two = build_item("a"), build_item("b")
    alerts = (build_alert("al-1", one, channels=("x:1", "x:2")), build_alert("al-2", two, channels=("x:1",)))
    await wired.commit_poll(build_poll(build_record(one), build_record(two), alerts=alerts))
    assert wakes.take() == [("drain", "x:1"), ("drain", "x:2")]
    rows = (await wired.deliveries())[::-1]
    assert [row.id for row in rows] == ["al-1@x:1", "al-1@x:2", "al-2@x:1"]
    assert {(row.state, row.attempts, row.reason, row.message, row.sent_at) for row in rows} == {
        (DeliveryState.PENDING, 0, "", None, None)
    }
    assert {(row.created_at, row.next_attempt_at) for row in rows} == {(at(7), at(7))}
    assert (rows[0].alert, rows[0].subscription, rows[0].headline) == ("al-1", "to x:1", "Report: headline of al-1")


async def test_commit_when_an_alert_was_told_already_then_only_what_is_missing_is_added(wired: Store) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    again = build_alert("a", build_item("b"), "a", channels=("x:1", "x:2"))
    await wired.commit_poll(build_poll(build_record(build_item("b"), "a"), alerts=(again,)))
    assert [row.id for row in await wired.deliveries()] == ["a@x:2", "a@x:1"]
    (alert,) = await wired.recent_alerts(10)
    assert (alert.item, alert.items_in_story) == ("a", 2)


async def test_status_when_things_are_stored_then_counts_them(wired: Store, clock: ManualClock) -> None:
    empty = dict.fromkeys(DeliveryState, 0)
    assert await wired.status() == StoreStatus(1, 0, 1, 0, 0, 0, empty, None, None)
    await wired.commit_poll(build_told("a", "x:1", "x:2"))
    await clock.advance(60)
    await wired.commit_poll(build_told("b", "x:1", story="a"))
    claim = await wired.claim_delivery("x:1", 60)
    assert claim is not None
    await wired.settle_sent(claim.delivery, "m1")
    expected = empty | {DeliveryState.PENDING: 2, DeliveryState.SENT: 1}
    assert await wired.status() == StoreStatus(1, 0, 0, 2, 1, 2, expected, at(0), at(60))


async def _look(store: Store) -> object:
    return await store.status(), await store.feeds(), await find_items(store, [ItemId("a"), ItemId("b"), ItemId("c")])
