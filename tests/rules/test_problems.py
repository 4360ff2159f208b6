"""Every problem of every rule file is reported at once: none hides another, and none is told twice."""

from collections.abc import Mapping

import pytest

from rules import RuleFile, compile_rules
from tests.rules.rulesets import problems_of, rule_file

LISTS = {"guns": ["gun", "rifle"]}


def _messages(*conditions: object, lists: Mapping[str, object] = LISTS) -> list[str]:
    return [problem.message for problem in problems_of(*conditions, lists=lists)]


@pytest.mark.parametrize(
    ("condition", "hidden"),
    [
        pytest.param({"any": [1950, "@gun"]}, "there is no list 'gun'", id="number beside a list"),
        pytest.param({"any": ["", "@gun"]}, "there is no list 'gun'", id="empty term beside a list"),
        pytest.param({"all": ["@gun", {"anny": "x"}]}, "there is no list 'gun'", id="unknown field beside a list"),
        pytest.param({"anny": "x", "not": "@gun"}, "there is no list 'gun'", id="unknown field around a list"),
        pytest.param({"title": {"any": [7, "a*b"]}}, "'a*b' has a * inside", id="within a field"),
        pytest.param({"near": {"words": "x", "of": ["a", "@gun"]}}, "there is no list 'gun'", id="near"),
        pytest.param({"at_least": {"count": 0, "of": ["@gun"]}}, "there is no list 'gun'", id="at_least"),
        pytest.param({"exact": ["-", 7]}, "'-' holds no letter or digit", id="exact"),
        pytest.param({"exact": "-", "any": 7}, "'-' holds no letter or digit", id="one exact"),
        pytest.param({"expression": [7, "dead["]}, "a '[' is never closed", id="expression"),
        pytest.param({"title": {"text": "x", "any": 7}}, "`text:` stands inside", id="field in field"),
        pytest.param(
            {"all": [7, {"at_least": {"count": 3, "of": ["a", "b"]}}]}, "at least 3 of 2 can never hold", id="sound part"
        ),
        pytest.param(
            {"all": ["@gun", {"at_least": {"count": 3, "of": ["a"]}}]}, "at least 3 of 1 can never hold", id="count"
        ),
    ],
)  # fmt: skip
def test_compile_rules_when_a_condition_is_wrong_twice_then_says_both(condition: object, hidden: str) -> None:
    messages = _messages(condition)
    assert len(messages) == 2
    assert any(message.startswith(hidden) for message in messages)


def test_compile_rules_when_a_rule_lacks_a_field_then_its_condition_is_looked_at_too() -> None:
    text = "version: 1\nrules:\n  - {id: a, title: A, when: {any: ['@none', 7]}}\n"
    problems = compile_rules([RuleFile("f.yaml", text)]).problems
    assert [(each.column, each.message) for each in problems] == [
        (5, "the field 'severity' is missing"),
        (36, "there is no list 'none'"),
        (45, problems[2].message),
    ]


def test_compile_rules_when_a_second_rule_has_an_id_of_a_broken_one_then_both_are_searched_for_problems() -> None:
    text = (
        "version: 1\nrules:\n"
        "  - {id: a, title: A, severity: hihg, when: x}\n"
        "  - {id: a, title: A, severity: high, when: '@none'}\n"
    )
    compilation = compile_rules([RuleFile("f.yaml", text)])
    assert compilation.ruleset.rules == ()
    assert [(each.line, each.message) for each in compilation.problems] == [
        (3, "'hihg' is not one of the allowed values"),
        (4, "a second rule 'a'"),
        (4, "there is no list 'none'"),
    ]


def test_compile_rules_when_a_list_is_wrong_twice_then_says_both() -> None:
    lists = {"guns": [7, "@none", {"exact": "-"}, {"exact": 7}, ""]}
    messages = _messages(lists=lists)
    assert len(messages) == 5
    assert {"there is no list 'none'", "'-' holds no letter or digit"} <= set(messages)


def test_compile_rules_when_lists_and_rules_name_a_broken_list_then_only_its_own_problem_is_told() -> None:
    lists = {"arms": ["@guns"], "guns": ["@rifles", "gun"], "rifles": ["a*b"]}
    compilation = compile_rules([rule_file("@arms", {"any": ["x", "@guns"]}, "fine", lists=lists)])
    assert [each.message for each in compilation.problems] == ["'a*b' has a * inside"]
    assert [rule.id for rule in compilation.ruleset.rules] == ["r2"]


def test_compile_rules_when_all_entries_are_wrong_then_does_not_call_them_too_few() -> None:
    no_term, no_condition = _messages({"all": ["fine", {"any": [7]}]}, lists={"guns": [7]})
    assert no_term.startswith("no term:")
    assert no_condition.startswith("no condition:")


def test_compile_rules_when_lists_are_nested_too_deep_then_says_so() -> None:
    lists = {f"l{n}": [f"@l{n + 1}"] for n in range(60)} | {"l60": ["x"]}
    compilation = compile_rules([rule_file("@l0", lists=lists)])
    assert [each.message for each in compilation.problems] == ["the list 'l51' is in lists more than 50 deep"]
    assert compilation.ruleset.rules == ()


def test_compile_rules_when_the_version_is_missing_then_the_rest_is_looked_at_and_not_used() -> None:
    text = "lists: {x: [a]}\nrules:\n  - {id: a, title: A, severity: low, when: ['@x', '@y']}\n"
    sound = RuleFile("sound.yaml", "version: 1\nrules: [{id: b, title: B, severity: low, when: '@x'}]\n")
    compilation = compile_rules([RuleFile("f.yaml", text), sound])
    assert [each.message for each in compilation.problems] == [
        "the field 'version' is missing",
        "there is no list 'y'",
    ]
    assert compilation.ruleset.rules == ()


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\nrules:\n  - {id: a, title: A}\n  - {id: b-2, when: 7}\n",
        "version: 2\nrules: [{id: a}, {id: b-2}]\n",
        "version: 1\nrules:\n  - id: a\n    when: [\n  - title: B\n    id: 'b-2' # note\n",
        'version: 1\nrules: [{id: a}, {title: B, id: "b-2", when: ]\n',
    ],
)
def test_declared_when_rules_or_their_file_are_broken_then_has_their_ids(text: str) -> None:
    compilation = compile_rules([RuleFile("f.yaml", text)])
    assert compilation.ruleset.rules == ()
    assert compilation.declared == {"a", "b-2"}
