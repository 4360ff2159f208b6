"""A ruleset: all rules that are in force together, compiled."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from rules.language import Rule, read_rules
from rules.matcher.program import Program
from rules.model import RuleFile
from rules.problems import Problem


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Rules compiled together; those that are not enabled are listed and never match.

    `revision` is equal for rulesets that decide and tell alike, however they are spread over files.
    """

    rules: tuple[Rule, ...]
    revision: str
    program: Program = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Compilation:
    """What compiling gave: a ruleset of all sound rules, and every problem of every file, by place."""

    ruleset: Ruleset
    problems: tuple[Problem, ...]
    declared: frozenset[str]
    """The ids of all rules, also of those left out."""


def compile_rules(files: Sequence[RuleFile]) -> Compilation:
    """Compile rule files together. Never raises: a rule with an error is left out and reported."""
    book = read_rules(files)
    return Compilation(assemble(book.rules), book.problems, book.declared)


def assemble(rules: Sequence[Rule]) -> Ruleset:
    """Compile rules that have been read into one ruleset."""
    enabled = [rule for rule in rules if rule.enabled]
    return Ruleset(tuple(rules), _revision(rules), Program(enabled))


def _revision(rules: Sequence[Rule]) -> str:
    digest = hashlib.blake2b(digest_size=6)
    for rule in rules:
        told = (rule.id, rule.title, rule.severity.value, rule.labels, rule.enabled)
        digest.update(f"{told!r}{rule.condition!r}\n".encode("utf-8", "backslashreplace"))
    return digest.hexdigest()
