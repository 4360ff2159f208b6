"""The rule language: YAML rule files to typed, frozen rules, every problem with its place."""

from rules.language.conditions import (
    AllOf,
    AnyOf,
    AnyTerm,
    AtLeast,
    Border,
    Condition,
    Expression,
    Near,
    Not,
    Scope,
    SourceIs,
    Term,
)
from rules.language.reading import RuleBook, read_rules
from rules.language.rule import Rule, RuleTest

__all__ = [
    "AllOf",
    "AnyOf",
    "AnyTerm",
    "AtLeast",
    "Border",
    "Condition",
    "Expression",
    "Near",
    "Not",
    "Rule",
    "RuleBook",
    "RuleTest",
    "Scope",
    "SourceIs",
    "Term",
    "read_rules",
]
