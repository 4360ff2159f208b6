"""What feedparser read, turned into entries: plain text, absolute links, dates with their doubts. No IO."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.feeds.dates import read_date
from adapters.feeds.languages import tell_language
from adapters.feeds.links import canonical_link, read_link
from adapters.feeds.markup import cut, read_html, read_plain
from rules.model import Entry, Source
from rules.text import clean

TEXT_LIMIT = 200_000
TITLE_LIMIT = 500
_HEADLINE = 100
_LONGEST_GUID = 1024
_MOST_REASONS = 20

Piece = Mapping[str, Any]
"""A dictionary of feedparser's; read with `_get`, as its own look-up has aliases that warn."""


def build_title(feed: Piece) -> str:
    """Give the feed's own title on one line."""
    return _line(_get(feed, "title_detail"))


def build_entries(
    parsed: Sequence[Piece], feed: Piece, url: str, source: Source, now: datetime
) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Turn feedparser's entries into ours, in document order, and say why some were left out."""
    base = url or str(_get(feed, "link") or "")
    entries: list[Entry] = []
    skipped: list[str] = []
    for number, piece in enumerate(parsed, start=1):
        entry = _build(piece, feed, base, source, now)
        if entry is None:
            skipped.append(f"entry {number} has neither a title nor a text")
        else:
            entries.append(entry)
    if len(skipped) > _MOST_REASONS:
        skipped[_MOST_REASONS:] = [f"and {len(skipped) - _MOST_REASONS} more"]
    return _with_honest_guids(entries), tuple(skipped)


def _build(piece: Piece, feed: Piece, base: str, source: Source, now: datetime) -> Entry | None:
    text = cut(_longest_text(piece), TEXT_LIMIT)
    title = _line(_get(piece, "title_detail")) or _headline(text)
    if not title:
        return None
    link = _link(piece, base)
    published_at, doubt = read_date(_stated_dates(piece), now)
    return Entry(
        guid=_guid(piece),
        link=link,
        canonical_link=canonical_link(link) if link else None,
        title=title,
        text=text,
        language=tell_language(f"{title}\n{text}", _declared_languages(piece, feed), source.language),
        published_at=published_at,
        date_doubt=doubt,
    )


def _get(piece: Piece, key: str) -> Any:
    return dict.get(piece, key) if isinstance(piece, dict) else None


def _text(detail: Piece | None) -> str:
    """Give a text construct as plain text; RSS does not say whether its text is HTML, so it is taken for that."""
    value = str(_get(detail or {}, "value") or "")
    if "<" not in value and "&" not in value:
        return read_plain(value)
    literal = _get(detail or {}, "type") == "text/plain" and "</" not in value and "&" not in value
    return read_plain(value) if literal else read_html(value)


def _line(detail: Piece | None) -> str:
    return cut(" ".join(_text(detail).split()), TITLE_LIMIT)


def _headline(text: str) -> str:
    """Make a title of a text's first words."""
    line = " ".join(text[: 2 * _HEADLINE].split())
    return line if len(line) <= _HEADLINE and len(line) == len(text) else f"{cut(line, _HEADLINE)}…" if line else ""


def _longest_text(piece: Piece) -> str:
    details = [_get(piece, "summary_detail"), *(_get(piece, "content") or ())]
    return max((_text(detail) for detail in details), key=len)


def _link(piece: Piece, base: str) -> str | None:
    """Give the page of an entry; a guid that feedparser took for a link must look like one."""
    main = str(_get(piece, "link") or "")
    if main == _get(piece, "id") and not main.startswith(("http:", "https:", "/")):
        main = ""
    others = (str(_get(link, "href") or "") for link in _get(piece, "links") or () if _get(link, "rel") == "alternate")
    links = (read_link(each, base) for each in (main, *others) if each)
    return next((link for link in links if link is not None), None)


def _guid(piece: Piece) -> str | None:
    guid = " ".join(clean(str(_get(piece, "id") or "")).split())
    if len(guid) > _LONGEST_GUID:
        return hashlib.sha256(guid.encode()).hexdigest()
    return guid or None


def _stated_dates(piece: Piece) -> Iterable[tuple[str, Any]]:
    for key in ("published", "updated", "created"):
        yield str(_get(piece, key) or ""), _get(piece, f"{key}_parsed")


def _declared_languages(piece: Piece, feed: Piece) -> Iterable[str | None]:
    yield _get(piece, "language")
    for key in ("title_detail", "summary_detail"):
        yield _get(_get(piece, key) or {}, "language")
    yield _get(feed, "language")


def _with_honest_guids(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Drop a guid that a document gives to different pages, so that identity falls to the link."""
    pages: defaultdict[str | None, set[str]] = defaultdict(set)
    for entry in entries:
        pages[entry.guid].add(entry.canonical_link or entry.title)
    return tuple(entry if len(pages[entry.guid]) == 1 else replace(entry, guid=None) for entry in entries)
