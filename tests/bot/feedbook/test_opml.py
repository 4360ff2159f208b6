"""OPML of strangers is read within bounds, or refused with a reason."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import OpmlInvalid
from bot.feedbook.opml import MAX_BYTES, MAX_DEPTH, MAX_OUTLINES, Listed, read_opml, write_opml


def opml(body: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<opml version="2.0"><head/><body>{body}</body></opml>'.encode()


FEED = '<outline type="rss" text="A wire" xmlUrl="https://a.example/rss"/>'


def test_outlines_come_with_their_groups_from_the_outermost() -> None:
    [plain, inner] = read_opml(opml(f'{FEED}<outline text="Asia"><outline title="Korea">{FEED}</outline></outline>'))
    assert (plain.title, plain.get("xmlurl"), plain.groups) == ("A wire", "https://a.example/rss", ())
    assert inner.groups == ("Asia", "Korea")


def test_names_are_read_in_any_case_and_values_on_one_line() -> None:
    [outline] = read_opml(b'<OPML><Outline XMLURL=" https://a.example/ " TEXT="A&#10;wire"/></OPML>')
    assert (outline.get("xmlurl"), outline.title) == ("https://a.example/", "A wire")


BOMB = '<!DOCTYPE opml [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (opml('<outline text="&i;" xmlUrl="https://a.example"/>', BOMB + "]>"), "document type"),
        (opml(FEED, '<!DOCTYPE opml SYSTEM "file:///etc/passwd">'), "document type"),
        (b"<rss><channel/></rss>", "<rss> and not <opml>"),
        (b"<opml><body>", "not well-formed"),
        (b"", "not well-formed"),
        (b"\x00\x01", "not well-formed"),
        (b'<?xml version="1.0" encoding="klingon"?><opml/>', "encoding|not well-formed"),
        (opml("<outline>" * MAX_DEPTH + "</outline>" * MAX_DEPTH), "nested deeper"),
        (opml("x" * MAX_BYTES), "larger than 4 MiB"),
        (opml(FEED * (MAX_OUTLINES + 1)), "more than 5,000"),
    ],
    ids=["bomb", "external", "rss", "cut off", "empty", "binary", "encoding", "deep", "large", "many"],
)
def test_a_hostile_document_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(OpmlInvalid, match=reason):
        read_opml(body)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: opml(text)))
def test_any_bytes_give_outlines_or_a_refusal(body: bytes) -> None:
    with suppress(OpmlInvalid):
        assert all(outline.get("xmlurl") for outline in read_opml(body))


VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(Listed, VALUES, VALUES, VALUES, VALUES, VALUES, st.fixed_dictionaries({"id": VALUES})), max_size=4
    )
)
def test_what_is_written_is_read_again(feeds: list[Listed]) -> None:
    read = [
        Listed(
            each.groups[0],
            each.title,
            each.get("xmlurl"),
            each.get("htmlurl"),
            each.get("language"),
            {"id": each.get("vedette:id")},
        )
        for each in read_opml(write_opml("Feeds", feeds))
    ]
    assert read == sorted(feeds, key=lambda feed: feed.group)
