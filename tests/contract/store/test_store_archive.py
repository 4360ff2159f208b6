from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.clock import ManualClock
from rules.model import FeedId, ItemId
from state import AlertKind, DeliveryState, NotFound, Store, SubscriptionId
from tests.store_records import (
    at,
    build_item,
    build_match,
    build_poll,
    build_record,
    build_spec,
    build_subscription,
    build_summary,
    build_told,
    find_items,
    find_keys,
    find_told,
)

DAY_S = timedelta(days=1).total_seconds()


async def test_sync_subscriptions_when_repeated_then_those_of_chats_stay(store: Store) -> None:
    chat = build_subscription("chat", "x:2", origin="U123")
    one, two = build_subscription("one"), build_subscription("two")
    await store.add_subscription(chat)
    await store.sync_subscriptions([two, one])
    assert await store.subscriptions() == (chat, one, two)
    changed = replace(two, channel="x:9", rules=())
    await store.sync_subscriptions([changed])
    assert await store.subscriptions() == (chat, changed)
    await store.sync_subscriptions([])
    assert await store.subscriptions() == (chat,)


async def test_subscriptions_when_a_channel_is_named_then_its_own(store: Store) -> None:
    here, there = build_subscription("here", "x:1"), build_subscription("there", "x:2")
    await store.sync_subscriptions([there, here])
    assert await store.subscriptions("x:1") == (here,)
    assert await store.subscriptions("x:3") == ()


async def test_add_subscription_when_the_id_is_taken_then_replaced(store: Store) -> None:
    first = build_subscription("s", origin="U1")
    await store.add_subscription(first)
    second = replace(first, languages=(), channel="x:2")
    await store.add_subscription(second)
    assert await store.subscriptions() == (second,)


async def test_remove_subscription_when_there_then_gone_but_open_deliveries_are_still_made(wired: Store) -> None:
    await wired.add_subscription(build_subscription("to x:1", "x:1", origin="U1"))
    await wired.commit_poll(build_told("a", "x:1"))
    await wired.remove_subscription(SubscriptionId("to x:1"))
    assert await wired.subscriptions() == ()
    assert await wired.claim_delivery("x:1", 60) is not None
    with pytest.raises(NotFound, match="to x:1"):
        await wired.remove_subscription(SubscriptionId("to x:1"))


async def test_recent_when_alerts_exist_then_newest_first_and_whole(wired: Store, clock: ManualClock) -> None:
    await wired.commit_poll(build_told("a", "x:1", story="s"))
    await clock.advance(60)
    await wired.commit_poll(build_told("b", "x:1", story="s", kind=AlertKind.UPDATE))
    await wired.commit_poll(build_told("c", story="t"))
    rows = await wired.recent_alerts(10)
    assert [(row.id, row.items_in_story) for row in rows] == [("c", 1), ("b", 2), ("a", 2)]
    newest = rows[1]
    assert (newest.kind, newest.story, newest.item, newest.severity) == (AlertKind.UPDATE, "s", "b", "high")
    assert (newest.rules, newest.summary, newest.created_at) == (
        ("casualties",),
        build_summary("headline of b"),
        at(60),
    )
    assert [row.id for row in await wired.recent_alerts(1)] == ["c"]


@pytest.mark.parametrize(
    ("title", "text", "needle"),
    [
        pytest.param("HEAVY LOSSES near Kursk", "", "heavy losses", id="latin, other case"),
        pytest.param("", "北朝鮮 ＫＰＡ troops", "kpa", id="full width"),
        pytest.param("북한군 사상자 1천 명", "", "사상자", id="hangul"),
        pytest.param("북한군", "", "\u1107\u116e\u11a8\u1112\u1161\u11ab", id="decomposed hangul"),
        pytest.param("", "ВТРАТИ північнокорейських військових", "втрати ПІВНІЧНО", id="ukrainian"),
        pytest.param("Потери северокорейцев под Курском", "", "ПОТЕРИ", id="russian"),
        pytest.param("A 50% rise_in losses", "", "50% rise_in", id="wildcards of LIKE"),
    ],
)
async def test_search_when_title_or_text_contains_the_folded_needle_then_found(
    wired: Store, title: str, text: str, needle: str
) -> None:
    hit, miss = build_item("hit", title=title, text=text), build_item("miss", title="Weather", text="50x riseXin")
    await wired.commit_poll(build_poll(build_record(hit), build_record(miss)))
    assert await wired.search_items(needle, 10) == (hit,)


async def test_search_when_the_needle_spans_title_and_text_then_not_found(wired: Store) -> None:
    await wired.commit_poll(build_poll(build_record(build_item(title="Toll rises", text="Officials said"))))
    assert await wired.search_items("rises officials", 10) == ()


async def test_search_when_several_are_found_then_newest_versions_newest_first(wired: Store) -> None:
    old, new = build_item("old", seen_at=at(0)), build_item("new", seen_at=at(60))
    await wired.commit_poll(build_poll(build_record(old), build_record(new)))
    edited = build_item("old", 2, text="Several dozen, officials now say.", seen_at=at(120))
    await wired.commit_poll(build_poll(build_record(edited)))
    assert await wired.search_items("several dozen", 10) == (edited, new)
    assert await wired.search_items("several dozen", 1) == (edited,)
    assert await wired.search_items("monday", 10) == (new,)


