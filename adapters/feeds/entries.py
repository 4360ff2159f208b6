"""What a document says in its entries, turned into entries of ours by rules that hold for every format. No IO."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import struct_time

from adapters.feeds.dates import read_date
from adapters.feeds.languages import tell_language
from adapters.feeds.links import canonical_link, read_link
from adapters.feeds.markup import cut
from rules.model import Entry, Source
from rules.text import clean

TEXT_LIMIT = 200_000
TITLE_LIMIT = 500
_HEADLINE = 100
_LONGEST_GUID = 1024
_MOST_REASONS = 20
_HALF = 16
"""Hexadecimal digits of a guid's and of a page's hash, which make a mark."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One entry as a document states it: title and text are plain text, all else is as it stands there."""

    guid: str
    links: tuple[str, ...]
    """The best first."""
    title: str
    text: str
    languages: tuple[str | None, ...]
    """As declared, the nearest first."""
    dates: tuple[tuple[str, struct_time | None], ...]
    """As written and as read, the best first."""


@dataclass(frozen=True, slots=True)
class Entries:
    """A document's entries in its order, why some were left out, and a mark for each of either kind.

    A mark says in hashes which guid an entry gives to which page; it is empty when there is no guid.
    """

    entries: tuple[Entry, ...]
    skipped: tuple[str, ...]
    marks: tuple[str, ...]


def build_entries(
    drafts: Iterable[Draft],
    base: str,
    source: Source,
    now: datetime,
    *,
    places: Sequence[int] = (),
    others: Iterable[str] = (),
) -> Entries:
    """Turn drafts into entries.

    Where they are not all of their document's, `places` are their places in it, from 1, and `others` the marks of
    its other entries.
    """
    built = [_build(draft, base, source, now) for draft in drafts]
    numbers = places or range(1, len(built) + 1)
    skipped = [
        f"entry {number} has neither a title nor a text"
        for number, entry in zip(numbers, built, strict=False)
        if entry is None
    ]
    if len(skipped) > _MOST_REASONS:
        skipped[_MOST_REASONS:] = [f"and {len(skipped) - _MOST_REASONS} more"]
    marks = tuple("" if entry is None else _mark(entry) for entry in built)
    shared = _shared_guids((*marks, *others))
    entries = (
        replace(entry, guid=None) if mark[:_HALF] in shared else entry
        for entry, mark in zip(built, marks, strict=True)
        if entry is not None
    )
    return Entries(tuple(entries), tuple(skipped), marks)


def one_line(text: str) -> str:
    """Give a title's text on one line."""
    return cut(" ".join(text.split()), TITLE_LIMIT)


def _build(draft: Draft, base: str, source: Source, now: datetime) -> Entry | None:
    text = cut(draft.text, TEXT_LIMIT)
    title = one_line(draft.title) or _headline(text)
    if not title:
        return None
    links = (read_link(each, base) for each in draft.links if each)
    link = next((link for link in links if link is not None), None)
    published_at, doubt = read_date(draft.dates, now)
    return Entry(
        guid=_guid(draft.guid),
        link=link,
        canonical_link=canonical_link(link) if link else None,
        title=title,
        text=text,
        language=tell_language(f"{title}\n{text}", draft.languages, source.language),
        published_at=published_at,
        date_doubt=doubt,
    )


def _headline(text: str) -> str:
    """Make a title of a text's first words."""
    line = " ".join(text[: 2 * _HEADLINE].split())
    return line if len(line) <= _HEADLINE and len(line) == len(text) else f"{cut(line, _HEADLINE)}…" if line else ""


def _guid(stated: str) -> str | None:
    guid = " ".join(clean(stated).split())
    if len(guid) > _LONGEST_GUID:
        return hashlib.sha256(guid.encode()).hexdigest()
    return guid or None


def _mark(entry: Entry) -> str:
    return _hash(entry.guid) + _hash(entry.canonical_link or entry.title) if entry.guid else ""


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=_HALF // 2).hexdigest()


def _shared_guids(marks: Iterable[str]) -> frozenset[str]:
    """Give the guids that a document gives to different pages: identity falls to their links."""
    pages: defaultdict[str, set[str]] = defaultdict(set)
    for mark in marks:
        pages[mark[:_HALF]].add(mark[_HALF:])
    return frozenset(guid for guid, own in pages.items() if len(own) > 1)
