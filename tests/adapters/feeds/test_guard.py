"""The address guard: nothing but the public internet is asked, whatever an address or a name server says."""

import contextlib
import socket
import threading
from collections.abc import Sequence
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import FetchFailure, FetchReason
from adapters.feeds import HttpFetcher
from adapters.feeds.guard import Address, AddressInfo, GuardedResolver, is_public, read_address
from adapters.ports import FetchRequest
from tests.feeds_server import Document, FeedsServer

PUBLIC = "93.184.215.14"
NOT_PUBLIC = [
    "127.0.0.1",
    "127.255.0.9",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2001:db8::1",
    "192.88.99.1",
    "192.0.2.1",
    "203.0.113.9",
    "::ffff:0:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2002:c0a8:101::1",
    "2002:a9fe:a9fe::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2001:0:4136:e378:8000:63bf:f7f7:f7f7",
    "2001:20::1",
    "3fff::1",
    "5f00::1",
    "100::1",
    "fd20:ce::254",
]


class Names:
    """A name server of the test's own: answers each question with the next of its answers, the last for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.asked = 0
        self._answers = answers

    def __call__(self, host: str, port: int, *_: object) -> list[AddressInfo]:
        answer = self._answers[min(self.asked, len(self._answers) - 1)]
        self.asked += 1
        return [self._info(text, port) for text in answer]

    @staticmethod
    def _info(text: str, port: int) -> AddressInfo:
        if ":" in text:
            return socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (text, port, 0, 0)
        return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (text, port)


def is_front_door(address: Address) -> bool:
    """Count loopback's first address as public, so that a guarded request can begin somewhere in a test."""
    return str(address) == "127.0.0.1" or is_public(address)


def refuse(text: str) -> FetchFailure:
    with pytest.raises(FetchFailure) as caught:
        read_address(text, is_public)
    return caught.value


async def fail(fetcher: HttpFetcher, url: str) -> FetchFailure:
    with pytest.raises(FetchFailure) as caught:
        await fetcher.fetch(FetchRequest(url, timeout_s=10.0))
    await fetcher.close()
    return caught.value


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_address_when_not_of_the_public_internet_then_told(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_address_when_public_then_told(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_address_when_a_private_number_then_refused(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    assert refuse(f"http://{host}/feed").reason is FetchReason.PRIVATE_ADDRESS


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "127.0.0.1.",
        "①②⑦.0.0.1",
        "127。0。0。1",
        "1.1.1.0x1",
    ],
)
def test_address_when_number_is_spelt_oddly_then_refused(host: str) -> None:
    assert refuse(f"http://{host}/feed").reason is FetchReason.PRIVATE_ADDRESS


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST.",
        "ⓛocalhost",
        "ｌｏｃａｌｈｏｓｔ",
        "feeds.localhost",
        "printer.local",
        "metadata.google.internal",
        "metadata.google.internal.",
        "router.home.arpa",
        "wiki.lan",
    ],
)
def test_address_when_its_name_is_local_by_definition_then_refused_without_a_look_up(host: str) -> None:
    assert refuse(f"http://{host}/feed").reason is FetchReason.PRIVATE_ADDRESS


@pytest.mark.parametrize("host", ["localhost.example", "mylocal", "internal.example.org", "plan", "bücher.example"])
def test_address_when_its_name_only_looks_local_then_let_through(host: str) -> None:
    assert read_address(f"http://{host}/feed", is_public).raw_host


@pytest.mark.parametrize(
    "text",
    [
        "http://public.example@127.0.0.1/",
        "http://public.example:80@127.0.0.1/",
        "http://1.1.1.1&@127.0.0.1/",
        "http://public.example%2f@127.0.0.1/",
        "http://127.0.0.1\\@public.example/",
        "http:\\\\127.0.0.1/",
        "http:///127.0.0.1/",
        "http://127.0.0.1\t/",
        "http://[::1%25lo]/",
        "http://[fe80::1%25eth0]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:0x7f.1]/",
        "http://0/",
        "http://127.0.0.1%00.public.example/",
        "http://loc\u00adalhost/",
        "http://127\u200b.0.0.1/",
    ],
)
def test_address_when_written_to_mislead_then_refused(text: str) -> None:
    assert refuse(text).reason in {FetchReason.PRIVATE_ADDRESS, FetchReason.BAD_ADDRESS}


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1@public.example/",
        "http://127.0.0.1%2f@public.example/",
        "http://127.0.0.1:80@public.example:81/",
        "http://public.example#@127.0.0.1/",
        "http://public.example?@127.0.0.1/",
        "http://public.example/@127.0.0.1/",
    ],
)
def test_address_when_a_private_one_stands_beside_the_host_then_the_host_is_what_counts(text: str) -> None:
    assert read_address(text, is_public).raw_host == "public.example"


