"""Which leases there are: opened by what polls find, replaced when that changes, and trusted for what they did."""

from dataclasses import replace

import pytest

from adapters.clock import ManualClock
from adapters.ports import Fetched
from bot.pace import Pace
from bot.settings.model import WebSub
from bot.websub import LeaseBook
from bot.websub.book import TRIES
from bot.websub.leases import DAY_S, ask, confirm, deny
from rules.model import FeedId
from state import FeedRow, HubLease, HubLeaseId, HubLeaseState, PushRecord, StaleRead
from state.memory import MemoryStore
from tests.even_dice import EvenDice
from tests.leases import HUB, ORIGIN, TOPIC, build_lease
from tests.store_records import START, WakeLog, at, build_poll, build_spec

WIRE = FeedId("wire")
SETTINGS = WebSub(ORIGIN, frozenset({WIRE}), interval_s=900.0)
OTHER = "https://other.example/"
PACE = Pace(300.0, ("every 5 min as configured",))
ACTIVE = confirm(ask(build_lease(), START), "864000", 864000.0, START, EvenDice())
PUSHED = replace(ACTIVE, pushed_at=at(60))


class Shelf:
    """A book over a store with one feed that was polled at the start."""

    def __init__(self, settings: WebSub = SETTINGS) -> None:
        self.clock = ManualClock(START)
        self.store = MemoryStore(self.clock, WakeLog())
        self.book = LeaseBook(self.store, settings, EvenDice())

    async def fill(self, *leases: HubLease) -> "Shelf":
        await self.store.sync_feeds([build_spec()])
        await self.store.commit_poll(build_poll(next_poll_at=at(DAY_S)))
        for lease in leases:
            await self.store.put_hub_lease(replace(lease, revision=1))
        await self.book.open()
        return self

    async def poll(self, *hubs: str, new: int = 0, topic: str = TOPIC) -> None:
        """Note a poll whose document names these hubs, and settle it."""
        hints = {"hub": " ".join(hubs), "self": topic} if hubs else {}
        fetched = Fetched("https://wire.example/rss", 200, b"", None, None, "")
        await self.book.note_poll(await self.row(), fetched, hints, new)
        await self.store.settle_unchanged(WIRE, at(DAY_S))

    async def row(self) -> FeedRow:
        return await self.store.feed(WIRE)

    async def leases(self) -> list[tuple[str, str, HubLeaseState]]:
        return [(each.hub, each.topic, each.state) for each in await self.store.hub_leases()]

    async def lease(self) -> HubLease:
        (lease,) = await self.store.hub_leases()
        return lease


async def test_poll_when_a_hub_is_offered_first_then_a_lease_is_opened_once() -> None:
    shelf = await Shelf().fill()
    await shelf.poll()
    assert await shelf.leases() == []
    await shelf.poll(HUB, OTHER)
    await shelf.poll(OTHER, HUB)
    assert await shelf.leases() == [(HUB, TOPIC, HubLeaseState.ASKED)]


async def test_poll_when_another_process_has_opened_a_lease_then_that_one_is_taken() -> None:
    shelf = await Shelf().fill()
    await shelf.store.put_hub_lease(replace(PUSHED, revision=1))
    await shelf.poll(OTHER, HUB)
    assert await shelf.leases() == [(HUB, TOPIC, HubLeaseState.ACTIVE)]
    assert shelf.book.slow(WIRE, PACE, at(100)).wait_s == 900.0


@pytest.mark.parametrize("settings", [replace(SETTINGS, public_url=""), replace(SETTINGS, feeds=frozenset())])
async def test_poll_when_pushes_are_not_wanted_then_no_lease_is_opened(settings: WebSub) -> None:
    shelf = await Shelf(settings).fill()
    await shelf.poll(HUB)
    assert await shelf.leases() == []


