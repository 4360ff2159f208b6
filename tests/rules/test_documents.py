"""YAML documents: what is read, what is refused, and where it stands."""

import random
from typing import Annotated, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from rules.documents import MAX_CHARACTERS, Listed, Section, load_document
from rules.model import Severity
from rules.problems import Problem


class Guard(Section):
    name: str
    severity: Annotated[Severity, Field(strict=False)] = Severity.LOW
    shift: Literal["day", "night"] = "day"
    age: Annotated[int, Field(ge=18)] = 30
    armed: bool = False


class Post(Section):
    version: Literal[1]
    guards: Listed[Guard] = ()


def _problems(text: str) -> tuple[Problem, ...]:
    return load_document("post.yaml", text, Post).problems


def test_load_document_when_sound_then_gives_value_and_no_problem() -> None:
    document = load_document("post.yaml", "version: 1\nguards:\n  - {name: Ann, severity: high, armed: true}\n", Post)
    assert document.problems == ()
    assert document.value == Post(version=1, guards=(Guard(name="Ann", severity=Severity.HIGH, armed=True),))


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "hint"),
    [
        pytest.param("version: 1\nguard: []", 2, 1, "unknown field 'guard'", "did you mean 'guards'?", id="unknown"),
        pytest.param("guards: []", 1, 1, "the field 'version' is missing", "add `version:`", id="missing"),
        pytest.param("", 1, 1, "the field 'version' is missing", "add `version:`", id="empty"),
        pytest.param(
            "version: 1\nguards:\n- name: A\n  severity: hihg",
            4,
            13,
            "'hihg' is not one of the allowed values",
            "did you mean 'high'?",
            id="enum",
        ),
        pytest.param(
            "version: 1\nguards:\n- name: A\n  shift: nihgt",
            4,
            10,
            "'nihgt' is not one of the allowed values",
            "did you mean 'night'?",
            id="literal",
        ),
        pytest.param(
            "version: 1\nguards:\n- name: 1950",
            3,
            9,
            "expected text, found the number 1950",
            'put it in quotes: "1950"',
            id="number for text",
        ),
        pytest.param(
            "version: 1\nguards: Ann", 2, 9, "expected a list, found 'Ann'", "put it in brackets: [ ... ]", id="list"
        ),
        pytest.param(
            "version: 1\nguards:\n- {name: A, age: 17}", 3, 18, "must be at least 18, found the number 17", "", id="limit"
        ),
        pytest.param(
            "version: 1\nguards:\n- {name: A, armed: yes}",
            3,
            20,
            "expected true or false, found 'yes'",
            "",
            id="yes is text",
        ),
        pytest.param(
            "version: 1\nversion: 1", 2, 1, "'version' is given twice", "it stands in line 1 already: remove one", id="twice"
        ),
        pytest.param("version: 1\n\tguards: []", 2, 1, "not valid YAML: a tab stands where none can be", "indent with spaces", id="tab"),
        pytest.param("version: 'x", 1, 12, "not valid YAML: a quote or bracket is never closed", "close it", id="quote"),
        pytest.param("version: 1\nx\x00y: 1", 2, 2, "an invisible control character (U+0000) stands here", "delete it; is the file UTF-8 text?", id="NUL"),
        pytest.param("version: \ud800", 1, 10, "an invisible control character (U+D800) stands here", "delete it; is the file UTF-8 text?", id="surrogate"),
        pytest.param("version: 1\n---\nversion: 1", 2, 1, "a second document begins here", "keep one document per file: remove '---'", id="two documents"),
        pytest.param("[" * 5_000, 1, 61, "nested deeper than 60 levels", "flatten it", id="deep"),
        pytest.param("version: *x", 1, 10, "the alias *x refers to nothing above it, or to itself", "write it out", id="alias of nothing"),
        pytest.param("version: &x [*x]", 1, 14, "the alias *x refers to nothing above it, or to itself", "write it out", id="alias of itself"),
    ],
)  # fmt: skip
def test_load_document_when_something_is_wrong_then_says_where_and_what_to_do(
    text: str, line: int, column: int, message: str, hint: str
) -> None:
    document = load_document("post.yaml", text, Post)
    assert document.value is None
    assert Problem("post.yaml", line, column, message, hint) in document.problems


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("1: x\nversion: 1", "the key 1 is not text", id="number"),
        pytest.param("? [a]\n: x\nversion: 1", "a key must be text, not a list or mapping", id="list"),
        pytest.param("<<: {a: 1}\nversion: 1", "merge keys (<<) are not understood", id="merge"),
        pytest.param(
            "version: !!python/name:os.system 1", "the tag !!python/name:os.system is not understood", id="tag"
        ),
    ],
)
def test_load_document_when_yaml_goes_beyond_plain_data_then_refuses_it(text: str, message: str) -> None:
    assert message in [problem.message for problem in _problems(text)]


