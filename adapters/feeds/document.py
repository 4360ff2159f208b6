"""A feed document as bytes, read in the calling process: XML with feedparser, JSON Feed with our own reader."""

import io
import time
from datetime import datetime
from typing import Any
from xml.sax import SAXException

import feedparser
from feedparser.api import PREFERRED_XML_PARSERS

from adapters.errors import ParseFailure, ParseReason
from adapters.feeds.charset import believe_mark
from adapters.feeds.entries import build_entries
from adapters.feeds.jsonfeed import is_json, read_json_feed
from adapters.feeds.pieces import draft, get, read_hints, read_title
from adapters.feeds.slices import Reading
from adapters.feeds.stand_in import describe_page, is_page
from adapters.feeds.structure import read_outline
from adapters.ports import ParsedFeed
from rules.model import Source

PREFERRED_XML_PARSERS.clear()  # else each document looks along the whole import path for a driver that is not there

_BLANK = b" \t\r\n\x00\xef\xbb\xbf\xfe\xff"
_MOST_ENTRIES = 5000
"""Of a document so many entries are read, from its beginning: publishers put the newest first."""
_BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What feedparser and the codecs let out for some broken documents."""


def parse_document(body: bytes, content_type: str, url: str, source: Source, now: datetime) -> ParsedFeed:
    """Read a feed document, e.g. a saved one, on the calling thread; without limits on time.

    `content_type` is the header's value, or empty; `url` is where it came from, for relative links, or empty.
    Raises ParseFailure when it is not a feed.
    """
    return read_document(body, content_type, url, source, now).feed


def read_document(
    body: bytes,
    content_type: str,
    url: str,
    source: Source,
    now: datetime,
    *,
    places: tuple[int, ...] = (),
    others: tuple[str, ...] = (),
) -> Reading:
    """Read a feed document, or one assembled from slices of another: `places` and `others` as in `build_entries`.

    Of an assembled one title and hints are not told. Raises ParseFailure when it is not a feed.
    """
    began = time.perf_counter()
    if not body.strip(_BLANK):
        raise ParseFailure(ParseReason.EMPTY, "the document is empty: look at the address in a browser")
    outline = None
    hints: dict[str, str] = {}
    try:
        if is_json(body, content_type):
            title, drafts, base, hints = read_json_feed(body, url)
            count = len(drafts)
        else:
            outline = read_outline(body, content_type)
            light = outline.lighten(body, head=bool(places)) if outline else body
            result = _parse(light, content_type, url)
            title, base = read_title(result["feed"]), url or str(get(result["feed"], "link") or "")
            hints = read_hints(result["feed"], body)
            count = len(result["entries"])
            drafts = [draft(piece, result["feed"]) for piece in result["entries"][:_MOST_ENTRIES]]
            if isinstance(result.get("bozo_exception"), SAXException):
                outline = None
        built = build_entries(drafts[:_MOST_ENTRIES], base, source, now, places=places, others=others)
    except _BUGS as exc:
        detail = f"{type(exc).__name__}: {exc}"[:200]
        raise ParseFailure(ParseReason.CRASHED, f"this document cannot be read ({detail})") from exc
    feed = ParsedFeed(
        title,
        built.entries,
        (*built.skipped, *_tell_beyond(count)),
        time.perf_counter() - began,
        hints=hints,
        shortened=built.shortened,
        repeats=built.repeats,
    )
    return Reading(feed, built.marks if outline is not None and outline.count == len(drafts) else None)


def _tell_beyond(count: int) -> tuple[str, ...]:
    beyond = count - _MOST_ENTRIES
    return (f"{beyond} entries are left out, as only the first {_MOST_ENTRIES} are read",) if beyond > 0 else ()


def _parse(body: bytes, content_type: str, url: str) -> Any:
    """Have feedparser read a document. Raises ParseFailure when it is not a feed."""
    body, content_type = believe_mark(body, content_type)
    result = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": content_type} if content_type else {},
        sanitize_html=False,  # all text is turned into plain text
        resolve_relative_uris=False,
    )
    if not result.get("version") and not result["entries"]:
        if is_page(body):
            raise describe_page(body, content_type, url)
        message = "the document is no RSS, Atom or JSON Feed: check the feed's address"
        raise ParseFailure(ParseReason.NOT_A_FEED, message)
    return result