@pytest.mark.parametrize(
    ("hubs", "topic", "kept"),
    [
        pytest.param((OTHER,), TOPIC, (OTHER, TOPIC), id="another hub"),
        pytest.param((HUB,), "https://wire.example/new", (HUB, "https://wire.example/new"), id="another address"),
    ],
)
async def test_poll_when_something_else_is_offered_then_replaced_once_the_lease_has_some_age(
    hubs: tuple[str, ...], topic: str, kept: tuple[str, str]
) -> None:
    shelf = await Shelf().fill(PUSHED)
    await shelf.clock.advance(3599)
    await shelf.poll(*hubs, topic=topic)
    assert await shelf.leases() == [(HUB, TOPIC, HubLeaseState.ACTIVE)]
    await shelf.clock.advance(1)
    await shelf.poll(*hubs, topic=topic)
    assert sorted(await shelf.leases()) == sorted([(HUB, TOPIC, HubLeaseState.LEAVING), (*kept, HubLeaseState.ASKED)])


@pytest.mark.parametrize(
    ("lease", "kept"),
    [
        pytest.param(PUSHED, True, id="that pushes"),
        pytest.param(replace(PUSHED, missed_at=at(70)), False, id="that pushes no more"),
        pytest.param(deny(ACTIVE, "", START), False, id="that denies"),
    ],
)
async def test_poll_when_no_hub_is_offered_any_more_then_one_is_kept_that_pushes(lease: HubLease, kept: bool) -> None:
    shelf = await Shelf().fill(lease)
    await shelf.clock.advance(7200)
    await shelf.poll()
    assert [state is not HubLeaseState.LEAVING for _, _, state in await shelf.leases()] == [kept]


@pytest.mark.parametrize(("failures", "hub"), [(2, HUB), (3, OTHER)])
async def test_poll_when_a_hub_fails_again_and_again_then_the_next_one_is_tried(failures: int, hub: str) -> None:
    shelf = await Shelf().fill(build_lease(failures=failures))
    await shelf.clock.advance(7200)
    await shelf.poll(OTHER, HUB)
    staying = [name for name, _, state in await shelf.leases() if state is not HubLeaseState.LEAVING]
    assert staying == [hub]


@pytest.mark.parametrize("failures", [3, 30])
async def test_poll_when_the_only_hub_fails_again_and_again_then_it_stays(failures: int) -> None:
    shelf = await Shelf().fill(build_lease(failures=failures))
    await shelf.clock.advance(7200)
    await shelf.poll(HUB)
    assert (await shelf.lease()).failures == failures


@pytest.mark.parametrize(
    ("lease", "wait_s", "reason"),
    [
        pytest.param(None, 300.0, None, id="no lease"),
        pytest.param(build_lease(), 300.0, None, id="not confirmed"),
        pytest.param(
            ACTIVE, 300.0, "its hub has promised to push it and has not yet: polled as without", id="unproven"
        ),
        pytest.param(PUSHED, 900.0, "its hub pushes it: polled every 15 min to be sure", id="pushed"),
        pytest.param(
            replace(PUSHED, missed_at=at(70)),
            300.0,
            "its hub did not push the news of 2024-12-16 09:01 UTC: polled as without",
            id="missed",
        ),
        pytest.param(
            replace(PUSHED, lease_until=at(500)),
            400.0,
            "its hub pushes it: polled every 15 min to be sure",
            id="ending",
        ),
        pytest.param(replace(PUSHED, lease_until=at(100)), 300.0, None, id="over"),
    ],
)
async def test_pace_when_a_feed_has_a_hub_then_slower_only_while_its_pushes_come(
    lease: HubLease | None, wait_s: float, reason: str | None
) -> None:
    shelf = await Shelf().fill(*[lease] if lease is not None else [])
    pace = shelf.book.slow(WIRE, PACE, at(100))
    assert pace == Pace(wait_s, PACE.reasons if reason is None else (*PACE.reasons, reason))


async def test_pace_when_a_feed_is_slower_by_itself_then_left_as_it_is() -> None:
    shelf = await Shelf().fill(PUSHED)
    assert shelf.book.slow(WIRE, Pace(7200.0, ()), at(100)).wait_s == 7200.0


