"""What is asked of a page that a feed's entry links to: as the feed is asked, but for what strangers must not see."""

import pytest
from pydantic import SecretStr

from bot.request import PAGE_BYTES, PAGE_TYPES, build_article_request
from bot.settings.model import Polling
from rules.model import FeedId, Source
from state import Access, FeedSpec, Given

ACCESS = Access(
    headers=(("X-Key", Given(variable="KEY")), ("User-Agent", Given("A desk")), ("accept", Given("text/xml"))),
    user="desk",
    password=Given(variable="WORD"),
    proxy=Given("http://proxy.example:3128"),
)
SECRETS = {"KEY": SecretStr("k"), "WORD": SecretStr("w")}


def spec(url: str) -> FeedSpec:
    return FeedSpec(Source(FeedId("wire"), "W", "en", "wire"), url, 300.0, allow_private=True, access=ACCESS)


@pytest.mark.parametrize(
    ("feed", "page"),
    [
        pytest.param("https://a.example/rss", "https://a.example/1", id="same"),
        pytest.param("https://a.example/rss", "https://A.example:443/1", id="same in another spelling"),
        pytest.param("http://a.example/rss", "https://a.example/1", id="step to https"),
        pytest.param("http://127.0.0.1:81/rss", "http://127.0.0.1:81/1", id="same port"),
    ],
)
def test_an_article_when_it_is_at_the_feeds_own_origin_then_it_is_asked_as_the_feed_is(feed: str, page: str) -> None:
    request = build_article_request(spec(feed), page, Polling(), SECRETS)
    assert request.url == page
    assert request.headers == {"X-Key": "k", "User-Agent": "A desk", "Accept": PAGE_TYPES}
    assert request.login == ("desk", "w")
    assert request.allow_private
    assert (request.proxy, request.max_bytes) == ("http://proxy.example:3128", PAGE_BYTES)


@pytest.mark.parametrize(
    ("feed", "page"),
    [
        pytest.param("https://a.example/rss", "https://b.example/1", id="another host"),
        pytest.param("https://a.example/rss", "http://a.example/1", id="step down to http"),
        pytest.param("https://a.example/rss", "https://a.example:8443/1", id="another port"),
        pytest.param("http://127.0.0.1:81/rss", "http://127.0.0.1:82/1", id="another port of this machine"),
        pytest.param("http://a.example:81/rss", "https://a.example/1", id="from an odd port to https"),
        pytest.param("https://a.example/rss", "https://a.example@b.example/1", id="a host that looks like it"),
        pytest.param("https://a.example/rss", "http://[/1", id="no address"),
    ],
)
def test_an_article_when_it_is_elsewhere_then_it_gets_no_secret_and_no_way_in(feed: str, page: str) -> None:
    request = build_article_request(spec(feed), page, Polling(max_bytes=1000), SECRETS)
    assert request.headers == {"User-Agent": "A desk", "Accept": PAGE_TYPES}
    assert request.login is None
    assert not request.allow_private
    assert (request.proxy, request.max_bytes) == ("http://proxy.example:3128", 1000)
