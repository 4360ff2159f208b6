"""How a feed is used to publish, read from the moments of its recent entries."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

BURST_S = 120.0
"""Entries that follow the first of them within this time are one burst: one visit would have found them all."""

FEWEST_BURSTS = 5
"""With fewer bursts there is no habit to speak of."""

_DAY_S = 86400.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a feed publishes; in seconds between bursts."""

    per_day: float
    """Entries a day, over the time from the oldest known entry to now."""
    pace_s: float
    """The mean time between bursts, the present silence included: it grows while nothing comes."""
    median_gap_s: float
    longest_gap_s: float


@dataclass(frozen=True, slots=True)
class Habit:
    """What is known of a feed's publishing; `rhythm` is None while too little is."""

    newest_at: datetime
    rhythm: Rhythm | None


def read_habit(published: Iterable[datetime], now: datetime) -> Habit | None:
    """Read the habit from the moments of recent entries, some dozens, in any order; None when none is in the past.

    Moments in the future are left out: they are wrong.
    """
    moments = sorted(moment for moment in published if moment <= now)
    return Habit(moments[-1], _rhythm(moments, now)) if moments else None


def _rhythm(moments: Sequence[datetime], now: datetime) -> Rhythm | None:
    bursts = _bursts(moments)
    if len(bursts) < FEWEST_BURSTS:
        return None
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(bursts)]
    span_s = (now - bursts[0]).total_seconds()
    per_day = (len(moments) - 1) * _DAY_S / span_s
    return Rhythm(per_day, span_s / len(gaps), statistics.median(gaps), max(gaps))


def _bursts(moments: Sequence[datetime]) -> list[datetime]:
    """Give the first moment of each burst."""
    bursts: list[datetime] = []
    for moment in moments:
        if not bursts or (moment - bursts[-1]).total_seconds() > BURST_S:
            bursts.append(moment)
    return bursts
