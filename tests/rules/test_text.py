"""Folding with the way back, cleaning, and sentence borders."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.text import Folded, clean, fold, sentences

_odd_text = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("abAB .-'`\n\t\u00a0\u200b\u00ad\u0301\u0307\u0306İßſΣςﬁ½…´éЙйЁё’“—–\u2011가한\u1100\u1161\u11a8ｱﾞ\uffa1\uffc2か\u3099\u3131\u314f\ufe0f"),
    ),
    max_size=14,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("  North\u00a0\n\tKorea ", "north korea", id="white space"),
        pytest.param("Kim’s ‘plan‘ `x` ´y´", "kim's 'plan' 'x' 'y'", id="apostrophes"),
        pytest.param("“so” „so‟ «so»", '"so" "so" "so"', id="quotes"),
        pytest.param("a‐b‑c–d—e−f", "a-b-c-d-e-f", id="dashes"),
        pytest.param("Straße STRASSE", "strasse strasse", id="sharp s"),
        pytest.param("İstanbul", "istanbul", id="dotted I"),
        pytest.param("Ё ё", "е е", id="yo"),
        pytest.param("за\u0301мок", "замок", id="stress"),
        pytest.param("ca\u00adsu\u200bal\ufeffty", "casualty", id="invisible"),
        pytest.param("ＤＰＲＫ １５５ｍｍ", "dprk 155mm", id="full width"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_fold_when_spellings_mean_the_same_then_gives_one(text: str, folded: str) -> None:
    assert fold(text) == folded


@settings(deadline=None, max_examples=300)
@given(_odd_text)
def test_fold_when_repeated_then_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(deadline=None, max_examples=300)
@given(_odd_text)
def test_span_when_any_character_is_traced_back_then_the_original_folds_to_it(text: str) -> None:
    folded = Folded(text)
    for place, character in enumerate(folded.text):
        if character != " ":
            start, end = folded.span(place, place + 1)
            assert character in fold(text[start:end])
    if folded.text:
        start, end = folded.span(0, len(folded.text))
        assert fold(text[start:end]) == folded.text


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("…e\u0301e\u0301 ", id="grown and composed"),
        pytest.param("ßq\u0307 ", id="grown and a mark gone"),
        pytest.param("…  \u200b ", id="grown, squeezed, vanished"),
        pytest.param("ﬁx\u0301 “ ", id="ligature and stress"),
    ],
)
def test_span_when_lengths_make_up_for_each_other_then_still_reads_back(before: str) -> None:
    text = f"{before}Kursk"
    start = fold(text).index("kursk")
    assert Folded(text).span(start, start + 5) == (len(before), len(text))


@settings(deadline=None, max_examples=100)
@given(_odd_text, st.sampled_from(["Kursk", "북한", "Київ", "café"]), _odd_text)
def test_span_when_a_word_stands_amid_anything_then_it_reads_back_whole(before: str, word: str, after: str) -> None:
    text = f"{before} {word} {after}"
    folded = Folded(text)
    at = folded.text.find(fold(word))
    start, end = folded.span(at, at + len(fold(word)))
    assert fold(text[start:end]) == fold(word)


def test_clean_when_text_is_hostile_then_leaves_what_can_be_shown() -> None:
    assert clean("a\x00b\x1b[31m\u202ec\u200bd\ud800\r\ne\tf\u2028g\x85h") == "ab[31mcd\ne f\ng\nh"
    assert clean("북한군 — «ё» é😀") == "북한군 — «ё» é😀"


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(["The U.S. said so.", "Gen. Smith left."], id="abbreviations"),
        pytest.param(["Losses rose 3.5 percent.", "No. 5 fell at 5 p.m. Monday."], id="numbers"),
        pytest.param(["It came from the U.S.", "The rest is unknown."], id="acronym at the end"),
        pytest.param(["“Why?” he asked.", "“No.”", "J. F. Kennedy smiled."], id="quotes and initials"),
        pytest.param(["They fought on… and lost.", "“They left…”", "It ended!"], id="ellipsis"),
        pytest.param(["북한군이 숨졌다.", "1.5배 늘었다.", "“맞다.”", "그는 말했다."], id="Korean"),
        pytest.param(
            ["Втрати — 11 тис. осіб.", "Т. зв. республіки мовчать.", "В. Зеленський виступив."], id="Ukrainian"
        ),
        pytest.param(["У 2024 р. було 5 тис. загиблих.", "«Так.»", "Він пішов."], id="Ukrainian units"),
        pytest.param(["Погибли 20 тыс. человек и т.д.", "В г. Курск тихо.", "Ген. Иванов молчит."], id="Russian"),
    ],
)
def test_sentences_when_news_is_cut_then_abbreviations_hold_together(parts: list[str]) -> None:
    text = "  ".join(parts)
    assert [text[start:end] for start, end in sentences(text)] == parts


def test_sentences_when_korean_lacks_the_space_or_a_line_ends_then_cuts_there() -> None:
    text = "북한군이 숨졌다.국정원은 밝혔다\n끝"
    assert [text[start:end] for start, end in sentences(text)] == ["북한군이 숨졌다.", "국정원은 밝혔다", "끝"]


@settings(deadline=None, max_examples=200)
@given(st.text(st.sampled_from("aB .!?…\n다국.»”)тЗ1 \u3002"), max_size=40))
def test_sentences_when_given_anything_then_lose_nothing_but_white_space(text: str) -> None:
    position = 0
    for start, end in sentences(text):
        assert text[position:start].strip() == ""
        assert text[start:end].strip() == text[start:end] != ""
        position = end
    assert text[position:].strip() == ""
