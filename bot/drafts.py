"""A document's entries as items to be decided on. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.ports import ParsedFeed
from rules.articles import Joined, own_text
from rules.identity import Wording, content_hash, read_wording, story_keys
from rules.model import Entry, Item, Source
from rules.recognition import Sign, Signs, read_signs
from state import FeedRow


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as an item of version 1, with what decisions compare."""

    item: Item
    """Its id is the entry's surest name until it is recognised (`bot.recognition`)."""
    keys: tuple[str, ...]
    """Its story keys."""
    wording: Wording
    """Of its text, with the article's if it has one: what searches look into."""
    signs: Signs
    repeats: Collection[Sign] = ()
    """The signs that tell nothing in its feed."""
    beside: int = 0
    """So many entries of its document are stored as they are, and no drafts."""


def build_item(source: Source, entry: Entry, seen_at: datetime) -> Item:
    """Turn one entry into an item of version 1."""
    return _build_draft(source, entry, seen_at, ()).item


def build_draft(item: Item) -> Draft:
    """Turn an item into a draft that is known by its id alone; it keeps the content hash that it has."""
    wording = read_wording(item.title, item.text)
    own = wording if item.article_at is None else read_wording(item.title, own_text(item))
    return Draft(item, story_keys(item.canonical_link, own), wording, {Sign.TITLE: item.id})


def build_drafts(row: FeedRow, parsed: ParsedFeed, now: datetime) -> tuple[Draft, ...]:
    """Turn a document's entries into drafts, in document order."""
    repeats = row.repeats.union(parsed.repeats)
    drafts = (_build_draft(row.spec.source, entry, now, repeats) for entry in parsed.entries)
    return tuple(replace(each, beside=parsed.skipped_slices) for each in drafts)


def add_article(draft: Draft, joined: Joined) -> Draft:
    """Give a draft with the article's text; who it is, its version and its story stay those of the feed's entry."""
    item = replace(draft.item, text=joined.text, article_at=joined.article_at)
    return replace(draft, item=item, wording=read_wording(item.title, item.text))


def _build_draft(source: Source, entry: Entry, seen_at: datetime, repeats: Collection[Sign]) -> Draft:
    wording = read_wording(entry.title, entry.text)
    signs = read_signs(source.feed, entry, wording, repeats)
    item = Item(
        id=next(iter(signs.values())),
        version=1,
        source=source,
        link=entry.link,
        canonical_link=entry.canonical_link,
        title=entry.title,
        text=entry.text,
        language=entry.language,
        published_at=entry.published_at,
        date_doubt=entry.date_doubt,
        seen_at=seen_at,
        content_hash=content_hash(wording),
    )
    # A page that several entries share makes no story of them.
    keys = story_keys(item.canonical_link if Sign.LINK in signs else None, wording)
    return Draft(item, keys, wording, signs, repeats)
