import pytest

from adapters.clock import ManualClock
from state import AlertKind, Claim, DeliveryId, DeliveryState, NotFound, Store
from tests.store_records import (
    START,
    WakeLog,
    at,
    build_alert,
    build_item,
    build_poll,
    build_record,
    build_summary,
    build_told,
    find_told,
)


async def _claim(store: Store, channel: str = "x:1", lease_s: float = 60) -> Claim:
    claim = await store.claim_delivery(channel, lease_s)
    assert claim is not None
    return claim


async def _state(store: Store, delivery: str) -> DeliveryState:
    return next(row.state for row in await store.deliveries() if row.id == delivery)


async def test_claim_when_due_then_whole_and_the_first_attempt(wired: Store, clock: ManualClock) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    await clock.advance(3)
    claim = await _claim(wired)
    assert (claim.delivery, claim.alert, claim.subscription, claim.channel) == ("a@x:1", "a", "to x:1", "x:1")
    assert (claim.kind, claim.content) == (AlertKind.NEW, build_summary("headline of a"))
    assert (claim.attempt, claim.ambiguous, claim.parent, claim.created_at) == (1, False, None, at(0))
    (row,) = await wired.deliveries()
    assert (row.state, row.attempts, row.next_attempt_at) == (DeliveryState.SENDING, 1, at(63))


async def test_claim_when_the_line_is_empty_then_none(wired: Store) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    assert await wired.claim_delivery("x:2", 60) is None
    assert await wired.next_attempt_at("x:2") is None


async def test_claim_when_several_wait_then_in_the_order_of_commit(wired: Store) -> None:
    for name in ("c", "a", "b"):
        await wired.commit_poll(build_told(name, "x:1", "x:2"))
    order = []
    for _ in range(3):
        claim = await _claim(wired)
        await wired.settle_sent(claim.delivery, "m")
        order.append(claim.alert)
    assert order == ["c", "a", "b"]
    assert await wired.claim_delivery("x:1", 60) is None
    assert (await _claim(wired, "x:2")).alert == "c"


async def test_claim_when_the_head_is_in_flight_or_waits_then_nothing_behind_it_is_claimed(wired: Store) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    await wired.commit_poll(build_told("b", "x:1"))
    head = await _claim(wired)
    assert await wired.claim_delivery("x:1", 60) is None
    await wired.settle_retry(head.delivery, "rate_limited", at(30), ambiguous=False)
    assert await wired.claim_delivery("x:1", 60) is None
    assert await wired.next_attempt_at("x:1") == at(30)


async def test_claim_when_one_channel_is_stuck_then_others_go_on(wired: Store) -> None:
    await wired.commit_poll(build_told("a", "x:1", "x:2"))
    await _claim(wired, "x:1")
    assert (await _claim(wired, "x:2")).alert == "a"


async def test_claim_when_the_lease_has_passed_then_ambiguous_and_one_more_attempt(
    wired: Store, clock: ManualClock
) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    await _claim(wired, lease_s=60)
    await clock.advance(59.9)
    assert await wired.claim_delivery("x:1", 60) is None
    await clock.advance(0.1)
    claim = await _claim(wired)
    assert (claim.ambiguous, claim.attempt) == (True, 2)


@pytest.mark.parametrize("ambiguous", [False, True])
async def test_retry_when_its_time_comes_then_claimed_again_with_its_doubt(
    wired: Store, clock: ManualClock, ambiguous: bool
) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    await wired.settle_retry((await _claim(wired)).delivery, "lost_answer", at(30), ambiguous=ambiguous)
    (row,) = await wired.deliveries()
    assert row.state is (DeliveryState.UNKNOWN if ambiguous else DeliveryState.PENDING)
    assert (row.reason, row.next_attempt_at, row.attempts) == ("lost_answer", at(30), 1)
    await clock.advance(29)
    assert await wired.claim_delivery("x:1", 60) is None
    await clock.advance(1)
    claim = await _claim(wired)
    assert (claim.attempt, claim.ambiguous) == (2, ambiguous)


async def test_sent_when_settled_then_message_and_moment_are_kept(wired: Store, clock: ManualClock) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    await wired.settle_retry((await _claim(wired)).delivery, "unreachable", at(5), ambiguous=False)
    await clock.advance(5)
    await wired.settle_sent((await _claim(wired)).delivery, "m1")
    (row,) = await wired.deliveries()
    assert (row.state, row.message, row.sent_at, row.reason) == (DeliveryState.SENT, "m1", at(5), "")
    assert await wired.next_attempt_at("x:1") is None


