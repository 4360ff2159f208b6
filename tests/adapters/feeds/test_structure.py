"""Which documents can be read in slices, and what of them need not be read at all."""

import io

import feedparser
import pytest

from adapters.feeds.entries import Entries, build_entries
from adapters.feeds.pieces import draft
from adapters.feeds.structure import read_outline
from tests.adapters.feeds.reading import NOW, SLICED, SOURCE, URL, WHOLE, XML, slices

PLAIN = SLICED["rss20-plain"]
ATOM = SLICED["atom10-plain"]


def entries(body: bytes) -> Entries:
    """Read entries with feedparser from just these bytes."""
    headers = {"content-type": XML}
    result = feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    return build_entries([draft(piece, result["feed"]) for piece in result["entries"]], URL, SOURCE, NOW)


def lighten(body: bytes) -> bytes:
    outline = read_outline(body, XML)
    assert outline is not None
    return outline.lighten(body, head=True)


@pytest.mark.parametrize("body", SLICED.values(), ids=SLICED)
def test_document_when_lightened_then_its_entries_are_the_same(body: bytes) -> None:
    outline = read_outline(body, XML)
    assert outline is not None
    assert outline.count == len(slices(body))
    assert entries(outline.lighten(body, head=True)) == entries(body)
    assert entries(outline.lighten(body, head=False)) == entries(body)


@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
def test_document_when_odd_then_it_has_no_outline(body: bytes) -> None:
    outline = read_outline(body, XML)
    assert outline is None or outline.count != len(entries(body).marks)


def test_document_when_lightened_then_head_and_entries_keep_what_is_read() -> None:
    body = SLICED["rss20-categories-and-source"].replace(b"<rss ", b'<rss xmlns:d="urn:d" ')
    outline = read_outline(body, XML)
    assert outline is not None
    whole, light = outline.lighten(body, head=False), outline.lighten(body, head=True)
    assert (b"<title>Border wire" in whole, b"<title>Border wire" in light) == (True, False)
    assert b"<language>en" in light
    for kept in (whole, light):
        assert b"<category" not in kept
        assert kept.count(b"<item>") == kept.count(b"<guid") == 3


@pytest.mark.parametrize(
    "field",
    [
        b"<author><name>Desk</name><link href='/of-the-author'/></author>",
        b"<author><title>Editor</title></author>",
        b"<category><guid>g</guid></category>",
        b"<category term='x'/>",
        b"<author><uri/></author>",
        b"<author/>",
    ],
)
@pytest.mark.parametrize("body", [PLAIN, ATOM], ids=["rss", "atom"])
def test_idle_element_when_it_is_not_plain_then_kept(body: bytes, field: bytes) -> None:
    end = b"</item>" if b"</item>" in body else b"</entry>"
    body = body.replace(end, field + end)
    assert lighten(body).count(field) == 3
    assert entries(lighten(body)) == entries(body)


def test_idle_element_when_it_declares_a_prefix_then_kept() -> None:
    field = b'<image xmlns:d="urn:d"><url>u</url></image><generator xmlns="urn:g">g</generator>'
    assert field in lighten(PLAIN.replace(b"<language>", field + b"<language>"))


def test_idle_element_when_it_holds_others_that_are_idle_then_gone_with_them() -> None:
    field = b"<author><name>Desk</name><email>d@wire.example</email></author>"
    assert b"Desk" not in lighten(ATOM.replace(b"</entry>", field + b"</entry>"))
