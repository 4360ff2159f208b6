"""The words that every platform uses for the same fact of a summary."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from rules.model import DateDoubt
from rules.spans import Span
from rules.summary import Summary

NO_HEADLINE = "(no headline)"

_UNITS = (("min", 60, 60), ("h", 3600, 48), ("d", 86400, 60), ("months", 2_629_746, 24), ("years", 31_556_952, 10**7))
"""A unit, its seconds, and how many of it are said before the next one takes over."""


def duration(length: timedelta) -> str:
    """Say a length of time in one unit, as people do; less than a minute is `moments`."""
    seconds = abs(length.total_seconds())
    if seconds < 60:
        return "moments"
    return next(f"{int(seconds // size)} {unit}" for unit, size, most in _UNITS if seconds < most * size)


def age(moment: datetime, now: datetime) -> str:
    """Say how long ago a moment was, or how far ahead it is."""
    if moment - now >= timedelta(minutes=1):
        return f"{duration(moment - now)} ahead"
    length = duration(now - moment)
    return "just now" if length == "moments" else f"{length} ago"


def stamp(moment: datetime) -> str:
    """Write a moment to the minute, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def plain(spans: Iterable[Span]) -> str:
    """Give the text of spans."""
    return "".join(span.text for span in spans)


def origin(summary: Summary) -> str:
    """Say who published an item: `Yonhap (KR, state-affiliated)`."""
    notes = [summary.country] * bool(summary.country) + ["state-affiliated"] * summary.state_affiliated
    return f"{summary.publisher} ({', '.join(notes)})" if notes else summary.publisher


def change(summary: Summary) -> str:
    """Say what an edit changed, `now: 2,000 — before: 600`; empty when it changed no number."""
    sides = (("now", summary.added), ("before", summary.removed))
    return " — ".join(f"{side}: {', '.join(numbers)}" for side, numbers in sides if numbers)


def when(summary: Summary, now: datetime) -> tuple[str, ...]:
    """Say how old an item is, when it was published and what is doubtful about that."""
    if summary.published_at is None:
        doubt = "date unreadable" if summary.date_doubt is DateDoubt.UNREADABLE else "no date given"
        return (f"{doubt}, seen {age(summary.seen_at, now)}", stamp(summary.seen_at))
    said = (age(summary.published_at, now), stamp(summary.published_at))
    match summary.date_doubt:
        case DateDoubt.NO_ZONE:
            return (*said, "time zone not given, taken as UTC")
        case DateDoubt.FUTURE:
            return (*said, f"dated in the future, seen {age(summary.seen_at, now)}")
        case DateDoubt.UNREADABLE | DateDoubt.MISSING:
            return (*said, "date doubtful")
        case DateDoubt.NONE:
            return said


def meta(summary: Summary, now: datetime) -> str:
    """Say who, how old, in which language and when, on one line."""
    how_old, *rest = when(summary, now)
    return " · ".join(part for part in (origin(summary), how_old, summary.language, *rest) if part)
