"""What holds for the summary of any item, however hostile or broken."""

import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.phrases import plain
from rules.model import Evidence, Item, Match, RuleId, Severity
from rules.neutral import neutralise
from rules.numerals import numerals
from rules.summary import LONGEST_EXCERPTS, LONGEST_HEADLINE, MOST_EXCERPTS, Summary, summarise
from tests.hostile import ACTIVE, UNSEEN, hostile_text
from tests.items import make_item

_WORD = regex.compile(r"[\p{L}\p{N}]+")
_LONGEST_WORD = 40


@st.composite
def _items(draw: st.DrawFn) -> Item:
    long_text = st.builds(lambda text, times: f"{text} " * times, hostile_text, st.integers(1, 8))
    sentences = draw(st.lists(long_text, max_size=5))
    return make_item(draw(long_text), draw(st.sampled_from([" ", "\n", ". "])).join(sentences))


@st.composite
def _matches(draw: st.DrawFn, item: Item) -> list[Match]:
    places = st.builds(
        Evidence,
        st.sampled_from(["title", "text", "elsewhere"]),
        st.integers(-3, len(item.text) + 3),
        st.integers(-3, len(item.text) + 3),
        st.sampled_from("abc"),
    )
    severities = st.sampled_from(Severity)
    evidence = st.lists(places, max_size=6).map(tuple)
    return draw(st.lists(st.builds(Match, st.just(RuleId("r")), hostile_text, severities, evidence), max_size=3))


_told = _items().flatmap(lambda item: st.tuples(st.just(item), _matches(item)))


def _texts(summary: Summary) -> list[str]:
    return [plain(summary.headline), *map(plain, summary.excerpts)]


def _tokens(text: str) -> list[str]:
    return _WORD.findall(text)


@settings(deadline=None, max_examples=150)
@given(_told)
def test_summarise_when_given_any_item_then_every_word_and_number_stands_in_it(told: tuple[Item, list[Match]]) -> None:
    item, matches = told
    source = neutralise(f"{item.title}\n{item.text}").text
    words = set(_tokens(source))
    overlong = [word for word in words if len(word) > _LONGEST_WORD]
    whole = {numeral.value for numeral in numerals(source)}
    for text in _texts(summarise(item, matches)):
        for word in set(_tokens(text)) - words:
            assert any(each.startswith(word) or each.endswith(word) for each in overlong)
        assert {n.value for n in numerals(text)} <= whole


@settings(deadline=None, max_examples=150)
@given(_told)
def test_summarise_when_given_any_item_then_each_text_is_a_stretch_of_it(told: tuple[Item, list[Match]]) -> None:
    item, matches = told
    source = neutralise(f"{item.title}\n{item.text}").text
    for text in _texts(summarise(item, matches)):
        assert text.strip("…") in source


@settings(deadline=None, max_examples=150)
@given(_told)
def test_summarise_when_given_any_item_then_nothing_it_tells_is_active(told: tuple[Item, list[Match]]) -> None:
    summary = summarise(*told)
    for text in (*_texts(summary), summary.publisher, *summary.reasons, *summary.added, *summary.removed):
        assert not ACTIVE.search(text)
        assert not UNSEEN.search(text)


@settings(deadline=None, max_examples=100)
@given(_told)
def test_summarise_when_given_any_item_then_it_keeps_to_its_lengths(told: tuple[Item, list[Match]]) -> None:
    summary = summarise(*told)
    assert len(plain(summary.headline)) <= LONGEST_HEADLINE
    assert len(summary.excerpts) <= MOST_EXCERPTS
    assert sum(len(plain(excerpt)) for excerpt in summary.excerpts) <= LONGEST_EXCERPTS
    assert all(span.text for excerpt in (summary.headline, *summary.excerpts) for span in excerpt)


@settings(deadline=None, max_examples=100)
@given(_items(), st.data())
def test_summarise_when_a_short_title_matched_then_all_its_evidence_is_strong(item: Item, data: st.DataObject) -> None:
    start, end = sorted((data.draw(st.integers(0, len(item.title))), data.draw(st.integers(0, len(item.title)))))
    match = Match(RuleId("r"), "R", Severity.LOW, (Evidence("title", start, end, "a"),))
    headline = summarise(item, [match]).headline
    strong = "".join(span.text for span in headline if span.strong)
    if plain(headline) == neutralise(item.title).text.strip():
        assert _tokens(strong) == _tokens(neutralise(item.title).text[slice(*_moved(item.title, start, end))])


def _moved(title: str, start: int, end: int) -> tuple[int, int]:
    offsets = neutralise(title).offsets
    return offsets[start], offsets[end]


@settings(deadline=None, max_examples=100)
@given(_items(), _items())
def test_summarise_when_an_item_was_edited_then_changed_numbers_stand_in_their_versions(new: Item, old: Item) -> None:
    summary = summarise(new, [], previous=old)
    for numbers, item in ((summary.added, new), (summary.removed, old)):
        assert all(_tokens(number)[0] in neutralise(f"{item.title}\n{item.text}").text for number in numbers if number)
