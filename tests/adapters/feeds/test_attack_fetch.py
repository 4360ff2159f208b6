"""Servers that mean harm, byte by byte: each costs one fetch, bounded in time and memory, and the next one is well."""

import asyncio
import gzip
import time
import tracemalloc

import pytest

from adapters.errors import FetchReason
from adapters.feeds import HttpFetcher
from tests.adapters.feeds.asking import FEED, ask, fail
from tests.feeds_server import FeedsServer
from tests.wire_server import Script, WireServer, drip, flood, say

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LIMIT = 200_000
ATTACKERS = 40
PATIENCE_S = 3.0
"""No attack may keep a fetch longer than its own limits, which are a fraction of this."""


def opening(head: bytes, go_on: Script) -> Script:
    """Say a head, and go on."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await say(writer, head)
        await go_on(reader, writer)

    return script


def saying(text: bytes) -> Script:
    return lambda _, writer: flood(writer, text)


def dripping(text: bytes, pause_s: float = 0.02) -> Script:
    return lambda _, writer: drip(writer, text, pause_s)


async def be_silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Say nothing until the client has gone."""
    await reader.read()


BOMB = gzip.compress(bytes(20_000_000), 1)
HEADER_LINES = b"".join(b"X-%d: y\r\n" % number for number in range(5_000))

LARGE, PROTOCOL, TIMEOUT = ({each} for each in (FetchReason.TOO_LARGE, FetchReason.PROTOCOL, FetchReason.TIMEOUT))

TOO_MUCH = [
    pytest.param(opening(OK + b"\r\n", saying(b"<item/>" * 9_000)), LARGE, id="endless body"),
    pytest.param(
        opening(OK + b"Content-Length: 10000000000\r\n\r\n", saying(b"x" * 60_000)),
        LARGE,
        id="announced ten gigabytes",
    ),
    pytest.param(opening(CHUNKED, saying(b"ffff\r\n" + b"x" * 65535 + b"\r\n")), LARGE, id="endless chunks"),
    pytest.param(opening(CHUNKED, saying(b"1\r\nx\r\n" * 9_000)), PROTOCOL, id="chunks of one byte"),
    pytest.param(opening(OK + b"Content-Encoding: gzip\r\n\r\n", saying(BOMB)), LARGE, id="gzip bomb"),
    pytest.param(
        opening(OK + b"Content-Encoding: gzip\r\n\r\n", saying(gzip.compress(b"") * 500)),
        PROTOCOL,
        id="empty gzip members",
    ),
    pytest.param(opening(OK, saying(HEADER_LINES)), PROTOCOL, id="endless header lines"),
    pytest.param(opening(OK + b"X-Long: ", saying(b"a" * 60_000)), PROTOCOL, id="header without end"),
    pytest.param(saying(b"HTTP/1.1 200 " + b"a" * 60_000), PROTOCOL, id="status line without end"),
    pytest.param(saying(b"\r\n" * 30_000), TIMEOUT, id="empty lines"),
    pytest.param(saying(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1_000), TIMEOUT, id="early hints without end"),
    pytest.param(saying(b"\x00\xff\x13" * 20_000), PROTOCOL, id="noise"),
    pytest.param(opening(CHUNKED, saying(b"f" * 60_000)), PROTOCOL, id="chunk size without end"),
    pytest.param(opening(CHUNKED, saying(b"1;" + b"e" * 60_000 + b"\r\nx\r\n")), TIMEOUT, id="chunk extensions"),
    pytest.param(
        opening(CHUNKED + b"1\r\nx\r\n0\r\n", saying(b"X-Trailer: " + b"t" * 1_000 + b"\r\n")),
        PROTOCOL,
        id="trailers without end",
    ),
]


@pytest.mark.parametrize(("script", "reasons"), TOO_MUCH)
async def test_fetch_when_a_server_sends_without_end_then_stopped_in_little_time_and_memory(
    server: FeedsServer, fetcher: HttpFetcher, script: Script, reasons: set[FetchReason]
) -> None:
    server.put("wire", FEED)
    async with WireServer(script) as attacker:
        tracemalloc.start()
        began = time.monotonic()
        failure = await fail(fetcher, ask(attacker.url(), max_bytes=LIMIT, timeout_s=0.5))
        elapsed_s = time.monotonic() - began
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        await asyncio.wait_for(attacker.closed.wait(), PATIENCE_S)
    assert failure.reason in reasons
    assert elapsed_s < PATIENCE_S
    assert peak < 10_000_000
    assert (await fetcher.fetch(ask(server.url("wire")))).body == FEED


