"""Bodies on their way in: every encoding, and a limit that holds while they stream."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.errors import FetchFailure, FetchReason
from adapters.feeds import HttpFetcher
from adapters.feeds.body import Body
from tests.adapters.feeds.asking import FEED, ask, fail
from tests.feeds_server import Document, FeedsServer


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(FEED)),
        ("x-gzip", gzip.compress(FEED[:20]) + gzip.compress(FEED[20:])),
        ("deflate", zlib.compress(FEED)),
        ("deflate", zlib.compress(FEED)[2:-4]),
        ("deflate", FEED),
        ("gzip", FEED),
        ("", gzip.compress(FEED)),
        ("utf-8", FEED),
        ("gzip", gzip.compress(FEED) + b"\0\0\0"),
        ("br", brotli.compress(FEED)),
        ("BR", b"\n" + FEED),
        ("br", gzip.compress(FEED)),
        ("gzip, gzip", gzip.compress(FEED)),
        ("identity, br", brotli.compress(FEED)),
        ("zstd", FEED),
        ("none; ,", FEED),
    ],
    ids=[
        *("gzip", "two-members", "zlib", "raw", "plain-as-deflate", "plain-as-gzip", "unasked", "bogus", "padded"),
        *("brotli", "plain-as-brotli", "gzip-as-brotli", "said-twice", "with-identity", "plain-as-zstd", "no-name"),
    ],
)
async def test_fetch_when_encoded_in_any_way_then_plain_body(
    server: FeedsServer, fetcher: HttpFetcher, encoding: str, body: bytes
) -> None:
    headers = {"Content-Encoding": encoding} if encoding else {}
    server.put("wire", document=Document(body, headers=headers))
    assert ((await fetcher.fetch(ask(server.url("wire")))).body or b"").strip() == FEED


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(FEED)[:-12]),
        ("gzip", b"\x1f\x8bnonsense" * 9),
        ("br", brotli.compress(FEED)[:-12]),
        ("br", b"\x1bnonsense" * 9),
        ("br", brotli.compress(FEED) + b"more"),
        ("zstd", b"\x28\xb5\x2f\xfd\x20\x00"),
        ("gzip", gzip.compress(gzip.compress(FEED))),
        ("deflate", b"nonsense" * 9),
    ],
    ids=["cut", "nonsense", "cut-br", "nonsense-br", "longer-br", "not-asked-for", "twice", "nonsense-deflate"],
)
async def test_fetch_when_encoding_is_broken_then_protocol_failure(
    server: FeedsServer, fetcher: HttpFetcher, encoding: str, body: bytes
) -> None:
    server.put("wire", document=Document(body, headers={"Content-Encoding": encoding}))
    assert (await fail(fetcher, ask(server.url("wire")))).reason is FetchReason.PROTOCOL


@pytest.mark.parametrize("body", [b"", b"<"], ids=["nothing", "one-byte"])
async def test_fetch_when_body_is_too_short_to_tell_its_encoding_then_as_it_is(
    server: FeedsServer, fetcher: HttpFetcher, body: bytes
) -> None:
    server.put("wire", document=Document(body, headers={"Content-Encoding": "gzip"}))
    assert (await fetcher.fetch(ask(server.url("wire")))).body == body


async def test_fetch_when_length_is_announced_over_limit_then_nothing_is_read(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("wire", document=Document(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"))
    assert (await fail(fetcher, ask(server.url("wire"), max_bytes=1000))).reason is FetchReason.TOO_LARGE


async def test_fetch_when_body_is_as_long_as_the_limit_then_read(server: FeedsServer, fetcher: HttpFetcher) -> None:
    server.put("wire", b"x" * 1000)
    assert (await fetcher.fetch(ask(server.url("wire"), max_bytes=1000))).body == b"x" * 1000


async def test_fetch_when_stream_has_no_end_then_stopped_at_limit(server: FeedsServer, fetcher: HttpFetcher) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"<item/>" * 1000

    server.put("wire", endless)
    assert (await fail(fetcher, ask(server.url("wire")))).reason is FetchReason.TOO_LARGE


async def test_fetch_when_small_body_unpacks_to_gigabytes_then_stopped_while_streaming(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    packed_bytes = 0

    async def bomb() -> AsyncIterator[bytes]:
        nonlocal packed_bytes
        packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        zeros = bytes(1024 * 1024)
        while packed_bytes < 10_000_000:
            chunk = packer.compress(zeros)
            packed_bytes += len(chunk)
            yield chunk
            await asyncio.sleep(0)

    server.put("wire", document=Document(bomb, headers={"Content-Encoding": "gzip"}))
    assert (await fail(fetcher, ask(server.url("wire"), max_bytes=300_000))).reason is FetchReason.TOO_LARGE
    assert packed_bytes < 1_000_000


async def test_fetch_when_padding_after_the_compressed_body_has_no_end_then_stopped_at_limit(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield gzip.compress(FEED)
        while True:
            yield bytes(10_000)

    server.put("wire", document=Document(endless, headers={"Content-Encoding": "gzip"}))
    assert (await fail(fetcher, ask(server.url("wire")))).reason is FetchReason.TOO_LARGE


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", lambda plain: brotli.compress(plain, quality=2, lgwin=16)),
    ],
    ids=["gzip", "deflate", "br"],
)
def test_body_when_one_chunk_unpacks_to_much_then_little_memory_is_taken(
    encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    bomb = pack(bytes(50_000_000))
    body = Body(encoding, 200_000)
    tracemalloc.start()
    with pytest.raises(FetchFailure) as caught:
        body.feed(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.reason is FetchReason.TOO_LARGE
    assert peak < 2_000_000


def test_body_when_two_members_are_cut_at_any_place_then_both_are_unpacked() -> None:
    packed = pack_twice(FEED)
    for place in range(len(packed)):
        body = Body("gzip", 1_000)
        body.feed(packed[:place])
        body.feed(packed[place:])
        assert body.finish() == FEED


@pytest.mark.parametrize("wbits", [-15, 15, 31], ids=["raw", "zlib", "gzip"])
@pytest.mark.parametrize("length", [65_535, 65_536, 65_537, 131_072, 400_000])
def test_body_when_few_bytes_hold_many_then_all_are_unpacked(wbits: int, length: int) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    body = Body("deflate", 1_000_000)
    body.feed(packer.compress(b"x" * length) + packer.flush())
    assert body.finish() == b"x" * length


def test_body_when_made_of_empty_members_then_stopped() -> None:
    body = Body("gzip", 8_000_000)
    with pytest.raises(FetchFailure, match="1000 parts"):
        body.feed(gzip.compress(b"") * 100_000)


def pack_twice(plain: bytes) -> bytes:
    """Compress the two halves of a document as two members."""
    return gzip.compress(plain[: len(plain) // 2]) + gzip.compress(plain[len(plain) // 2 :])


@settings(deadline=None, max_examples=60)
@given(
    st.binary(max_size=200).map(lambda seed: b"<" + seed * 1_000),
    st.sampled_from(["gzip", "x-gzip", "deflate", "br", ""]),
    st.integers(1, 70_000),
)
def test_body_when_cut_anywhere_then_unpacked_whole(plain: bytes, encoding: str, step: int) -> None:
    packs = {"gzip": gzip.compress, "x-gzip": pack_twice, "deflate": zlib.compress, "br": brotli.compress, "": bytes}
    packed = packs[encoding](plain)
    body = Body(encoding, 1_000_000)
    for start in range(0, len(packed), max(step, len(packed) // 500)):
        body.feed(packed[start : start + max(step, len(packed) // 500)])
    assert body.finish() == plain
