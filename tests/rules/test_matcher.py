"""What matches, where it says so, and that nothing can hang."""

import time

import pytest

from rules import FeedId, Severity, Source, compile_rules, evaluate, run_tests
from rules.matcher.scan import MOST_PLACES
from rules.model import RuleFile
from tests.items import make_item
from tests.rules.rulesets import read_back, ruleset_of
from tests.rules.traps import TRAPS, Trap

KCNA = Source(FeedId("kcna"), "KCNA", "en", "official", "KP", state_affiliated=True)


def _matches(condition: object, title: str = "", text: str = "", **lists: list[str]) -> bool:
    return bool(evaluate(ruleset_of(condition, lists=lists), make_item(title, text)).matches)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_evaluate_when_characters_are_tricky_then_matches_what_a_reader_sees(trap: Trap) -> None:
    item = make_item("", trap.text)
    matches = evaluate(ruleset_of(trap.term), item).matches
    found = read_back(item, matches[0].evidence) if matches else [""]
    assert found == [trap.found]


@pytest.mark.parametrize(
    ("term", "text", "matches"),
    [
        pytest.param("troop", "Troop, march!", True, id="word"),
        pytest.param("troop", "troops", False, id="longer word"),
        pytest.param("troop", "paratroop", False, id="inside a word"),
        pytest.param("troop*", "troopers", True, id="prefix"),
        pytest.param("*troop", "paratroop", True, id="open start"),
        pytest.param("troop", "troop2", False, id="digit behind"),
        pytest.param("troop", "troop_2", True, id="underscore behind"),
        pytest.param("north korea", "north  \n korea", True, id="white space"),
        pytest.param("north korea", "north, korea", False, id="comma between"),
        pytest.param("north korea", "north - korea", False, id="spaced dash between"),
        pytest.param("anti-war", "anti war", True, id="space for hyphen"),
        pytest.param("전사 ", "전사 통보", True, id="space demanded"),
        pytest.param("전사 ", "전사", True, id="end of the field is space"),
        pytest.param("전사 ", "전사자", False, id="no space there"),
        pytest.param("*북한", "대북한 제재", True, id="open Hangul start"),
        pytest.param("북한", "대북한 제재", False, id="Hangul start"),
        pytest.param("24", "24-hour", True, id="number"),
    ],
)
def test_evaluate_when_a_term_meets_a_text_then_borders_decide(term: str, text: str, matches: bool) -> None:
    assert _matches(term, text=text) is matches


def test_evaluate_when_a_phrase_would_cross_from_title_to_text_then_does_not_match() -> None:
    assert not _matches("north korea", "Go north", "Korea waits")
    assert not _matches({"near": {"words": 5, "of": ["north", "korea"]}}, "Go north", "Korea waits")


