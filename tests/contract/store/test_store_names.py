"""Names that lead to items, what tells nothing in a feed, and the versions that are kept."""

from dataclasses import replace

from adapters.clock import ManualClock
from rules.model import FeedId, ItemId
from rules.recognition import Sign
from state import PollRecord, Store
from tests.store_records import at, build_item, build_match, build_poll, build_record, build_spec

WIRE = FeedId("wire")


async def test_known_when_asked_by_an_alias_then_the_item_comes_with_the_way_to_it(wired: Store) -> None:
    item = build_item("a")
    await wired.commit_poll(build_poll(replace(build_record(item), aliases=(ItemId("l"), ItemId("h")))))
    known = await wired.known([ItemId("l"), ItemId("none")], ())
    assert known.aliases == {"l": "a"}
    assert [each.item for each in known.items.values()] == [item]


async def test_alias_when_given_to_another_item_then_it_leads_there_also_when_it_is_an_id(wired: Store) -> None:
    first, second = build_item("a"), build_item("b")
    await wired.commit_poll(build_poll(replace(build_record(first), aliases=(ItemId("h"),))))
    await wired.commit_poll(build_poll(replace(build_record(second), aliases=(ItemId("h"), ItemId("a")))))
    known = await wired.known([ItemId("h"), ItemId("a")], ())
    assert known.aliases == {"h": "b", "a": "b"}
    assert set(known.items) == {"a", "b"}


async def test_alias_when_given_with_an_edit_then_it_leads_to_the_newest_version(wired: Store) -> None:
    edited = build_item("a", 2, title="A higher toll", seen_at=at(60))
    await wired.commit_poll(build_poll(build_record(build_item("a"))))
    await wired.commit_poll(build_poll(replace(build_record(edited), aliases=(ItemId("h"),))))
    assert (await wired.known([ItemId("h")], ())).items[edited.id].item == edited


async def test_aliases_when_their_item_is_deleted_then_gone_and_those_of_others_stay(
    wired: Store, clock: ManualClock
) -> None:
    old, young = build_item("a"), build_item("b", seen_at=at(3600))
    await wired.commit_poll(build_poll(replace(build_record(old), aliases=(ItemId("x"),))))
    await wired.commit_poll(build_poll(replace(build_record(young), aliases=(ItemId("y"),))))
    await clock.advance(7200)
    await wired.prune(at(60))
    assert (await wired.known([ItemId("x"), ItemId("y")], ())).aliases == {"y": "b"}


async def test_repeats_when_found_then_kept_until_the_feed_has_a_new_address(wired: Store) -> None:
    found = replace(build_poll(), repeats=frozenset({Sign.LINK, Sign.GUID}))
    assert (await wired.feed(WIRE)).repeats == frozenset()
    await wired.commit_poll(found)
    await wired.commit_poll(PollRecord(WIRE, None, None, at(600)))
    await wired.settle_unchanged(WIRE, at(900))
    await wired.sync_feeds([build_spec(interval_s=60.0)])
    assert (await wired.feed(WIRE)).repeats == {Sign.GUID, Sign.LINK}
    await wired.sync_feeds([build_spec(url="https://wire.example/new")])
    assert (await wired.feed(WIRE)).repeats == frozenset()


async def test_versions_when_an_item_was_edited_then_all_of_them_whole_oldest_first(wired: Store) -> None:
    items = [build_item("a", n, title=f"Toll {n}", seen_at=at(60 * n), language="ko") for n in (1, 2, 3)]
    for item in items:
        await wired.commit_poll(build_poll(build_record(item, matches=(build_match(),))))
    await wired.commit_poll(build_poll(build_record(build_item("b"))))
    assert await wired.versions(ItemId("a")) == tuple(items)
    assert await wired.versions(ItemId("none")) == ()


async def test_versions_when_old_ones_are_pruned_then_the_newest_stays(wired: Store, clock: ManualClock) -> None:
    items = [build_item("a", n, title=f"Toll {n}", seen_at=at(3600 * n)) for n in (1, 2)]
    for item in items:
        await wired.commit_poll(build_poll(build_record(item)))
    await clock.advance(8000)
    await wired.prune(at(5000))
    assert await wired.versions(ItemId("a")) == (items[1],)