def test_load_document_when_aliases_multiply_then_stops() -> None:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9))
    (problem,) = _problems(f"a0: &a0 [x, x]\n{levels}\n")
    assert "aliases repeat more than 10,000 values" in problem.message


def test_load_document_when_larger_than_the_limit_then_reads_none_of_it() -> None:
    (problem,) = _problems("#" * (MAX_CHARACTERS + 1))
    assert "more than the" in problem.message


def test_load_document_when_several_things_are_wrong_then_reports_all_in_order() -> None:
    lines = [problem.line for problem in _problems("version: 2\nguards:\n- {nam: A}\n- {name: 5}\nx: 1\n")]
    assert lines == [1, 3, 3, 4, 5]


@pytest.mark.parametrize("word", ["no", "on", "12:30", "007", "0x1f", "1_000", ".inf", "2024-10-24", "~x"])
def test_load_document_when_a_plain_word_looks_special_then_it_is_text(word: str) -> None:
    document = load_document("post.yaml", f"version: 1\nguards: [{{name: {word}}}]", Post)
    assert document.value is not None
    assert document.value.guards[0].name == word


def test_place_when_asked_for_a_value_or_its_key_then_gives_line_and_column() -> None:
    document = load_document("post.yaml", "version: 1\nguards:\n  - name:   Ann\n", Post)
    assert document.place(("guards", 0, "name")) == (3, 13)
    assert document.key_place(("guards", 0, "name")) == (3, 5)
    assert document.place(("guards", 0, "shoe", "size")) == (3, 5)
    assert document.place(("guards", "<list>", 0, "name")) == (3, 13)


_TOKENS = st.sampled_from(
    ["version: 1\n", "guards:\n", "- name: a\n", "  ", "\t", "- ", "{", "}", "[", "]", "&a ", "*a ", "!!set ", "? ", ": ",
     "'", '"', "|\n", ">\n", "#", "---\n", "...\n", "%YAML 9\n", "\\", "é", "\u2028", "\ufeff", "\x85", "\n", ",", "<<: "]
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.text(), st.lists(_TOKENS, max_size=30).map("".join)))
def test_load_document_when_given_any_text_then_never_raises(text: str) -> None:
    document = load_document("any", text, Post)
    assert (document.value is None) == bool(document.problems)


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=300))
def test_load_document_when_given_any_bytes_then_never_raises(raw: bytes) -> None:
    document = load_document("any", raw.decode("utf-8", errors="replace"), Post)
    assert (document.value is None) == bool(document.problems)


def test_load_document_when_a_sound_text_is_damaged_then_places_lie_in_the_text() -> None:
    sound = "version: 1\nguards:\n  - {name: Ann, severity: high}\n  - name: Bo\n    armed: true\n"
    dice = random.Random(3)
    for _ in range(300):
        at = dice.randrange(len(sound))
        text = sound[:at] + dice.choice("{}[]:'\"\t-*&!x\n") + sound[at + dice.randint(0, 2) :]
        for problem in _problems(text):
            assert 1 <= problem.line <= text.count("\n") + 2
            assert problem.column >= 1
