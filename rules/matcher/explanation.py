"""Why a rule matched an item or did not, in words, read off the very nodes that decide."""

from dataclasses import dataclass

from rules.language import AnyTerm, Rule, Scope
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
from rules.matcher.scan import SEARCH_LIMIT_S, Scan
from rules.model import Evidence, RuleId

_SHOWN_TERMS = 8
_SHOWN_WAYS = 2


@dataclass(frozen=True, slots=True)
class Step:
    """One condition of a rule, what came of it, and the conditions inside it."""

    label: str
    holds: bool
    evidence: tuple[Evidence, ...] = ()
    note: str = ""
    steps: "tuple[Step, ...]" = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """One rule's verdict on one item."""

    rule: RuleId
    title: str
    matched: bool
    near_miss: bool
    """Whether it did not match although something that it looks for stands there."""
    lacked: str
    """What was missing, in words ("one of: killed, wounded"); empty for a match."""
    root: Step


def explain(rule: Rule, node: Node, scan: Scan, *, matched: bool) -> Trace:
    """Tell how one rule came to its verdict."""
    root = _step(node, scan)
    near_miss = not matched and _has_found(root)
    return Trace(rule.id, rule.title, matched, near_miss, "" if matched else _lacked(node, scan), root)


def _has_found(step: Step) -> bool:
    return bool(step.evidence) or any(map(_has_found, step.steps))


def _step(node: Node, scan: Scan) -> Step:
    holds = node.holds(scan)
    if isinstance(node, AllNode | AnyNode | AtLeastNode):
        return Step(_label(node), holds, steps=tuple(_step(part, scan) for part in node.parts))
    if isinstance(node, NotNode):
        inner = _step(node.part, scan)
        note = f"excluded by {_quoted(inner)}" if inner.holds else ""
        return Step("not", holds, note=note, steps=(Step(inner.label, inner.holds, (), inner.note, inner.steps),))
    evidence = tuple(dict.fromkeys(node.evidence(scan))) if holds else ()
    return Step(_label(node), holds, evidence, _note(node, scan), _near_steps(node, scan))


def _near_steps(node: Node, scan: Scan) -> tuple[Step, ...]:
    return tuple(_step(part, scan) for part in node.parts) if isinstance(node, NearNode) else ()


def _note(node: Node, scan: Scan) -> str:
    if isinstance(node, ExpressionNode) and node.pattern.pattern in scan.gave_up:
        return f"given up: it took longer than {SEARCH_LIMIT_S * 1000:.0f} ms"
    if isinstance(node, SourceNode) and not node.holds(scan):
        return f"it is {node.actual(scan) or 'unknown'}"
    if isinstance(node, NearNode) and not node.holds(scan) and node.windows(scan):
        return f"the closest stand {_counted(min(gap for gap, _ in node.windows(scan)), 'word')} apart"
    return ""


def _quoted(step: Step) -> str:
    found = [each.term for each in _all_evidence(step)]
    return ", ".join(dict.fromkeys(found)) or step.label


def _all_evidence(step: Step) -> tuple[Evidence, ...]:
    return step.evidence + tuple(each for part in step.steps if part.holds for each in _all_evidence(part))


def _label(node: Node) -> str:
    match node:
        case TermsNode():
            return _in_scope(_terms_label(node.condition), node.scope)
        case ExpressionNode():
            return _in_scope(f"expression {node.condition.written}", node.condition.scope)
        case SourceNode():
            return f"{node.condition.attribute.replace('_', ' ')} is {' or '.join(node.condition.values)}"
        case AllNode():
            return "all of"
        case AtLeastNode():
            return f"at least {node.condition.count} of"
        case NearNode():
            order = " in this order" if node.condition.ordered else ""
            return f"within {_counted(node.condition.words, 'word')}{order}: {'; '.join(map(_label, node.parts))}"
        case _:
            return "any of"


def _terms_label(condition: AnyTerm) -> str:
    shown = ", ".join(term.written for term in condition.terms[:_SHOWN_TERMS])
    more = len(condition.terms) - _SHOWN_TERMS
    listed = f"{shown} and {more} more" if more > 0 else shown
    if condition.name:
        return f"@{condition.name} ({listed})"
    return f"one of: {listed}" if len(condition.terms) > 1 else listed


def _in_scope(label: str, scope: Scope) -> str:
    return label if scope is Scope.ANYWHERE else f"{label} [in the {scope}]"


def _lacked(node: Node, scan: Scan) -> str:
    """Say what a node that does not hold would have needed."""
    note = _note(node, scan)
    if isinstance(node, AllNode):
        return "; ".join(_lacked(part, scan) for part in node.parts if not part.holds(scan))
    if isinstance(node, AnyNode):
        return _lacked_of_any(node, scan)
    if isinstance(node, AtLeastNode):
        missing = [part for part in node.parts if not part.holds(scan)]
        short = node.condition.count - (len(node.parts) - len(missing))
        return f"{short} more of: " + ", ".join(_lacked(part, scan) for part in missing)
    if isinstance(node, NotNode):
        return f"nothing, but was excluded by {_quoted(_step(node.part, scan))}"
    if isinstance(node, NearNode) and not node.windows(scan):
        missing = [part for part in node.parts if not part.holds(scan)]
        if missing:
            return "; ".join(_label(part) for part in missing)
    return f"{_label(node)} ({note})" if note else _label(node)


def _lacked_of_any(node: AnyNode, scan: Scan) -> str:
    """Say what the ways that came closest would have needed."""
    closest = [part for part in node.parts if _has_found(_step(part, scan))] or list(node.parts)
    ways = sorted((_lacked(part, scan) for part in closest), key=len)
    others = len(node.parts) - len(ways[:_SHOWN_WAYS])
    shown = ", or ".join(ways[:_SHOWN_WAYS])
    if others == 0:
        return shown
    return f"{shown}, or another way" if others == 1 else f"{shown}, or one of {others} other ways"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
