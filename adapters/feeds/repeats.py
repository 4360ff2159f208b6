"""What several entries of one document have in common that should tell them apart. No IO."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rules.identity import leads_to_a_page
from rules.model import Entry
from rules.recognition import Sign

_VERSIONS = 2
"""So many titles an entry may have in one document, as it was and as it is, and still be one entry."""
_PARTS = (10, 10, 6, 6)
"""Hexadecimal digits of the hashes that make a mark: of the guid, the page, the title and the date. What is compared
across a whole document has ten or, title and date together, twelve."""
_NOTHING = "0" * 10


@dataclass(slots=True)
class _Shared:
    """What the entries that share one guid, page or title differ in; what is missing is left out."""

    guids: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)


def write_mark(entry: Entry) -> str:
    """Give in 32 hexadecimal digits what `find_repeats` has to know of an entry."""
    link = entry.canonical_link if entry.canonical_link and leads_to_a_page(entry.canonical_link) else None
    published = entry.published_at.isoformat() if entry.published_at is not None else ""
    parts = (entry.guid, link, entry.title, published)
    return "".join(_hash(part, length) for part, length in zip(parts, _PARTS, strict=True))


def find_repeats(marks: Iterable[str]) -> tuple[Sign, ...]:
    """Give the signs that a document gives to different entries; empty marks do not count.

    An entry that is there twice, also in an earlier version of it, repeats nothing.
    """
    guids, pages, titles = (defaultdict[str, _Shared](_Shared) for _ in range(3))
    for mark in filter(None, marks):
        guid, page, title, dated = mark[:10], mark[10:20], mark[20:26], mark[20:]
        for shared in (guids[guid], pages[page], titles[dated]):
            shared.titles.add(title)
            shared.guids.add(guid)
            shared.pages.add(page)
    found = {
        Sign.GUID: any(_is_repeated_guid(guid, shared) for guid, shared in guids.items()),
        Sign.LINK: any(_is_repeated_page(page, shared) for page, shared in pages.items()),
        Sign.TITLE: any(_is_repeated_title(shared) for shared in titles.values()),
    }
    return tuple(sign for sign, repeated in found.items() if repeated)


def _is_repeated_guid(guid: str, shared: _Shared) -> bool:
    """Tell whether entries of one guid lead to several pages or, without pages, have several titles."""
    if guid == _NOTHING:
        return False
    several = len(shared.pages) > 1 or (shared.pages == {_NOTHING} and len(shared.titles) > 1)
    return several or len(shared.titles) > _VERSIONS


def _is_repeated_page(page: str, shared: _Shared) -> bool:
    """Tell whether entries of one page have several titles, and guids that do not say that they are one entry."""
    if page == _NOTHING or len(shared.titles) < 2:
        return False
    return len(shared.titles) > _VERSIONS or shared.guids == {_NOTHING} or len(shared.guids) > 1


def _is_repeated_title(shared: _Shared) -> bool:
    """Tell whether entries of one title and date lead to several pages or, without pages, have several guids."""
    return len(shared.pages) > 1 or (shared.pages == {_NOTHING} and len(shared.guids) > 1)


def _hash(text: str | None, length: int) -> str:
    return hashlib.blake2b(text.encode(), digest_size=length // 2).hexdigest() if text else "0" * length
