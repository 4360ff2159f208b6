"""How a feed is used to publish, read from the moments of its recent entries."""

import statistics
from bisect import bisect_right
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


class Timeline:
    """The moments of a feed's recent entries, some dozens, in any order; what they say is read once for many looks."""

    def __init__(self, published: Iterable[datetime]) -> None:
        self._moments = sorted(published)
        self._past = 0
        """So many of them are past, as of the last look."""
        self._bursts: Sequence[datetime] = ()
        self._gaps = (0.0, 0.0)

    def habit(self, now: datetime) -> Habit | None:
        """Give the habit as it is at that moment; None when no entry is of the past. Those of the future are wrong."""
        past = bisect_right(self._moments, now)
        if past != self._past:
            self._look_back(past)
        return Habit(self._moments[past - 1], self._rhythm(now)) if past else None

    def _look_back(self, past: int) -> None:
        self._past = past
        self._bursts = _bursts(self._moments[:past])
        gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(self._bursts)]
        self._gaps = (statistics.median(gaps), max(gaps)) if gaps else (0.0, 0.0)

    def _rhythm(self, now: datetime) -> Rhythm | None:
        if len(self._bursts) < FEWEST_BURSTS:
            return None
        span_s = (now - self._bursts[0]).total_seconds()
        per_day = (self._past - 1) * _DAY_S / span_s
        return Rhythm(per_day, span_s / (len(self._bursts) - 1), *self._gaps)


def _bursts(moments: Sequence[datetime]) -> list[datetime]:
    """Give the first moment of each burst."""
    bursts: list[datetime] = []
    for moment in moments:
        if not bursts or (moment - bursts[-1]).total_seconds() > BURST_S:
            bursts.append(moment)
    return bursts
