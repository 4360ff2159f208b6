"""Passages of feed text as people are shown them: inert, cut at word borders, with strong places."""

from collections.abc import Iterable
from dataclasses import dataclass

import regex

from rules.neutral import neutralise

ELLIPSIS = "…"
_LONGEST_WORD = 40
"""Within so many characters of a cut a word border is looked for."""
_OF_WORDS = regex.compile(r"[\w\p{M}'’-]")
_OF_NUMBERS = regex.compile(r"[\d.,'’\s\p{M}]")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of literal text; a renderer escapes it and may set strong runs in bold."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """Inert text and its strong places `(start, end)`, sorted and disjoint."""

    text: str
    strong: tuple[tuple[int, int], ...] = ()

    def shortened(self, limit: int) -> "Passage":
        """Cut to at most `limit` characters around the strong places, each cut marked with an ellipsis.

        Never cuts a number, nor a word of up to 40 letters; gives an empty passage where nothing else is left.
        """
        if len(self.text) <= limit:
            return self
        room = max(limit - 2 * len(ELLIPSIS), 0)
        start = self._start(room)
        end = _border_before(self.text, min(start + room, len(self.text)))
        return self._part(start, end) if start < end else Passage("")

    def spans(self) -> tuple[Span, ...]:
        """Give the text as runs that concatenate to it."""
        runs: list[Span] = []
        done = 0
        for start, end in self.strong:
            runs += (Span(self.text[done:start]), Span(self.text[start:end], strong=True))
            done = end
        runs.append(Span(self.text[done:]))
        return tuple(run for run in runs if run.text)

    def _start(self, room: int) -> int:
        """Choose where a window of `room` characters starts: at a border, before what is strong."""
        ideal = self._window(room)
        if ideal == 0:
            return 0
        latest = min(ideal + _LONGEST_WORD, self.strong[0][0])
        after = (here for here in range(ideal, latest + 1) if _is_between_words(self.text, here))
        return next(after, None) or _border_before(self.text, ideal)

    def _window(self, room: int) -> int:
        """Give the ideal start of a window of `room` characters."""
        if not self.strong or self.strong[-1][1] <= room:
            return 0
        first, last = self.strong[0][0], self.strong[-1][1]
        if last - first > room:
            last = min(first + room, self.strong[0][1])
        return max(0, min((first + last - room) // 2, len(self.text) - room))

    def _part(self, start: int, end: int) -> "Passage":
        kept = self.text[start:end]
        start += len(kept) - len(kept.lstrip())
        before, after = ELLIPSIS * (start > 0), ELLIPSIS * (end < len(self.text))
        shift = len(before) - start
        end = start + len(kept.strip())
        places = ((max(s, start) + shift, min(e, end) + shift) for s, e in self.strong)
        return Passage(before + kept.strip() + after, tuple((s, e) for s, e in places if s < e))


def passage(source: str, places: Iterable[tuple[int, int]] = ()) -> Passage:
    """Neutralise a source text whose strong places are `(start, end)` in any order; what lies outside is cut off."""
    neutral = neutralise(source)
    text = neutral.text.strip()
    lead = len(neutral.text) - len(neutral.text.lstrip())

    def mapped(position: int) -> int:
        offset = neutral.offsets[min(max(position, 0), len(source))]
        return min(max(offset - lead, 0), len(text))

    return Passage(text, _merged((mapped(start), mapped(end)) for start, end in places))


def _merged(places: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(place for place in places if place[0] < place[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _border_before(text: str, position: int) -> int:
    """Give the nearest place, here or before, where a cut spoils neither a word nor a number."""
    if position in (0, len(text)):
        return position
    near = range(position, max(position - _LONGEST_WORD, 0), -1)
    for is_border in (_is_between_words, _is_at_word_edge):
        for here in near:
            if is_border(text, here):
                return here
    if position <= _LONGEST_WORD:
        return 0
    while position and (_is_inside_number(text, position) or _is_before_unit(text, position)):
        position -= 1
    return position


def _is_between_words(text: str, position: int) -> bool:
    """Tell whether a cut here is at white space, and not at that between a number and its thousands or unit."""
    before, after = text[position - 1], text[position]
    if before.isspace():
        return not _is_before_unit(text, position)
    return after.isspace() and not before.isdigit()


def _is_at_word_edge(text: str, position: int) -> bool:
    is_inside_word = _OF_WORDS.match(text[position - 1]) and _OF_WORDS.match(text[position])
    return not is_inside_word and not _is_inside_number(text, position) and not _is_before_unit(text, position)


def _is_before_unit(text: str, position: int) -> bool:
    """Tell whether a number and white space stand before: what follows may be its thousands or its unit."""
    return text[position - 1].isspace() and text[max(0, position - 2)].isdigit()


def _is_inside_number(text: str, position: int) -> bool:
    return bool(_OF_NUMBERS.match(text[position - 1]) and _OF_NUMBERS.match(text[position]))
