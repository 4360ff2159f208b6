"""A rule as compiled from its file."""

from dataclasses import dataclass, field

from rules.language.conditions import Condition
from rules.model import RuleId, Severity


@dataclass(frozen=True, slots=True)
class RuleTest:
    """An item in short, and whether the rule must match it."""

    match: bool
    title: str
    text: str
    language: str
    publisher: str
    kind: str
    country: str
    feed: str
    state_affiliated: bool
    line: int = field(compare=False)
    column: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, checked, its lists resolved. Equal rules decide and read alike, wherever they stand."""

    id: RuleId
    title: str
    description: str
    severity: Severity
    labels: tuple[str, ...]
    enabled: bool
    condition: Condition
    tests: tuple[RuleTest, ...]
    path: str = field(compare=False)
    line: int = field(compare=False)
    column: int = field(compare=False)
