"""Ruleset x item -> verdict: which rules match, and where."""

from dataclasses import dataclass

from rules.language import Rule
from rules.matcher.explanation import Trace, explain
from rules.matcher.nodes import Node
from rules.matcher.ruleset import Ruleset
from rules.matcher.scan import Scan
from rules.model import Evidence, Item, Match


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rules that an item satisfies, in file order; `traces`, when asked for, tell of every enabled rule."""

    matches: tuple[Match, ...]
    traces: tuple[Trace, ...] = ()


def evaluate(ruleset: Ruleset, item: Item, *, trace: bool = False) -> Verdict:
    """Decide which rules an item satisfies. The same with and without `trace`; never raises, never hangs."""
    program = ruleset.program
    scan = Scan(program.vocabulary, item)
    sure, asked = program.candidates(scan.present)
    nodes = program.nodes
    matched = sorted(sure.union([index for index in asked if nodes[index].holds(scan)]))
    matches = tuple([_match(program.rules[index], nodes[index], scan) for index in matched])
    if not trace:
        return Verdict(matches)
    held = frozenset(matched)
    traces = tuple(explain(rule, nodes[index], scan, matched=index in held) for index, rule in enumerate(program.rules))
    return Verdict(matches, traces)


def _match(rule: Rule, node: Node, scan: Scan) -> Match:
    evidence = list(node.evidence(scan))
    if len(evidence) > 1:
        evidence = sorted(set(evidence), key=_reading_order)
    return Match(rule.id, rule.title, rule.severity, tuple(evidence))


def _reading_order(evidence: Evidence) -> tuple[bool, int, int, str]:
    return evidence.field != "title", evidence.start, evidence.end, evidence.term