READ, TOTAL = (0.2, 10.0), (10.0, 0.3)
"""The limit between two pieces, and the limit of the whole."""

TOO_SLOW = [
    pytest.param(be_silent, READ, "nothing came for 0.2 s", id="says nothing"),
    pytest.param(opening(OK, be_silent), READ, "nothing came for 0.2 s", id="stops in its headers"),
    pytest.param(
        opening(OK + b"Content-Length: 90\r\n\r\n<rss>", be_silent),
        READ,
        "nothing came for 0.2 s",
        id="stops in its body",
    ),
    pytest.param(
        opening(CHUNKED + b"5\r\n<rss>\r\n", be_silent),
        READ,
        "nothing came for 0.2 s",
        id="stops between chunks",
    ),
    pytest.param(opening(OK + b"\r\n", dripping(b" ")), TOTAL, "no whole answer within 0.3 s", id="drips its body"),
    pytest.param(opening(OK, dripping(b"X: y\r\n")), TOTAL, "no whole answer within 0.3 s", id="drips its headers"),
    pytest.param(dripping(b"H"), TOTAL, "", id="drips its first line"),
    pytest.param(dripping(b"HTTP/1.1 100 Continue\r\n\r\n"), TOTAL, "no whole answer within", id="drips promises"),
]


@pytest.mark.parametrize(("script", "limits", "message"), TOO_SLOW)
async def test_fetch_when_a_server_takes_its_time_then_given_up_and_told_which_limit(
    fetcher: HttpFetcher, script: Script, limits: tuple[float, float], message: str
) -> None:
    async with WireServer(script) as attacker:
        began = time.monotonic()
        failure = await fail(fetcher, ask(attacker.url(), read_timeout_s=limits[0], timeout_s=limits[1]))
        assert time.monotonic() - began < PATIENCE_S
        await asyncio.wait_for(attacker.closed.wait(), PATIENCE_S)
    if message:
        assert failure.reason is FetchReason.TIMEOUT
        assert message in str(failure)


async def test_fetch_when_nobody_accepts_the_connection_then_connect_limit(fetcher: HttpFetcher) -> None:
    never = asyncio.Event()

    async def accept_and_wait(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await never.wait()
        writer.close()

    listener = await asyncio.start_server(accept_and_wait, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    # TCP is accepted by the system; what hangs is TLS, which counts as connecting.
    failure = await fail(fetcher, ask(f"https://127.0.0.1:{port}/", connect_timeout_s=0.2))
    never.set()
    listener.close()
    assert failure.reason is FetchReason.TIMEOUT
    assert "no connection within 0.2 s" in str(failure)


async def test_fetch_when_a_name_server_does_not_answer_then_connect_limit() -> None:
    released = asyncio.Event()
    loop = asyncio.get_running_loop()

    def look_up_for_long(*_: object) -> list[object]:
        asyncio.run_coroutine_threadsafe(released.wait(), loop).result(10)
        return []

    fetcher = HttpFetcher(lookup=look_up_for_long)  # type: ignore[arg-type]  # never comes to an answer
    failure = await fail(fetcher, ask("http://wire.example/feed", connect_timeout_s=0.2))
    released.set()
    await fetcher.close()
    assert failure.reason is FetchReason.TIMEOUT


async def test_fetch_when_many_servers_drip_then_a_good_one_is_not_held_up(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("wire", FEED)
    begun = asyncio.Event()

    async def drip_and_tell(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(attacker.heads) == ATTACKERS:
            begun.set()
        await drip(writer, OK + b"\r\n", 0.02)

    async with WireServer(drip_and_tell) as attacker:
        attacks = [asyncio.create_task(fail(fetcher, ask(attacker.url(), timeout_s=1.0))) for _ in range(ATTACKERS)]
        await asyncio.wait_for(begun.wait(), PATIENCE_S)
        fetched = await fetcher.fetch(ask(server.url("wire")))
        assert not any(attack.done() for attack in attacks)
        failures = await asyncio.gather(*attacks)
    assert fetched.body == FEED
    assert {failure.reason for failure in failures} == {FetchReason.TIMEOUT}