async def test_news_when_no_push_has_brought_them_then_missed_and_polled_soon() -> None:
    shelf = await Shelf().fill(replace(PUSHED, pushed_at=at(-60)))
    await shelf.clock.advance(100)
    await shelf.poll(HUB, new=0)
    assert (await shelf.lease()).missed_at is None
    await shelf.clock.advance(100)
    row = await shelf.row()
    await shelf.book.note_poll(row, Fetched("", 200, b"", None, None, ""), {"hub": HUB, "self": TOPIC}, 2)
    assert (await shelf.lease()).missed_at == at(200)
    assert (await shelf.row()).next_poll_at == at(500)


@pytest.mark.parametrize(
    "lease",
    [
        pytest.param(replace(PUSHED, pushed_at=at(50)), id="a push came since the poll before"),
        pytest.param(replace(PUSHED, verified_at=at(50)), id="the hub had not promised by then"),
        pytest.param(replace(PUSHED, lease_until=at(60)), id="the promise is over"),
    ],
)
async def test_news_when_the_hub_owed_no_push_of_them_then_not_missed(lease: HubLease) -> None:
    shelf = await Shelf().fill(lease)
    await shelf.clock.advance(100)
    await shelf.poll(HUB, new=1)
    assert (await shelf.lease()).missed_at is None


async def test_open_when_a_lease_is_not_wanted_any_more_then_left() -> None:
    shelf = await Shelf(replace(SETTINGS, feeds=frozenset())).fill(PUSHED)
    assert await shelf.leases() == [(HUB, TOPIC, HubLeaseState.LEAVING)]
    assert shelf.book.slow(WIRE, PACE, START) == PACE


async def test_open_when_our_address_has_changed_then_left_and_opened_anew_at_the_next_offer() -> None:
    shelf = await Shelf(replace(SETTINGS, public_url="https://new.example")).fill(PUSHED)
    await shelf.poll(HUB)
    states = {each.origin: each.state for each in await shelf.store.hub_leases()}
    assert states == {ORIGIN: HubLeaseState.LEAVING, "https://new.example": HubLeaseState.ASKED}


async def test_open_when_a_feed_was_pushed_then_it_is_polled_soon() -> None:
    shelf = await Shelf().fill(replace(PUSHED, pushed_at=START))
    assert at(0) <= (await shelf.row()).next_poll_at <= at(30)
    quiet = await Shelf().fill(ACTIVE)
    assert (await quiet.row()).next_poll_at == at(DAY_S)


async def test_change_when_the_lease_changes_in_between_then_made_again_on_what_it_is_by_then() -> None:
    shelf = await Shelf().fill(ACTIVE)
    tries = 0

    def change(lease: HubLease) -> HubLease:
        nonlocal tries
        tries += 1
        if tries == 1:
            shelf.store._tables.leases[lease.id] = replace(lease, pushed_at=at(5), revision=lease.revision + 1)
        return replace(lease, error="changed", revision=lease.revision + 1)

    changed = await shelf.book.change(ACTIVE.id, change)
    assert changed is not None
    assert (tries, changed.error, changed.pushed_at) == (2, "changed", at(5))


async def test_change_when_the_lease_never_holds_still_then_given_up() -> None:
    shelf = await Shelf().fill(ACTIVE)
    tries = 0

    def change(lease: HubLease) -> HubLease:
        nonlocal tries
        tries += 1
        shelf.store._tables.leases[lease.id] = replace(lease, revision=lease.revision + 1)
        return replace(lease, error="changed", revision=lease.revision + 1)

    with pytest.raises(StaleRead):
        await shelf.book.change(ACTIVE.id, change)
    assert tries == TRIES


async def test_change_when_there_is_no_such_lease_then_none() -> None:
    shelf = await Shelf().fill()
    assert await shelf.book.change(HubLeaseId("gone"), lambda lease: lease) is None


async def test_refresh_when_a_push_was_committed_then_the_pace_knows_it() -> None:
    shelf = await Shelf().fill(ACTIVE)
    await shelf.store.commit_push(PushRecord(ACTIVE.id))
    await shelf.book.refresh(ACTIVE.id)
    assert shelf.book.slow(WIRE, PACE, at(10)).wait_s == 900.0
