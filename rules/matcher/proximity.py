"""Which occurrences of several things stand close to each other, counted in words."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One thing at one place: `first` and `last` are the numbers of its words, `part` and `number` say what it is."""

    start: int
    end: int
    first: int
    last: int
    part: int
    number: int


Window = tuple[Occurrence, ...]
Chain = tuple[int, Window]
"""Occurrences one after the other, behind the least of their last words."""


def nearest(occurrences: Sequence[Occurrence], parts: int, *, ordered: bool) -> tuple[int, Window] | None:
    """Find one occurrence of each part so that the most words between any two of them are fewest.

    Gives that number (negative or 0 for neighbours and overlaps) and the occurrences in reading order; the first such
    window of several. With `ordered`, each part must end before the next begins. None when a part is missing.
    """
    return _nearest_ordered(occurrences, parts) if ordered else _nearest_in_any_order(occurrences, parts)


def _nearest_in_any_order(occurrences: Sequence[Occurrence], parts: int) -> tuple[int, Window] | None:
    best: tuple[int, Window] | None = None
    latest: dict[int, Occurrence] = {}
    for occurrence in sorted(occurrences, key=lambda each: (each.first, each.start)):
        known = latest.get(occurrence.part)
        if known is None or occurrence.last > known.last:
            latest[occurrence.part] = occurrence
        if len(latest) == parts:
            gap = occurrence.first - min(each.last for each in latest.values()) - 1
            if best is None or gap < best[0]:
                best = gap, tuple(sorted(latest.values(), key=lambda each: (each.start, each.end)))
    return best


def _nearest_ordered(occurrences: Sequence[Occurrence], parts: int) -> tuple[int, Window] | None:
    """Lengthen chains part by part; of the chains that end before an occurrence, the one that began last serves it."""
    chains: list[Chain] = [(each.last, (each,)) for each in occurrences if each.part == 0]
    for part in range(1, parts):
        chains = _lengthened(chains, [each for each in occurrences if each.part == part])
    return min(
        ((window[-1].first - last - 1, window) for last, window in chains),
        key=lambda found: (found[0], found[1][0].start),
        default=None,
    )


def _lengthened(chains: list[Chain], occurrences: list[Occurrence]) -> list[Chain]:
    waiting = deque(sorted(chains, key=lambda chain: chain[1][-1].end))
    longer: list[Chain] = []
    best: Chain | None = None
    for occurrence in sorted(occurrences, key=lambda each: each.start):
        while waiting and waiting[0][1][-1].end <= occurrence.start:
            chain = waiting.popleft()
            if best is None or chain[0] > best[0]:
                best = chain
        if best is not None:
            longer.append((min(best[0], occurrence.last), (*best[1], occurrence)))
    return longer
