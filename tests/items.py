"""Items, matches and summaries for tests, made from a title and a text."""

import re
from datetime import UTC, datetime, timedelta

from rules.model import DateDoubt, Evidence, FeedId, Item, ItemId, Match, RuleId, Severity, Source
from rules.summary import Summary, summarise

NOW = datetime(2025, 9, 2, 9, 24, tzinfo=UTC)
WIRE = Source(FeedId("wire"), "Han River Wire", "en", "wire", "KR", state_affiliated=True)


def make_item(
    title: str = "North Korea lost 600 soldiers, spies say",
    text: str = "",
    *,
    id: str = "item-1",  # noqa: A002 - the field's own name
    source: Source = WIRE,
    link: str | None = "https://wire.example/a/1",
    published_at: datetime | None = NOW - timedelta(minutes=12),
    date_doubt: DateDoubt = DateDoubt.NONE,
    seen_at: datetime = NOW,
) -> Item:
    """Make the first version of an item."""
    return Item(
        id=ItemId(id),
        version=1,
        source=source,
        link=link,
        canonical_link=link,
        title=title,
        text=text,
        language=source.language,
        published_at=published_at,
        date_doubt=date_doubt,
        seen_at=seen_at,
        content_hash=f"{title}\n{text}",
    )


def match_words(item: Item, *words: str, title: str = "Casualties", severity: Severity = Severity.HIGH) -> Match:
    """Match an item by every occurrence of words, as written."""
    evidence = (
        Evidence(field, found.start(), found.end(), word)
        for field, text in (("title", item.title), ("text", item.text))
        for word in words
        for found in re.finditer(re.escape(word), text)
    )
    return Match(RuleId(title.casefold().replace(" ", "-")), title, severity, tuple(evidence))


def make_summary(item: Item | None = None, *words: str, previous: Item | None = None) -> Summary:
    """Summarise an item that matches words."""
    item = item or make_item()
    return summarise(item, [match_words(item, *words)], previous=previous)
