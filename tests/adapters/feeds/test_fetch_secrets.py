"""Headers and logins of a feed: sent to its own host, and to no other."""

import base64
from dataclasses import replace

import pytest

from adapters.feeds import HttpFetcher
from adapters.ports import FetchRequest
from tests.adapters.feeds.asking import FEED, ask, fail
from tests.feeds_server import Document, FeedsServer
from tests.wire_server import WireServer, answer

HEADERS = {"X-Key": "k-12345", "Cookie": "paid=yes", "User-Agent": "Desk/1", "Accept-Language": "ko"}


def ask_in(url: str) -> FetchRequest:
    """Ask with a login and headers."""
    return replace(ask(url, etag='"a0"'), headers=HEADERS, login=("desk", "pass:wörd"))


async def test_fetch_when_a_feed_has_headers_and_a_login_then_sent(server: FeedsServer, fetcher: HttpFetcher) -> None:
    server.put("wire", FEED)
    await fetcher.fetch(ask_in(server.url("wire")))
    [sent] = server.requests["wire"]
    assert {name: sent[name] for name in HEADERS} == HEADERS
    assert base64.b64decode(sent["Authorization"].removeprefix("Basic ")).decode() == "desk:pass:wörd"


async def test_fetch_when_one_feed_has_secrets_then_the_next_one_does_not(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("wire", FEED)
    await fetcher.fetch(ask_in(server.url("wire")))
    await fetcher.fetch(ask(server.url("wire")))
    assert not {"X-Key", "Authorization", "Cookie"} & set(server.requests["wire"][1])
    assert server.requests["wire"][1]["User-Agent"].startswith("Vedette/")


async def test_fetch_when_redirected_within_the_host_then_secrets_go_along(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("wire", document=Document(redirect_to="/feed"))
    server.put("feed", FEED)
    await fetcher.fetch(ask_in(server.url("wire")))
    assert server.requests["feed"][0]["X-Key"] == "k-12345"
    assert "Authorization" in server.requests["feed"][0]


@pytest.mark.parametrize("elsewhere", ["other port", "other name", "its own name in a login"])
async def test_fetch_when_redirected_to_another_host_then_only_who_asks_is_told(
    server: FeedsServer, fetcher: HttpFetcher, elsewhere: str
) -> None:
    async with WireServer(answer(FEED)) as other:
        targets = {
            "other port": other.url(),
            "other name": other.url().replace("127.0.0.1", "localhost"),
            "its own name in a login": other.url().replace("http://", f"http://127.0.0.1:{server.port}@"),
        }
        server.put("wire", document=Document(redirect_to=targets[elsewhere]))
        assert (await fetcher.fetch(ask_in(server.url("wire")))).body == FEED
        [head] = other.heads
    assert "Desk/1" in head
    assert "Accept-Language: ko" in head
    assert 'If-None-Match: "a0"' in head
    assert not [text for text in ("k-12345", "Authorization", "paid=yes") if text in head]


async def test_fetch_when_a_feed_with_secrets_fails_then_they_are_not_told(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("loop", document=Document(redirect_to="/loop"))
    server.put("bad", document=Document(status=401))
    server.put("raw", document=Document(raw=b"nothing like HTTP\r\n\r\n"))
    for name in ("loop", "bad", "raw"):
        failure = await fail(fetcher, ask_in(server.url(name)))
        assert not [text for text in ("k-12345", "wörd", "ZGVza") if text in f"{failure}{failure.__cause__}"]
