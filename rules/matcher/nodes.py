"""Conditions made ready to be asked: terms are numbers, expressions are compiled, the cheapest question comes first."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Protocol

import regex

from rules.language import AllOf, AnyOf, AnyTerm, AtLeast, Expression, Near, Not, Scope, SourceIs
from rules.matcher.proximity import Occurrence, Window, nearest
from rules.matcher.scan import MOST_PLACES, Scan
from rules.model import Evidence


class Node(Protocol):
    """One condition of one ruleset."""

    cost: int
    """What asking costs, roughly; the cheap are asked first."""

    def holds(self, scan: Scan) -> bool:
        """Decide."""

    def evidence(self, scan: Scan) -> Iterable[Evidence]:
        """Tell the places that make it hold; asked only when it does."""


class TermsNode:
    """At least one of these terms."""

    __slots__ = ("condition", "cost", "numbers", "scope")

    def __init__(self, condition: AnyTerm, numbers: frozenset[int]) -> None:
        self.condition = condition
        self.numbers = numbers
        self.scope = condition.scope
        self.cost = 1 if condition.scope is Scope.ANYWHERE else 2

    def holds(self, scan: Scan) -> bool:
        """Tell whether one of the terms stands in the scope."""
        if self.scope is Scope.ANYWHERE:
            return not self.numbers.isdisjoint(scan.present)
        return any(
            scan.in_scope(span, self.scope) for number in self.numbers & scan.present for span in scan.hits[number]
        )

    def evidence(self, scan: Scan) -> Iterable[Evidence]:
        """Tell where they stand."""
        found: list[Evidence] = []
        for number in self.numbers & scan.present:
            spans = scan.hits[number]
            if self.scope is not Scope.ANYWHERE:
                spans = [span for span in spans if scan.in_scope(span, self.scope)]
            found += [scan.evidence(number, span) for span in spans[:MOST_PLACES]]
        return found

    def occurrences(self, scan: Scan, part: int) -> list[Occurrence]:
        """Give the places with their word numbers, for `near`."""
        return [
            Occurrence(start, end, scan.word_at(start), scan.word_at(end - 1), part, number)
            for number in self.numbers & scan.present
            for start, end in scan.hits[number]
            if scan.in_scope((start, end), self.scope)
        ]


class ExpressionNode:
    """A regular expression, tried only where one of its literals stands."""

    __slots__ = ("condition", "cost", "literals", "pattern")

    def __init__(self, condition: Expression, literals: frozenset[int]) -> None:
        self.condition = condition
        self.literals = literals
        self.pattern = regex.compile(condition.pattern)
        self.cost = 200

    def spans(self, scan: Scan) -> list[tuple[int, int]]:
        """Search, once a scan."""
        known = scan.memo.get(id(self))
        if isinstance(known, list):
            return known
        found = [] if self.literals.isdisjoint(scan.present) else self._search(scan)
        scan.memo[id(self)] = found
        return found

    def _search(self, scan: Scan) -> list[tuple[int, int]]:
        return scan.search(self.pattern, self.literals, self.condition.scope)

    def holds(self, scan: Scan) -> bool:
        """Tell whether the expression is found."""
        return bool(self.spans(scan))

    def evidence(self, scan: Scan) -> Iterable[Evidence]:
        """Tell where it is found."""
        for span in self.spans(scan):
            yield scan.evidence_of(self.condition.written, span)

    def occurrences(self, scan: Scan, part: int) -> list[Occurrence]:
        """Give the places with their word numbers, for `near`."""
        return [
            Occurrence(start, end, scan.word_at(start), scan.word_at(end - 1), part, -1)
            for start, end in self.spans(scan)
        ]


class SourceNode:
    """The language or the source of the item."""

    __slots__ = ("condition", "cost", "values")

    def __init__(self, condition: SourceIs) -> None:
        self.condition = condition
        self.values = frozenset(condition.values)
        self.cost = 1

    def actual(self, scan: Scan) -> str:
        """Give what the item has."""
        item, source = scan.item, scan.item.source
        match self.condition.attribute:
            case "language":
                return item.language.casefold()
            case "state_affiliated":
                return str(source.state_affiliated).lower()
            case attribute:
                return str(getattr(source, attribute)).casefold()

    def holds(self, scan: Scan) -> bool:
        """Tell whether the item has one of the values."""
        actual = self.actual(scan)
        return actual in self.values or (self.condition.attribute == "language" and actual[:2] in self.values)

    def evidence(self, scan: Scan) -> Iterable[Evidence]:
        """Tell nothing: no words of the item decide."""
        return ()


class AllNode:
    """Every part. Plain terms are tested as sets, those that must not stand there right after."""

    __slots__ = ("condition", "cost", "parts", "rest", "with_terms", "without_terms")

    def __init__(self, condition: AllOf, parts: tuple[Node, ...]) -> None:
        self.condition = condition
        self.parts = parts
        self.cost = sum(part.cost for part in parts)
        plain = [numbers for part in parts if (numbers := _plain_numbers(part)) is not None]
        self.with_terms = tuple(sorted(plain, key=len))
        self.without_terms = tuple(part.plain for part in parts if isinstance(part, NotNode) and part.plain is not None)
        left = [part for part in parts if _plain_numbers(part) is None and getattr(part, "plain", None) is None]
        self.rest = tuple(sorted(left, key=lambda part: part.cost))

    def holds(self, scan: Scan) -> bool:
        """Tell whether every part holds."""
        present = scan.present
        for numbers in self.with_terms:
            if numbers.isdisjoint(present):
                return False
        for numbers in self.without_terms:
            if not numbers.isdisjoint(present):
                return False
        return all(part.holds(scan) for part in self.rest) if self.rest else True

    def evidence(self, scan: Scan) -> Iterable[Evidence]:
        """Tell the places of every part."""
        return chain.from_iterable(part.evidence(scan) for part in self.parts)


class AnyNode:
    """One part at least."""

    __slots__ = ("condition", "cost", "parts", "queue")

    def __init__(self, condition: AnyOf, parts: tuple[Node, ...]) -> None:
        self.condition = condition
        self.parts = parts
        self.queue = tuple(sorted(parts, key=lambda part: part.cost))
        self.cost = sum(part.cost for part in parts)

    def holds(self, scan: Scan) -> bool:
        """Tell whether a part holds."""
        return any(part.holds(scan) for part in self.queue)

    def evidence(self, scan: Scan) -> Iterable[Evidence]:
        """Tell the places of the parts that hold."""
        return chain.from_iterable(part.evidence(scan) for part in self.parts if part.holds(scan))


class NotNode:
    """The part does not hold."""

    __slots__ = ("condition", "cost", "part", "plain")

    def __init__(self, condition: Not, part: Node) -> None:
        self.condition = condition
        self.part = part
        self.plain = _plain_numbers(part)
        self.cost = part.cost

    def holds(self, scan: Scan) -> bool:
        """Tell whether the part fails."""
        return not self.part.holds(scan)

    def evidence(self, scan: Scan) -> Iterable[Evidence]:
        """Tell nothing: what is absent has no place."""
        return ()


class AtLeastNode:
    """So many of the parts."""

    __slots__ = ("condition", "cost", "parts")

    def __init__(self, condition: AtLeast, parts: tuple[Node, ...]) -> None:
        self.condition = condition
        self.parts = parts
        self.cost = sum(part.cost for part in parts)

    def holds(self, scan: Scan) -> bool:
        """Tell whether enough parts hold."""
        needed = self.condition.count
        for part in self.parts:
            if part.holds(scan):
                needed -= 1
                if needed == 0:
                    return True
        return False

    def evidence(self, scan: Scan) -> Iterable[Evidence]:
        """Tell the places of the parts that hold."""
        return chain.from_iterable(part.evidence(scan) for part in self.parts if part.holds(scan))


class NearNode:
    """Every part in one field, close together."""

    __slots__ = ("condition", "cost", "parts")

    def __init__(self, condition: Near, parts: "tuple[TermsNode | ExpressionNode, ...]") -> None:
        self.condition = condition
        self.parts = parts
        self.cost = 20 + sum(part.cost for part in parts)

    def windows(self, scan: Scan) -> tuple[tuple[int, Window], ...]:
        """Give the closest window of each field that has all parts, with the words between."""
        known = scan.memo.get(id(self))
        if isinstance(known, tuple):
            return known
        windows = tuple(self._find(scan)) if all(part.holds(scan) for part in self.parts) else ()
        scan.memo[id(self)] = windows
        return windows

    def _find(self, scan: Scan) -> Iterator[tuple[int, Window]]:
        all_of_them = [each for part, node in enumerate(self.parts) for each in node.occurrences(scan, part)]
        for in_title in (True, False):
            occurrences = [each for each in all_of_them if (each.start < scan.text_start) == in_title]
            window = nearest(occurrences, len(self.parts), ordered=self.condition.ordered)
            if window is not None:
                yield window

    def holds(self, scan: Scan) -> bool:
        """Tell whether a field has the parts close enough."""
        return any(gap <= self.condition.words for gap, _ in self.windows(scan))

    def evidence(self, scan: Scan) -> Iterable[Evidence]:
        """Tell the closest places of each field that is close enough."""
        for gap, window in self.windows(scan):
            if gap <= self.condition.words:
                for each in window:
                    yield self._evidence_of(scan, each)

    def _evidence_of(self, scan: Scan, occurrence: Occurrence) -> Evidence:
        if occurrence.number >= 0:
            return scan.evidence(occurrence.number, (occurrence.start, occurrence.end))
        part = self.parts[occurrence.part]
        written = part.condition.written if isinstance(part, ExpressionNode) else ""
        return scan.evidence_of(written, (occurrence.start, occurrence.end))


def _plain_numbers(node: Node) -> frozenset[int] | None:
    """Give the terms of a node that asks for nothing but one of them anywhere."""
    return node.numbers if isinstance(node, TermsNode) and node.scope is Scope.ANYWHERE else None
