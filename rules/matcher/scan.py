"""One item, read once: its folded text, and every term of the ruleset that stands in it.

The haystack is title and text, folded, hyphens as spaces, each between line feeds: no term holds a line feed, so no
phrase crosses from the title into the text.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Collection

import regex

from rules.language import Scope
from rules.matcher.vocabulary import Span, Vocabulary
from rules.model import Evidence, Item
from rules.text import Folded

SEARCH_LIMIT_S = 0.02
"""How long one expression may search one field."""
MOST_TIMEOUTS = 3
"""Searches of one item that may be given up before its remaining expressions are not tried."""
SEARCHED_CHARACTERS = 20_000
"""How much of a field expressions look at."""
MOST_PLACES = 20
"""Places of one term or expression that are told as evidence."""

_WORD = regex.compile(r"\w+(?:['.,]\w+)*")
_REST_OF_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]*")


class Scan:
    """What conditions are asked against. Made for one evaluation, then dropped."""

    __slots__ = (
        "_evidence",
        "_text",
        "_title",
        "_vocabulary",
        "_words",
        "gave_up",
        "haystack",
        "hits",
        "item",
        "memo",
        "present",
        "text",
        "text_start",
        "timeouts",
        "title",
    )

    def __init__(self, vocabulary: Vocabulary, item: Item) -> None:
        self.item = item
        self._title = Folded(item.title)
        self._text = Folded(item.text)
        self.title = self._title.text
        self.text = self._text.text
        self.text_start = len(self.title) + 2
        self.haystack = f"\n{self.title}\n{self.text}\n".replace("-", " ")
        self.hits = vocabulary.find(self.haystack)
        self._vocabulary = vocabulary
        self._words: list[int] | None = None
        self._evidence: dict[tuple[int, int], Evidence] = {}
        if not vocabulary.exact.isdisjoint(self.hits):
            self._check_exact()
        self.present = set(self.hits)
        """Numbers of the terms that stand in the item."""
        self.memo: dict[int, object] = {}
        """What nodes remember for the time of this scan, by their identity."""
        self.timeouts = 0
        self.gave_up: set[str] = set()
        """Patterns whose search took too long."""

    def in_scope(self, span: Span, scope: Scope) -> bool:
        """Tell whether a span lies in the field that a leaf looks at."""
        return scope is Scope.ANYWHERE or (scope is Scope.TITLE) == (span[0] < self.text_start)

    def word_at(self, position: int) -> int:
        """Give the number of the word that begins at or last before a position of the haystack."""
        if self._words is None:
            self._words = [found.start() for found in _WORD.finditer(self.haystack)]
        return bisect_right(self._words, position)

    def search(self, pattern: "regex.Pattern[str]", literals: Collection[int], scope: Scope) -> list[Span]:
        """Find an expression in those of its fields where one of its literals stands.

        One that takes too long finds nothing and is noted in `gave_up`.
        """
        starts = [start for number in literals if number in self.present for start, _ in self.hits[number]]
        spans: list[Span] = []
        if scope is not Scope.TEXT and any(start < self.text_start for start in starts):
            spans += self._search_field(pattern, self.title, 1)
        if scope is not Scope.TITLE and any(start >= self.text_start for start in starts):
            spans += self._search_field(pattern, self.text, self.text_start)
        return spans

    def _search_field(self, pattern: "regex.Pattern[str]", text: str, offset: int) -> list[Span]:
        if self.timeouts >= MOST_TIMEOUTS:
            self.gave_up.add(pattern.pattern)
            return []
        spans = []
        try:
            for found in pattern.finditer(text[:SEARCHED_CHARACTERS], timeout=SEARCH_LIMIT_S):
                if found.end() > found.start():
                    spans.append((found.start() + offset, found.end() + offset))
                    if len(spans) == MOST_PLACES:
                        break
        except TimeoutError:
            self.timeouts += 1
            self.gave_up.add(pattern.pattern)
            return []
        return spans

    def evidence(self, number: int, span: Span) -> Evidence:
        """Tell where a term stands in the item as it was written; asked often, for many rules share terms."""
        key = (number, span[0])
        known = self._evidence.get(key)
        if known is None:
            term = self._vocabulary.terms[number]
            rest = _REST_OF_WORD.match(self.haystack, span[1]) if term.prefix else None
            end = rest.end() if rest is not None else span[1]
            known = self._evidence[key] = self.evidence_of(term.written, (span[0], end))
        return known

    def evidence_of(self, written: str, span: Span) -> Evidence:
        """Tell where a span of the haystack lies in the item as it was written."""
        start, end = span
        if start < self.text_start:
            start, end = self._title.span(start - 1, end - 1)
            return Evidence("title", start, end, written)
        start, end = self._text.span(start - self.text_start, end - self.text_start)
        return Evidence("text", start, end, written)

    def _check_exact(self) -> None:
        """Drop hits of exact terms where the original reads otherwise."""
        for number in self._vocabulary.exact & self.hits.keys():
            exact = _plain(self._vocabulary.terms[number].exact)
            kept = [span for span in self.hits[number] if self._reads(span, exact)]
            if kept:
                self.hits[number] = kept
            else:
                del self.hits[number]

    def _reads(self, span: Span, exact: str) -> bool:
        place = self.evidence_of("", span)
        original = self.item.title if place.field == "title" else self.item.text
        return _plain(original[place.start : place.end]) == exact


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())
