"""What a plain bot does, and our oracle: compiled `re` patterns, rule by rule, over the same text."""

import re
import unicodedata
from dataclasses import dataclass

from rules.model import Item
from tests.bench.rules_wire import MadeRule

_START = "(?<![가-힣])"


@dataclass(frozen=True, slots=True)
class NaiveRule:
    name: str
    present: tuple[re.Pattern[str], ...]
    absent: tuple[re.Pattern[str], ...]


def compile_naively(rules: list[MadeRule]) -> list[NaiveRule]:
    """Compile each group of terms of each rule to one alternation."""
    return [_compile(rule) for rule in rules]


def match_naively(rules: list[NaiveRule], item: Item) -> list[str]:
    """Ask rule by rule; stop at the first group that decides."""
    text = unicodedata.normalize("NFKC", f"{item.title}\n{item.text}").replace("’", "'")
    return [
        rule.name
        for rule in rules
        if all(pattern.search(text) for pattern in rule.present)
        and not any(pattern.search(text) for pattern in rule.absent)
    ]


def _compile(rule: MadeRule) -> NaiveRule:
    present = [_alternation(group) for group in rule.groups]
    if rule.pattern:
        present.append(re.compile(rule.pattern, re.IGNORECASE))
    return NaiveRule(rule.name, tuple(present), (_alternation(rule.without),) if rule.without else ())


def _alternation(terms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_spell, terms)), re.IGNORECASE)


def _spell(term: str) -> str:
    body = term.rstrip("*")
    hangul = "가" <= body[0] <= "힣"
    before = _START if hangul else r"(?<!\w)"
    after = "" if hangul or term.endswith("*") else r"(?!\w)"
    return before + re.escape(body) + after
