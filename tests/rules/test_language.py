"""The rule language: what is understood, what is refused, and in which words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import RuleFile, compile_rules
from rules.language import AllOf, AnyTerm, Border, Scope, read_rules
from rules.language.terms import parse_term
from tests.rules.rulesets import problems_of, rule_file, ruleset_of

SOUND = """
version: 1
lists:
  guns: [gun, "howitzer*", "@big"]
  big: [{exact: HIMARS}, "대포"]
rules:
  - id: one
    title: One
    severity: low
    when: "@guns"
  - id: two
    title: Two
    description: Second.
    severity: critical
    labels: [a, b]
    enabled: false
    when: {all: ["@guns", front], not: {title: sport}, language: [EN, ko]}
    tests:
      - {text: a gun at the front, match: true}
"""


def test_read_rules_when_sound_then_gives_typed_rules() -> None:
    book = read_rules([RuleFile("s.yaml", SOUND)])
    assert book.problems == ()
    one, two = book.rules
    assert isinstance(one.condition, AnyTerm)
    assert [term.written for term in one.condition.terms] == ["gun", "howitzer*", "HIMARS", "대포"]
    assert (two.labels, two.enabled, two.line, two.column) == (("a", "b"), False, 11, 5)
    assert isinstance(two.condition, AllOf)
    assert len(two.condition.parts) == 3
    assert two.tests[0].match
    assert two.tests[0].line == 19


@pytest.mark.parametrize(
    ("written", "literal", "before", "after", "prefix"),
    [
        pytest.param("Troop", "troop", Border.WORD, Border.WORD, False, id="word"),
        pytest.param("troop*", "troop", Border.WORD, Border.NONE, True, id="prefix"),
        pytest.param("*troop*", "troop", Border.NONE, Border.NONE, True, id="inside"),
        pytest.param("u.s.", "u.s.", Border.WORD, Border.NONE, False, id="punctuation at the end"),
        pytest.param("F-16", "f 16", Border.WORD, Border.WORD, False, id="hyphen"),
        pytest.param("북한", "북한", Border.HANGUL, Border.NONE, False, id="Hangul"),
        pytest.param("전사 ", "전사", Border.HANGUL, Border.SPACE, False, id="space at the end"),
        pytest.param("北韓", "北韓", Border.NONE, Border.NONE, False, id="Han"),
        pytest.param("군 troop", "군 troop", Border.HANGUL, Border.WORD, False, id="mixed"),
    ],
)
def test_parse_term_when_written_then_borders_follow_its_ends(
    written: str, literal: str, before: Border, after: Border, prefix: bool
) -> None:
    term = parse_term(written)
    assert (term.literal, term.before, term.after, term.prefix) == (literal, before, after, prefix)


@pytest.mark.parametrize(
    ("condition", "message", "hint"),
    [
        pytest.param({"any": []}, "too few: at least 1 entry", "add what is missing", id="empty any"),
        pytest.param({"any": [""]}, "too short: at least 1 character", "write something here", id="empty term"),
        pytest.param({}, "an empty condition", "write one of", id="empty"),
        pytest.param({"language": None}, "`language:` is empty", "write what it asks for", id="nothing behind a field"),
        pytest.param({"any": None, "all": ["a"]}, "`any:` is empty", "write what it asks for", id="nothing behind any"),
        pytest.param({"anny": ["a"]}, "unknown field 'anny'", "did you mean 'any'?", id="unknown field"),
        pytest.param({"any": ["@gun"]}, "there is no list 'gun'", "did you mean 'guns'?", id="unknown list"),
        pytest.param({"any": [1950]}, "no condition:", "", id="number"),
        pytest.param("a*b", "'a*b' has a * inside", "use `near`", id="star"),
        pytest.param("...", "'...' holds no letter or digit", "", id="no letter"),
        pytest.param("*", "'*' holds no letter or digit", "", id="only a star"),
        pytest.param("x" * 201, "a term of 201 characters", "at most 200", id="long term"),
        pytest.param({"exact": ["US", "-"]}, "'-' holds no letter or digit", "", id="exact"),
        pytest.param(
            {"at_least": {"count": 3, "of": ["a", "b"]}}, "at least 3 of 2 can never hold", "lower the count", id="count"
        ),
        pytest.param(
            {"at_least": {"count": 4, "of": "@guns"}}, "at least 4 of 2 can never hold", "lower", id="count of a list"
        ),
        pytest.param({"near": {"words": 3, "of": ["a"]}}, "too few: at least 2 entries", "add what is", id="near of one"),
        pytest.param(
            {"near": {"words": 3, "of": ["a", {"not": "b"}]}}, "`near` takes terms", "put other conditions", id="near not"
        ),
        pytest.param({"title": {"text": "a"}}, "`text:` stands inside `title:`", "take one", id="field in field"),
        pytest.param({"state_affiliated": "yes"}, "expected true or false, found 'yes'", "", id="bool"),
        pytest.param({"any": ["a"] + [{"title": "b"}] * 2000}, "more than 2,000 conditions", "named lists", id="huge"),
    ],
)  # fmt: skip
def test_compile_rules_when_a_condition_is_wrong_then_says_so(condition: object, message: str, hint: str) -> None:
    problems = problems_of(condition, lists={"guns": ["gun", "rifle"]})
    assert any(message in problem.message and hint in problem.hint for problem in problems), problems


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        pytest.param(r"\d+", "nothing in this expression must always be there", id="no literal"),
        pytest.param("dead|", "nothing in this expression must always be there", id="empty side"),
        pytest.param("[dk]ied", None, id="class then literal"),
        pytest.param("a?b*", "nothing in this expression must always be there", id="all optional"),
        pytest.param(r"(?:\w+\s)*dead", "an unlimited repeat stands inside a repeat", id="nested"),
        pytest.param(r"(a+)+dead", "an unlimited repeat stands inside a repeat", id="exponential"),
        pytest.param(r"(?:\w+ ){0,5}dead", None, id="bounded outer"),
        pytest.param(r"(?:a{1,100}){1,100}dead", "a repeat stands inside a long repeat", id="counted twice"),
        pytest.param("dead{1,2000}", "a part is repeated more than 1000 times", id="long repeat"),
        pytest.param("dead{3,2}", "a count runs from 3 down to 2", id="backwards"),
        pytest.param("dead**", "a repeat is repeated", id="twice"),
        pytest.param("*dead", "a '*' repeats nothing", id="leading star"),
        pytest.param("dead{x", "a '{' begins no count", id="brace"),
        pytest.param("(dead", "a '(' is never closed", id="open group"),
        pytest.param("dead)", "a ')' closes nothing", id="close group"),
        pytest.param("dead[", "a '[' is never closed", id="open class"),
        pytest.param(r"(dead)\1", r"\1 is not understood", id="back reference"),
        pytest.param("(?i)dead", "this kind of (?...) is not understood", id="flags"),
        pytest.param("(?R)dead", "this kind of (?...) is not understood", id="recursion"),
        pytest.param(r"\p{Lu}dead", r"this \p{...} is not understood", id="upper case"),
        pytest.param("dead[z-a]", "not a regular expression", id="range"),
        pytest.param("straße", "'ß' is written 'ss'", id="sharp s"),
        pytest.param("(?<=x+)dead(?P<n>!)", None, id="look-behind and name"),
        pytest.param("dead" * 200, "an expression of 800 characters", id="long"),
        pytest.param("(" * 30 + "dead" + ")" * 30, "groups are nested deeper than 20", id="deep"),
    ],
)
def test_compile_rules_when_given_an_expression_then_takes_only_what_is_bounded(
    expression: str, message: str | None
) -> None:
    problems = problems_of({"expression": expression})
    if message is None:
        assert problems == ()
    else:
        assert [message in problem.message for problem in problems] == [True], problems


def test_compile_rules_when_lists_form_a_circle_then_names_it() -> None:
    problems = problems_of("@a", lists={"a": ["x", "@b"], "b": ["@c"], "c": ["@a"], "d": ["y"]})
    assert [problem.message for problem in problems] == ["the list 'a' holds itself: a -> b -> c -> a"]


def test_compile_rules_when_a_long_chain_of_lists_is_given_then_never_overflows() -> None:
    lists = {f"l{n}": [f"@l{n + 1}"] for n in range(3_000)} | {"l3000": ["x"]}
    assert compile_rules([rule_file("@l0", lists=lists)]).problems


def test_compile_rules_when_one_rule_is_wrong_then_the_others_run() -> None:
    compilation = compile_rules([rule_file("fine", {"any": []}, "@none", "also fine")])
    assert [str(rule.id) for rule in compilation.ruleset.rules] == ["r0", "r3"]
    assert len(compilation.problems) == 2


def test_compile_rules_when_yaml_gives_a_field_twice_then_sets_that_rule_aside() -> None:
    text = (
        "version: 1\nrules:\n"
        "  - {id: a, title: A, severity: low, when: x, severity: high}\n"
        "  - {id: b, title: B, severity: low, when: x}\n"
    )
    compilation = compile_rules([RuleFile("f.yaml", text)])
    assert [str(rule.id) for rule in compilation.ruleset.rules] == ["b"]
    assert [(each.line, each.column) for each in compilation.problems] == [(3, 47)]


def test_compile_rules_when_an_id_or_list_is_defined_twice_then_names_the_first_place() -> None:
    first = RuleFile("a.yaml", "version: 1\nlists: {x: [y]}\nrules:\n  - {id: a, title: A, severity: low, when: x}\n")
    second = RuleFile("b.yaml", first.text)
    problems = compile_rules([first, second]).problems
    assert [(each.path, each.line) for each in problems] == [("b.yaml", 2), ("b.yaml", 4)]
    assert all("a.yaml:" in each.hint for each in problems)


def test_compile_rules_when_lists_stand_in_another_file_then_finds_them() -> None:
    lists = RuleFile("lists.yaml", "version: 1\nlists: {guns: [gun]}\n")
    rules = RuleFile("rules.yaml", "version: 1\nrules:\n  - {id: a, title: A, severity: low, when: '@guns'}\n")
    assert compile_rules([rules, lists]).problems == ()


def test_compile_rules_when_the_version_is_unknown_then_uses_nothing_of_the_file() -> None:
    compilation = compile_rules([RuleFile("f.yaml", SOUND.replace("version: 1", "version: 2"))])
    assert compilation.ruleset.rules == ()
    assert [(each.line, each.message) for each in compilation.problems] == [
        (2, "the number 2 is not one of the allowed values")
    ]


def test_compile_rules_when_nothing_is_given_then_gives_an_empty_ruleset() -> None:
    assert compile_rules([]).ruleset.rules == ()
    assert compile_rules([RuleFile("f.yaml", "version: 1")]).problems == ()


def test_revision_when_only_comments_and_places_change_then_stays() -> None:
    assert ruleset_of("a", "b").revision == ruleset_of("a", "b").revision
    moved = RuleFile("other.yaml", "# note\n\n" + rule_file("a", "b").text)
    assert compile_rules([moved]).ruleset == ruleset_of("a", "b")
    assert compile_rules([moved]).ruleset.revision == ruleset_of("a", "b").revision


@pytest.mark.parametrize("other", [["a"], ["a", "c"], ["b", "a"], ["a", {"title": "b"}], ["a", "B*"]])
def test_revision_when_what_rules_decide_changes_then_changes(other: list[object]) -> None:
    assert ruleset_of(*other).revision != ruleset_of("a", "b").revision


def test_scope_when_a_condition_stands_under_title_then_its_leaves_look_there_alone() -> None:
    (rule,) = ruleset_of({"title": ["a", "b"]}).rules
    assert rule.condition == AnyTerm((parse_term("a"), parse_term("b")), Scope.TITLE)


_words = st.sampled_from(
    ["a", "kursk*", "@x", "@", "*", "북한", "", "near", "(?:", "\\d", "é", "a-b", " ", "@x ", "🔥"]
)
_conditions: st.SearchStrategy[object] = st.recursive(
    st.one_of(_words, st.integers(), st.none(), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["any", "all", "not", "title", "text", "exact", "expression", "at_least", "near", "of", "count", "words",
                 "language", "state_affiliated", "bogus"]
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None, max_examples=250)
@given(st.lists(_conditions, max_size=3), st.dictionaries(st.sampled_from("xyz"), _conditions, max_size=2))
def test_compile_rules_when_given_any_conditions_then_gives_rules_or_problems(
    conditions: list[object], lists: dict[str, object]
) -> None:
    compilation = compile_rules([rule_file(*conditions, lists=lists)])
    assert len(compilation.ruleset.rules) == len(conditions) or compilation.problems
    assert all(problem.line >= 1 for problem in compilation.problems)


@settings(deadline=None, max_examples=100)
@given(st.text(st.sampled_from("ab(|)[]{}*+?\\d^$.-1,<=!:P >é"), max_size=14))
def test_compile_rules_when_given_any_expression_then_gives_a_rule_or_one_problem(expression: str) -> None:
    compilation = compile_rules([rule_file({"expression": expression or "x"})])
    assert len(compilation.ruleset.rules) + len(compilation.problems) == 1


@settings(deadline=None, max_examples=60)
@given(st.integers(0, len(SOUND) - 1), st.binary(max_size=6), st.integers(0, 6))
def test_compile_rules_when_a_sound_file_is_damaged_by_any_bytes_then_never_raises(
    at: int, raw: bytes, cut: int
) -> None:
    damaged = SOUND.encode()[:at] + raw + SOUND.encode()[at + cut :]
    compilation = compile_rules([RuleFile("f.yaml", damaged.decode("utf-8", errors="replace"))])
    assert compilation.ruleset.rules or compilation.problems
