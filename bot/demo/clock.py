"""A clock for the demo: calm while something is being read, and past the dead time between publications in one leap.

Story time runs calmly for a beat after each publication, fast enough that every feed comes due, and slow enough that
a post seems minutes old and not days. Then it leaps to the next publication, but not before its readers have what
is published: the demo tells the same on a slow machine as on a fast one.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

BEAT_S = 0.8
"""The real seconds that one publication takes at speed 1."""

CALM = 75.0
"""The story seconds in a real second between two leaps, at speed 1: a beat is a minute of the story."""

PATIENCE_S = 10.0
"""The real seconds, at any speed, that a publication waits for its readers before the story goes on without them."""

LONGEST_SLEEP_S = 2.0
"""The real seconds, at speed 1, that a sleep takes at the most."""

LOOKS = 8
"""So many times in a beat sleepers look whether the clock has leapt."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the story is told; real seconds, and story seconds in a real second."""

    beat_s: float
    calm: float
    patience_s: float
    longest_sleep_s: float


def pace_at(speed: float) -> Pace:
    """Give the pace at a speed. Raises ValueError for one that is not positive."""
    if speed <= 0:
        raise ValueError("speed must be positive: 1 is the usual pace, 2 twice as fast")
    return Pace(BEAT_S / speed, CALM * speed, PATIENCE_S, LONGEST_SLEEP_S / speed)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the story stands: so many real seconds after the publication of that index."""

    leg: int = 0
    spent_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Itinerary:
    """The moments of the story, ascending, and the pace: maps places to story time."""

    moments: tuple[datetime, ...]
    pace: Pace

    def __post_init__(self) -> None:
        if not self.moments or any(later <= earlier for earlier, later in pairwise(self.moments)):
            raise ValueError("an itinerary needs at least one moment, each later than the one before")

    def time_at(self, place: Place) -> datetime:
        """Give the story time at a place."""
        return self.moments[place.leg] + timedelta(seconds=self.pace.calm * place.spent_s)

    def advance(self, place: Place, real_s: float, *, is_read: bool) -> Place:
        """Give the place so many real seconds on: calmly further, or at the next moment.

        Never past a moment that was not looked at: a late look finds the next publication, not the one after it.
        """
        further = Place(place.leg, place.spent_s + real_s)
        if place.leg + 1 == len(self.moments):
            return further
        arrived = self.time_at(further) >= self.moments[place.leg + 1]
        return Place(place.leg + 1) if arrived or self._beat_over(further, is_read=is_read) else further

    def is_over(self, place: Place, *, is_read: bool) -> bool:
        """Tell whether the last publication has had its beat and its readers."""
        return place.leg + 1 == len(self.moments) and self._beat_over(place, is_read=is_read)

    def _beat_over(self, place: Place, *, is_read: bool) -> bool:
        return place.spent_s >= (self.pace.beat_s if is_read else max(self.pace.beat_s, self.pace.patience_s))


def _always(_: datetime) -> bool:
    return True


class WarpClock:
    """`state.ports.Clock` on story time; it starts at its first look.

    `is_read` tells whether the readers have everything that was published by a moment.
    """

    def __init__(
        self,
        itinerary: Itinerary,
        *,
        is_read: Callable[[datetime], bool] = _always,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._itinerary = itinerary
        self._is_read = is_read
        self._monotonic = monotonic
        self._wait = wait
        self._place = Place()
        self._looked_at: float | None = None

    def now(self) -> datetime:
        """Give the present moment of the story, aware; it never goes back."""
        real = self._monotonic()
        passed = 0.0 if self._looked_at is None else max(0.0, real - self._looked_at)
        self._looked_at = real
        self._place = self._itinerary.advance(self._place, passed, is_read=self._is_everything_read())
        return self._itinerary.time_at(self._place)

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds of the story; zero or less only lets others run.

        A leap may end it, and so does `Pace.longest_sleep_s`: a back-off of hours that no leap has swallowed by
        then ends early. Its caller reads what is due from rows, and would sleep again.
        """
        due_at = self.now() + timedelta(seconds=max(seconds, 0.0))
        give_up_at = self._monotonic() + self._itinerary.pace.longest_sleep_s
        pause_s = 0.0
        while True:
            await self._wait(pause_s)
            left_s = (due_at - self.now()).total_seconds()
            if left_s <= 0 or self._monotonic() >= give_up_at:
                return
            pause_s = min(left_s / self._itinerary.pace.calm, self._glance_s)

    @property
    def finished(self) -> bool:
        """Whether the last publication has had its beat and its readers."""
        self.now()
        return self._itinerary.is_over(self._place, is_read=self._is_everything_read())

    async def wait_finished(self) -> None:
        """Wait until the story has ended."""
        while not self.finished:
            await self._wait(self._glance_s)

    @property
    def _glance_s(self) -> float:
        return self._itinerary.pace.beat_s / LOOKS

    def _is_everything_read(self) -> bool:
        return self._is_read(self._itinerary.time_at(self._place))