@pytest.mark.parametrize(
    ("condition", "text", "matches"),
    [
        pytest.param({"any": ["a1", "b1"]}, "x b1", True, id="any"),
        pytest.param({"any": ["a1", "b1"]}, "x", False, id="any, none"),
        pytest.param({"all": ["a1", "b1"]}, "b1 a1", True, id="all"),
        pytest.param({"all": ["a1", "b1"]}, "b1", False, id="all, one missing"),
        pytest.param({"all": ["a1", {"not": ["b1", "c1"]}]}, "a1", True, id="not"),
        pytest.param({"all": ["a1", {"not": ["b1", "c1"]}]}, "a1 c1", False, id="not, one there"),
        pytest.param({"not": "a1"}, "b1", True, id="only not"),
        pytest.param({"not": {"not": "a1"}}, "a1", True, id="not not"),
        pytest.param({"not": {"all": ["a1", "b1"]}}, "a1", True, id="not all"),
        pytest.param(["a1", {"all": ["b1", "c1"]}], "c1 b1", True, id="list means any"),
        pytest.param({"any": ["a1", "b1"], "not": "c1"}, "a1 c1", False, id="keys together mean all"),
        pytest.param({"at_least": {"count": 2, "of": ["a1", "b1", "c1"]}}, "c1 a1", True, id="at least"),
        pytest.param({"at_least": {"count": 2, "of": ["a1", "b1", "c1"]}}, "a1 a1", False, id="at least, one twice"),
        pytest.param({"at_least": {"count": 2, "of": "@ab"}}, "a1 b1", True, id="at least of a list"),
        pytest.param({"at_least": {"count": 2, "of": ["@ab", "c1"]}}, "a1 b1", False, id="a list counts once"),
        pytest.param({"at_least": {"count": 2, "of": [{"not": "a1"}, {"not": "b1"}, "c1"]}}, "x", True, id="at least of nots"),
        pytest.param({"near": {"words": 1, "of": ["a1", "b1"]}}, "b1 x a1", True, id="near"),
        pytest.param({"near": {"words": 1, "of": ["a1", "b1"]}}, "a1 x x b1", False, id="too far"),
        pytest.param({"near": {"words": 0, "of": ["a1", "b1"]}}, "a1, b1", True, id="neighbours"),
        pytest.param({"near": {"words": 1, "of": ["a1", "b1"]}}, "a1 11,000 b1", True, id="a number is one word"),
        pytest.param({"near": {"words": 1, "of": ["a1", "b1"]}}, "a1 — x — b1", True, id="a dash is no word"),
        pytest.param({"near": {"words": 2, "ordered": True, "of": ["a1", "b1"]}}, "b1 a1", False, id="wrong order"),
        pytest.param({"near": {"words": 2, "ordered": True, "of": ["a1", "b1"]}}, "b1 a1 b1", True, id="right order"),
        pytest.param({"near": {"words": 3, "of": ["a1", {"any": ["b1", "c1"]}, "@ab"]}}, "c1 x a1", True, id="near groups"),
        pytest.param({"near": {"words": 1, "of": ["c1", {"any": ["@ab", "d1"]}]}}, "c1 d1", True, id="near lists"),
        pytest.param({"near": {"words": 1, "of": ["a1", {"expression": r"\d+ dead"}]}}, "a1 had 30 dead", True, id="near expression"),
        pytest.param({"expression": r"\b\d+ of them\b"}, "Some 30 OF THEM fell", True, id="expression"),
        pytest.param({"expression": r"\b\d+ of them\b"}, "all of them fell", False, id="expression, literal alone"),
        pytest.param({"expression": "(?:dead|wounded) [0-9]+$"}, "wounded 5", True, id="alternatives"),
        pytest.param({"expression": "year-old"}, "a 5-year-old", True, id="hyphen in an expression"),
        pytest.param({"expression": "year old"}, "a 5-year-old", False, id="hyphen is no space there"),
        pytest.param({"expression": "КИЇВ[А-Я]"}, "київі", False, id="class without that letter"),
        pytest.param({"expression": "КИЇВ[А-ЯІЇ]"}, "київі", True, id="capitals are folded"),
        pytest.param({"exact": "US"}, "the US said", True, id="exact"),
        pytest.param({"exact": "US"}, "told us so", False, id="exact, small letters"),
        pytest.param({"exact": "@dprk"}, "by @dprk now", True, id="exact at sign"),
    ],
)  # fmt: skip
def test_evaluate_when_conditions_combine_then_follows_the_tree(condition: object, text: str, matches: bool) -> None:
    assert _matches(condition, text=text, ab=["a1", "b1"]) is matches


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        pytest.param({"language": ["ko", "EN"]}, True, id="language"),
        pytest.param({"language": "ko"}, False, id="other language"),
        pytest.param({"publisher": "kcna"}, True, id="publisher"),
        pytest.param({"kind": ["wire", "official"]}, True, id="kind"),
        pytest.param({"country": "kp"}, True, id="country"),
        pytest.param({"feed": "kcn"}, False, id="feed"),
        pytest.param({"state_affiliated": True}, True, id="state"),
        pytest.param({"state_affiliated": False}, False, id="not state"),
        pytest.param({"title": "kursk"}, True, id="title"),
        pytest.param({"text": "kursk"}, False, id="text"),
        pytest.param({"title": {"all": ["kursk", {"not": "front"}]}}, True, id="tree in the title"),
        pytest.param({"text": {"expression": "fro.t"}}, True, id="expression in the text"),
        pytest.param({"title": {"expression": "fro.t"}}, False, id="expression in the title"),
        pytest.param({"all": [{"title": "kursk"}, {"text": "front"}, {"country": "KP"}]}, True, id="together"),
    ],
)
def test_evaluate_when_fields_are_asked_then_looks_there_alone(condition: object, matches: bool) -> None:
    item = make_item("Kursk", "At the front", source=KCNA)
    assert bool(evaluate(ruleset_of(condition), item).matches) is matches


