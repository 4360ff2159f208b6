"""What a document says in its entries, turned into entries of ours by rules that hold for every format. No IO."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import struct_time

from adapters.feeds.dates import read_date
from adapters.feeds.languages import tell_language
from adapters.feeds.links import canonical_guid, canonical_link, read_link
from adapters.feeds.markup import cut
from adapters.feeds.repeats import find_repeats, write_mark
from rules.model import Entry, Source
from rules.recognition import Sign
from rules.text import clean

TEXT_LIMIT = 200_000
TITLE_LIMIT = 500
_HEADLINE = 100
_LONGEST_GUID = 1024
_MOST_REASONS = 20


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
    """A document's entries in its order, and a mark for each of them and of those that were left out."""

    entries: tuple[Entry, ...]
    skipped: tuple[str, ...]
    """Why entries were left out."""
    shortened: tuple[str, ...]
    """What was cut because it is too long."""
    marks: tuple[str, ...]
    repeats: tuple[Sign, ...]
    """What several entries of the whole document have in common that should tell them apart."""


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
    drafts = list(drafts)
    built = [_build(draft, base, source, now) for draft in drafts]
    numbered = list(zip(places or range(1, len(built) + 1), drafts, built, strict=False))
    skipped = [f"entry {number} has neither a title nor a text" for number, _, entry in numbered if entry is None]
    shortened = [
        f"entry {number} is cut to the first {TEXT_LIMIT:,} of its {len(draft.text):,} characters"
        for number, draft, entry in numbered
        if entry is not None and len(draft.text) > TEXT_LIMIT
    ]
    marks = tuple("" if entry is None else write_mark(entry) for entry in built)
    entries = tuple(entry for entry in built if entry is not None)
    return Entries(entries, _list_some(skipped), _list_some(shortened), marks, find_repeats((*marks, *others)))


def one_line(text: str) -> str:
    """Give a title's text on one line."""
    return cut(" ".join(text.split()), TITLE_LIMIT)


def _list_some(reasons: list[str]) -> tuple[str, ...]:
    more = len(reasons) - _MOST_REASONS
    return (*reasons[:_MOST_REASONS], f"and {more} more") if more > 0 else tuple(reasons)


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
    return canonical_guid(guid) or None
