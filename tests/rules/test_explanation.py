"""Why a rule matched or did not, in words."""

import pytest

from rules import Trace, evaluate
from tests.items import make_item
from tests.rules.rulesets import read_back, ruleset_of


def _trace(condition: object, title: str = "", text: str = "") -> Trace:
    ruleset = ruleset_of(condition, lists={"hurt": ["killed", "wounded*"]})
    (trace,) = evaluate(ruleset, make_item(title, text), trace=True).traces
    return trace


@pytest.mark.parametrize(
    ("condition", "lacked"),
    [
        pytest.param({"all": ["front", {"any": ["killed", "wounded"]}]}, "one of: killed, wounded", id="any of"),
        pytest.param({"all": ["front", "@hurt"]}, "@hurt (killed, wounded*)", id="list"),
        pytest.param({"all": ["front", "x1", "y1"]}, "x1; y1", id="several"),
        pytest.param({"all": ["front", {"not": ["quiet", "x1"]}]}, "nothing, but was excluded by quiet", id="excluded"),
        pytest.param({"title": "front"}, "front [in the title]", id="field"),
        pytest.param({"at_least": {"count": 3, "of": ["front", "x1", "y1"]}}, "2 more of: x1, y1", id="at least"),
        pytest.param(
            {"near": {"words": 1, "of": ["quiet", "front"]}},
            "within 1 word: quiet; front (the closest stand 2 words apart)",
            id="too far apart",
        ),
        pytest.param({"near": {"words": 1, "of": ["x1", "front"]}}, "x1", id="near, one missing"),
        pytest.param({"all": ["front", {"language": ["ko", "uk"]}]}, "language is ko or uk (it is en)", id="language"),
        pytest.param({"expression": r"\d+ front"}, r"expression \d+ front", id="expression"),
        pytest.param({"any": [{"all": ["front", "x1"]}, "y1"]}, "x1, or another way", id="closest way"),
    ],
)
def test_lacked_when_a_rule_does_not_match_then_says_what_was_missing(condition: object, lacked: str) -> None:
    assert _trace(condition, text="All quiet on the front").lacked == lacked


def test_trace_when_a_rule_matches_then_tells_what_stood_where() -> None:
    item = make_item("", "Two killed at the front")
    trace = _trace({"all": ["@hurt", {"any": ["x1", "front"]}]}, text=item.text)
    assert (trace.matched, trace.near_miss, trace.lacked) == (True, False, "")
    hurt, either = trace.root.steps
    assert (hurt.label, hurt.holds, read_back(item, hurt.evidence)) == ("@hurt (killed, wounded*)", True, ["killed"])
    assert (either.label, either.holds, read_back(item, either.evidence)) == ("one of: x1, front", True, ["front"])


def test_near_miss_when_something_stood_there_then_is_told_apart_from_nothing() -> None:
    assert _trace({"all": ["front", "x1"]}, text="front").near_miss
    assert not _trace({"all": ["front", "x1"]}, text="other").near_miss
    assert not _trace({"not": "front"}, text="front").near_miss
    assert not _trace("front", text="front").near_miss


def test_traces_when_asked_for_then_tell_of_every_enabled_rule() -> None:
    verdict = evaluate(ruleset_of("a1", "b1"), make_item("", "b1"), trace=True)
    assert [(str(trace.rule), trace.matched) for trace in verdict.traces] == [("r0", False), ("r1", True)]
