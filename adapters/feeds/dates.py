"""When an entry was published, and what is doubtful about it."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import struct_time

from feedparser.datetimes.rfc822 import timezone_names

from rules.model import DateDoubt

_AHEAD = timedelta(minutes=15)
_EARLIEST = 1990  # before the web: a placeholder such as the epoch
_ZONE = re.compile(
    r"\d:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?P<zone>[+-]\d\d(?::?\d\d)?|(?:etc/)?[a-z]{1,5}(?:[+-]\d\d:?\d\d)?)(?![a-z])",
    re.IGNORECASE,
)
_HOURS = {
    "utc": 0,
    "kst": 9,
    "jst": 9,
    "msk": 3,
    "msd": 4,
    "eet": 2,
    "eest": 3,
    "cet": 1,
    "cest": 2,
    "bst": 1,
    "wet": 0,
}
"""Zone names that feedparser takes for UTC, in hours east; BST as the wires of London use it."""


def read_date(stated: Iterable[tuple[str, struct_time | None]], now: datetime) -> tuple[datetime | None, DateDoubt]:
    """Give the first date that can be read, with its doubt.

    `stated` holds, the best first, the dates as written and what feedparser read in them.
    """
    written = [(text.strip(), parsed) for text, parsed in stated if text.strip()]
    for text, parsed in written:
        moment = _from_struct(parsed) or _read_otherwise(text)
        if moment is None or moment.year < _EARLIEST:
            continue
        zone = _zone(text)
        moment -= timedelta(hours=_HOURS.get(zone, 0))
        if moment > now + _AHEAD:
            return moment, DateDoubt.FUTURE
        known = zone in timezone_names or zone in _HOURS or zone[:1] in {"+", "-"}
        return moment, DateDoubt.NONE if known else DateDoubt.NO_ZONE
    return None, DateDoubt.UNREADABLE if written else DateDoubt.MISSING


def _from_struct(parsed: struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    year, month, day, hour, minute, second = parsed[:6]
    try:
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None


def _read_otherwise(text: str) -> datetime | None:
    """Read what feedparser does not, e.g. `Sun,27 Sep 2026 10:00:00 +0000`."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _zone(text: str) -> str:
    """Give the zone as written, in lower case: a name, an offset with its sign, or nothing."""
    found = _ZONE.search(text)
    zone = found["zone"].lower().removeprefix("etc/") if found is not None else ""
    name = zone.rstrip("+-:0123456789")
    return zone.removeprefix(name) if name in {"gmt", "utc"} and zone != name else zone
