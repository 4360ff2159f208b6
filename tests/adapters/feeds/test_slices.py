"""What is read of a document that was seen before, on documents of every kind: the same as a whole parse says."""

from dataclasses import replace

import pytest

from adapters.errors import ParseFailure, ParseReason
from adapters.feeds.news import read_news
from adapters.feeds.slices import Reading, cut
from adapters.ports import Fetched
from rules.recognition import Sign
from tests.adapters.feeds.reading import (
    SLICED,
    SOURCE,
    URL,
    WHOLE,
    XML,
    Reader,
    join,
    learn,
    new_entries,
    slices,
    whole_parse,
)

PLAIN = SLICED["rss20-plain"]
REPEATING = SLICED["rss20-guid-given-twice"]
ATOM = SLICED["atom10-plain"]


def without(body: bytes, number: int) -> bytes:
    """Give the document as it was before one of its slices came."""
    parts = slices(body)
    return join(body, parts[:number] + parts[number + 1 :])


@pytest.mark.parametrize("body", SLICED.values(), ids=SLICED)
async def test_document_when_one_entry_is_new_then_it_alone_is_read_and_says_the_same(body: bytes) -> None:
    parts = slices(body)
    for number in range(min(len(parts), 6) if len(parts) > 1 else 0):
        before = without(body, number)
        reader = Reader()
        news = await reader.news(body, await learn(before))
        assert list(news.entries) == new_entries(body, slices(before))
        if parts.count(parts[number]) == 1:
            assert reader.read == [join(body, [parts[number]])]
            assert news.skipped_slices == len(parts) - 1
            assert not news.unchanged


@pytest.mark.parametrize("body", SLICED.values(), ids=SLICED)
async def test_document_when_all_entries_were_seen_then_nothing_is_read(body: bytes) -> None:
    again = join(body, list(reversed(slices(body))), b"\r\n\t ")
    reader = Reader()
    news = await reader.news(again, await learn(body))
    assert (news.entries, news.unchanged, reader.read) == ((), True, [])
    assert news.title == whole_parse(again).title
    assert news.skipped_slices == len(slices(body))


@pytest.mark.parametrize("body", SLICED.values(), ids=SLICED)
async def test_document_when_read_whole_then_title_and_entries_are_those_of_a_plain_parse(body: bytes) -> None:
    news = await Reader().news(body)
    plain = whole_parse(body)
    assert (news.title, news.entries, news.skipped) == (plain.title, plain.entries, plain.skipped)
    assert len(news.entries) + len(news.skipped) == len(slices(body))


@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
async def test_document_when_odd_then_read_whole_each_time(body: bytes) -> None:
    seen = await learn(body)
    assert seen.slices == b""
    reader = Reader()
    news = await reader.news(body + b"\n\n", seen)
    assert reader.read == [body + b"\n\n"]
    assert news.entries == whole_parse(body + b"\n\n").entries
    assert not news.unchanged


@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
async def test_document_when_odd_and_byte_for_byte_the_same_then_nothing_is_read(body: bytes) -> None:
    reader = Reader()
    news = await reader.news(body, await learn(body))
    assert (news.entries, news.unchanged, reader.read) == ((), True, [])
    assert news.title == whole_parse(body).title


@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
async def test_document_when_it_turns_odd_then_it_says_what_a_whole_parse_says(body: bytes) -> None:
    for seen in (await learn(PLAIN), await learn(ATOM)):
        assert (await Reader().news(body, seen)).entries == whole_parse(body).entries


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"10:00:00 GMT</lastBuildDate>", b"10:05:00 GMT</lastBuildDate>"),
        (b"</rss>", b"</rss>\n<!-- made in 0.03 s -->"),
        (b"<lastBuildDate>Mon, 16 Dec 2024 10:00:00 GMT</lastBuildDate>", b"<pubDate>Mon, 16 Dec 2024</pubDate>"),
    ],
)
async def test_document_when_only_a_date_or_comment_of_the_feed_changed_then_nothing_is_read(
    old: bytes, new: bytes
) -> None:
    reader = Reader()
    news = await reader.news(PLAIN.replace(old, new), await learn(PLAIN))
    assert (news.unchanged, news.skipped_slices, reader.read) == (True, 3, [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<language>en", b"<language>uk"),
        (b"<title>Border wire", b"<title>Frontier wire"),
        (b'<rss version="2.0">', b'<rss version="2.0" xml:base="https://other.example/">'),
        (b'<rss version="2.0">', b'<rss version="2.0" xmlns:dc="urn:other">'),
        (b"GMT</lastBuildDate>", b"GMT &now;</lastBuildDate>"),
        (b"GMT</lastBuildDate>", b"GMT \xff</lastBuildDate>"),
        (b"</rss>", b"</rss><!-- a -- b -->"),
        (b"</channel>", b""),
        (b"<language>", b"<!-- <language>"),
    ],
)
async def test_document_when_anything_else_of_the_feed_changed_then_read_whole(old: bytes, new: bytes) -> None:
    body = PLAIN.replace(old, new, 1)
    reader = Reader()
    news = await reader.news(body, await learn(PLAIN))
    assert reader.read == [body]
    assert news.entries == whole_parse(body).entries


async def test_document_when_address_type_or_language_is_another_then_read_whole() -> None:
    seen = await learn(PLAIN)
    reader = Reader()
    await reader.news(PLAIN, seen, "application/xml; charset=utf-8")
    assert reader.read == [PLAIN]


