"""The shipped pack: it compiles, its own tests hold, and it flags what it should in four languages."""

from collections import Counter

import pytest

from rules.matcher import Compilation, run_tests
from tests.bench.flags import FLAGS, Annotated, compile_pack, find_flags, find_misses, grade
from tests.rules.packs.items import read_items

LANGUAGES = ("en", "ko", "uk", "ru")
ALL_LANGUAGES = [pytest.param(language, id=language) for language in LANGUAGES]


@pytest.fixture(scope="module")
def pack() -> Compilation:
    return compile_pack()


def test_pack_when_compiled_then_has_no_problem(pack: Compilation) -> None:
    assert [str(problem) for problem in pack.problems] == []
    assert {rule.id for rule in pack.ruleset.rules} == {"dprk-troops", "war-casualties"}


def test_pack_when_its_own_tests_run_then_all_pass(pack: Compilation) -> None:
    failed = [outcome for outcome in run_tests(pack.ruleset) if not outcome.passed]
    assert [f"{outcome.path}:{outcome.line} {outcome.test.title}" for outcome in failed] == []


def test_pack_when_counted_then_each_rule_has_five_tests_of_each_kind_in_each_language(pack: Compilation) -> None:
    for rule in pack.ruleset.rules:
        counts = Counter((test.language, test.match) for test in rule.tests)
        few = {key for language in LANGUAGES for key in ((language, True), (language, False)) if counts[key] < 5}
        assert not few, rule.id
        assert len(rule.tests) >= 25, rule.id


@pytest.mark.parametrize("language", ALL_LANGUAGES)
def test_pack_when_given_our_items_then_both_flags_reach_097(pack: Compilation, language: str) -> None:
    items = read_items(language)
    misses = list(find_misses(pack.ruleset, items))
    scores = grade(items, misses)
    assert min(scores[language, flag].f1 for flag in FLAGS) >= 0.97, [(miss.flag, miss.item.title) for miss in misses]


@pytest.mark.parametrize("language", ALL_LANGUAGES)
def test_items_when_counted_then_at_least_a_third_are_traps(language: str) -> None:
    items = read_items(language)
    assert sum(not item.flags for item in items) >= len(items) / 3


@pytest.mark.parametrize("wrong", ["", "fr"])
def test_pack_when_the_feed_names_another_language_then_flags_all_the_same(pack: Compilation, wrong: str) -> None:
    for language in LANGUAGES:
        for item in read_items(language):
            mislabelled = Annotated(wrong, item.title, item.text, item.flags)
            assert find_flags(pack.ruleset, mislabelled) == find_flags(pack.ruleset, item)