async def test_sent_when_settled_twice_then_the_first_message_stays(wired: Store) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    claim = await _claim(wired)
    await wired.settle_sent(claim.delivery, "m1")
    await wired.settle_sent(claim.delivery, "m2")
    assert (await wired.deliveries())[0].message == "m1"


async def test_sent_when_the_claim_was_lost_then_recorded_all_the_same(wired: Store) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    claim = await _claim(wired)
    await wired.recover()
    await wired.settle_sent(claim.delivery, "m1")
    assert await _state(wired, claim.delivery) is DeliveryState.SENT


async def test_other_settles_when_the_claim_was_lost_then_nothing_changes(wired: Store) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    claim = await _claim(wired)
    await wired.settle_sent(claim.delivery, "m1")
    before = await wired.deliveries()
    await wired.settle_retry(claim.delivery, "lost_answer", at(30), ambiguous=True)
    await wired.settle_dead(claim.delivery, "rejected")
    await wired.give_back(claim.delivery)
    assert await wired.deliveries() == before


async def test_settles_when_there_is_no_such_delivery_then_not_found(wired: Store) -> None:
    nobody = DeliveryId("nobody")
    with pytest.raises(NotFound, match="nobody"):
        await wired.settle_sent(nobody, "m")
    with pytest.raises(NotFound, match="nobody"):
        await wired.settle_retry(nobody, "lost_answer", at(0), ambiguous=False)
    with pytest.raises(NotFound, match="nobody"):
        await wired.settle_dead(nobody, "rejected")
    with pytest.raises(NotFound, match="nobody"):
        await wired.give_back(nobody)
    with pytest.raises(NotFound, match="nobody"):
        await wired.resend(nobody)


async def test_dead_when_settled_then_the_line_moves_on_and_it_is_listed(wired: Store) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    await wired.commit_poll(build_told("b", "x:1"))
    await wired.settle_dead((await _claim(wired)).delivery, "rejected: too long")
    assert (await _claim(wired)).alert == "b"
    (dead,) = await wired.deliveries(DeliveryState.DEAD)
    assert (dead.id, dead.reason, dead.attempts) == ("a@x:1", "rejected: too long", 1)


async def test_give_back_when_claimed_then_due_now_and_the_attempt_does_not_count(
    wired: Store, clock: ManualClock
) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    await clock.advance(10)
    await wired.give_back((await _claim(wired)).delivery)
    assert await wired.next_attempt_at("x:1") == at(10)
    claim = await _claim(wired)
    assert (claim.attempt, claim.ambiguous) == (1, False)


async def test_give_back_when_it_was_ambiguous_then_it_stays_so(wired: Store) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    await wired.settle_retry((await _claim(wired)).delivery, "lost_answer", at(0), ambiguous=True)
    await wired.give_back((await _claim(wired)).delivery)
    assert await _state(wired, "a@x:1") is DeliveryState.UNKNOWN
    assert (await _claim(wired)).ambiguous


async def test_recover_when_posts_were_in_flight_then_unknown_due_and_counted(wired: Store, clock: ManualClock) -> None:
    await wired.commit_poll(build_told("a", "x:1", "x:2", "x:3"))
    await _claim(wired, "x:1", lease_s=3600)
    await _claim(wired, "x:2", lease_s=3600)
    await clock.advance(1)
    assert await wired.recover() == 2
    assert await wired.recover() == 0
    claim = await _claim(wired, "x:1")
    assert (claim.ambiguous, claim.attempt) == (True, 2)
    assert not (await _claim(wired, "x:3")).ambiguous


async def test_resend_when_dead_then_back_at_its_old_place_with_fresh_attempts_and_woken(
    wired: Store, clock: ManualClock, wakes: WakeLog
) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    await wired.commit_poll(build_told("b", "x:1"))
    await wired.settle_dead((await _claim(wired)).delivery, "rejected")
    wakes.take()
    await clock.advance(60)
    await wired.resend(DeliveryId("a@x:1"))
    assert wakes.take() == [("drain", "x:1")]
    assert await wired.next_attempt_at("x:1") == at(60)
    claim = await _claim(wired)
    assert (claim.alert, claim.attempt, claim.ambiguous) == ("a", 1, False)


