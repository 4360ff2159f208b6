"""What a publisher says about being asked: the answer's headers and the document's own hints.

Nothing here raises for any text: a wish that cannot be read is no wish.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.http_dates import read_http_date

LARGEST = 10**9
"""What any larger number of a header or hint is taken for; seconds or minutes, it is beyond every bound."""

_PERIODS_S = {"hourly": 3600, "daily": 86400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
"""RSS 1.0 syndication module, updatePeriod."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DIRECTIVE = re.compile(r'\s*([a-z-]+)\s*(?:=\s*"?\s*([0-9]*)[^,]*)?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wish:
    """A publisher would like to be left alone for so long; `source` names the header or element that says so."""

    source: str
    wait_s: float


@dataclass(frozen=True, slots=True)
class Rest:
    """Hours (0 to 23) and weekdays (0 is Monday) of UTC in which a feed does not change: RSS skipHours, skipDays."""

    hours: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        """Tell whether there is any time of rest."""
        return bool(self.hours or self.days)

    def covers(self, moment: datetime) -> bool:
        """Tell whether the feed rests at that moment."""
        utc = moment.astimezone(UTC)
        return utc.hour in self.hours or utc.weekday() in self.days

    def end(self, moment: datetime, limit: datetime) -> datetime:
        """Give the first moment from `moment` on at which the feed does not rest, at the latest `limit`."""
        end = moment.astimezone(UTC)
        while end < limit and self.covers(end):
            end = end.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return max(min(end, limit), moment)


@dataclass(frozen=True, slots=True)
class Asked:
    """All that one publisher asks for."""

    wishes: tuple[Wish, ...] = ()
    rest: Rest = Rest()


def read_hints(hints: Mapping[str, str]) -> Asked:
    """Read the wishes of a document, which are the same at every answer until the next one.

    `hints` has feedparser's names: `ttl`, `sy_updateperiod`, `sy_updatefrequency`, and `skiphours`, `skipdays` with
    their values in one text, separated by anything.
    """
    return Asked(_kept(_from_hints(hints)), _rest(hints.get("skiphours", ""), hints.get("skipdays", "")))


def add_headers(headers: Mapping[str, str], hinted: Asked, now: datetime) -> Asked:
    """Put the wishes of an answer's headers, with lower-case names, before those of the document."""
    wishes = _kept(_from_headers(headers, now))
    return Asked((*wishes, *hinted.wishes), hinted.rest) if wishes else hinted


def _kept(wishes: Iterable[Wish]) -> tuple[Wish, ...]:
    return tuple(wish for wish in wishes if wish.wait_s > 0)


def read_count(value: str) -> int | None:
    """Read a whole number, `LARGEST` for what is larger; None when it is none."""
    digits = value.strip()
    if not re.fullmatch(r"[0-9]+", digits):
        return None
    digits = digits.lstrip("0")
    return min(int(digits or "0"), LARGEST) if len(digits) <= len(str(LARGEST)) else LARGEST


def _from_headers(headers: Mapping[str, str], now: datetime) -> Iterator[Wish]:
    fresh_s = _lifetime(headers.get("cache-control", ""))
    if fresh_s is not None:
        yield Wish("Cache-Control", fresh_s - (read_count(headers.get("age", "")) or 0))
    elif (expires_at := read_http_date(headers.get("expires", ""))) is not None:
        yield Wish("Expires", (expires_at - _answered_at(headers, now)).total_seconds())
    if later := headers.get("retry-after", ""):
        later_s, later_at = read_count(later), read_http_date(later)
        if later_s is not None:
            yield Wish("Retry-After", later_s)
        elif later_at is not None:
            yield Wish("Retry-After", (later_at - _answered_at(headers, now)).total_seconds())


def _answered_at(headers: Mapping[str, str], now: datetime) -> datetime:
    return read_http_date(headers.get("date", "")) or now


def _lifetime(cache_control: str) -> float | None:
    """Give how long the answer is called fresh, in seconds; None when Cache-Control leaves that to Expires.

    RFC 9111: of a repeated directive the first counts (4.2.1), max-age takes precedence over Expires (5.3).
    s-maxage speaks to shared caches; it counts because the publisher's own cache gives nothing new before. An answer
    that must not be reused unasked (no-cache, no-store) is fresh for no time; must-revalidate is about stale ones.
    """
    if not cache_control:
        return None
    directives: dict[str, str] = {}
    for part in cache_control.split(","):
        if found := _DIRECTIVE.match(part):
            directives.setdefault(found[1].lower(), found[2] or "")
    if "no-cache" in directives or "no-store" in directives:
        return 0.0
    ages = [read_count(directives[name]) for name in ("max-age", "s-maxage") if name in directives]
    return float(max(age or 0 for age in ages)) if ages else None


def _from_hints(hints: Mapping[str, str]) -> Iterator[Wish]:
    yield Wish("ttl", 60.0 * (read_count(hints.get("ttl", "")) or 0))
    period_s = _PERIODS_S.get(hints.get("sy_updateperiod", "").strip().lower(), 0)
    frequency = read_count(hints.get("sy_updatefrequency", "")) or 1
    if (period_s, frequency) != (3600, 1):  # what every WordPress site says without anybody having thought of it
        yield Wish("sy:updatePeriod", period_s / frequency)


def _rest(hours: str, days: str) -> Rest:
    """Read the times of rest; a feed that would always rest says nothing."""
    found_hours = {int(hour) % 24 for hour in re.findall(r"(?<![0-9])[0-9]{1,2}(?![0-9])", hours) if int(hour) <= 24}
    found_days = {_DAYS.index(day) for day in re.findall(r"\b([a-z]{3})[a-z]*", days.lower()) if day in _DAYS}
    return Rest(
        frozenset(found_hours if len(found_hours) < 24 else ()),
        frozenset(found_days if len(found_days) < len(_DAYS) else ()),
    )
