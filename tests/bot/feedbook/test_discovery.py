import pytest

from adapters.webpage import FeedLink
from bot.feedbook.discovery import guess_addresses, read_page

PAGE = "https://example.org/world/news.html"


def page(head: str, attributes: str = "") -> bytes:
    return f"<!doctype html><html {attributes}><head>{head}</head><body></body></html>".encode()


def link(href: str, kind: str = "application/rss+xml", rel: str = "alternate", title: str = "") -> str:
    return f'<link rel="{rel}" type="{kind}" href="{href}" title="{title}">'


def test_feeds_of_a_page_are_absolute_once_each_and_those_of_comments_last() -> None:
    head = link("/comments/feed", title="Comments") + link("rss.xml", title="News") + link("rss.xml", title="News")
    feeds = read_page(page(head), "text/html", PAGE).feeds
    assert feeds == (
        FeedLink("https://example.org/world/rss.xml", "News"),
        FeedLink("https://example.org/comments/feed", "Comments"),
    )


@pytest.mark.parametrize(
    ("element", "is_feed"),
    [
        (link("/a", "application/atom+xml"), True),
        (link("/a", "application/feed+json"), True),
        (link("/a", "APPLICATION/RSS+XML; charset=utf-8", "Alternate Home"), True),
        (link("/feed.json", "application/json"), True),
        (link("/api/pages/1", "application/json"), False),
        (link("/a", "text/html"), False),
        (link("/a", rel="stylesheet"), False),
        (link("javascript:alert(1)"), False),
        (link("http://[broken/"), False),
        ('<link rel="alternate" type="application/rss+xml">', False),
    ],
)
def test_only_links_to_feeds_over_http_count(element: str, is_feed: bool) -> None:
    assert bool(read_page(page(element), "", PAGE).feeds) is is_feed


def test_relative_links_count_from_the_base_of_the_page() -> None:
    [feed] = read_page(page('<base href="/elsewhere/">' + link("rss")), "", PAGE).feeds
    assert feed.url == "https://example.org/elsewhere/rss"


@pytest.mark.parametrize(("lang", "language"), [("uk", "uk"), ("ko-KR", "ko"), ("xx", ""), ("", "")])
def test_the_language_of_a_page_is_two_letters_that_we_know(lang: str, language: str) -> None:
    assert read_page(page("", f'lang="{lang}"'), "", PAGE).language == language


def test_titles_are_read_in_the_encoding_that_the_page_says() -> None:
    body = page('<meta charset="euc-kr">' + link("/rss", title="정치")).decode().encode("euc-kr")
    assert read_page(body, "text/html", PAGE).feeds[0].title == "정치"
    assert read_page(body, "text/html; charset=nonsense", PAGE).feeds[0].url == "https://example.org/rss"


@pytest.mark.parametrize("body", [b"", b"\x00\xff<link", b"<link rel=alternate type=application/rss+xml href=/x"])
def test_a_broken_page_gives_no_error(body: bytes) -> None:
    assert read_page(body, "", PAGE).language == ""


def test_guesses_stay_on_the_host_begin_below_the_page_and_are_few() -> None:
    guesses = guess_addresses("https://example.org:8443/world/?page=2")
    assert guesses[:2] == ("https://example.org:8443/world/feed", "https://example.org:8443/world/rss")
    assert "https://example.org:8443/atom.xml" in guesses
    assert len(set(guesses)) == len(guesses) <= 10
    assert all(each.startswith("https://example.org:8443/") for each in guesses)
    assert guess_addresses("https://example.org/feed")[0] != "https://example.org/feed"
