"""A feed document as bytes, read with feedparser in the calling process."""

import io
import re
import time
from datetime import datetime

import feedparser

from adapters.errors import ParseFailure, ParseReason
from adapters.feeds.entries import build_entries, build_title
from adapters.ports import ParsedFeed
from rules.model import Source

_BLANK = b" \t\r\n\x00\xef\xbb\xbf\xfe\xff"
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_BEGIN = 4096
_BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What feedparser and the codecs let out for some broken documents."""


def parse_document(body: bytes, content_type: str, url: str, source: Source, now: datetime) -> ParsedFeed:
    """Read a feed document, e.g. a saved one, on the calling thread; without limits on time.

    `content_type` is the header's value, or empty; `url` is where it came from, for relative links, or empty.
    Raises ParseFailure when it is not a feed.
    """
    began = time.perf_counter()
    if not body.strip(_BLANK):
        raise ParseFailure(ParseReason.EMPTY, "the document is empty: look at the address in a browser")
    try:
        result = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": content_type} if content_type else {},
            sanitize_html=False,  # all text is turned into plain text
            resolve_relative_uris=False,
        )
        if not result.get("version") and not result["entries"]:
            raise _not_a_feed(body)
        entries, skipped = build_entries(result["entries"], result["feed"], url, source, now)
        title = build_title(result["feed"])
    except _BUGS as exc:
        detail = f"{type(exc).__name__}: {exc}"[:200]
        raise ParseFailure(ParseReason.CRASHED, f"feedparser cannot read this document ({detail})") from exc
    return ParsedFeed(title, entries, skipped, time.perf_counter() - began)


def _not_a_feed(body: bytes) -> ParseFailure:
    if _HTML.match(body[:_BEGIN].lstrip(b"\xef\xbb\xbf")):
        return ParseFailure(
            ParseReason.HTML,
            "the address answers with a web page, perhaps a login or a robot check: open it in a browser",
        )
    return ParseFailure(ParseReason.NOT_A_FEED, "the document is neither RSS nor Atom: check the feed's address")
