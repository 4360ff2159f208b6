"""Recognition: by which signs an entry is told from the others of its feed, and when a shared sign means one item."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from rules.articles import own_text
from rules.identity import Wording, is_telling, leads_to_a_page, read_wording, telling_words
from rules.model import Entry, FeedId, Item, ItemId

ALIKE = 0.4
"""The share of the shorter wording's telling words that two versions of one article have in common.

Measured on 369 pairs of different reports about one subject by one outlet: none shares so many (99 % share less than
0.37, the nearest pair 0.39).
"""


class Sign(StrEnum):
    """What an entry may be known by, the surest first."""

    GUID = "guid"
    LINK = "link"
    TITLE = "title"
    """With the date; what is left to an entry that has neither guid nor link."""
    HEADLINE = "headline"
    """The title alone: finds what a feed issues anew, and proves nothing by itself."""


Signs = Mapping[Sign, ItemId]
"""The names of an entry by sign, the surest first. The id of an item is the name that it was first known by."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """An item, and an entry (as an item of its own) that shares one of its names."""

    before: Item
    after: Item
    signs: Signs
    """Of the entry."""
    repeats: Collection[Sign] = ()
    """The signs that tell nothing in this feed."""

    def is_one_article(self, sign: Sign) -> bool:
        """Tell whether what shares this sign is one article. A headline alone never tells: see `is_one_report`.

        A guid counts unless page, date and wording are other ones; a link counts unless the wording is another one and
        so is the date, or the guid and not even the date is the same.
        """
        match sign:
            case Sign.GUID:
                if self._on_one_page() is not False or self._dated_alike() is True:
                    return True
                # Reports by one pattern share most of their text: their titles have to say the same too.
                return self._is_titled_alike() and self._reads_alike()
            case Sign.LINK:
                doubtful = self._dated_alike() is not True if Sign.GUID in self.signs else self._dated_alike() is False
                return not doubtful or self._reads_alike()
            case Sign.TITLE:
                return True
            case Sign.HEADLINE:
                return False

    def is_one_report(self) -> bool:
        """Tell whether two entries of one headline give one report: on the same date, or word for word."""
        return self._titled_and_dated_alike() or self.before.content_hash == self.after.content_hash

    def is_surely_one_report(self, wording: Wording) -> bool:
        """Tell whether two entries of one headline cannot but give one report; `wording` is that of the later.

        Words that tell nothing ("Live updates") are used for many reports: there the date has to agree.
        """
        return self.is_one_report() and (self._titled_and_dated_alike() or is_telling(wording))

    def _on_one_page(self) -> bool | None:
        """Compare links, or dates where links tell nothing; None when those tell nothing either."""
        if Sign.LINK in self.signs and self.before.canonical_link is not None:
            return self.before.canonical_link == self.after.canonical_link
        return self._dated_alike()

    def _titled_and_dated_alike(self) -> bool:
        return Sign.TITLE not in self.repeats and self._dated_alike() is True

    def _dated_alike(self) -> bool | None:
        """Compare dates; None unless both have one."""
        before, after = self.before.published_at, self.after.published_at
        return None if before is None or after is None else before == after

    def _reads_alike(self) -> bool:
        wordings = (read_wording(each.title, own_text(each)) for each in (self.before, self.after))
        return _share_words(*map(telling_words, wordings))

    def _is_titled_alike(self) -> bool:
        wordings = (read_wording(each.title, "") for each in (self.before, self.after))
        return _share_words(*map(telling_words, wordings))


def read_signs(feed: FeedId, entry: Entry, wording: Wording, repeats: Collection[Sign] = ()) -> Signs:
    """Give the names of an entry: 20 hexadecimal digits each, the first four of them the feed's.

    `repeats` are the signs that this feed has given to several entries: they tell nothing. Neither does a link to a
    front page. Equal entries of two feeds are two items.
    """
    namer = _Namer(feed)
    signs: dict[Sign, ItemId] = {}
    guid = (entry.guid or "").strip()
    if guid and Sign.GUID not in repeats:
        signs[Sign.GUID] = namer.name("guid", guid)
    link = entry.canonical_link or entry.link
    if link and Sign.LINK not in repeats and leads_to_a_page(link):
        signs[Sign.LINK] = namer.name("link", link)
    published = entry.published_at.isoformat() if entry.published_at is not None else ""
    if signs or Sign.TITLE in repeats:
        signs[Sign.TITLE] = namer.name("entry", wording.title, published, wording.text)
    else:
        signs[Sign.TITLE] = namer.name("title", wording.title, published)
    signs[Sign.HEADLINE] = namer.name("headline", wording.title)
    return signs


def item_id(feed: FeedId, entry: Entry, repeats: Collection[Sign] = ()) -> ItemId:
    """Give the id that an entry gets which is known by none of its names."""
    return next(iter(read_signs(feed, entry, read_wording(entry.title, entry.text), repeats).values()))


class _Namer:
    """Makes names that stand side by side in an index when they are of one feed."""

    def __init__(self, feed: FeedId) -> None:
        self._feed = feed
        self._prefix = hashlib.blake2b(feed.encode("utf-8", "surrogatepass"), digest_size=2).hexdigest()

    def name(self, *parts: str) -> ItemId:
        text = "\0".join((self._feed, *parts))
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
        return ItemId(self._prefix + digest.hexdigest())


def _share_words(before: frozenset[str], after: frozenset[str]) -> bool:
    fewer = min(len(before), len(after))
    return fewer > 0 and len(before & after) >= ALIKE * fewer
