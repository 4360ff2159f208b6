from dataclasses import replace

from rules import read_wording
from rules.model import FeedId
from state import Store
from tests.store_records import build_item, build_poll, build_record, build_spec, find_items

WIRE = FeedId("wire")


async def test_sync_when_a_feed_wants_full_text_then_it_is_kept_until_it_does_no_more(wired: Store) -> None:
    await wired.sync_feeds([replace(build_spec(), full_text=True)])
    assert (await wired.feed(WIRE)).spec.full_text
    await wired.sync_feeds([build_spec()])
    assert not (await wired.feed(WIRE)).spec.full_text


async def test_commit_when_an_item_has_its_article_then_it_comes_back_with_the_place_where_that_begins(
    wired: Store,
) -> None:
    first = build_item("a")
    item = replace(first, text=f"{first.text}\nThe surgeon said more.", article_at=len(first.text))
    await wired.commit_poll(build_poll(build_record(item)))
    assert (await find_items(wired, [item.id]))[item.id].item == item
    bare = replace(build_item("a", 2), text="Nothing more.")
    await wired.commit_poll(build_poll(build_record(bare)))
    assert (await find_items(wired, [item.id]))[item.id].item == bare


async def test_search_when_only_the_article_says_it_then_the_item_is_found(wired: Store) -> None:
    item = replace(build_item("a"), text="Short.\nThe surgeon said more.", article_at=6)
    record = replace(build_record(item), wording=read_wording(item.title, item.text))
    await wired.commit_poll(build_poll(record))
    assert [found.article_at for found in await wired.search_items("surgeon", 5)] == [6]
