"""What counts as a number of a text, and which spellings of it are one value."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.numerals import numbers, numbers_only_in


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        pytest.param("11,000 troops, 600 of them killed", ("11,000", "600"), id="English thousands"),
        pytest.param("11 000 солдатів і 1\u00a0200 поранених", ("11 000", "1\u00a0200"), id="spaces between thousands"),
        pytest.param("4,7 тис. осіб", ("4,7 тис.",), id="decimal thousands"),
        pytest.param("a 15-thousand strong corps, 6K more", ("15-thousand", "6K"), id="scale words"),
        pytest.param("약 1만1000명, 사망 600여 명", ("1만1000", "600"), id="Korean myriads after a word"),
        pytest.param("북한군 수백 명 사상", ("수백",), id="Korean vague number"),
        pytest.param("several dozen dead, hundreds wounded", ("dozen", "hundreds"), id="English vague numbers"),
        pytest.param("десятки вбитих, сотни раненых", ("десятки", "сотни"), id="Ukrainian and Russian vague numbers"),
        pytest.param("Two killed; двоє поранені", ("Two",), id="one value shown once"),
        pytest.param("an F-16, a Т-72, at 14:35 on 23.10.2024 or 2024-10-23", (), id="designations, times and dates"),
        pytest.param("It lost 5 thousand.", ("5 thousand",), id="the full stop is not of the number"),
        pytest.param("weight, often, canine, тритон", (), id="number words inside other words"),
    ],
)
def test_numbers_when_a_text_states_them_then_they_are_read_as_written(text: str, stated: tuple[str, ...]) -> None:
    assert numbers(text) == stated


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("1 000", "1,000"),
        ("1.000", "1\u202f000"),
        ("4,7 тыс.", "4700"),
        ("1만1천", "11,000"),
        ("600만", "6 million"),
        ("６００", "600"),
        ("десятків", "수십"),
    ],
)
def test_numbers_only_in_when_only_the_spelling_changed_then_nothing_is_new(new: str, old: str) -> None:
    assert numbers_only_in(f"{new} x", f"{old} x") == ()
    assert numbers(f"{new} x") == (new,)


def test_numbers_only_in_when_a_toll_was_raised_then_each_side_keeps_its_own() -> None:
    before, after = "Some 600 of 11,000 troops died.", "Some 2,000 of 11,000 troops died."
    assert numbers_only_in(after, before) == ("2,000",)
    assert numbers_only_in(before, after) == ("600",)


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789,. \u00a0'kKтис만천억백-:/xд") | st.characters(), max_size=60))
def test_numbers_when_given_any_text_then_each_stands_in_it(text: str) -> None:
    assert all(number in text for number in numbers(text))


def test_numbers_when_digits_run_on_for_ever_then_they_stand_for_themselves() -> None:
    assert numbers("7" * 5000) == ("7" * 5000,)


def test_numbers_when_a_digit_is_newer_than_the_unicode_tables_then_it_stands_for_itself() -> None:
    assert numbers("\U00016d70 and 12") == ("\U00016d70", "12")
