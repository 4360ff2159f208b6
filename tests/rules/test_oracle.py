"""The matcher beside a naive one that asks every term of every rule with `re`, over generated rules and texts."""

import re
from itertools import pairwise, product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rules import evaluate
from rules.model import Item
from tests.items import make_item
from tests.rules.rulesets import read_back, ruleset_of

_WORDS = [
    "gun",
    "guns",
    "gunner",
    "a",
    "ab",
    "front",
    "фронт",
    "фронту",
    "군",
    "북한",
    "북한군",
    "北",
    "7",
    "70",
    "u.s.",
]
_SPELLINGS = ["", "", "*"]
_GLUE = [" ", " ", " ", "-", ", ", ". ", "", "  ", "—", "'"]

_terms = st.builds(
    lambda words, joint, star: joint.join(words) + star,
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=2),
    st.sampled_from([" ", "-"]),
    st.sampled_from(_SPELLINGS),
)
_texts = st.lists(st.tuples(st.sampled_from([*_WORDS, "x"]), st.sampled_from(_GLUE)), max_size=9).map(
    lambda pairs: "".join(word + glue for word, glue in pairs).upper()
)
_leaves = st.one_of(_terms, st.lists(_terms, min_size=1, max_size=3).map(lambda terms: {"any": terms}))
_nears = st.builds(
    lambda words, ordered, of: {"near": {"words": words, "ordered": ordered, "of": of}},
    st.integers(0, 3),
    st.booleans(),
    st.lists(_leaves, min_size=2, max_size=3),
)
_conditions: st.SearchStrategy[Any] = st.recursive(
    st.one_of(_leaves, _leaves, _nears),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        inner.map(lambda part: {"not": part}),
        inner.map(lambda part: {"title": part} if not _has_field(part) else {"not": part}),
        inner.map(lambda part: {"text": part} if not _has_field(part) else {"not": part}),
        st.lists(inner, min_size=1, max_size=3).flatmap(
            lambda parts: st.integers(1, len(parts)).map(lambda count: {"at_least": {"count": count, "of": parts}})
        ),
    ),
    max_leaves=8,
)


def _has_field(condition: Any) -> bool:
    return "'title'" in repr(condition) or "'text'" in repr(condition)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower().replace("—", "-").replace("-", "\0")).strip(" ").replace("\0", " ")


def _pattern(term: str) -> str:
    body = _plain(term.rstrip("*"))
    before = {"k": "(?<![가-힣])", "c": ""}.get(_script(body[0]), r"(?<![a-zа-я0-9])")
    after = "" if term.endswith("*") or _script(body[-1]) in "kcp" else r"(?![a-zа-я0-9])"
    return before + re.escape(body) + after


def _script(character: str) -> str:
    if "가" <= character <= "힣":
        return "k"
    return "c" if character == "北" else "p" if character == "." else "w"


def _spans(leaf: Any, text: str) -> list[tuple[int, int]]:
    terms = [leaf] if isinstance(leaf, str) else leaf["any"]
    found = []
    for term in terms:
        pattern = re.compile(f"(?=({_pattern(term)}))")
        found += [each.span(1) for each in pattern.finditer(text)]
    return found


def _near(condition: Any, text: str) -> bool:
    starts = [found.start() for found in re.finditer(r"\w+(?:['.,]\w+)*", text)]

    def word(position: int) -> int:
        return sum(start <= position for start in starts)

    for chosen in product(*(_spans(leaf, text) for leaf in condition["of"])):
        gap = max(word(start) for start, _ in chosen) - min(word(end - 1) for _, end in chosen) - 1
        in_order = all(first[1] <= second[0] for first, second in pairwise(chosen))
        if gap <= condition["words"] and (in_order or not condition["ordered"]):
            return True
    return False


def _naive(condition: Any, fields: list[str]) -> bool:
    if isinstance(condition, str):
        return any(_spans(condition, text) for text in fields)
    ((kind, inner),) = condition.items()
    match kind:
        case "not":
            return not _naive(inner, fields)
        case "title":
            return _naive(inner, fields[:1])
        case "text":
            return _naive(inner, fields[1:])
        case "near":
            return any(_near(inner, text) for text in fields)
        case "at_least":
            return sum(_naive(part, fields) for part in inner["of"]) >= int(inner["count"])
    held: list[bool] = [_naive(part, fields) for part in inner]
    return any(held) if kind == "any" else all(held)


@settings(deadline=None, max_examples=300)
@given(st.lists(_conditions, min_size=1, max_size=5), _texts, _texts)
def test_evaluate_when_compared_with_a_naive_matcher_then_neither_loses_nor_adds_a_hit(
    conditions: list[Any], title: str, text: str
) -> None:
    item = make_item(title, text)
    fields = [f"{_plain(title)}", f"{_plain(text)}"]
    expected = [f"r{number}" for number, condition in enumerate(conditions) if _naive(condition, fields)]
    assert [str(match.rule) for match in evaluate(ruleset_of(*conditions), item).matches] == expected


@settings(deadline=None, max_examples=100)
@given(st.lists(_conditions, min_size=1, max_size=4), _texts, _texts)
def test_evaluate_when_traced_then_gives_the_same_matches_and_agreeing_traces(
    conditions: list[Any], title: str, text: str
) -> None:
    item, ruleset = make_item(title, text), ruleset_of(*conditions)
    plain, traced = evaluate(ruleset, item), evaluate(ruleset, item, trace=True)
    assert plain.matches == traced.matches
    assert plain.traces == ()
    matched = {match.rule for match in traced.matches}
    for trace in traced.traces:
        assert trace.matched == trace.root.holds == (trace.rule in matched)
        assert bool(trace.lacked) != trace.matched


@settings(deadline=None, max_examples=100)
@given(st.lists(_conditions, min_size=1, max_size=4), _texts, _texts)
def test_evidence_when_rules_match_then_each_place_reads_as_its_term(
    conditions: list[Any], title: str, text: str
) -> None:
    item = make_item(title, text)
    for match in evaluate(ruleset_of(*conditions), item).matches:
        places = [(each.field != "title", each.start, each.end) for each in match.evidence]
        assert places == sorted(places)
        for evidence, read in zip(match.evidence, read_back(item, match.evidence), strict=True):
            assert _plain(read).startswith(_plain(evidence.term.rstrip("*")))


def test_evaluate_when_items_share_a_ruleset_then_one_leaves_no_trace_in_the_next() -> None:
    ruleset = ruleset_of({"near": {"words": 1, "of": ["gun", "front"]}}, {"expression": r"gun\w* x"})
    items: list[Item] = [make_item("", "gun front"), make_item("", "guns x"), make_item("", "")]
    found = [[str(match.rule) for match in evaluate(ruleset, item).matches] for item in items]
    assert found == [["r0"], ["r1"], []]
