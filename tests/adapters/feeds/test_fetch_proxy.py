"""Proxies: names are theirs to resolve, numbers and local names are refused as ever, and logins stay out of sight."""

import base64
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from adapters.errors import FetchReason
from adapters.feeds import HttpFetcher
from adapters.feeds.guard import AddressInfo
from adapters.ports import FetchRequest
from tests.adapters.feeds.asking import FEED, fail
from tests.feeds_server import FeedsServer
from tests.wire_server import WireServer, answer


@pytest.fixture
async def proxy() -> AsyncIterator[WireServer]:
    async with WireServer(answer(FEED)) as proxy:
        yield proxy


def refuse_to_look_up(host: str, *_: object) -> Sequence[AddressInfo]:
    raise AssertionError(f"{host} was looked up here")


def ask_through(proxy: str, url: str = "http://wire.example/feed", *, allow_private: bool = False) -> FetchRequest:
    return FetchRequest(url, allow_private=allow_private, proxy=proxy, timeout_s=10.0)


async def test_fetch_when_a_proxy_is_set_then_it_is_asked_and_no_name_looked_up(proxy: WireServer) -> None:
    fetcher = HttpFetcher(lookup=refuse_to_look_up)
    fetched = await fetcher.fetch(ask_through(proxy.url("")))
    await fetcher.close()
    assert (fetched.url, fetched.body) == ("http://wire.example/feed", FEED)
    [head] = proxy.heads
    assert head.startswith("GET http://wire.example/feed HTTP/1.1\r\nHost: wire.example\r\n")
    assert "Proxy-Authorization" not in head


async def test_fetch_when_the_name_of_the_proxy_leads_inside_then_it_is_asked(proxy: WireServer) -> None:
    def know_the_proxy(host: str, port: int, *_: object) -> Sequence[AddressInfo]:
        assert host == "proxy.example"
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port))]

    fetcher = HttpFetcher(lookup=know_the_proxy)
    fetched = await fetcher.fetch(ask_through(f"http://proxy.example:{proxy.port}"))
    await fetcher.close()
    assert fetched.body == FEED


async def test_fetch_when_the_name_of_the_proxy_is_unknown_then_its_own_failure() -> None:
    def know_nothing(*_: object) -> Sequence[AddressInfo]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    fetcher = HttpFetcher(lookup=know_nothing)
    assert (await fail(fetcher, ask_through("http://proxy.example:3128"))).reason is FetchReason.PROXY
    await fetcher.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_fetch_when_the_proxy_has_a_login_then_sent_to_it_and_never_told(
    fetcher: HttpFetcher, scheme: str
) -> None:
    async with WireServer(answer(b"", "Content-Length: 0", status="407 Proxy Authentication Required")) as proxy:
        address = proxy.url("").replace("http://", "http://desk:hush%21@")
        request = replace(ask_through(address, f"{scheme}://wire.example/feed"), login=("me", "own"))
        failure = await fail(fetcher, request)
        [head] = proxy.heads
    assert failure.reason is FetchReason.PROXY
    assert "hush" not in f"{failure}{failure.__cause__}"
    assert f"Proxy-Authorization: Basic {base64.b64encode(b'desk:hush!').decode()}" in head
    assert head.startswith("GET http" if scheme == "http" else "CONNECT wire.example:443")
    own = f"Authorization: Basic {base64.b64encode(b'me:own').decode()}"
    assert (f"\n{own}" in head) is (scheme == "http")  # inside the tunnel only, for https


async def test_fetch_when_the_proxy_is_not_there_then_its_own_failure(fetcher: HttpFetcher) -> None:
    async with WireServer(b"") as gone:
        url = gone.url("")
    assert (await fail(fetcher, ask_through(url))).reason is FetchReason.PROXY
    for scheme in ("socks5", "ftp"):
        bad = await fail(fetcher, ask_through(f"{scheme}://desk:hush@127.0.0.1:1"))
        assert bad.reason is FetchReason.PROXY
        assert "hush" not in f"{bad}"


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "2130706433", "0x7f.1", "127.1"),
        *("localhost", "metadata.google.internal", "printer.local", "100.64.0.1", "[64:ff9b::a00:1]"),
    ],
)
async def test_fetch_when_the_address_itself_is_private_then_the_proxy_is_not_asked(
    proxy: WireServer, fetcher: HttpFetcher, host: str
) -> None:
    failure = await fail(fetcher, ask_through(proxy.url(""), f"http://{host}/feed"))
    assert failure.reason is FetchReason.PRIVATE_ADDRESS
    assert proxy.heads == []


async def test_fetch_when_redirected_to_a_private_number_through_a_proxy_then_refused(fetcher: HttpFetcher) -> None:
    async with WireServer(answer(b"", "Location: http://10.0.0.1/admin", status="302 Found")) as proxy:
        assert (await fail(fetcher, ask_through(proxy.url("")))).reason is FetchReason.PRIVATE_ADDRESS
        assert len(proxy.heads) == 1


async def test_fetch_when_private_is_allowed_then_asked_through_the_proxy_too(
    proxy: WireServer, fetcher: HttpFetcher
) -> None:
    fetched = await fetcher.fetch(ask_through(proxy.url(""), "http://10.0.0.1/feed", allow_private=True))
    assert fetched.body == FEED


async def test_fetch_when_the_environment_names_a_proxy_then_it_is_not_used(
    server: FeedsServer, fetcher: HttpFetcher, monkeypatch: pytest.MonkeyPatch, proxy: WireServer
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url(""))
    server.put("wire", FEED)
    await fetcher.fetch(FetchRequest(server.url("wire"), allow_private=True))
    assert proxy.heads == []
