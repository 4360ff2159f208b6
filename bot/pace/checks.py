"""The next check of a feed that answered: interval | habit | the publisher's wishes | times of rest."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.pace.habit import Habit
from bot.pace.wishes import Asked, Wish
from bot.pace.wording import say_length, say_rate

WISH_BOUND_S = 6 * 3600.0
"""The longest that any wish of a publisher keeps a healthy feed waiting."""

JITTER = 0.05
"""The share of a wait by which it is varied, so that feeds drift apart."""

LOOKS = 8
"""How often a feed is asked in the mean time between its publications, where the bounds allow."""

QUICKEN, SLACKEN = 5, 6
"""How many times faster and slower than configured a habit may make a feed; 5 min become 1 to 30."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far habit may move the pace from the configured interval; None on a side: not at all that way.

    An interval that is itself beyond a bound is kept: no feed is made slower than `slowest_s` by its habit, nor
    faster than `fastest_s`, and one that is configured so stays so.
    """

    fastest_s: float | None = 60.0
    slowest_s: float | None = 1800.0

    def range(self, interval_s: float) -> tuple[float, float]:
        """Give the shortest and the longest wait for a feed of that interval."""
        least = interval_s if self.fastest_s is None else max(min(self.fastest_s, interval_s), interval_s / QUICKEN)
        most = interval_s if self.slowest_s is None else min(max(self.slowest_s, interval_s), interval_s * SLACKEN)
        return least, most


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait before the next request, in seconds, and why, in words."""

    wait_s: float
    reasons: tuple[str, ...]

    @property
    def explanation(self) -> str:
        """Give the reasons on one line."""
        return "; ".join(self.reasons)


def plan_check(
    interval_s: float, asked: Asked, habit: Habit | None, bounds: Bounds, now: datetime, dice: random.Random
) -> Pace:
    """Plan the next check of a feed that answered, changed or not.

    The wait is the longest of what habit makes of the configured interval and of each wish up to `WISH_BOUND_S`;
    chance varies it by `JITTER`, but never to less than was wished for.
    """
    own_s, reasons = _adapt(interval_s, habit, bounds)
    reasons += [_tell(wish) for wish in asked.wishes if wish.wait_s > own_s]
    wished_s = max((wish.wait_s for wish in asked.wishes), default=0.0)
    wait_s = max(
        own_s * dice.uniform(1 - JITTER, 1 + JITTER), min(wished_s * dice.uniform(1, 1 + JITTER), WISH_BOUND_S)
    )
    if asked.rest:
        due_at = now + timedelta(seconds=wait_s)
        awake_at = asked.rest.end(due_at, now + timedelta(seconds=WISH_BOUND_S))
        if awake_at > due_at:
            reasons.append(f"the publisher rests at that time, asked at {awake_at:%H:%M} UTC (skipHours, skipDays)")
            wait_s += (awake_at - due_at).total_seconds()
    return Pace(wait_s, tuple(reasons))


def _adapt(interval_s: float, habit: Habit | None, bounds: Bounds) -> tuple[float, list[str]]:
    """Give the wait that suits the feed's habit, and why."""
    reasons = [f"every {say_length(interval_s)} as configured"]
    if habit is None or habit.rhythm is None:
        return interval_s, reasons
    least, most = bounds.range(interval_s)
    own_s = min(max(habit.rhythm.pace_s / LOOKS, least), most)
    rate = f"publishes {say_rate(habit.rhythm.per_day)}"
    moved = own_s != interval_s and say_length(own_s) != say_length(interval_s)
    return own_s, [*reasons, f"{rate}: every {say_length(own_s)}" if moved else rate]


def _tell(wish: Wish) -> str:
    told = f"the publisher asks for {say_length(wish.wait_s)} ({wish.source})"
    return told if wish.wait_s <= WISH_BOUND_S else f"{told}, of which {say_length(WISH_BOUND_S)} are kept"
