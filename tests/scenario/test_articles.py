"""Full text: what the article's page adds to alerts, and that no page can take or delay one."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from adapters.articles import ArticleExtractor
from adapters.ports import Extractor
from rules.model import FeedId, ItemId, Severity
from state import AlertKind, KnownItem
from tests.articles import ENGLISH, OTHERS, write_page, write_story
from tests.feeds_server import Document, FeedsServer
from tests.rss import Piece, write_rss
from tests.scenario.timeline import POLLING, START, Timeline, open_timeline, subscribe

INSIDE = "A field hospital took in forty-one wounded soldiers"
"""Stands in the article alone."""
WIRE = FeedId("wire")
HTML = "text/html; charset=utf-8"


@pytest.fixture
async def extractor() -> AsyncIterator[Extractor]:
    made = ArticleExtractor()
    yield made
    await made.close()


open_reading = partial(open_timeline, full_text=True)


def piece(server: FeedsServer, text: str = ENGLISH.excerpt, *, name: str = "1", at: float | None = None) -> Piece:
    moment = START + timedelta(seconds=at) if at is not None else None
    return Piece(name, ENGLISH.title, text, moment, server.url(f"page/{name}"))


def put(server: FeedsServer, page: str | bytes | None = None, *, name: str = "1") -> Document:
    body = write_story(ENGLISH) if page is None else page
    document = Document(body if isinstance(body, bytes) else body.encode(), HTML)
    return server.put(f"page/{name}", document=document)


def excerpts(line: Timeline) -> list[str]:
    return [" ".join("".join(s.text for s in each) for each in post.summary.excerpts) for post in line.platform.posts]


async def stored(line: Timeline) -> KnownItem:
    store = line.app.parts.store
    (item,) = await store.newest_items(WIRE, 1)
    return (await store.known([ItemId(item.id)], [])).items[item.id]


async def test_an_alert_when_the_feed_wants_full_text_then_it_tells_what_stands_in_the_article_alone(
    tmp_path: Path, extractor: Extractor
) -> None:
    async with open_reading(tmp_path, extractor=extractor) as line:
        put(line.server)
        line.publish("wire", piece(line.server))
        await line.poll_all()
        assert line.platform.headlines("desk") == [ENGLISH.title]
        assert INSIDE in excerpts(line)[0]
        item = (await stored(line)).item
        assert item.text[: item.article_at] == ENGLISH.excerpt
        assert await line.app.parts.store.search_items("chief surgeon", 5)


async def test_an_item_when_it_has_its_article_then_the_next_polls_find_it_unchanged_and_ask_no_more(
    tmp_path: Path, extractor: Extractor
) -> None:
    async with open_reading(tmp_path, extractor=extractor) as line:
        put(line.server)
        line.publish("wire", piece(line.server))
        await line.poll_all()
        line.publish("wire", Piece("2", "Rain", "It rains."), piece(line.server))
        await line.poll_all()
        assert line.server.count("page/1") == 1
        assert len(line.platform.posts) == 1
        assert [item.version for item in await line.app.parts.store.newest_items(WIRE, 5)] == [1, 1]


async def test_a_reprint_when_the_first_copy_has_its_article_then_it_is_the_same_story(
    tmp_path: Path, extractor: Extractor
) -> None:
    async with open_reading(tmp_path, extractor=extractor, feeds=("wire", "paper")) as line:
        put(line.server)
        line.publish("wire", piece(line.server))
        await line.poll_all()
        line.publish("paper", Piece("p", ENGLISH.title, ENGLISH.excerpt, None, line.server.url("none")))
        await line.poll_all()
        assert len(line.platform.posts) == 1


async def test_an_article_when_it_names_what_another_rule_watches_then_that_rules_channel_is_told_too(
    tmp_path: Path, extractor: Extractor
) -> None:
    desks = (subscribe("console:desk"), subscribe("console:losses", min_severity=Severity.LOW, rules=("losses",)))
    async with open_reading(tmp_path, extractor=extractor, subscriptions=desks) as line:
        put(line.server)
        line.publish("wire", piece(line.server))
        await line.poll_all()
        assert line.platform.headlines("losses") == [ENGLISH.title]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(Document(b"", HTML, status=500), id="an error"),
        pytest.param(Document(b"%PDF-1.7", "application/pdf"), id="no page"),
        pytest.param(Document(write_page("Log in", ["Log in to go on."]).encode(), HTML), id="a wall"),
        pytest.param(Document(write_page("Cookies", [OTHERS[1]]).encode(), HTML), id="a consent wall"),
        pytest.param(Document(write_page("Snow", [OTHERS[3]]).encode(), HTML), id="soldiers elsewhere"),
        pytest.param(Document(redirect_to="/"), id="the front page"),
        pytest.param(Document(redirect_to="http://127.0.0.1:1/"), id="nobody there"),
        pytest.param(Document(b"<" * 100_000, HTML), id="rubbish"),
    ],
)
async def test_an_alert_when_the_page_gives_no_article_then_it_comes_with_what_the_feed_says(
    tmp_path: Path, extractor: Extractor, page: Document
) -> None:
    async with open_reading(tmp_path, extractor=extractor) as line:
        line.server.put("page/1", document=page)
        line.server.put("", document=Document(write_story(ENGLISH).encode(), HTML))
        line.publish("wire", piece(line.server))
        await line.poll_all()
        assert excerpts(line) == [ENGLISH.excerpt]
        assert (await stored(line)).item.article_at is None


async def test_an_alert_when_the_page_is_at_a_private_address_elsewhere_then_it_is_not_asked(
    tmp_path: Path, extractor: Extractor
) -> None:
    async with open_reading(tmp_path, extractor=extractor) as line, FeedsServer() as other:
        other.put("page/1", document=Document(write_story(ENGLISH).encode(), HTML))
        line.publish("wire", piece(other))
        await line.poll_all()
        assert excerpts(line) == [ENGLISH.excerpt]
        assert other.requests == {}


async def test_an_alert_when_a_page_does_not_answer_then_it_waits_no_longer_than_the_budget(
    tmp_path: Path, extractor: Extractor
) -> None:
    async with open_reading(tmp_path, extractor=extractor, polling=replace(POLLING, article_budget_s=1.0)) as line:
        put(line.server).hold = asyncio.Event()
        put(line.server, name="2")
        line.publish(
            "wire", piece(line.server), Piece("2", "Korean " + ENGLISH.title, "", None, line.server.url("page/2"))
        )
        async with asyncio.timeout(10):
            await line.poll_all()
        slow, quick = sorted(excerpts(line), key=lambda text: INSIDE in text)
        assert slow == ENGLISH.excerpt
        assert INSIDE in quick


async def test_articles_when_many_are_wanted_at_once_then_the_newest_are_read(
    tmp_path: Path, extractor: Extractor
) -> None:
    async with open_reading(tmp_path, extractor=extractor, polling=replace(POLLING, article_pages=1)) as line:
        for name in "12":
            put(line.server, name=name)
        line.publish("wire", piece(line.server, "Old.", name="1", at=1), piece(line.server, "New.", name="2", at=9))
        await line.poll_all()
        assert (line.server.count("page/1"), line.server.count("page/2")) == (0, 1)


async def test_articles_when_nobody_is_told_then_none_are_read(tmp_path: Path, extractor: Extractor) -> None:
    async with FeedsServer() as server:
        put(server)
        first = {"wire": (piece(server),)}
        async with open_reading(tmp_path, extractor=extractor, server=server, pieces=first) as line:
            old = Piece("2", "Two were killed", "", START - timedelta(days=8), server.url("page/1"))
            dull = Piece("3", "Rain", "It rains.", None, server.url("page/1"))
            line.publish("wire", old, dull, piece(server))
            await line.poll_all()
        assert server.count("page/1") == 0


async def test_articles_when_the_feed_does_not_want_them_then_none_are_read(tmp_path: Path) -> None:
    async with open_timeline(tmp_path) as line:
        put(line.server)
        line.publish("wire", piece(line.server))
        await line.poll_all()
        assert excerpts(line) == [ENGLISH.excerpt]
        assert line.server.count("page/1") == 0


async def test_an_edit_when_the_articles_numbers_changed_then_it_is_told_what_changed(
    tmp_path: Path, extractor: Extractor
) -> None:
    async with open_reading(tmp_path, extractor=extractor) as line:
        put(line.server, write_story(ENGLISH).replace("forty-one", "41"))
        line.publish("wire", piece(line.server))
        await line.poll_all()
        put(line.server, write_story(ENGLISH).replace("forty-one", "53"))
        line.publish("wire", piece(line.server, f"{ENGLISH.excerpt} More soon."))
        await line.poll_all()
        update = line.platform.posts[1].summary
        assert (update.added, update.removed) == (("53",), ("41",))
        assert INSIDE.replace("forty-one", "53") in excerpts(line)[1]


async def test_an_edit_when_only_one_of_the_versions_has_its_article_then_the_feeds_own_words_are_compared(
    tmp_path: Path, extractor: Extractor
) -> None:
    async with open_reading(tmp_path, extractor=extractor) as line:
        document = put(line.server, write_story(ENGLISH).replace("forty-one", "41"))
        line.publish("wire", piece(line.server))
        await line.poll_all()
        document.status = 500
        line.publish("wire", piece(line.server, f"{ENGLISH.excerpt} More soon."))
        await line.poll_all()
        document.status = 200
        line.publish("wire", piece(line.server, f"{ENGLISH.excerpt} More tonight."))
        await line.poll_all()
        assert (await stored(line)).item.version == 3
        assert [post.headline for post in line.platform.posts] == [ENGLISH.title]
        line.publish("wire", piece(line.server, f"{ENGLISH.excerpt} At least 7 fell."))
        await line.poll_all()
        assert [alert.kind for alert in await line.app.parts.store.recent_alerts(5)] == [
            AlertKind.UPDATE,
            AlertKind.NEW,
        ]


async def test_an_item_when_its_article_names_what_a_rule_leaves_out_then_it_is_told_all_the_same(
    tmp_path: Path, extractor: Extractor
) -> None:
    rules = """
version: 1
rules:
  - id: troops
    title: Troops
    severity: high
    when: {all: ["north korean"], not: ["surgeon"]}
    tests: [{text: "North Korean troops arrived.", match: true}]
"""
    async with open_reading(tmp_path, extractor=extractor, rules=rules) as line:
        put(line.server)
        line.publish("wire", piece(line.server))
        await line.poll_all()
        assert line.platform.headlines("desk") == [ENGLISH.title]
        assert "chief surgeon" in (await stored(line)).item.text


async def test_a_feed_when_articles_are_wanted_and_cannot_be_read_then_alerts_come_as_ever(tmp_path: Path) -> None:
    async with open_timeline(tmp_path, full_text=True) as line:
        line.server.put("wire", write_rss([piece(line.server)]))
        await line.poll_all()
        assert excerpts(line) == [ENGLISH.excerpt]
