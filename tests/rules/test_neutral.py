"""Feed text is made inert without changing a word or a number."""

import pytest
import regex
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rules.neutral import neutralise, safe_link
from tests.hostile import ACTIVE, UNSEEN, hostile_text

_WORD = regex.compile(r"[\p{L}\p{N}]+")


@pytest.mark.parametrize(
    ("source", "inert"),
    [
        pytest.param("@everyone look", "＠everyone look", id="Discord mention"),
        pytest.param("<@U123> <!here> <#C1> <@&9>", "‹＠U123› ‹!here› ‹#C1› ‹＠&9›", id="Slack mentions"),
        pytest.param("@\u200beveryone", "＠everyone", id="mention split by a zero-width space"),
        pytest.param("[Kyiv](http://a.example)", "[Kyiv] (http://a.example)", id="link that hides its target"),
        pytest.param("<https://a.example|bank>", "‹https://a.example|bank›", id="Slack link that hides its target"),
        pytest.param("```x``` ||600||", "‵‵‵x‵‵‵ ¦¦600¦¦", id="code fence and spoiler"),
        pytest.param("from ~600 to ~2,000", "from ∼600 to ∼2,000", id="about-signs that would strike figures through"),
        pytest.param("__init__ and snake_case", "＿＿init＿＿ and snake_case", id="underscores at word edges only"),
        pytest.param(
            "under < 100, >= 5, Kyiv -> Kursk", "under < 100, >= 5, Kyiv -> Kursk", id="comparisons and arrows"
        ),
        pytest.param("\u202eabc\u202c \x1b[31mred\x07", "abc [31mred", id="bidi and escape sequences"),
        pytest.param("one\r\n\n two\t\u200b three", "one two three", id="white space"),
        pytest.param("1\u00a0200 and 4\u202f700", "1\u00a0200 and 4\u202f700", id="hard spaces inside numbers"),
        pytest.param("e" + "\u0301" * 9, "e" + "\u0301" * 4, id="piled accents"),
        pytest.param("\ud800a", "a", id="lone surrogate"),
    ],
)
def test_neutralise_when_text_could_act_then_it_is_made_inert(source: str, inert: str) -> None:
    assert neutralise(source).text == inert


@settings(deadline=None, max_examples=200)
@given(hostile_text)
def test_neutralise_when_given_any_text_then_nothing_active_or_unseen_is_left(source: str) -> None:
    text = neutralise(source).text
    assert not ACTIVE.search(text)
    assert not UNSEEN.search(text)


@settings(deadline=None, max_examples=200)
@given(hostile_text)
def test_neutralise_when_done_twice_then_nothing_more_changes(source: str) -> None:
    once = neutralise(source).text
    assert neutralise(once).text == once


@settings(deadline=None, max_examples=200)
@given(hostile_text)
def test_neutralise_when_given_any_text_then_its_words_and_numbers_are_kept(source: str) -> None:
    seen = UNSEEN.sub(lambda m: " " if m.group().isspace() else "", source)
    kept = regex.compile(r"\p{DI}")
    assert _WORD.findall(neutralise(source).text) == _WORD.findall(kept.sub("", seen))


@settings(deadline=None)
@given(hostile_text, st.data())
def test_neutralise_when_a_word_is_followed_by_its_offsets_then_it_stands_there(
    source: str, data: st.DataObject
) -> None:
    words = [found for found in _WORD.finditer(source) if not UNSEEN.search(found.group())]
    assume(words)
    word = data.draw(st.sampled_from(words))
    neutral = neutralise(source)
    there = neutral.text[neutral.offsets[word.start()] : neutral.offsets[word.end()]]
    assert there == regex.sub(r"\p{DI}", "", word.group())


@pytest.mark.parametrize(
    ("link", "safe"),
    [
        ("https://wire.example/a?b=1&c=북한#d", "https://wire.example/a?b=1&c=북한#d"),
        ("HTTP://Київ.example:8080/", "HTTP://Київ.example:8080/"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("https://a.example/x|y>z", "https://a.example/x%7Cy%3Ez"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//a.example/x", None),
        ("https:///x", None),
        ("https://user:secret@a.example/", None),
        ("https://good.example\\@evil.example/", None),
        ("https://a.example/\u202egnp.exe", None),
        ("https://a.example/\nx", None),
        ("https://a.example/a b", None),
        ("https://a.example:port/", None),
        ("https://[::1/", None),
        ("https://a.example/" + "x" * 2048, None),
        ("", None),
        (None, None),
    ],
)
def test_safe_link_when_given_an_address_then_only_plain_web_addresses_pass(link: str | None, safe: str | None) -> None:
    assert safe_link(link) == safe


@settings(deadline=None)
@given(st.text() | hostile_text.map(lambda text: f"https://a.example/{text}"))
def test_safe_link_when_given_any_text_then_it_cannot_break_out_of_markup(link: str) -> None:
    safe = safe_link(link)
    assert safe is None or not regex.search(r"[\s<>|\"`]", safe)
