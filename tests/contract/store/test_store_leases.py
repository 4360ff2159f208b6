from dataclasses import replace

import pytest

from adapters.clock import ManualClock
from rules.model import FeedId
from state import HubLeaseId, HubLeaseState, NotFound, PushRecord, StaleRead, Store
from tests.leases import build_lease
from tests.store_records import WakeLog, at, build_item, build_poll, build_record, build_told, find_items

WIRE = FeedId("wire")
LEASE = HubLeaseId("lease")


async def test_put_when_new_then_found_by_id_and_token_with_all_it_says(store: Store) -> None:
    lease = build_lease(
        state=HubLeaseState.ACTIVE,
        asked_at=at(1),
        verified_at=at(2),
        lease_until=at(3.5),
        failures=2,
        error="it was busy",
        pushed_at=at(4),
        missed_at=at(5),
    )
    await store.put_hub_lease(lease)
    assert await store.hub_lease(LEASE) == lease
    assert await store.find_hub_lease(lease.token) == lease
    assert await store.hub_leases() == (lease,)


async def test_find_when_no_lease_has_the_token_then_none(store: Store) -> None:
    await store.put_hub_lease(build_lease())
    assert await store.find_hub_lease("token-of-another") is None
    with pytest.raises(NotFound, match="another"):
        await store.hub_lease(HubLeaseId("another"))


async def test_put_when_the_revision_follows_then_changed(store: Store) -> None:
    lease = build_lease()
    await store.put_hub_lease(lease)
    changed = replace(lease, state=HubLeaseState.DENIED, error="no", due_at=at(60), failures=1, revision=2)
    await store.put_hub_lease(changed)
    assert await store.hub_lease(LEASE) == changed


@pytest.mark.parametrize("revision", [1, 2, 4])
async def test_put_when_the_revision_does_not_follow_then_stale_and_kept(store: Store, revision: int) -> None:
    lease = build_lease()
    await store.put_hub_lease(lease)
    second = replace(lease, failures=1, revision=2)
    await store.put_hub_lease(second)
    with pytest.raises(StaleRead):
        await store.put_hub_lease(replace(lease, failures=9, revision=revision))
    assert await store.hub_lease(LEASE) == second


async def test_put_when_the_lease_was_dropped_meanwhile_then_stale(store: Store) -> None:
    await store.put_hub_lease(build_lease())
    await store.drop_hub_lease(LEASE)
    with pytest.raises(StaleRead):
        await store.put_hub_lease(build_lease(revision=2))
    assert await store.hub_leases() == ()


async def test_put_when_the_feed_has_another_lease_then_stale_unless_that_one_leaves(store: Store) -> None:
    await store.put_hub_lease(build_lease())
    with pytest.raises(StaleRead):
        await store.put_hub_lease(build_lease("second"))
    await store.put_hub_lease(build_lease(state=HubLeaseState.LEAVING, revision=2))
    await store.put_hub_lease(build_lease("second"))
    await store.put_hub_lease(build_lease("elsewhere", feed="other"))
    assert [each.id for each in await store.hub_leases()] == ["elsewhere", "lease", "second"]


async def test_due_when_their_time_has_come_then_longest_overdue_first(store: Store, clock: ManualClock) -> None:
    for name, seconds in (("a", 20.0), ("b", 10.0), ("c", 60.0)):
        await store.put_hub_lease(build_lease(name, feed=name, due_at=at(seconds)))
    await clock.advance(30)
    assert await store.due_hub_leases(10) == ("b", "a")
    assert await store.due_hub_leases(1) == ("b",)


async def test_push_when_committed_then_items_and_deliveries_are_there_and_the_lease_says_so(
    wired: Store, clock: ManualClock, wakes: WakeLog
) -> None:
    await wired.put_hub_lease(build_lease(missed_at=at(0)))
    await clock.advance(30)
    told = build_told("story", "console:desk")
    await wired.commit_push(PushRecord(LEASE, told.items, told.alerts))
    assert [row.channel for row in await wired.deliveries()] == ["console:desk"]
    assert wakes.take() == [("drain", "console:desk")]
    lease = await wired.hub_lease(LEASE)
    assert (lease.pushed_at, lease.missed_at, lease.revision) == (at(30), None, 2)


async def test_push_when_committed_then_what_polling_knows_stays(wired: Store, clock: ManualClock) -> None:
    await wired.put_hub_lease(build_lease())
    await wired.commit_poll(build_poll(next_poll_at=at(300)))
    await wired.claim_due_feeds(10, 3600)
    before = await wired.feed(WIRE)
    await clock.advance(30)
    await wired.commit_push(PushRecord(LEASE, (build_record(build_item("pushed")),)))
    assert await wired.feed(WIRE) == before


async def test_push_when_an_item_is_stored_by_now_then_stale_and_nothing_is_written(wired: Store) -> None:
    await wired.put_hub_lease(build_lease())
    first, second = build_record(build_item("a")), build_record(build_item("b"))
    await wired.commit_push(PushRecord(LEASE, (first,)))
    before = await wired.hub_lease(LEASE)
    with pytest.raises(StaleRead):
        await wired.commit_push(PushRecord(LEASE, (second, first)))
    assert await wired.hub_lease(LEASE) == before
    assert list(await find_items(wired, [first.item.id, second.item.id])) == ["a"]


async def test_push_when_the_lease_is_not_there_then_not_found_and_nothing_is_written(wired: Store) -> None:
    item = build_item("a")
    with pytest.raises(NotFound, match="lease"):
        await wired.commit_push(PushRecord(LEASE, (build_record(item),)))
    assert await find_items(wired, [item.id]) == {}


@pytest.mark.parametrize(("seconds", "due_s"), [pytest.param(60, 60, id="sooner"), pytest.param(900, 300, id="later")])
async def test_hasten_when_a_poll_is_planned_then_it_is_never_made_later(
    wired: Store, seconds: float, due_s: float
) -> None:
    await wired.commit_poll(build_poll(next_poll_at=at(300)))
    await wired.hasten_poll(WIRE, at(seconds))
    assert (await wired.feed(WIRE)).next_poll_at == at(due_s)


async def test_hasten_when_the_feed_is_not_active_then_nothing_happens(wired: Store) -> None:
    await wired.commit_poll(build_poll(next_poll_at=at(300)))
    await wired.sync_feeds([])
    await wired.hasten_poll(WIRE, at(10))
    await wired.hasten_poll(FeedId("nowhere"), at(10))
    assert await wired.claim_due_feeds(10, 60) == ()
