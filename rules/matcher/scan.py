"""One item, read once: its folded text, and every term of the ruleset that stands in it.

The haystack is title and text, folded, hyphens as spaces, each between line feeds: no term holds a line feed, so no
phrase crosses from the title into the text.
"""

import unicodedata
from bisect import bisect_right

import regex

from rules.language import Scope
from rules.matcher.vocabulary import Span, Vocabulary, continues_word
from rules.model import Evidence, Item
from rules.text import Folded, fold

SEARCH_LIMIT_S = 0.02
"""How long one expression may search one field."""
MOST_TIMEOUTS = 3
"""Searches of one item that may be given up before its remaining expressions are not tried."""
SEARCHED_CHARACTERS = 20_000
"""How much of a field expressions look at."""
MOST_PLACES = 20
"""Places of one term or expression that are told as evidence."""

_WORD = regex.compile(r"\w+(?:['.,]\w+)*")


class Scan:
    """What conditions are asked against. Made for one evaluation, then dropped."""

    __slots__ = (
        "_evidence",
        "_folded",
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
        self.title = fold(item.title)
        self.text = fold(item.text)
        self.text_start = len(self.title) + 2
        self.haystack = f"\n{self.title}\n{self.text}\n".replace("-", " ")
        self.hits = vocabulary.find(self.haystack)
        self._vocabulary = vocabulary
        self._folded: dict[str, Folded] = {}
        self._words: list[int] | None = None
        self._evidence: dict[tuple[int, int], Evidence] = {}
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

    def search(self, pattern: "regex.Pattern[str]", scope: Scope) -> list[Span]:
        """Find an expression in its fields; one that takes too long finds nothing and is noted in `gave_up`."""
        spans: list[Span] = []
        for field, text, offset in ((Scope.TITLE, self.title, 1), (Scope.TEXT, self.text, self.text_start)):
            if scope in (Scope.ANYWHERE, field):
                spans += self._search_field(pattern, text, offset)
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
        """Tell where a term stands in the item as it was written."""
        term = self._vocabulary.terms[number]
        key = (number, span[0])
        if (known := self._evidence.get(key)) is None:
            end = self._word_end(span[1]) if term.prefix else span[1]
            known = self._evidence[key] = self.evidence_of(term.written, (span[0], end))
        return known

    def evidence_of(self, written: str, span: Span) -> Evidence:
        """Tell where a span of the haystack lies in the item as it was written."""
        field, start, end = self._original(span)
        return Evidence(field, start, end, written)

    def _word_end(self, end: int) -> int:
        while self.haystack[end].isalnum() or continues_word(self.haystack[end]):
            end += 1
        return end

    def _original(self, span: Span) -> tuple[str, int, int]:
        start, end = span
        if start < self.text_start:
            return ("title", *self._fold_of("title").span(start - 1, end - 1))
        return ("text", *self._fold_of("text").span(start - self.text_start, end - self.text_start))

    def _fold_of(self, field: str) -> Folded:
        folded = self._folded.get(field)
        if folded is None:
            pair = (self.item.title, self.title) if field == "title" else (self.item.text, self.text)
            folded = self._folded[field] = Folded(*pair)
        return folded

    def _check_exact(self) -> None:
        """Drop hits of exact terms where the original reads otherwise."""
        for number in [number for number in self.hits if self._vocabulary.terms[number].exact]:
            exact = _plain(self._vocabulary.terms[number].exact)
            kept = [span for span in self.hits[number] if self._reads(span, exact)]
            if kept:
                self.hits[number] = kept
            else:
                del self.hits[number]

    def _reads(self, span: Span, exact: str) -> bool:
        field, start, end = self._original(span)
        original = self.item.title if field == "title" else self.item.text
        return _plain(original[start:end]) == exact


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())
