"""From rules to a program: one vocabulary, one node tree a rule, and the index that names a text's candidates.

A rule's anchor is a set of terms of which one must stand in every item that the rule matches. Each rule is indexed
under its rarest anchor, so that a text wakes few rules in vain.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from rules.language import (
    AllOf,
    AnyOf,
    AnyTerm,
    Border,
    Condition,
    Expression,
    Near,
    Not,
    Rule,
    Scope,
    SourceIs,
    Term,
)
from rules.matcher.nodes import (
    AllNode,
    AnyNode,
    AtLeastNode,
    ExpressionNode,
    NearNode,
    Node,
    NotNode,
    SourceNode,
    TermsNode,
)
from rules.matcher.vocabulary import Vocabulary, number_terms

Anchor = frozenset[int]


class Program:
    """A ruleset ready to run. Nothing changes after it is built."""

    __slots__ = ("_always", "_checked", "_sure", "nodes", "rules", "vocabulary")

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        builder = _Builder(self.rules)
        self.vocabulary = builder.vocabulary
        self.nodes = tuple(builder.node(rule.condition) for rule in self.rules)
        size = len(self.vocabulary.terms)
        checked: list[list[int]] = [[] for _ in range(size)]
        sure: list[list[int]] = [[] for _ in range(size)]
        always = []
        for index, node in enumerate(self.nodes):
            anchor = builder.anchor(node)
            if anchor is None:
                always.append(index)
                continue
            is_sure = isinstance(node, TermsNode) and node.scope is Scope.ANYWHERE
            for number in anchor:
                (sure if is_sure else checked)[number].append(index)
        self._checked = tuple(map(tuple, checked))
        """By term: rules to be asked when it stands there."""
        self._sure = tuple(map(tuple, sure))
        """By term: rules that it satisfies by itself."""
        self._always = tuple(always)
        """Rules without an anchor: asked of every item."""

    def candidates(self, present: set[int]) -> tuple[set[int], set[int]]:
        """Give the rules that hold for sure, and those that must be asked, by index."""
        sure: set[int] = set()
        asked: set[int] = set(self._always)
        for number in present:
            if rules := self._checked[number]:
                asked.update(rules)
            if rules := self._sure[number]:
                sure.update(rules)
        return sure, asked


class _Builder:
    """Builds nodes; equal leaves are one node, so that what they remember serves every rule."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        uses: Counter[Term] = Counter()
        for rule in rules:
            uses.update(set(_terms(rule.condition)))
        self._numbers = number_terms(uses)
        self.vocabulary = Vocabulary(tuple(self._numbers))
        self._weights = [count * (1 + 4 / len(term.literal)) for term, count in uses.items()]
        self._leaves: dict[Condition, Node] = {}
        self._number_sets: dict[int, frozenset[int]] = {}

    def node(self, condition: Condition) -> Node:
        if isinstance(condition, AnyTerm | Expression | SourceIs | Near):
            return self._leaf(condition)
        if isinstance(condition, Not):
            return NotNode(condition, self.node(condition.part))
        parts = tuple(map(self.node, condition.parts))
        if isinstance(condition, AllOf):
            return AllNode(condition, parts)
        return AnyNode(condition, parts) if isinstance(condition, AnyOf) else AtLeastNode(condition, parts)

    def _leaf(self, condition: AnyTerm | Expression | SourceIs | Near) -> Node:
        known = self._leaves.get(condition)
        if known is None:
            known = self._leaves[condition] = self._new_leaf(condition)
        return known

    def _new_leaf(self, condition: AnyTerm | Expression | SourceIs | Near) -> Node:
        if isinstance(condition, AnyTerm):
            return TermsNode(condition, frozenset(self._numbers[term] for term in condition.terms))
        if isinstance(condition, Expression):
            return ExpressionNode(condition, frozenset(self._numbers[term] for term in _literals(condition)))
        if isinstance(condition, SourceIs):
            return SourceNode(condition)
        parts = [self._leaf(part) for part in condition.parts]
        return NearNode(condition, tuple(part for part in parts if isinstance(part, TermsNode | ExpressionNode)))

    def anchor(self, node: Node) -> Anchor | None:
        """Give the terms of which one must stand there for the node to hold; None when there are no such terms."""
        if isinstance(node, TermsNode):
            return node.numbers
        if isinstance(node, ExpressionNode):
            return node.literals
        if isinstance(node, AllNode | NearNode):
            return self._united(node.parts, 1)
        if isinstance(node, AnyNode):
            return self._united(node.parts, len(node.parts))
        if isinstance(node, AtLeastNode):
            return self._united(node.parts, len(node.parts) - node.condition.count + 1)
        return None

    def _united(self, parts: Sequence[Node], count: int) -> Anchor | None:
        """Unite the `count` rarest anchors among the parts; None when so many parts have none."""
        anchors = [anchor for part in parts if (anchor := self.anchor(part)) is not None]
        if len(anchors) < count:
            return None
        return frozenset().union(*sorted(anchors, key=self._weight)[:count])

    def _weight(self, anchor: Anchor) -> float:
        return sum(self._weights[number] for number in anchor)


def _terms(condition: Condition) -> Iterator[Term]:
    if isinstance(condition, AnyTerm):
        yield from condition.terms
    elif isinstance(condition, Expression):
        yield from _literals(condition)
    elif isinstance(condition, Not):
        yield from _terms(condition.part)
    elif not isinstance(condition, SourceIs):
        for part in condition.parts:
            yield from _terms(part)


def _literals(condition: Expression) -> tuple[Term, ...]:
    return tuple(Term(literal, literal, Border.NONE, Border.NONE) for literal in condition.literals)
