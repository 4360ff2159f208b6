"""Passages are cut at borders that leave words and numbers whole."""

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.spans import ELLIPSIS, Passage, Span, passage
from tests.hostile import hostile_text

LONG = "The ministry said on Monday that it had counted the dead again, and that 11 000 soldiers were sent, 600 of them killed."


def _around(text: str, word: str) -> Passage:
    start = text.index(word)
    return passage(text, [(start, start + len(word))])


def test_spans_when_places_overlap_then_they_are_merged_into_one_run() -> None:
    shown = passage("North Korean soldiers died", [(6, 21), (0, 12), (22, 26)]).spans()
    assert shown == (Span("North Korean soldiers", strong=True), Span(" "), Span("died", strong=True))


def test_passage_when_unseen_characters_precede_a_place_then_the_place_moves_with_its_word() -> None:
    assert passage("  \u200b\x1b killed\n", [(5, 11)]).spans() == (Span("killed", strong=True),)


def test_passage_when_places_lie_outside_the_text_then_they_are_cut_off() -> None:
    assert passage("dead", [(-9, 2), (3, 99), (50, 60), (2, 1)]).spans() == (
        Span("de", strong=True),
        Span("a"),
        Span("d", strong=True),
    )


def test_shortened_when_the_passage_fits_then_it_is_unchanged() -> None:
    whole = passage(LONG)
    assert whole.shortened(len(LONG)) is whole


def test_shortened_when_the_evidence_is_at_the_end_then_the_start_is_cut() -> None:
    cut = _around(LONG, "killed").shortened(40)
    assert cut.text.startswith(ELLIPSIS)
    assert cut.text.endswith("600 of them killed.")
    assert Span("killed", strong=True) in cut.spans()


def test_shortened_when_nothing_is_strong_then_the_start_is_kept() -> None:
    assert passage(LONG).shortened(30).text == "The ministry said on Monday…"


@pytest.mark.parametrize("limit", range(10, len(LONG)))
def test_shortened_when_cut_anywhere_then_no_number_is_torn_from_its_thousands(limit: int) -> None:
    cut = _around(LONG, "soldiers").shortened(limit).text
    assert len(cut) <= limit
    assert set(regex.findall(r"\d[\d ]*\d", cut)) <= {"11 000", "600"}


def test_shortened_when_a_word_is_longer_than_any_word_then_it_is_cut_all_the_same() -> None:
    assert passage("x" * 500).shortened(50).text == "x" * 48 + ELLIPSIS


def test_shortened_when_there_is_nothing_but_digits_then_nothing_is_left() -> None:
    assert passage("7" * 500).shortened(50).text == ""


@settings(deadline=None, max_examples=200)
@given(hostile_text, st.lists(st.tuples(st.integers(-5, 80), st.integers(-5, 80)), max_size=5), st.integers(0, 120))
def test_shortened_when_given_anything_then_its_runs_are_a_piece_of_the_passage(
    source: str, places: list[tuple[int, int]], limit: int
) -> None:
    whole = passage(source, places)
    cut = whole.shortened(limit)
    shown = "".join(span.text for span in cut.spans())
    assert shown == cut.text
    assert cut is whole or len(shown) <= limit
    assert shown in whole.text or shown.removeprefix(ELLIPSIS).removesuffix(ELLIPSIS) in whole.text
    assert "".join(span.text for span in whole.spans()) == whole.text


def test_shortened_when_strong_text_starts_inside_the_first_word_then_that_word_is_whole() -> None:
    text = "1만1000명" + "＠everyone" * 30
    assert passage(text, [(1, len(text))]).shortened(100).text.startswith("1만1000명")


def test_shortened_when_the_cut_falls_between_a_number_and_its_unit_then_both_go() -> None:
    text = "@here_" + "북한군" * 30 + "4,7 тис.@everyone" * 3
    for limit in range(60, len(text)):
        shown = passage(text).shortened(limit).text.rstrip(ELLIPSIS)
        assert not shown.endswith(("4,7", "4", "4,"))
