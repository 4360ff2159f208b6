"""Redirects: followed to their end, told when the feed has moved for good, and never further than ten steps."""

import pytest

from adapters.errors import FetchReason
from adapters.feeds import HttpFetcher
from tests.adapters.feeds.asking import FEED, ask, fail
from tests.feeds_server import Document, FeedsServer


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ((301,), True),
        ((308,), True),
        ((301, 308, 301), True),
        ((302,), False),
        ((303,), False),
        ((307,), False),
        ((301, 302), False),
        ((307, 301), False),
        ((), False),
    ],
)
async def test_fetch_when_every_redirect_is_permanent_then_the_feed_has_moved(
    server: FeedsServer, fetcher: HttpFetcher, statuses: tuple[int, ...], moved: bool
) -> None:
    for step, status in enumerate(statuses):
        server.put(f"step{step}", document=Document(redirect_to=f"/step{step + 1}", status=status))
    server.put(f"step{len(statuses)}", document=Document(FEED, etag='"a1"'))
    end = server.url(f"step{len(statuses)}")
    for etag in (None, '"a1"'):
        fetched = await fetcher.fetch(ask(server.url("step0"), etag=etag))
        assert (fetched.url, fetched.moved_to) == (end, end if moved else None)


async def test_fetch_when_permanent_redirect_leads_back_with_a_cookie_then_not_moved(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("wire", document=Document(redirect_to="/consent", status=301))
    server.put("consent", document=Document(redirect_to="/wire", headers={"Set-Cookie": "consent=yes"}, status=301))
    url = server.url("wire").replace("127.0.0.1", "localhost")
    failure = await fail(fetcher, ask(url))
    assert failure.reason is FetchReason.REDIRECTS
    assert (server.count("wire"), server.count("consent")) == (2, 2)


async def test_fetch_when_redirects_never_end_then_stopped_after_ten(server: FeedsServer, fetcher: HttpFetcher) -> None:
    for step in range(30):
        server.put(f"step{step}", document=Document(redirect_to=f"/step{step + 1}", status=301))
    assert (await fail(fetcher, ask(server.url("step0")))).reason is FetchReason.REDIRECTS
    assert (server.count("step10"), server.count("step11")) == (1, 0)


async def test_fetch_when_redirect_names_a_login_then_it_is_not_used(server: FeedsServer, fetcher: HttpFetcher) -> None:
    target = server.url("feed").replace("http://", "http://desk:hush@")
    server.put("wire", document=Document(redirect_to=target, status=301))
    server.put("feed", FEED)
    assert (await fetcher.fetch(ask(server.url("wire")))).moved_to == server.url("feed")
    assert "Authorization" not in server.requests["feed"][0]


async def test_fetch_when_redirected_then_final_address_and_validators_sent_there(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("old", document=Document(redirect_to="/moved/once", status=301))
    server.put("moved/once", document=Document(redirect_to="wire", status=307))
    server.put("moved/wire", document=Document(FEED, etag='"a1"'))
    fetched = await fetcher.fetch(ask(server.url("old"), etag='"a0"'))
    assert (fetched.url, fetched.body) == (server.url("moved/wire"), FEED)
    assert (await fetcher.fetch(ask(server.url("old"), etag='"a1"'))).body is None


async def test_fetch_when_redirects_go_in_a_circle_then_failure(server: FeedsServer, fetcher: HttpFetcher) -> None:
    server.put("a", document=Document(redirect_to="/b"))
    server.put("b", document=Document(redirect_to="/a"))
    assert (await fail(fetcher, ask(server.url("a")))).reason is FetchReason.REDIRECTS
    assert (server.count("a"), server.count("b")) == (1, 1)


async def test_fetch_when_redirect_sets_a_cookie_then_sent_on_next_hop_and_forgotten(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("wire", document=Document(redirect_to="/feed", headers={"Set-Cookie": "consent=yes; Path=/"}))
    server.put("feed", FEED)
    # A cookie needs a host name: numeric hosts are given none.
    url = server.url("wire").replace("127.0.0.1", "localhost")
    await fetcher.fetch(ask(url))
    await fetcher.fetch(ask(url.replace("wire", "feed")))
    assert [headers.get("Cookie") for headers in server.requests["feed"]] == ["consent=yes", None]


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/x", "file:///etc/passwd", "http://[bad/", "javascript:alert(1)"])
async def test_fetch_when_redirect_leads_nowhere_then_failure(
    server: FeedsServer, fetcher: HttpFetcher, target: str
) -> None:
    server.put("wire", document=Document(redirect_to=target))
    failure = await fail(fetcher, ask(server.url("wire")))
    assert failure.reason in {FetchReason.BAD_ADDRESS, FetchReason.PROTOCOL}


async def test_fetch_when_redirect_has_no_target_then_protocol_failure(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("wire", document=Document(status=302))
    failure = await fail(fetcher, ask(server.url("wire")))
    assert (failure.reason, failure.status) == (FetchReason.PROTOCOL, 302)
