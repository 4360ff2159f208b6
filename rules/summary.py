"""Platform-neutral text that people are shown: extractive, neutralised, with its strong parts marked."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import regex

from rules.articles import own_text
from rules.model import DateDoubt, Evidence, Item, Match, Severity
from rules.neutral import safe_link
from rules.numerals import numbers_only_in
from rules.spans import Passage, Span, passage
from rules.text import fold, sentences

__all__ = ["Span", "Summary", "summarise"]

LONGEST_HEADLINE = 250
"""Fits Discord's 256 for the title of an embed."""
MOST_EXCERPTS = 3
LONGEST_EXCERPT = 320
LONGEST_EXCERPTS = 600
"""All excerpts together."""
_SHORTEST_CUT = 100
"""A sentence is not cut to less than this: it is left out."""
_LONGEST_NAME = 120
"""Of a publisher or a rule's title."""
_MOST_NUMBERS = 6
"""Of each side of an update."""
_WORD = regex.compile(r"\w+")


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


def summarise(item: Item, matches: Sequence[Match], *, previous: Item | None = None) -> Summary:
    """Tell an item in its own words: its title and at most three of its sentences, 600 characters together.

    The sentences are those that hold the most different terms of the matches, or the first if none holds any.
    `previous` is the version that was told before, if this is an edit of it.
    """
    body = _Body(item.text, _evidence_in("text", item.text, matches))
    title = passage(item.title, ((e.start, e.end) for e in _evidence_in("title", item.title, matches)))
    if not title.text:
        title = next(body.leads(), title)
    source = item.source
    return Summary(
        headline=title.shortened(LONGEST_HEADLINE).spans(),
        excerpts=tuple(excerpt.spans() for excerpt in _choose(body, title)),
        publisher=_name(source.publisher),
        country=_name(source.country),
        state_affiliated=source.state_affiliated,
        language=_name(item.language),
        link=safe_link(item.link),
        published_at=item.published_at,
        date_doubt=item.date_doubt,
        seen_at=item.seen_at,
        severity=max((match.severity for match in matches), key=lambda severity: severity.rank, default=Severity.LOW),
        reasons=tuple(dict.fromkeys(_name(match.title) for match in matches)),
        added=_numbers_only_in(item, previous) if previous else (),
        removed=_numbers_only_in(previous, item) if previous else (),
    )


def _evidence_in(field: str, text: str, matches: Sequence[Match]) -> list[Evidence]:
    """List the evidence that lies in a field's text, at least in part."""
    everything = (evidence for match in matches for evidence in match.evidence if evidence.field == field)
    return [each for each in everything if max(each.start, 0) < min(each.end, len(text))]


class _Body:
    """The sentences of an item's text, as passages in reading order, and the terms that each of them holds."""

    def __init__(self, text: str, evidence: Sequence[Evidence]) -> None:
        self._text = text
        self._bounds = tuple(sentences(text))
        self._held: dict[int, list[Evidence]] = {}
        starts = [start for start, _ in self._bounds]
        for each in evidence:
            first = max(0, bisect_right(starts, each.start) - 1)
            for number in range(first, bisect_left(starts, each.end)):
                self._held.setdefault(number, []).append(each)

    def passage(self, number: int) -> Passage:
        """Give one sentence with its evidence strong."""
        start, end = self._bounds[number]
        return passage(self._text[start:end], ((e.start - start, e.end - start) for e in self._held.get(number, ())))

    def ranked(self) -> list[int]:
        """List the sentences that hold evidence, those with the most different terms first."""
        return sorted(self._held, key=lambda number: (-len({e.term for e in self._held[number]}), number))

    def leads(self) -> Iterator[Passage]:
        """Give the sentences that say anything, in reading order."""
        return (each for each in map(self.passage, range(len(self._bounds))) if each.text)


def _choose(body: _Body, title: Passage) -> list[Passage]:
    """Choose the excerpts; none repeats the title or another."""
    chosen: dict[int, Passage] = {}
    told = [_words(title.text)]
    room = LONGEST_EXCERPTS
    for number in body.ranked():
        sentence = body.passage(number)
        excerpt = sentence.shortened(min(LONGEST_EXCERPT, room))
        is_stub = excerpt is not sentence and len(excerpt.text) < _SHORTEST_CUT
        if is_stub or _is_told(sentence, told):
            continue
        chosen[number] = excerpt
        told.append(_words(sentence.text))
        room -= len(excerpt.text)
        if len(chosen) == MOST_EXCERPTS:
            break
    if chosen:
        return [chosen[number] for number in sorted(chosen)]
    fresh = (lead for lead in body.leads() if not _is_told(lead, told))
    return [lead.shortened(LONGEST_EXCERPT) for lead in islice(fresh, 1)]


def _words(text: str) -> str:
    """Give the words alone, in one spelling, each between spaces."""
    return f" {' '.join(_WORD.findall(fold(text)))} "


def _is_told(sentence: Passage, told: Sequence[str]) -> bool:
    words = _words(sentence.text)
    return words.isspace() or any(words in other for other in told)


def _name(text: str) -> str:
    return passage(text).shortened(_LONGEST_NAME).text


def _numbers_only_in(item: Item, other: Item) -> tuple[str, ...]:
    ours, theirs = (f"{each.title}\n{text}" for each, text in zip((item, other), _comparable(item, other), strict=True))
    return tuple(_name(number) for number in numbers_only_in(ours, theirs)[:_MOST_NUMBERS])


def _comparable(item: Item, other: Item) -> tuple[str, str]:
    """Give two versions' texts, without an article that only one of them has."""
    if (item.article_at is None) is (other.article_at is None):
        return item.text, other.text
    return own_text(item), own_text(other)
