"""The tests that rules carry: each a small item with the verdict that it must get."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rules.language import Rule, RuleTest
from rules.matcher.evaluation import evaluate
from rules.matcher.explanation import Trace
from rules.matcher.ruleset import Ruleset, assemble
from rules.model import DateDoubt, FeedId, Item, ItemId, RuleId, Source

_MOMENT = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """What one test of one rule gave; `line` and `column` are the test's place in `path`."""

    __test__ = False  # pytest collects what is called Test...

    rule: RuleId
    test: RuleTest
    matched: bool
    trace: Trace
    path: str
    line: int
    column: int

    @property
    def passed(self) -> bool:
        """Tell whether the rule did as its test says."""
        return self.matched == self.test.match


def run_tests(ruleset: Ruleset) -> tuple[TestOutcome, ...]:
    """Run the tests of all rules, in file order; rules that are not enabled are tested as if they were."""
    return tuple(outcome for rule in ruleset.rules if rule.tests for outcome in _run_rule(rule))


def _run_rule(rule: Rule) -> Iterator[TestOutcome]:
    alone = assemble([replace(rule, enabled=True)])
    for test in rule.tests:
        (trace,) = evaluate(alone, _item(test), trace=True).traces
        yield TestOutcome(rule.id, test, trace.matched, trace, rule.path, test.line, test.column)


def _item(test: RuleTest) -> Item:
    source = Source(FeedId(test.feed), test.publisher, test.language, test.kind, test.country, test.state_affiliated)
    return Item(
        id=ItemId("test"),
        version=1,
        source=source,
        link=None,
        canonical_link=None,
        title=test.title,
        text=test.text,
        language=test.language,
        published_at=_MOMENT,
        date_doubt=DateDoubt.NONE,
        seen_at=_MOMENT,
        content_hash="",
    )
