"""The frozen values that every folder speaks: what a feed said, what a rule found.

All moments are timezone-aware UTC datetimes. All character offsets count code points of the string they point into.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

FeedId = NewType("FeedId", str)
ItemId = NewType("ItemId", str)
RuleId = NewType("RuleId", str)
StoryId = NewType("StoryId", str)


class Severity(StrEnum):
    """How urgent a match is; members are listed from the least to the most urgent."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Give the position in the order of urgency, 0 for `low`."""
        return list(Severity).index(self)


class DateDoubt(StrEnum):
    """What is doubtful about an entry's publication date."""

    NONE = "none"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    NO_ZONE = "no_zone"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class Source:
    """Who publishes a feed, as its configuration says."""

    feed: FeedId
    publisher: str
    language: str
    """ISO 639-1 code."""
    kind: str
    """One word: wire, newspaper, broadcaster, official, osint, think-tank, aggregator, ..."""
    country: str = ""
    """ISO 3166-1 alpha-2 code, or empty when unknown."""
    state_affiliated: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed document as parsed and cleaned: plain text, absolute links, no markup."""

    guid: str | None
    link: str | None
    canonical_link: str | None
    """`link` without tracking parameters and fragment, in one spelling: equal for reprints of one page."""
    title: str
    text: str
    language: str
    published_at: datetime | None
    date_doubt: DateDoubt = DateDoubt.NONE


@dataclass(frozen=True, slots=True)
class Item:
    """One version of one entry of one feed; `version` counts from 1."""

    id: ItemId
    version: int
    source: Source
    link: str | None
    canonical_link: str | None
    title: str
    text: str
    language: str
    published_at: datetime | None
    date_doubt: DateDoubt
    seen_at: datetime
    content_hash: str
    """Equal for versions whose normalised title and text are equal (`rules.identity.content_hash`); an article's text
    does not count."""
    article_at: int | None = None
    """Where in `text`, behind the feed's own, the text of the article's page begins; None without one."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where one term of a rule stands in an item: `item.<field>[start:end]`."""

    field: str
    """`title` or `text`."""
    start: int
    end: int
    term: str
    """The term as written in the rule file."""


@dataclass(frozen=True, slots=True)
class Match:
    """One rule that one item satisfies, with the places that satisfied it, in reading order."""

    rule: RuleId
    title: str
    severity: Severity
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A rule file as read: its path as shown to people, and its text."""

    path: str
    text: str
