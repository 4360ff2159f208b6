import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
import feedparser
import pytest

from adapters.clock import ManualClock
from bot.demo import open_demo
from bot.demo.readers import Readers
from bot.demo.server import WireServer
from bot.demo.wire import load_wire

WIRE = load_wire()


@dataclass(frozen=True, slots=True)
class Desk:
    """A served wire, the clock it runs on, and a client."""

    clock: ManualClock
    readers: Readers
    server: WireServer
    client: aiohttp.ClientSession

    def address_of(self, feed: str) -> str:
        return next(spec.url for spec in self.server.feeds if spec.source.feed == feed)


@asynccontextmanager
async def open_desk(at: datetime = WIRE.start) -> AsyncIterator[Desk]:
    clock, readers = ManualClock(at), Readers(WIRE)
    async with WireServer(WIRE, clock, readers) as server, aiohttp.ClientSession() as client:
        yield Desk(clock, readers, server, client)


def moment_of(item: str, version: int = 1) -> datetime:
    return next(WIRE.versions(each)[version - 1].at for each in WIRE.items if each.id == item)


async def test_feeds_when_served_then_their_addresses_are_loopback_and_allowed() -> None:
    async with open_desk() as desk:
        specs = desk.server.feeds

    assert len({spec.url for spec in specs}) == len(WIRE.feeds)
    assert all(spec.url.startswith("http://127.0.0.1:") and spec.allow_private for spec in specs)
    assert [spec.source.publisher for spec in specs if spec.source.feed == "peninsula-ko"] == ["반도와이어"]
    assert [spec.source.feed for spec in specs if spec.source.state_affiliated] == ["briefing"]


async def test_feed_when_asked_then_it_holds_what_is_published_by_now() -> None:
    first = moment_of("donetsk-officers")
    async with open_desk(first - timedelta(seconds=1)) as desk:
        async with desk.client.get(desk.address_of("dnipro")) as answer:
            before = feedparser.parse(await answer.read())
            assert answer.content_type == "application/rss+xml"
        desk.clock.set(first)
        async with desk.client.get(desk.address_of("dnipro")) as answer:
            after = feedparser.parse(await answer.read())

    assert len(after.entries) == len(before.entries) + 1
    assert after.entries[0].title == "Під Донецьком загинули шестеро офіцерів КНДР — джерела в розвідці"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        pytest.param("If-None-Match", "ETag", id="by entity tag"),
        pytest.param("If-Modified-Since", "Last-Modified", id="by date"),
    ],
)
async def test_feed_when_nothing_changed_since_the_validator_then_304_until_the_next_change(
    asked: str, told: str
) -> None:
    async with open_desk() as desk:
        address = desk.address_of("steppe")
        async with desk.client.get(address) as answer:
            validators = {asked: answer.headers[told]}
        async with desk.client.get(address, headers=validators) as answer:
            assert answer.status == 304
            assert await answer.read() == b""
            assert answer.headers[told] == validators[asked]
        desk.clock.set(moment_of("donetsk-officers-steppe"))
        async with desk.client.get(address, headers=validators) as answer:
            assert answer.status == 200
            assert answer.headers[told] != validators[asked]


async def test_feed_when_an_item_is_edited_then_the_same_entry_has_new_words_and_a_new_tag() -> None:
    async with open_desk(moment_of("sumy-strike")) as desk:
        address = desk.address_of("steppe")
        async with desk.client.get(address) as answer:
            first, tag = feedparser.parse(await answer.read()), answer.headers["ETag"]
        desk.clock.set(moment_of("sumy-strike", 2))
        async with desk.client.get(address, headers={"If-None-Match": tag}) as answer:
            second = feedparser.parse(await answer.read())

    assert first.entries[0].id == second.entries[0].id
    assert ("8 загиблих" in first.entries[0].title, "11 загиблих" in second.entries[0].title) == (True, True)
    assert len(first.entries) == len(second.entries)


async def test_article_when_its_link_is_followed_then_an_inert_sample_page_opens() -> None:
    async with open_desk(moment_of("western-4000")) as desk:
        async with desk.client.get(desk.address_of("northern-desk")) as answer:
            link = feedparser.parse(await answer.read()).entries[0].link
        async with desk.client.get(link) as answer:
            page = await answer.text()

    assert answer.status == 200
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Sample page" in page
    assert "<script" not in page


@pytest.mark.parametrize(
    "path", ["/articles/vostok/kim-nine", "/articles/steppe/kirby-dozens", "/articles/no/no", "/feeds/no.xml"]
)
async def test_server_when_asked_for_what_is_not_published_then_404(path: str) -> None:
    async with open_desk() as desk, desk.client.get(desk.server.base + path) as answer:
        assert answer.status == 404


async def test_index_when_opened_then_it_lists_every_feed() -> None:
    async with open_desk() as desk, desk.client.get(desk.server.base + "/") as answer:
        page = await answer.text()

    assert all(f"/feeds/{outlet.id}.xml" in page for outlet in WIRE.feeds)


async def test_readers_when_a_feed_was_asked_again_with_its_newest_tag_then_it_counts_as_read() -> None:
    async with open_desk() as desk:
        for spec in desk.server.feeds:
            async with desk.client.get(spec.url) as answer:
                tag = answer.headers["ETag"]
            assert not desk.readers.have_all(desk.clock.now())
            async with desk.client.get(spec.url, headers={"If-None-Match": tag}):
                pass

        assert desk.readers.have_all(desk.clock.now())
        assert not desk.readers.have_all(moment_of("donetsk-officers"))


async def test_open_demo_when_a_reader_polls_to_the_end_then_it_has_seen_every_version() -> None:
    seen: set[tuple[str, str]] = set()

    async def poll(client: aiohttp.ClientSession, address: str, tags: dict[str, str]) -> None:
        async with client.get(address, headers={"If-None-Match": tags.get(address, '"none"')}) as answer:
            entries = feedparser.parse(await answer.read()).entries if answer.status == 200 else []
            tags[address] = answer.headers["ETag"]
        seen.update((entry.id.rpartition(":")[2], entry.title + entry.summary) for entry in entries)

    async with open_demo(speed=100.0) as demo, aiohttp.ClientSession() as client:
        tags: dict[str, str] = {}
        while not demo.clock.finished:
            await asyncio.gather(*(poll(client, spec.url, tags) for spec in demo.feeds))

    published = {item.id: len(WIRE.versions(item)) for item in WIRE.items}
    assert {name: sum(item == name for item, _ in seen) for name in published} == published
