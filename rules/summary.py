"""Platform-neutral text that people are shown: extractive, neutralised, with its strong parts marked."""

from dataclasses import dataclass
from datetime import datetime

from rules.model import DateDoubt, Severity


@dataclass(frozen=True, slots=True)
class Span:
    """A run of literal text; a renderer escapes it and may set strong runs in bold."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What an alert tells: every word of `headline` and `excerpts` stands in the item."""

    headline: tuple[Span, ...]
    excerpts: tuple[tuple[Span, ...], ...]
    """The sentences that matched, in reading order, matched terms strong."""
    publisher: str
    country: str
    state_affiliated: bool
    language: str
    link: str | None
    published_at: datetime | None
    date_doubt: DateDoubt
    seen_at: datetime
    severity: Severity
    reasons: tuple[str, ...]
    """Why it was flagged: the titles of the rules that matched."""
    added: tuple[str, ...] = ()
    """For an update: numbers, as written, that the new version states and the old one did not."""
    removed: tuple[str, ...] = ()
    """For an update: numbers, as written, that only the old version states."""