@pytest.mark.parametrize("private", NOT_PUBLIC)
async def test_name_when_any_of_its_addresses_is_private_then_refused(private: str) -> None:
    resolver = GuardedResolver(is_public, Names([PUBLIC, private]))
    with pytest.raises(FetchFailure, match=r"wire\.example .*allow_private") as caught:
        await resolver.resolve("wire.example", 80)
    await resolver.close()
    assert caught.value.reason is FetchReason.PRIVATE_ADDRESS


async def test_name_when_all_its_addresses_are_public_then_given() -> None:
    resolver = GuardedResolver(is_public, Names([PUBLIC, "2606:4700::1111"]))
    results = await resolver.resolve("wire.example", 80)
    await resolver.close()
    assert [result["host"] for result in results] == [PUBLIC, "2606:4700::1111"]


async def test_fetch_when_name_leads_to_loopback_then_refused_before_connecting() -> None:
    async with FeedsServer() as server:
        server.put("wire", b"secret")
        url = f"http://wire.example:{server.port}/wire"
        assert (await fail(HttpFetcher(lookup=Names(["127.0.0.1"])), url)).reason is FetchReason.PRIVATE_ADDRESS
        assert (await fail(HttpFetcher(), server.url("wire"))).reason is FetchReason.PRIVATE_ADDRESS
        assert server.count("wire") == 0


async def test_fetch_when_name_changes_its_answer_then_the_checked_one_is_used() -> None:
    async with FeedsServer() as server:
        server.put("wire", b"hello")
        names = Names(["127.0.0.1"], ["127.0.0.2"])
        fetcher = HttpFetcher(lookup=names, may_ask=is_front_door)
        fetched = await fetcher.fetch(FetchRequest(f"http://wire.example:{server.port}/wire"))
        await fetcher.close()
        assert (names.asked, fetched.body) == (1, b"hello")


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.2", "[::1]", "127.1", "2130706434", "0x7f.2", "127.0.0.2.", "[::ffff:127.0.0.2]", "0.0.0.0"),
        *("169.254.169.254", "[64:ff9b::7f00:2]", "[2002:7f00:2::]", "localhost", "public.example@127.0.0.2"),
        *("inside.example", "inside.example.", "INSIDE.example", "новини.example"),
    ],
)
async def test_fetch_when_redirected_inside_then_refused_at_that_hop(host: str) -> None:
    async with FeedsServer() as server:
        server.put("wire", document=Document(redirect_to=f"http://{host}:{server.port}/secret"))
        server.put("secret", b"secret")
        fetcher = HttpFetcher(lookup=Names(["127.0.0.2"]), may_ask=is_front_door)
        assert (await fail(fetcher, server.url("wire"))).reason is FetchReason.PRIVATE_ADDRESS
        assert (server.count("wire"), server.count("secret")) == (1, 0)


async def test_fetch_when_private_is_allowed_then_asked_by_name_and_number() -> None:
    async with FeedsServer() as server:
        server.put("wire", b"hello")
        fetcher = HttpFetcher(lookup=Names(["127.0.0.1"]))
        for url in (server.url("wire"), f"http://wire.example:{server.port}/wire"):
            fetched = await fetcher.fetch(FetchRequest(url, allow_private=True))
            assert fetched.body == b"hello"
        await fetcher.close()


async def test_fetch_when_private_was_allowed_for_one_feed_then_its_connection_serves_no_other() -> None:
    async with FeedsServer() as server:
        server.put("wire", b"hello")
        fetcher = HttpFetcher(lookup=Names(["127.0.0.1"]))
        url = f"http://wire.example:{server.port}/wire"
        await fetcher.fetch(FetchRequest(url, allow_private=True))
        assert (await fail(fetcher, url)).reason is FetchReason.PRIVATE_ADDRESS
        assert server.count("wire") == 1


async def test_close_when_names_were_looked_up_then_no_thread_is_left() -> None:
    await fail(HttpFetcher(lookup=Names(["127.0.0.1"])), "http://wire.example/feed")
    for thread in threading.enumerate():
        if thread.name.startswith("dns"):
            thread.join(5)
            assert not thread.is_alive()


@given(st.text(max_size=60) | st.text(max_size=40).map("http://".__add__))
def test_address_when_any_text_then_web_address_or_failure(text: str) -> None:
    with contextlib.suppress(FetchFailure):
        url = read_address(text, is_public)
        assert url.scheme in {"http", "https"}
        assert url.raw_host
