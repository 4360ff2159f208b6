"""All terms of a ruleset in one automaton: a text is read once, whatever the number of rules."""

import unicodedata
from collections.abc import Iterable, Sequence

from ahocorasick_rs import AhoCorasick

from rules.language import Border, Term
from rules.language.terms import is_cjk, is_hangul

_WORD, _HANGUL = int(Border.WORD), int(Border.HANGUL)
_GAPS = frozenset(" \n")
"""What satisfies every kind of border."""
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ0123456789")
"""The most frequent of those that satisfy no word border."""
Span = tuple[int, int]
"""Start and end in a haystack."""
Found = dict[int, list[Span]]
"""The spans of each term that stands in a haystack, by the term's number, in reading order."""


class Vocabulary:
    """Numbers terms, and finds them. The numbers are those of `terms`."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = tuple(terms)
        self.exact = frozenset(number for number, term in enumerate(self.terms) if term.exact)
        """Numbers of terms whose spelling in the original counts."""
        literals: dict[str, list[tuple[int, int, int]]] = {}
        for number, term in enumerate(self.terms):
            literals.setdefault(term.literal, []).append((number, int(term.before), int(term.after)))
        self._terms_of = tuple(map(tuple, literals.values()))
        self._automaton = AhoCorasick(literals, store_patterns=False) if literals else None

    def find(self, haystack: str) -> Found:
        """Find all terms whose borders hold. The haystack begins and ends with a line feed."""
        found: Found = {}
        if self._automaton is None:
            return found
        terms_of = self._terms_of
        for literal, start, end in self._automaton.find_matches_as_indexes(haystack, overlapping=True):
            left, right = haystack[start - 1], haystack[end]
            for number, before, after in terms_of[literal]:
                if before and left not in _GAPS and _breaks(left, before):
                    continue
                if after and right not in _GAPS and _breaks(right, after):
                    continue
                if number in found:
                    found[number].append((start, end))
                else:
                    found[number] = [(start, end)]
        return found


def _breaks(neighbour: str, border: int) -> bool:
    """Tell whether a character next to a term takes its border away."""
    if border == _WORD:
        return neighbour in _LETTERS or _continues_word(neighbour)
    return is_hangul(neighbour) if border == _HANGUL else not neighbour.isspace()


def _continues_word(character: str) -> bool:
    """Tell whether a character is a letter, digit or mark of a script that writes spaces between words."""
    if character.isalnum():
        return not is_cjk(character)
    return unicodedata.category(character)[0] == "M"


def number_terms(terms: Iterable[Term]) -> dict[Term, int]:
    """Give each different term a number, from 0, in order of appearance."""
    numbers: dict[Term, int] = {}
    for term in terms:
        numbers.setdefault(term, len(numbers))
    return numbers
