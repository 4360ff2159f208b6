"""Servers that get HTTP wrong without meaning harm: what can be read is read, the rest says what was wrong."""

import asyncio
import gzip

import brotli
import pytest

from adapters.errors import FetchReason
from adapters.feeds import HttpFetcher
from adapters.feeds.answer import retry_after
from tests.adapters.feeds.asking import FEED, ask, fail
from tests.wire_server import WireServer, answer, say

CHUNKED = "Transfer-Encoding: chunked"
LENGTH = f"Content-Length: {len(FEED)}"


def chunk(body: bytes, *, length: int | None = None) -> bytes:
    return b"%x\r\n" % (len(body) if length is None else length) + body + b"\r\n"


@pytest.mark.parametrize(
    "said",
    [
        answer(FEED, http="1.0"),
        answer(FEED, LENGTH, http="1.0"),
        answer(FEED),
        answer(chunk(FEED[:9]) + chunk(FEED[9:]) + b"0\r\n\r\n", CHUNKED),
        answer(chunk(FEED) + b"0\r\nX-Trailer: y\r\n\r\n", CHUNKED),
        answer(chunk(gzip.compress(FEED)) + b"0\r\n\r\n", CHUNKED, "Content-Encoding: gzip"),
        answer(brotli.compress(FEED), "Content-Encoding: br", http="1.0"),
        answer(FEED, status="203 Non-Authoritative Information"),
        answer(FEED, status="200"),
        answer(FEED, "X-Odd: caf\u00e9 \u00ff"),
        b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n" + answer(FEED),
    ],
    ids=[
        *("1.0", "1.0-length", "until-close", "chunked", "trailer", "chunked-gzip", "1.0-brotli"),
        *("203", "no-reason", "latin-header", "hints-first"),
    ],
)
async def test_fetch_when_answered_in_an_old_or_odd_way_then_read(fetcher: HttpFetcher, said: bytes) -> None:
    async with WireServer(said) as server:
        assert (await fetcher.fetch(ask(server.url()))).body == FEED


@pytest.mark.parametrize(
    "said",
    [
        answer(FEED, f"Content-Length: {len(FEED) + 9}"),
        answer(FEED, "Content-Length: many"),
        answer(FEED, "Content-Length: -5"),
        answer(FEED, LENGTH, f"Content-Length: {len(FEED) + 1}"),
        answer(FEED, LENGTH, LENGTH),
        answer(chunk(FEED), CHUNKED),
        answer(chunk(FEED, length=len(FEED) + 50), CHUNKED),
        answer(chunk(FEED, length=3) + b"0\r\n\r\n", CHUNKED),
        answer(b"zz\r\n" + FEED, CHUNKED),
        answer(b"-5\r\n" + FEED, CHUNKED),
        answer(b"ffffffffffffffffff\r\n" + FEED, CHUNKED),
        answer(FEED, CHUNKED),
        answer(gzip.compress(FEED)[:40], "Content-Encoding: gzip"),
        answer(brotli.compress(FEED * 9)[:-4], "Content-Encoding: br"),
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 9 Odd\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n",
        FEED,
    ],
    ids=[
        *(
            "longer-length",
            "length-is-a-word",
            "negative-length",
            "two-lengths",
            "length-twice",
            "no-last-chunk",
            "cut-chunk",
        ),
        *("short-chunk-size", "size-no-number", "negative-size", "huge-size", "plain-as-chunked", "cut-gzip"),
        *("cut-brotli", "cut-head", "version", "status", "header-name", "nul-in-header", "no-head"),
    ],
)
async def test_fetch_when_an_answer_is_broken_then_protocol_failure_and_the_next_fetch_is_well(
    fetcher: HttpFetcher, said: bytes
) -> None:
    async with WireServer(said) as server, WireServer(answer(FEED)) as other:
        assert (await fail(fetcher, ask(server.url()))).reason is FetchReason.PROTOCOL
        assert (await fetcher.fetch(ask(other.url()))).body == FEED


async def test_fetch_when_more_comes_than_was_announced_then_the_rest_is_no_answer_to_anybody(
    fetcher: HttpFetcher,
) -> None:
    smuggled = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    said = b"HTTP/1.1 200 OK\r\n" + LENGTH.encode() + b"\r\n\r\n" + FEED + smuggled
    async with WireServer(said) as server:
        for _ in range(3):
            assert (await fetcher.fetch(ask(server.url()))).body == FEED
        assert len(server.heads) == 3


@pytest.mark.parametrize("status", ["204 No Content", "205 Reset Content", "206 Partial Content", "226 IM Used"])
async def test_fetch_when_a_success_holds_no_whole_document_then_failure_keeps_the_validators_unlearnt(
    fetcher: HttpFetcher, status: str
) -> None:
    body = b"" if status < "206" else FEED[:20]
    async with WireServer(answer(body, 'ETag: "part"', "Content-Range: bytes 0-19/70", status=status)) as server:
        failure = await fail(fetcher, ask(server.url(), etag='"a1"'))
    assert (failure.reason, failure.status) == (FetchReason.STATUS, int(status[:3]))
    assert "without a whole document" in str(failure)


async def test_fetch_when_a_success_is_empty_then_an_empty_body(fetcher: HttpFetcher) -> None:
    async with WireServer(answer(b"", "Content-Length: 0")) as server:
        assert (await fetcher.fetch(ask(server.url()))).body == b""


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
async def test_fetch_when_304_carries_the_document_then_asked_again_without_condition(
    fetcher: HttpFetcher, connection: str
) -> None:
    async def say_it_badly(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conditional = "If-None-Match" in server.heads[-1]
        status = "304 Not Modified" if conditional else "200 OK"
        await say(writer, f"HTTP/1.1 {status}\r\nConnection: {connection}\r\n{LENGTH}\r\n\r\n".encode() + FEED)

    async with WireServer(say_it_badly) as server:
        for requests in (2, 4):
            fetched = await fetcher.fetch(ask(server.url(), etag='"a1"'))
            assert (fetched.status, fetched.body, len(server.heads)) == (200, FEED, requests)


@pytest.mark.parametrize("value", ["1 Jan 99999999999999999999 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -2359"])
def test_a_retry_after_that_no_calendar_holds_is_none(value: str) -> None:
    assert retry_after({"retry-after": value}) is None
