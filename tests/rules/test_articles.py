"""Whether a page is the article of an entry, and how the two are joined."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.articles import LONGEST, is_about, is_front_page, is_long_enough, join_article
from rules.text import clean, fold
from tests.articles import ENGLISH, OTHERS, STORIES, Story
from tests.hostile import hostile_text


def text_of(story: Story) -> str:
    return "\n".join(story.paragraphs)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
def test_an_article_when_it_is_the_entrys_own_then_it_is_about_it(story: Story) -> None:
    assert is_about(story.title, story.excerpt, text_of(story))
    assert is_about(story.title, "", text_of(story))
    assert is_long_enough(text_of(story))


@pytest.mark.parametrize(("story", "other"), list(permutations(STORIES, 2)), ids=lambda story: story.language)
def test_an_article_when_it_is_in_another_language_then_it_is_not_about_the_entry(story: Story, other: Story) -> None:
    assert not is_about(story.title, story.excerpt, text_of(other))


@pytest.mark.parametrize("page", OTHERS)
def test_an_article_when_it_is_a_wall_or_of_another_matter_then_it_is_not_about_the_entry(page: str) -> None:
    assert is_long_enough(page)
    assert not is_about(ENGLISH.title, ENGLISH.excerpt, page)


def test_an_article_when_the_entry_says_nothing_telling_then_it_is_not_believed() -> None:
    assert not is_about("It is so", "", text_of(ENGLISH))


def test_an_article_when_its_words_are_inflected_then_they_count() -> None:
    assert is_about("Раненый солдат вернулся домой", "", "О раненом солдате, который возвращался домой, рассказали.")


@pytest.mark.parametrize(
    ("text", "enough"),
    [
        pytest.param("Log in to read this.", False, id="a wall"),
        pytest.param("word " * 40, True, id="200 letters"),
        pytest.param("word " * 39, False, id="195 letters"),
        pytest.param("북한군" * 34, True, id="102 syllables"),
        pytest.param("북한군" * 33, False, id="99 syllables"),
    ],
)
def test_a_text_when_it_is_shorter_than_an_article_then_it_is_told(text: str, enough: bool) -> None:
    assert is_long_enough(text) is enough


@pytest.mark.parametrize(
    ("asked", "answered", "is_front"),
    [
        pytest.param("https://a.example/news/1", "https://a.example/", True, id="the root"),
        pytest.param("https://a.example/news/1", "https://www.a.example", True, id="another host's root"),
        pytest.param("https://a.example/news/1", "https://a.example/en/", True, id="a language's page"),
        pytest.param("https://a.example/news/1", "https://a.example/index.html", True, id="an index"),
        pytest.param("https://a.example/news/1/amp", "https://a.example/news/1", False, id="the same without amp"),
        pytest.param("https://a.example/?p=1", "https://a.example/?p=1", False, id="a page named by its query"),
        pytest.param("https://a.example/", "https://a.example/", False, id="asked for itself"),
        pytest.param("https://a.example/n/1", "http://[", False, id="no address"),
    ],
)
def test_a_redirect_when_it_leads_to_a_front_page_then_it_is_told(asked: str, answered: str, is_front: bool) -> None:
    assert is_front_page(asked, answered) is is_front


@pytest.mark.parametrize(
    ("text", "article", "joined"),
    [
        pytest.param("It rained.", "It snowed.\nIt froze.", "It rained.\nIt snowed.\nIt froze.", id="apart"),
        pytest.param("It rained.", "It rained.\nIt froze.", "It rained.\nIt froze.", id="the first paragraph"),
        pytest.param(
            "It rained.", "By A. B.\n“It rained.”\nIt froze.", "It rained.\nBy A. B.\nIt froze.", id="a later one"
        ),
        pytest.param("It rained.", "It rained. It froze.", "It rained.\nIt froze.", id="the first sentence"),
        pytest.param(
            "It rained.", "It rained hard. It froze.", "It rained.\nIt rained hard. It froze.", id="half of it"
        ),
        pytest.param("It ra…", "It rained.\nIt froze.", "It rained.\nIt froze.", id="cut off in a word"),
        pytest.param("It rained [...]", "By A. B.\nIt rained on.", "It rained on.", id="cut off after a word"),
        pytest.param("It rained", "It rained on us.", "It rained on us.", id="cut off without a sign"),
        pytest.param("It sn...", "It rained.", "It sn...\nIt rained.", id="cut off, of something else"),
        pytest.param("", "It rained.", "It rained.", id="nothing to begin with"),
        pytest.param("It rained.", "The title\nIt froze.", "It rained.\nIt froze.", id="the title again"),
    ],
)
def test_texts_when_joined_then_nothing_is_told_twice(text: str, article: str, joined: str) -> None:
    found = join_article("The title", text, article)
    assert found is not None
    assert found.text == joined


def test_texts_when_the_article_says_no_more_then_none_is_joined() -> None:
    assert join_article("The title", "It rained. It froze.", "The title\nIt rained.\nIt froze.") is None


def test_texts_when_the_article_is_endless_then_the_feeds_own_stays_whole() -> None:
    own = f"{'It rained. ' * 1000}"
    found = join_article("", own, "It froze again.\n" * 10_000)
    assert found is not None
    assert found.text.startswith(own)
    assert LONGEST * 0.9 < len(found.text) <= LONGEST
    assert join_article("", "It rained. " * 10_000, "It froze.") is None


_lines = st.lists(hostile_text, max_size=4).map(lambda lines: clean("\n".join(lines)))


@given(_lines, _lines, _lines)
@settings(deadline=None, max_examples=150)
def test_texts_when_joined_then_what_the_feed_said_is_never_lost(title: str, own: str, article: str) -> None:
    for page in (article, f"{own}\n{article}", f"{own} {article}", own):
        found = join_article(title, own, page)
        if found is not None:
            kept = found.text[: found.article_at]
            assert own.startswith(kept)
            assert own[len(kept) :].strip(" \n.…[]") == ""
            assert len(fold(found.text)) >= len(fold(kept))
