"""`recent` and `search` show what was told and what was read."""

import pytest

from adapters.conversation import Card, Paragraph
from rules.spans import Span
from state import AlertKind
from tests.bot.commands.front import Front
from tests.store_records import at, build_item, build_poll, build_record, build_told


async def test_recent_when_nothing_was_told_then_it_says_so(front: Front) -> None:
    assert await front.read("recent") == "No alert yet. status tells whether feeds are read.\n"


async def test_recent_when_alerts_were_told_then_the_newest_come_first_as_cards(front: Front) -> None:
    for name in ("one", "two", "three"):
        await front.store.commit_poll(build_told(name, "console:desk"))
        await front.clock.advance(60)
    reply = await front.ask("recent 2")
    headlines = ["".join(s.text for s in block.summary.headline) for block in reply.blocks if isinstance(block, Card)]
    assert headlines == ["Report: headline of three", "Report: headline of two"]
    assert isinstance(reply.data, list)
    assert [alert["summary"]["headline"] for alert in reply.data] == headlines


async def test_recent_when_a_story_was_updated_then_the_card_says_so(front: Front) -> None:
    await front.store.commit_poll(build_told("one", "console:desk"))
    await front.store.commit_poll(build_told("two", "console:desk", story="one", kind=AlertKind.UPDATE))
    assert "Update of just now, 1 more report of the story\n" in await front.read("recent 1")


@pytest.mark.parametrize("text", ["recent many", "recent -", "recent -x", "recent ²", "recent 1 2", "search x limit=a"])
async def test_recent_when_the_number_is_none_then_it_is_refused(front: Front, text: str) -> None:
    assert "is not a number" in await front.refused(text)


@pytest.mark.parametrize("text", ["recent 0", "recent -1", "recent −3", "recent –1", "recent --2", "search x limit=-1"])
async def test_recent_when_the_number_is_below_one_then_the_bounds_are_told(front: Front, text: str) -> None:
    refused = await front.refused(text)
    assert "is out of bounds" in refused
    assert f"Give a number from 1 to {50 if 'search' in text else 20}." in refused


async def test_recent_when_too_many_are_wanted_then_the_most_that_can_be_are_shown(front: Front) -> None:
    for number in range(25):
        await front.store.commit_poll(build_told(f"item-{number}", "console:desk"))
    reply = await front.ask("recent 999")
    assert sum(isinstance(block, Card) for block in reply.blocks) == 20


async def _store(front: Front, name: str, title: str, text: str, seconds: float = 0) -> None:
    item = build_item(name, title=title, text=text, seen_at=at(seconds))
    await front.store.commit_poll(build_poll(build_record(item, keys=(f"link:{name}",))))


@pytest.fixture
async def read(front: Front) -> Front:
    """Read three items."""
    await _store(front, "a", "Kursk front moves", "North Korean soldiers were killed near Kursk.", 0)
    await _store(front, "b", "쿠르스크 전선", "북한군 600명이 Kursk 에서 killed 되었다.", 60)
    await _store(front, "c", "Weather", "Rain in Seoul. KURSK is dry.", 120)
    return front


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kursk", ["c", "b", "a"]),
        ("Kursk killed", ["b", "a"]),
        ('"soldiers were killed"', ["a"]),
        ('"killed soldiers"', []),
        ("북한군", ["b"]),
        ("ＫＵＲＳＫ limit=1", ["c"]),
        ("nothing=here", []),
    ],
)
async def test_search_when_words_are_given_then_items_with_all_of_them_are_found(
    read: Front, query: str, found: list[str]
) -> None:
    reply = await read.ask(f"search {query}")
    assert isinstance(reply.data, list)
    assert [item["id"] for item in reply.data] == found


async def test_search_when_found_then_the_words_are_strong_in_headline_and_sentence(read: Front) -> None:
    reply = await read.ask("search KURSK soldiers")
    headline, sentence = reply.blocks[1:]
    assert isinstance(headline, Paragraph)
    assert isinstance(sentence, Paragraph)
    assert headline.spans[0] == Span("Kursk", strong=True)
    assert [span.text for span in sentence.spans if span.strong] == ["soldiers", "Kursk"]
    assert headline.spans[-1].text.endswith("https://wire.example/a?ref=rss")


async def test_search_when_nothing_is_found_then_the_words_are_repeated(read: Front) -> None:
    assert await read.read('search "@here" moon') == "No stored item has “＠here” “moon”.\n"


@pytest.mark.parametrize("text", ["search", 'search ""', "search \u200b limit=3"])
async def test_search_when_no_word_is_given_then_an_example_is(read: Front, text: str) -> None:
    assert "For example: search Kursk" in await read.refused(text)