async def test_resend_when_it_died_in_doubt_then_it_comes_back_in_doubt(wired: Store) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    await wired.settle_retry((await _claim(wired)).delivery, "lost_answer", at(0), ambiguous=True)
    await wired.settle_dead((await _claim(wired)).delivery, "lost_answer")
    await wired.resend(DeliveryId("a@x:1"))
    assert (await _claim(wired)).ambiguous


async def test_resend_when_not_dead_then_not_found(wired: Store) -> None:
    await wired.commit_poll(build_told("a", "x:1"))
    with pytest.raises(NotFound, match="dead letter"):
        await wired.resend(DeliveryId("a@x:1"))


async def test_due_channels_when_heads_differ_then_only_claimable_ones_longest_line_first(
    wired: Store, clock: ManualClock
) -> None:
    await wired.commit_poll(build_told("a", "x:flying"))
    await wired.commit_poll(build_told("b", "x:waiting"))
    await wired.commit_poll(build_told("c", "x:second"))
    await wired.commit_poll(build_told("d", "x:first", "x:flying", "x:waiting", "x:second"))
    await _claim(wired, "x:flying")
    await wired.settle_retry((await _claim(wired, "x:waiting")).delivery, "rate_limited", at(30), ambiguous=False)
    assert await wired.due_channels() == ("x:second", "x:first")
    await clock.advance(30)
    assert await wired.due_channels() == ("x:waiting", "x:second", "x:first")
    await clock.advance(30)
    assert await wired.due_channels() == ("x:flying", "x:waiting", "x:second", "x:first")


async def test_parent_when_the_story_was_sent_before_then_the_first_message_of_this_channel(wired: Store) -> None:
    await wired.commit_poll(build_told("a", "x:1", "x:2", story="s"))
    await wired.commit_poll(build_told("other", "x:1", story="t"))
    await wired.settle_sent((await _claim(wired, "x:1")).delivery, "first in 1")
    await wired.settle_sent((await _claim(wired, "x:1")).delivery, "other story")
    await wired.settle_sent((await _claim(wired, "x:2")).delivery, "first in 2")
    for name in ("b", "c"):
        await wired.commit_poll(build_told(name, "x:1", story="s", kind=AlertKind.UPDATE))
    second = await _claim(wired, "x:1")
    assert (second.kind, second.parent) == (AlertKind.UPDATE, "first in 1")
    await wired.settle_sent(second.delivery, "second in 1")
    assert (await _claim(wired, "x:1")).parent == "first in 1"


async def test_parent_when_the_first_alert_is_dead_then_the_first_sent_one(wired: Store) -> None:
    for name in ("a", "b", "c"):
        await wired.commit_poll(build_told(name, "x:1", story="s"))
    await wired.settle_dead((await _claim(wired)).delivery, "rejected")
    claim = await _claim(wired)
    assert claim.parent is None
    await wired.settle_sent(claim.delivery, "m-b")
    assert (await _claim(wired)).parent == "m-b"


async def test_deliveries_when_limited_then_newest_first(wired: Store) -> None:
    items = [build_item(name) for name in "abc"]
    alerts = tuple(build_alert(f"al-{item.id}", item, channels=("x:1",)) for item in items)
    await wired.commit_poll(build_poll(*map(build_record, items), alerts=alerts))
    assert [row.alert for row in await wired.deliveries(limit=2)] == ["al-c", "al-b"]
    assert [row.alert for row in await wired.deliveries(DeliveryState.PENDING, limit=1)] == ["al-c"]
    assert await wired.deliveries(DeliveryState.SENT) == ()
    assert (await wired.status()).oldest_open_at == START


async def test_told_when_stories_have_deliveries_then_each_with_its_channels(wired: Store) -> None:
    await wired.commit_poll(build_told("a", "x:1", "x:2"))
    await wired.commit_poll(build_told("b", "x:3"))
    await wired.commit_poll(build_told("c"))
    told = await find_told(wired, ["link:a", "link:b", "link:c", "never heard of"])
    assert told == {"a": {"x:1", "x:2"}, "b": {"x:3"}}
    assert set(await find_told(wired, ["link:b"])) == {"b"}
