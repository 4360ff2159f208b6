"""Fetching on loopback: conditional requests, limits, redirects, and a reason for every failure."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator

import pytest

from adapters.errors import FetchReason
from adapters.feeds import HttpFetcher
from adapters.feeds.guard import AddressInfo
from adapters.ports import Fetched
from tests.adapters.feeds.asking import FEED, ask, fail
from tests.feeds_server import Document, FeedsServer


async def test_fetch_when_first_time_then_body_and_validators(server: FeedsServer, fetcher: HttpFetcher) -> None:
    document = Document(FEED, "application/rss+xml; charset=utf-8", '"a1"', "Mon, 16 Dec 2024 09:00:00 GMT")
    server.put("wire", document=document)
    fetched = await fetcher.fetch(ask(server.url("wire")))
    assert fetched == Fetched(
        url=server.url("wire"),
        status=200,
        body=FEED,
        etag='"a1"',
        last_modified="Mon, 16 Dec 2024 09:00:00 GMT",
        content_type="application/rss+xml; charset=utf-8",
        headers=fetched.headers,
        elapsed_s=fetched.elapsed_s,
    )
    assert fetched.headers["etag"] == '"a1"'
    assert fetched.elapsed_s > 0
    [headers] = server.requests["wire"]
    assert headers["User-Agent"].startswith("Vedette/")
    assert "If-None-Match" not in headers


@pytest.mark.parametrize(
    ("etag", "last_modified"), [('"a1"', None), (None, "Mon, 16 Dec 2024 09:00:00 GMT")], ids=["etag", "date"]
)
async def test_fetch_when_validator_is_current_then_304_keeps_it(
    server: FeedsServer, fetcher: HttpFetcher, etag: str | None, last_modified: str | None
) -> None:
    server.put("wire", document=Document(FEED, etag=etag, last_modified=last_modified))
    fetched = await fetcher.fetch(ask(server.url("wire"), etag=etag, last_modified=last_modified))
    assert (fetched.status, fetched.body) == (304, None)
    assert (fetched.etag, fetched.last_modified) == (etag, last_modified)


async def test_fetch_when_304_names_no_validators_then_those_sent_are_kept(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("wire", document=Document(raw=b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"))
    fetched = await fetcher.fetch(ask(server.url("wire"), etag='"a1"', last_modified="Mon, 16 Dec 2024 09:00:00 GMT"))
    assert (fetched.body, fetched.etag, fetched.last_modified) == (None, '"a1"', "Mon, 16 Dec 2024 09:00:00 GMT")


async def test_fetch_when_validator_is_outdated_then_new_body(server: FeedsServer, fetcher: HttpFetcher) -> None:
    server.put("wire", document=Document(FEED, etag='"a2"'))
    fetched = await fetcher.fetch(ask(server.url("wire"), etag='"a1"'))
    assert (fetched.body, fetched.etag) == (FEED, '"a2"')


async def test_fetch_when_new_answer_has_no_validators_then_old_ones_are_gone(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("wire", FEED)
    fetched = await fetcher.fetch(ask(server.url("wire"), etag='"a1"', last_modified="Mon, 16 Dec 2024 09:00:00 GMT"))
    assert (fetched.etag, fetched.last_modified) == (None, None)


async def test_fetch_when_stored_validator_cannot_be_a_header_then_sent_without(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("wire", FEED)
    assert (await fetcher.fetch(ask(server.url("wire"), etag='"a"\r\nX-Evil: 1'))).body == FEED
    assert "If-None-Match" not in server.requests["wire"][0]


async def test_fetch_when_304_was_not_asked_for_then_failure(server: FeedsServer, fetcher: HttpFetcher) -> None:
    server.put("wire", document=Document(status=304))
    failure = await fail(fetcher, ask(server.url("wire")))
    assert (failure.reason, failure.status) == (FetchReason.STATUS, 304)


@pytest.mark.parametrize("status", [204, 205, 206, 226, 403, 404, 418, 429, 500, 503])
async def test_fetch_when_status_is_no_success_then_failure_carries_it(
    server: FeedsServer, fetcher: HttpFetcher, status: int
) -> None:
    server.put("wire", document=Document(FEED, status=status))
    failure = await fail(fetcher, ask(server.url("wire")))
    assert (failure.reason, failure.status, failure.retry_after_s) == (FetchReason.STATUS, status, None)
    assert str(status) in str(failure)


async def test_fetch_when_gone_for_good_then_reason_of_its_own(server: FeedsServer, fetcher: HttpFetcher) -> None:
    server.put("wire", document=Document(FEED, status=410))
    failure = await fail(fetcher, ask(server.url("wire")))
    assert (failure.reason, failure.status) == (FetchReason.GONE, 410)


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ("120", 120.0),
        ("Mon, 16 Dec 2024 09:02:00 GMT", 120.0),
        ("Mon, 16 Dec 2024 08:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
async def test_fetch_when_server_names_a_time_then_seconds_by_its_own_clock(
    server: FeedsServer, fetcher: HttpFetcher, wish: str, seconds: float | None
) -> None:
    headers = {"Retry-After": wish, "Date": "Mon, 16 Dec 2024 09:00:00 GMT"}
    server.put("wire", document=Document(status=429, headers=headers))
    assert (await fail(fetcher, ask(server.url("wire")))).retry_after_s == seconds


async def test_fetch_when_body_drips_then_stopped_by_total_time(server: FeedsServer, fetcher: HttpFetcher) -> None:
    gone = asyncio.Event()

    async def drip() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b" "
                await asyncio.sleep(0.02)
        finally:
            gone.set()

    server.put("wire", drip)
    failure = await fail(fetcher, ask(server.url("wire"), timeout_s=0.2))
    assert failure.reason is FetchReason.TIMEOUT
    await asyncio.wait_for(gone.wait(), 5)


async def test_fetch_when_no_answer_comes_then_timeout(server: FeedsServer, fetcher: HttpFetcher) -> None:
    server.put("wire", document=Document(FEED, hold=asyncio.Event()))
    assert (await fail(fetcher, ask(server.url("wire"), timeout_s=0.1))).reason is FetchReason.TIMEOUT


async def test_fetch_when_cancelled_then_cancelled(server: FeedsServer, fetcher: HttpFetcher) -> None:
    server.put("wire", document=Document(FEED, hold=asyncio.Event()))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await fetcher.fetch(ask(server.url("wire")))


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ncut",
        b"",
        b"HTTP/1.1 200 OK\r\nA\r\n\r\n",
    ],
    ids=["other-protocol", "cut", "closed", "bad-header"],
)
async def test_fetch_when_answer_is_no_http_then_protocol_failure(
    server: FeedsServer, fetcher: HttpFetcher, raw: bytes
) -> None:
    server.put("wire", document=Document(raw=raw))
    assert (await fail(fetcher, ask(server.url("wire")))).reason is FetchReason.PROTOCOL


async def test_fetch_when_nobody_listens_then_refused(fetcher: HttpFetcher) -> None:
    async with FeedsServer() as server:
        url = server.url("wire")
    assert (await fail(fetcher, ask(url))).reason is FetchReason.REFUSED


async def test_fetch_when_server_speaks_no_tls_then_tls_failure(server: FeedsServer, fetcher: HttpFetcher) -> None:
    failure = await fail(fetcher, ask(server.url("wire").replace("http:", "https:")))
    assert failure.reason is FetchReason.TLS
    assert isinstance(failure.__cause__, ssl.SSLError | OSError)


async def test_fetch_when_name_is_unknown_then_dns_failure() -> None:
    def know_nothing(*_: object) -> list[AddressInfo]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    fetcher = HttpFetcher(lookup=know_nothing)
    assert (await fail(fetcher, ask("http://wire.example/feed"))).reason is FetchReason.DNS
    await fetcher.close()


@pytest.mark.parametrize(
    "url",
    ["", "wire", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://", "http:///x", "http://a:99999/", "http://a b/"],
)
async def test_fetch_when_address_is_no_web_address_then_bad_address(fetcher: HttpFetcher, url: str) -> None:
    assert (await fail(fetcher, ask(url))).reason is FetchReason.BAD_ADDRESS


async def test_fetch_when_address_has_a_password_then_it_is_used_and_never_shown(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("wire", FEED)
    url = server.url("wire").replace("http://", "http://desk:hush@")
    fetched = await fetcher.fetch(ask(url))
    assert server.requests["wire"][0]["Authorization"].startswith("Basic ")
    assert fetched.url == server.url("wire")
    for bad in (url.replace("http:", "ftp:"), url.replace("wire", "loop")):
        server.put("loop", document=Document(redirect_to="/loop"))
        assert "hush" not in str(await fail(fetcher, ask(bad)))


async def test_fetch_when_headers_are_not_utf8_then_storable(server: FeedsServer, fetcher: HttpFetcher) -> None:
    raw = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: "\xe9"\r\nConnection: close\r\n\r\nok'
    server.put("wire", document=Document(raw=raw))
    fetched = await fetcher.fetch(ask(server.url("wire")))
    assert fetched.etag == '"\ufffd"'
    assert (await fetcher.fetch(ask(server.url("wire"), etag=fetched.etag))).body == b"ok"


async def test_fetch_when_user_agent_is_set_then_sent(server: FeedsServer) -> None:
    server.put("wire", FEED)
    fetcher = HttpFetcher("Desk reader/2")
    await fetcher.fetch(ask(server.url("wire")))
    await fetcher.close()
    assert server.requests["wire"][0]["User-Agent"] == "Desk reader/2"
