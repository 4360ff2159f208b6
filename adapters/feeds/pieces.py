"""What feedparser read in a document, as drafts of entries. No IO."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.feeds.entries import Draft, one_line
from adapters.feeds.markup import read_html, read_plain

_HINTS = ("ttl", "sy_updateperiod", "sy_updatefrequency")
_RESTS = ("skipHours", "skipDays")
_TAG = re.compile(rb"<[^>]*>")
_LONGEST_HINT = 4000

Piece = Mapping[str, Any]
"""A dictionary of feedparser's; read with `get`, as its own look-up has aliases that warn."""


def get(piece: Piece, key: str) -> Any:
    """Look a key up as it is spelt."""
    return dict.get(piece, key) if isinstance(piece, dict) else None


def read_title(feed: Piece) -> str:
    """Give the feed's own title on one line."""
    return one_line(_text(get(feed, "title_detail")))


def read_hints(feed: Piece, body: bytes) -> dict[str, str]:
    """Give what a document says of when to come again, by feedparser's names for it, and of its hubs.

    `skiphours` and `skipdays` have all their values in one text; feedparser keeps the last of them only.
    """
    hints = {key: str(get(feed, key) or "")[:_LONGEST_HINT] for key in _HINTS}
    for name in _RESTS:
        if get(feed, name.lower()) is not None:
            hints[name.lower()] = _read_rest(body, name.encode())
    for relation in ("hub", "self"):
        links = (str(get(link, "href") or "") for link in get(feed, "links") or () if _relates(link, relation))
        hints[relation] = " ".join(each for each in map(_unspaced, links) if each)[:_LONGEST_HINT]
    return {key: value for key, value in hints.items() if value.strip()}


def _relates(link: Piece, relation: str) -> bool:
    return relation in str(get(link, "rel") or "").lower().split()


def _unspaced(link: str) -> str:
    """Give a link as one word, empty where it is none."""
    words = link.split()
    return words[0] if len(words) == 1 else ""


def _read_rest(body: bytes, name: bytes) -> str:
    _, _, begun = body.partition(b"<" + name)
    values, end, _ = begun[:_LONGEST_HINT].partition(b"</" + name)
    return " ".join(_TAG.sub(b" ", b"<" + values).decode("ascii", "ignore").split()) if end else ""


def draft(piece: Piece, feed: Piece) -> Draft:
    """Make a draft of one entry of a feed."""
    return Draft(
        guid=str(get(piece, "id") or ""),
        links=tuple(_links(piece)),
        title=_text(get(piece, "title_detail")),
        text=_longest_text(piece),
        languages=tuple(_languages(piece, feed)),
        dates=tuple(
            (str(get(piece, key) or ""), get(piece, f"{key}_parsed")) for key in ("published", "updated", "created")
        ),
    )


def _text(detail: Piece | None) -> str:
    """Give a text construct as plain text; RSS does not say whether its text is HTML, so it is taken for that."""
    value = str(get(detail or {}, "value") or "")
    if "<" not in value and "&" not in value:
        return read_plain(value)
    literal = get(detail or {}, "type") == "text/plain" and "</" not in value and "&" not in value
    return read_plain(value) if literal else read_html(value)


def _longest_text(piece: Piece) -> str:
    details = [get(piece, "summary_detail"), *(get(piece, "content") or ())]
    return max((_text(detail) for detail in details), key=len)


def _links(piece: Piece) -> Iterator[str]:
    """Give what may be the page of an entry; a guid that feedparser took for a link must look like one."""
    main = str(get(piece, "link") or "")
    if main != get(piece, "id") or main.startswith(("http:", "https:", "/")):
        yield main
    for link in get(piece, "links") or ():
        if get(link, "rel") == "alternate":
            yield str(get(link, "href") or "")


def _languages(piece: Piece, feed: Piece) -> Iterator[str | None]:
    yield get(piece, "language")
    for key in ("title_detail", "summary_detail"):
        yield get(get(piece, key) or {}, "language")
    yield get(feed, "language")
