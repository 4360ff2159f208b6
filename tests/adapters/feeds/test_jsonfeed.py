"""JSON Feed: read by the rules of XML feeds, refused with a reason, never another error."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.errors import ParseFailure, ParseReason
from adapters.feeds import parse_document
from adapters.ports import ParsedFeed
from rules.model import DateDoubt, Entry
from rules.recognition import Sign
from tests.adapters.feeds.reading import DOCUMENTS, NOW, SOURCE, URL, Reader, learn

JSON = "application/feed+json"
VERSION_1 = (DOCUMENTS / "json" / "version-1.json").read_bytes()
VERSION_11 = (DOCUMENTS / "json" / "version-11.json").read_bytes()


def read(body: bytes, content_type: str = JSON) -> ParsedFeed:
    return parse_document(body, content_type, URL, SOURCE, NOW)


def read_items(*items: object, **fields: object) -> ParsedFeed:
    return read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, **fields}).encode())


def read_one(**item: object) -> Entry:
    [entry] = read_items(item).entries
    return entry


def fail(body: bytes, content_type: str = JSON) -> ParseFailure:
    with pytest.raises(ParseFailure) as caught:
        read(body, content_type)
    return caught.value


def test_feed_of_version_1_when_read_then_entries_by_the_rules_of_all_feeds() -> None:
    parsed = read(VERSION_1)
    assert parsed.title == "Border wire"
    assert parsed.entries == (
        Entry(
            guid="wire-2",
            link="https://wire.example/2?utm_source=json",
            canonical_link="https://wire.example/2",
            title="Ferry line opens again",
            text="The ferry runs again.\nSix times a day.",
            language="en",
            published_at=datetime(2024, 12, 16, 7, 30, tzinfo=UTC),
        ),
        Entry(
            guid="wire-1",
            link="https://wire.example/1",
            canonical_link="https://wire.example/1",
            title="The ministry named a spokesman. No more was said.",
            text="The ministry named a spokesman.\nNo more was said.",
            language="en",
            published_at=datetime(2024, 12, 16, 7, 0, tzinfo=UTC),
        ),
    )


def test_feed_of_version_11_when_read_then_languages_are_declared_by_feed_and_item() -> None:
    parsed = read(VERSION_11)
    assert parsed.title == "Прикордонна стрічка"
    assert [entry.language for entry in parsed.entries] == ["uk", "en"]
    assert parsed.entries[0].link == "https://other.example/1"


@pytest.mark.parametrize("content_type", ["application/json", "text/html; charset=euc-kr", "application/rss+xml", ""])
@pytest.mark.parametrize("begin", [b"", b"\xef\xbb\xbf", b"\n \t"])
def test_feed_when_sent_as_anything_then_told_by_its_first_byte(content_type: str, begin: bytes) -> None:
    assert len(read(begin + VERSION_11, content_type).entries) == 2


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-32-be"])
def test_feed_when_in_another_unicode_encoding_then_read(codec: str) -> None:
    assert read(VERSION_11.decode().encode(codec)) is not None
    assert [entry.guid for entry in read(VERSION_11.decode().encode(codec)).entries] == ["wire-1", "wire-2"]


def test_xml_when_sent_as_json_then_read_as_xml() -> None:
    body = b"<rss version='2.0'><channel><title>Wire</title><item><title>Told</title></item></channel></rss>"
    assert [entry.title for entry in read(body, "application/json").entries] == ["Told"]


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b'{"items": []}', "not a JSON Feed"),
        (b'{"version": 1, "items": []}', "not a JSON Feed"),
        (b"[1, 2]", "not a JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1"', "begins like JSON"),
        (b'{"version": "https://jsonfeed.org/version/1", "title": "\xff"}', "begins like JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "begins like JSON"),
        (b"hello", "begins like JSON"),
    ],
)
def test_document_when_json_but_no_feed_then_failure_that_says_so(body: bytes, part: str) -> None:
    failure = fail(body)
    assert failure.reason is ParseReason.NOT_A_FEED
    assert part in str(failure)


def test_document_when_nested_too_deeply_then_failure() -> None:
    assert fail(b'{"a":' * 200_000).reason is ParseReason.CRASHED


def test_feed_when_it_has_no_items_then_no_entries() -> None:
    quiet = read_items(title="Quiet")
    assert (quiet.title, quiet.entries, quiet.skipped) == ("Quiet", (), ())
    assert read(b'{"version": "https://jsonfeed.org/version/1", "items": {"id": 1}}').entries == ()


@pytest.mark.parametrize(
    ("id_", "guid"), [(17, "17"), (1.5, "1.5"), (True, None), (None, None), (["a"], None), ("  ", None)]
)
def test_id_when_not_a_text_then_numbers_count(id_: object, guid: str | None) -> None:
    assert read_one(id=id_, title="t").guid == guid


def test_id_when_it_is_an_address_then_the_link_of_an_item_without_one() -> None:
    assert read_one(id="https://wire.example/1", title="t").link == "https://wire.example/1"
    assert (
        read_one(id="https://wire.example/1", url="https://wire.example/2", title="t").link == "https://wire.example/2"
    )
    assert read_one(id="wire-1", title="t").link is None


def test_text_when_several_are_given_then_the_longest_as_people_see_it() -> None:
    assert read_one(id="1", content_html="<b>Short</b>", summary="A longer summary").text == "A longer summary"
    assert (
        read_one(id="1", content_text="x", content_html="<script>no</script><p>Told &amp; done</p>").text
        == "Told & done"
    )
    assert read_one(id="1", content_text="Fewer than 5 < 7 <b>").text == "Fewer than 5 < 7 <b>"


def test_title_when_it_holds_html_then_plain() -> None:
    assert read_one(id="1", title="<b>Toll</b> &amp; more").title == "Toll & more"
    assert read_one(id="1", title="a\nb\u202e < c").title == "a b < c"


@pytest.mark.parametrize(
    ("written", "moment", "doubt"),
    [
        ("2024-12-16T09:30:00+02:00", datetime(2024, 12, 16, 7, 30, tzinfo=UTC), DateDoubt.NONE),
        ("2024-12-16T09:30:00.250Z", datetime(2024, 12, 16, 9, 30, tzinfo=UTC), DateDoubt.NONE),
        ("2024-12-16T09:30:00", datetime(2024, 12, 16, 9, 30, tzinfo=UTC), DateDoubt.NO_ZONE),
        ("Mon, 16 Dec 2024 09:30:00 GMT", datetime(2024, 12, 16, 9, 30, tzinfo=UTC), DateDoubt.NONE),
        ("2034-12-16T09:30:00Z", datetime(2034, 12, 16, 9, 30, tzinfo=UTC), DateDoubt.FUTURE),
        ("soon", None, DateDoubt.UNREADABLE),
        ("", None, DateDoubt.MISSING),
        (1734341400, None, DateDoubt.MISSING),
    ],
)
def test_date_when_stated_then_read_with_its_doubt(written: object, moment: datetime | None, doubt: DateDoubt) -> None:
    entry = read_one(id="1", title="t", date_published=written)
    assert (entry.published_at, entry.date_doubt) == (moment, doubt)


def test_items_when_ids_repeat_for_different_pages_then_said() -> None:
    parsed = read_items(*({"id": "1", "url": f"https://wire.example/{n}", "title": "t"} for n in (1, 2)))
    assert Sign.GUID in parsed.repeats


def test_items_when_they_say_nothing_or_are_none_then_left_out_with_their_place() -> None:
    parsed = read_items({"id": "1"}, "no item", {"id": "2", "title": "Told"})
    assert [entry.guid for entry in parsed.entries] == ["2"]
    assert parsed.skipped == ("entry 1 has neither a title nor a text",)


async def test_feed_when_it_comes_again_unchanged_then_nothing_is_read() -> None:
    reader = Reader()
    news = await reader.news(VERSION_1, await learn(VERSION_1, JSON), JSON)
    assert (news.unchanged, news.title, news.skipped_slices, reader.read) == (True, "Border wire", 2, [])
    changed = VERSION_1.replace(b"again", b"now")
    assert len((await reader.news(changed, await learn(VERSION_1, JSON), JSON)).entries) == 2


_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        ["\ud800", "http://[", "//x", "<b>x</b>", "&#xD800;", "9999-12-31T23:59:59-23:59", "0001-01-01", "ko"]
    ),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)
_KEYS = st.sampled_from(
    ["id", "url", "external_url", "title", "content_html", "content_text", "summary", "date_published", "language"]
)
_FEEDS = st.fixed_dictionaries(
    {"version": st.just("https://jsonfeed.org/version/1.1") | _VALUES, "items": st.lists(st.dictionaries(_KEYS, _VALUES, max_size=6) | _VALUES, max_size=4) | _VALUES},
    optional={"title": _VALUES, "language": _VALUES},
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(_FEEDS.map(lambda feed: json.dumps(feed).encode()) | st.binary(max_size=60).map(lambda tail: b"{" + tail))
def test_document_when_anything_begins_like_json_then_feed_or_failure(body: bytes) -> None:
    try:
        parsed = read(body)
    except ParseFailure:
        return
    for entry in parsed.entries:
        assert entry.title
        "".join((entry.title, entry.text, entry.guid or "", entry.link or "", entry.language)).encode()
        assert len(entry.language) == 2


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_feed_when_damaged_anywhere_then_feed_or_failure(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from([VERSION_1, VERSION_11])))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        body[start : start + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=6))
    try:
        assert isinstance(read(bytes(body)), ParsedFeed)
    except ParseFailure:
        return