async def test_items_since_when_seen_since_then_oldest_first(wired: Store) -> None:
    items = [build_item(name, seen_at=at(seconds)) for name, seconds in [("a", 0), ("c", 60), ("b", 60), ("d", 90)]]
    await wired.commit_poll(build_poll(*map(build_record, items)))
    assert await wired.items_since(at(60), 10) == tuple(items[1:])
    assert await wired.items_since(at(60), 2) == tuple(items[1:3])
    assert await wired.items_since(at(91), 10) == ()


async def test_newest_items_when_one_feed_is_meant_then_its_own_newest_first_in_their_newest_version(
    wired: Store,
) -> None:
    first, second = build_item("a"), build_item("b", seen_at=at(60))
    await wired.sync_feeds([build_spec("wire"), build_spec("other")])
    await wired.commit_poll(build_poll(build_record(first), build_record(second)))
    await wired.commit_poll(build_poll(build_record(build_item("c", feed="other")), feed="other"))
    edited = replace(build_item("a", 2), seen_at=at(90))
    await wired.commit_poll(build_poll(build_record(edited)))
    assert await wired.newest_items(FeedId("wire"), 10) == (edited, second)
    assert await wired.newest_items(FeedId("wire"), 1) == (edited,)
    assert await wired.newest_items(FeedId("none"), 1) == ()
    assert await wired.count_items() == {"wire": 2, "other": 1}


async def test_prune_when_items_are_old_then_they_go_with_all_that_hangs_on_them(
    wired: Store, clock: ManualClock
) -> None:
    old = build_told("a", "x:1")
    await wired.commit_poll(old)
    await wired.commit_poll(build_poll(build_record(build_item("a", 2), matches=(build_match(),))))
    claim = await wired.claim_delivery("x:1", 60)
    assert claim is not None
    await wired.settle_sent(claim.delivery, "m1")
    await wired.commit_poll(build_told("b", "x:1", seen_at=at(DAY_S)))
    await clock.advance(2 * DAY_S)
    assert await wired.prune(at(DAY_S)) == 1
    assert set(await find_items(wired, [ItemId("a"), ItemId("b")])) == {"b"}
    assert [row.id for row in await wired.recent_alerts(10)] == ["b"]
    assert [row.id for row in await wired.deliveries()] == ["b@x:1"]
    assert (await wired.status()).items == 1


@pytest.mark.parametrize("doubt", [None, False, True], ids=["pending", "retried", "unknown"])
async def test_prune_when_a_delivery_is_open_then_its_item_stays(
    wired: Store, clock: ManualClock, doubt: bool | None
) -> None:
    await wired.commit_poll(build_told("a", "x:1", "x:2"))
    for channel in ("x:1", "x:2"):
        claim = await wired.claim_delivery(channel, 60)
        assert claim is not None
        if channel == "x:1":
            await wired.settle_sent(claim.delivery, "m1")
        elif doubt is not None:
            await wired.settle_retry(claim.delivery, "lost_answer", at(0), ambiguous=doubt)
    await clock.advance(10 * DAY_S)
    assert await wired.prune(at(DAY_S)) == 0
    assert len(await wired.deliveries()) == 2
    claim = await wired.claim_delivery("x:2", 60)
    assert claim is not None
    await wired.settle_dead(claim.delivery, "rejected")
    assert await wired.prune(at(DAY_S)) == 1
    assert (await wired.status()).deliveries == dict.fromkeys(DeliveryState, 0)


async def test_prune_when_an_old_item_was_seen_again_then_it_stays(wired: Store, clock: ManualClock) -> None:
    await wired.commit_poll(build_poll(build_record(build_item("a"))))
    await wired.commit_poll(build_poll(build_record(build_item("a", 2, seen_at=at(DAY_S)))))
    await clock.advance(2 * DAY_S)
    assert await wired.prune(at(DAY_S)) == 0


async def test_prune_when_items_go_then_their_story_keys_stay_as_long_again_and_stay_alerted(
    wired: Store, clock: ManualClock
) -> None:
    told = build_told("a", "x:1")
    await wired.commit_poll(told)
    claim = await wired.claim_delivery("x:1", 60)
    assert claim is not None
    await wired.settle_sent(claim.delivery, "m1")
    retention_s = 10 * DAY_S
    await clock.advance(retention_s + 1)
    assert await wired.prune(at(1)) == 1
    key = (await find_keys(wired, ["link:a"]))["link:a"]
    assert key.alerted
    assert await find_told(wired, ["link:a"]) == {key.story: {"x:1"}}
    await clock.advance(retention_s - 1)
    await wired.prune(at(retention_s))
    assert set(await find_keys(wired, ["link:a"])) == {"link:a"}
    assert (await wired.status()).stories == 0
    await clock.advance(1)
    await wired.prune(at(retention_s + 1))
    assert await find_keys(wired, ["link:a"]) == {}
    assert await find_told(wired, ["link:a"]) == {}


async def test_prune_when_a_reprint_came_later_then_the_key_lives_on_with_it(wired: Store, clock: ManualClock) -> None:
    await wired.commit_poll(build_poll(build_record(build_item("a"), "s", ("key",))))
    await wired.commit_poll(build_poll(build_record(build_item("b", seen_at=at(5 * DAY_S)), "s", ("key",))))
    await clock.advance(6 * DAY_S)
    assert await wired.prune(at(4 * DAY_S)) == 1
    await clock.advance(3 * DAY_S)
    assert await wired.prune(at(7 * DAY_S)) == 1
    assert set(await find_keys(wired, ["key"])) == {"key"}
