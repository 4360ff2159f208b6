"""The matcher: all rules in one automaton over folded text, candidates by their rarest terms, then the trees."""

from rules.matcher.evaluation import Verdict, evaluate
from rules.matcher.explanation import Step, Trace
from rules.matcher.ruleset import Compilation, Ruleset, compile_rules
from rules.matcher.trials import TestOutcome, run_tests

__all__ = [
    "Compilation",
    "Ruleset",
    "Step",
    "TestOutcome",
    "Trace",
    "Verdict",
    "compile_rules",
    "evaluate",
    "run_tests",
]