@pytest.mark.parametrize(
    "slice_",
    [
        b"<item><title>Toll & claims</title></item>",
        b"<item><title>a&nbsp;b</title></item>",
        b"<item><title>To\xffll</title></item>",
        b"<item><y:creator xmlns:y='http://purl.org/dc/elements/1.1/'>D</y:creator><title>t</title></item>",
        b"<item xml:base='https://other.example/'><title>t</title><link>/a</link></item>",
        b"<item><title>t</title><item><title>u</title></item></item>",
        b"<x><item><title>t</title></item></x>",
        b"<item><title>t</title></item><channel/>",
    ],
)
async def test_document_when_the_new_entry_is_odd_then_read_whole_and_nothing_more_is_trusted(slice_: bytes) -> None:
    body = join(PLAIN, [slice_, *slices(PLAIN)])
    reader = Reader()
    news = await reader.news(body, await learn(PLAIN))
    assert reader.read[-1] == body
    assert news.entries == whole_parse(body).entries
    assert news.seen is not None
    assert news.seen.slices == b""


async def test_guid_when_a_seen_entry_gives_it_to_another_page_then_told_as_of_the_whole() -> None:
    parts = slices(REPEATING)
    news = await Reader().news(REPEATING, await learn(join(REPEATING, [parts[0], parts[1], parts[3]])))
    [entry] = news.entries
    assert entry in whole_parse(REPEATING).entries
    assert news.repeats == whole_parse(REPEATING).repeats == (Sign.GUID,)


async def test_guid_when_the_other_page_has_left_the_document_then_nothing_repeats() -> None:
    parts = slices(REPEATING)
    seen = await learn(join(REPEATING, parts[:2]))
    gone = await Reader().news(join(REPEATING, parts[1:2]), seen)
    news = await Reader().news(join(REPEATING, parts[1:3]), gone.seen)
    assert (len(news.entries), news.repeats) == (1, ())


async def test_memory_when_polls_follow_each_other_then_each_entry_is_given_once() -> None:
    parts = slices(ATOM)
    seen, given = None, []
    for count in (1, 1, 2, 3, 3):
        news = await Reader().news(join(ATOM, parts[:count]), seen)
        given.append(len(news.entries))
        seen = news.seen
    assert given == [1, 0, 1, 1, 0]


async def test_memory_when_the_news_were_not_committed_then_they_are_given_again() -> None:
    seen = await learn(without(PLAIN, 0))
    first, second = await Reader().news(PLAIN, seen), await Reader().news(PLAIN, seen)
    assert first.entries == second.entries
    assert len(first.entries) == 1


async def test_memory_when_entries_leave_then_it_holds_what_is_in_the_document_only() -> None:
    seen = await learn(PLAIN)
    news = await Reader().news(without(PLAIN, 0), seen)
    assert news.seen == replace(await learn(without(PLAIN, 0)), body=news.seen.body if news.seen else b"")
    assert len(seen.slices) == 3 * 24


async def test_skipped_entry_when_among_seen_ones_then_told_by_its_place_in_the_whole_document() -> None:
    body = join(PLAIN, [*slices(PLAIN), b"<item><link>/x</link></item>", b"<item><title>t</title></item>"])
    news = await Reader().news(body, await learn(PLAIN))
    assert news.skipped == ("entry 4 has neither a title nor a text",)
    assert len(news.entries) == 1


async def test_document_when_new_one_is_no_feed_then_failure() -> None:
    with pytest.raises(ParseFailure):
        await Reader().news(b"<html><body/></html>", await learn(PLAIN))


def test_document_when_too_large_or_too_many_entries_then_not_cut() -> None:
    assert cut(b"<item/>" * 5000) is not None
    assert cut(b"<item/>" * 5001) is None
    assert cut(b"<item/>" + b" " * 2 * 1024 * 1024) is None


def test_corpus_when_counted_then_it_is_of_every_kind() -> None:
    kinds = {name.partition("-")[0] for name in (*SLICED, *WHOLE)}
    assert len(SLICED) >= 60
    assert {"rss090", "rss091", "rss092", "rss093", "rss094", "rss10", "rss20", "atom03", "atom10", "ill"} == kinds


HINTS = b"""<ttl>90</ttl><sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">daily</sy:updatePeriod>
<skipHours>\n<hour>1</hour><hour>23</hour></skipHours><skipDays><day>Sunday</day><day>Monday</day></skipDays>"""


async def test_hints_when_stated_then_told_with_every_reading() -> None:
    body = PLAIN.replace(b"<language>", HINTS + b"<language>")
    stated = {"ttl": "90", "sy_updateperiod": "daily", "skiphours": "1 23", "skipdays": "Sunday Monday"}
    assert (await Reader().news(body)).hints == stated
    assert (await Reader().news(body, await learn(body))).hints == stated
    assert (await Reader().news(body, await learn(without(body, 0)))).hints == stated
    assert (await Reader().news(PLAIN, await learn(body))).hints == {}


@pytest.mark.parametrize(
    ("reason", "turns"), [(ParseReason.TOO_SLOW, 1), (ParseReason.CRASHED, 1), (ParseReason.NOT_A_FEED, 2)]
)
async def test_new_entry_when_it_does_harm_then_its_document_gets_one_turn(reason: ParseReason, turns: int) -> None:
    seen = await learn(without(PLAIN, 0))
    read: list[bytes] = []

    async def fail(part: bytes, _places: tuple[int, ...], _others: tuple[str, ...]) -> Reading:
        read.append(part)
        raise ParseFailure(reason, "no")

    with pytest.raises(ParseFailure):
        await read_news(Fetched(URL, 200, PLAIN, None, None, XML), SOURCE, seen, fail)
    assert len(read) == turns
