"""What is taken from a page: the article and nothing around it, in whatever charset the page comes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.articles.extraction import extract_text
from tests.articles import AROUND, ENGLISH, KOREAN, RUSSIAN, STORIES, UKRAINIAN, Story, write_page, write_story


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
def test_a_page_when_it_has_an_article_then_its_paragraphs_are_given_a_line_each(story: Story) -> None:
    text = extract_text(write_story(story).encode(), "text/html; charset=utf-8")
    assert text.split("\n")[-3:] == list(story.paragraphs)
    assert AROUND not in text
    assert "rights reserved" not in text


@pytest.mark.parametrize(
    ("story", "charset", "content_type", "head"),
    [
        pytest.param(RUSSIAN, "windows-1251", "text/html; charset=windows-1251", "", id="ru header"),
        pytest.param(UKRAINIAN, "windows-1251", "text/html", '<meta charset="windows-1251">', id="uk meta"),
        pytest.param(RUSSIAN, "koi8-r", "text/html", '<meta charset="koi8-r">', id="ru koi8 meta"),
        pytest.param(KOREAN, "euc-kr", "text/html; charset=euc-kr", "", id="ko header"),
        pytest.param(KOREAN, "cp949", "text/html", '<meta charset="euc-kr">', id="ko meta"),
        pytest.param(
            KOREAN,
            "euc-kr",
            "text/html",
            '<meta http-equiv="Content-Type" content="text/html; charset=euc-kr">',
            id="ko http-equiv",
        ),
        pytest.param(KOREAN, "utf-8", "text/html", "", id="ko unsaid"),
        pytest.param(ENGLISH, "utf-16", "text/html", "", id="en with a mark"),
        pytest.param(RUSSIAN, "windows-1251", "text/html", "", id="ru unsaid"),
    ],
)
def test_a_page_when_it_is_in_an_older_charset_then_it_is_read_in_it(
    story: Story, charset: str, content_type: str, head: str
) -> None:
    text = extract_text(write_story(story, head=head).encode(charset), content_type)
    assert text.split("\n")[-1] == story.paragraphs[-1]


def test_a_page_when_the_header_contradicts_it_then_the_header_counts() -> None:
    page = write_story(RUSSIAN, head='<meta charset="utf-8">').encode("windows-1251")
    assert RUSSIAN.paragraphs[1] in extract_text(page, "text/html; charset=windows-1251")


def test_a_page_when_it_is_plain_text_then_its_paragraphs_are_unwrapped() -> None:
    text = extract_text(b"It rained\nall day.\r\n\r\nIt  froze.\n", "text/plain; charset=utf-8")
    assert text == "It rained all day.\nIt froze."


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<html><body></body></html>", id="without text"),
        pytest.param(b"\x00\xff\xfe\x80" * 50, id="bytes"),
        pytest.param(b"<html><body>" + b"<div>" * 50_000 + b"<p>It rained.", id="deep"),
        pytest.param(b"<!DOCTYPE html [<!ENTITY a 'b'>]><p>&a;", id="entities"),
    ],
)
def test_a_page_when_there_is_no_article_in_it_then_nothing_is_given(page: bytes) -> None:
    assert len(extract_text(page, "text/html")) < 200


def test_a_page_when_it_hides_directions_and_controls_then_they_are_gone() -> None:
    paragraphs = [f"{each[:20]}\u202e\u200b\x07{each[20:]}" for each in ENGLISH.paragraphs]
    text = extract_text(write_page(ENGLISH.title, paragraphs).encode(), "text/html; charset=utf-8")
    assert text.split("\n")[-1] == ENGLISH.paragraphs[-1]


_MARKUP = [
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<article>",
    "<table><tr><td>",
    "</table>",
    "<ul><li>",
    "<br>",
    "<b",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<a\thref='x'>",
    "</a>",
    "<![CDATA[",
    "]]>",
    "&amp",
    "&#0;",
    "<svg>",
    "<math>",
    "<q>\x00",
    "<h1>",
    "<title>",
    "<base\thref='//['>",
    "<iframe>",
    "<template>",
    "<select>",
    "<textarea>",
    "<plaintext>",
    "<noscript>",
    "<meta\tcharset=utf-16>",
]
_pieces = st.sampled_from([*_MARKUP, *ENGLISH.paragraphs]) | st.text(max_size=30)


@given(st.lists(_pieces, max_size=40).map("".join), st.sampled_from(["utf-8", "euc-kr", "none", ""]))
@settings(deadline=None, max_examples=120)
def test_a_page_when_it_is_made_of_anything_then_reading_it_ends_in_clean_lines(page: str, charset: str) -> None:
    text = extract_text(page.encode("utf-8", "replace"), f"text/html; charset={charset}")
    assert all(line and line == " ".join(line.split()) for line in text.split("\n")) or text == ""
