"""Rulesets for tests, from conditions given as plain data."""

import json
from collections.abc import Mapping, Sequence

from rules import Problem, RuleFile, Ruleset, compile_rules
from rules.model import Evidence, Item


def rule_file(*conditions: object, lists: Mapping[str, object] | None = None) -> RuleFile:
    """Write a rule file: rules `r0`, `r1`, ... with these conditions."""
    rules = [
        {"id": f"r{number}", "title": f"Rule {number}", "severity": "high", "when": condition}
        for number, condition in enumerate(conditions)
    ]
    document = {"version": 1, "lists": lists or {}, "rules": rules}
    return RuleFile("test.yaml", json.dumps(document, ensure_ascii=False))


def ruleset_of(*conditions: object, lists: Mapping[str, object] | None = None) -> Ruleset:
    """Compile rules that must be sound."""
    compilation = compile_rules([rule_file(*conditions, lists=lists)])
    assert compilation.problems == ()
    return compilation.ruleset


def problems_of(*conditions: object, lists: Mapping[str, object] | None = None) -> tuple[Problem, ...]:
    """Compile rules for their problems."""
    return compile_rules([rule_file(*conditions, lists=lists)]).problems


def read_back(item: Item, evidence: Sequence[Evidence]) -> list[str]:
    """Give what evidence points at in an item."""
    return [getattr(item, each.field)[each.start : each.end] for each in evidence]