def test_evaluate_when_rules_match_then_tells_them_in_file_order_with_evidence_in_reading_order() -> None:
    item = make_item("Killed near Kursk", "Kursk: 600 killed, “killed” again")
    first, second = evaluate(ruleset_of({"all": ["kill*", "kursk"]}, "absent", "600"), item).matches
    assert (first.rule, first.title, first.severity) == ("r0", "Rule 0", Severity.HIGH)
    assert read_back(item, first.evidence) == ["Killed", "Kursk", "Kursk", "killed", "killed"]
    assert [each.term for each in first.evidence] == ["kill*", "kursk", "kursk", "kill*", "kill*"]
    assert read_back(item, second.evidence) == ["600"]


def test_evaluate_when_evidence_is_told_then_leaves_out_what_did_not_decide() -> None:
    item = make_item("", "a1 b1 c1 far far far far a1")
    ruleset = ruleset_of(
        {"any": [{"all": ["a1", "z1"]}, "c1"]}, {"near": {"words": 0, "of": ["a1", "b1"]}, "not": "z1"}
    )
    first, second = evaluate(ruleset, item).matches
    assert read_back(item, first.evidence) == ["c1"]
    assert [(each.start, each.term) for each in second.evidence] == [(0, "a1"), (3, "b1")]


def test_evaluate_when_a_term_stands_very_often_then_tells_the_first_places() -> None:
    (match,) = evaluate(ruleset_of("a1"), make_item("", "a1 " * 500)).matches
    assert [each.start for each in match.evidence] == [3 * n for n in range(MOST_PLACES)]


def test_evaluate_when_a_rule_is_not_enabled_then_it_is_listed_and_silent() -> None:
    text = "version: 1\nrules:\n- {id: a, title: A, severity: low, when: x1, enabled: false, tests: [{text: x1, match: true}]}"
    ruleset = compile_rules([RuleFile("f", text)]).ruleset
    assert len(ruleset.rules) == 1
    assert evaluate(ruleset, make_item("", "x1"), trace=True) == evaluate(ruleset_of(), make_item("", "x1"))
    assert [outcome.passed for outcome in run_tests(ruleset)] == [True]


def test_run_tests_when_a_rule_does_otherwise_then_says_which_test_failed() -> None:
    text = (
        "version: 1\nrules:\n- id: a\n  title: A\n  severity: low\n  when: {all: [x1, {language: ko}]}\n"
        "  tests:\n  - {text: x1, language: ko, match: true}\n  - {text: x1, match: true}\n  - {title: y1, match: false}\n"
    )
    outcomes = run_tests(compile_rules([RuleFile("f", text)]).ruleset)
    assert [outcome.passed for outcome in outcomes] == [True, False, True]
    assert (outcomes[1].line, outcomes[1].trace.lacked) == (9, "language is ko (it is en)")


def test_evaluate_when_expressions_take_too_long_then_gives_up_and_says_so() -> None:
    ruleset = ruleset_of(*[{"expression": rf"(?:\w+\w*\w*\w*){{1,20}}!x{n}"} for n in range(200)], "x1")
    item = make_item("", "ab" * 4_000 + " " + " ".join(f"!x{n}" for n in range(200)))
    began = time.process_time()
    verdict = evaluate(ruleset, item, trace=True)
    assert time.process_time() - began < 2
    assert [str(match.rule) for match in verdict.matches] == ["r200"]
    assert all("given up: it took longer than 20 ms" in trace.root.note for trace in verdict.traces[:200])
    assert "given up" in verdict.traces[0].lacked


def test_evaluate_when_the_item_is_empty_or_huge_then_answers_all_the_same() -> None:
    ordered = {"near": {"words": 3, "ordered": True, "of": ["a1", "*a*", "a1", "b1"]}}
    ruleset = ruleset_of("a1", {"near": {"words": 3, "of": ["a1", "b1"]}}, {"not": "c1"}, ordered, "*a*")
    assert [match.rule for match in evaluate(ruleset, make_item("", "")).matches] == ["r2"]
    huge = make_item("", "a1 " * 20_000 + "a" * 100_000 + " a1 b1")
    began = time.process_time()
    assert [match.rule for match in evaluate(ruleset, huge).matches] == ["r0", "r1", "r2", "r3", "r4"]
    assert time.process_time() - began < 5
