"""JSON Feed, versions 1 and 1.1 (jsonfeed.org), as drafts of entries. No IO."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from time import struct_time
from typing import Any

from adapters.errors import ParseFailure, ParseReason
from adapters.feeds.entries import Draft, one_line
from adapters.feeds.markup import read_html, read_plain

_BLANK = b" \t\r\n\x00\xef\xbb\xbf\xfe\xff"
_VERSION = "jsonfeed.org/version/"
_DATES = ("date_published", "date_modified")
_HUBS = frozenset({"websub", "pubsubhubbub"})
_LONGEST_HINT = 4000


def is_json(body: bytes, content_type: str) -> bool:
    """Tell a JSON document by its first byte, and by the header where that does not tell."""
    begin = body[:64].lstrip(_BLANK)[:1]
    return begin in {b"{", b"["} or (begin != b"<" and "json" in content_type.lower())


def read_json_feed(body: bytes, url: str) -> tuple[str, list[Draft], str, dict[str, str]]:
    """Read a JSON Feed: its title, its entries, the address from which relative links count, and its hubs' hints.

    Raises ParseFailure when it is another kind of document, RecursionError when it is nested too deeply.
    """
    try:
        feed = json.loads(body)
    except ValueError as exc:
        detail = f"the document begins like JSON and is not ({exc}): tell its publisher"
        raise ParseFailure(ParseReason.NOT_A_FEED, detail[:300]) from exc
    if not isinstance(feed, dict) or _VERSION not in _text(feed, "version"):
        raise ParseFailure(
            ParseReason.NOT_A_FEED, "the document is JSON and not a JSON Feed: look for the feed's own address"
        )
    items = feed.get("items")
    language = _text(feed, "language")
    drafts = [_draft(item, language) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    base = url or _text(feed, "feed_url") or _text(feed, "home_page_url")
    return one_line(read_plain(_text(feed, "title"))), drafts, base, _read_hints(feed)


def _read_hints(feed: Mapping[str, Any]) -> dict[str, str]:
    """Give the addresses of the feed's hubs (JSON Feed 1.1, `hubs`) and of itself, parted by spaces."""
    listed = feed.get("hubs")
    hubs = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    words = [_text(each, "url").split() for each in hubs if _text(each, "type").lower() in _HUBS]
    hints = {"hub": " ".join(each[0] for each in words if len(each) == 1), "self": _text(feed, "feed_url").strip()}
    return {key: value[:_LONGEST_HINT] for key, value in hints.items() if value}


def _draft(item: Mapping[str, Any], language: str) -> Draft:
    guid = _identity(item)
    return Draft(
        guid=guid,
        links=(
            _text(item, "url"),
            _text(item, "external_url"),
            guid if guid.startswith(("http:", "https:")) else "",
        ),
        title=_plain_unless_html(_text(item, "title")),
        text=max(_texts(item), key=len),
        languages=(_text(item, "language"), language),
        dates=tuple((written, _read(written)) for written in (_text(item, key) for key in _DATES)),
    )


def _texts(item: Mapping[str, Any]) -> Iterator[str]:
    yield read_plain(_text(item, "content_text"))
    yield read_html(_text(item, "content_html"))
    yield _plain_unless_html(_text(item, "summary"))


def _plain_unless_html(text: str) -> str:
    """Read what is to be plain text; publishers put their HTML there all the same."""
    return read_html(text) if "</" in text or "&" in text else read_plain(text)


def _identity(item: Mapping[str, Any]) -> str:
    """Give an entry's id, which may be a number (JSON Feed 1.1, `items`)."""
    stated = item.get("id")
    return str(stated) if isinstance(stated, int | float) and not isinstance(stated, bool) else _text(item, "id")


def _text(piece: Mapping[str, Any], key: str) -> str:
    value = piece.get(key)
    return value if isinstance(value, str) else ""


def _read(written: str) -> struct_time | None:
    try:
        moment = datetime.fromisoformat(written.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).timetuple()
    except (ValueError, OverflowError):
        return None
