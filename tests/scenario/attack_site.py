"""A process that serves good feeds and attacks: `python -m tests.scenario.attack_site` prints its port, then serves.

Whatever is asked for by `/NAME` is that attack, `/good-NUMBER` is a feed with one new entry at each request, and
`/times` tells as JSON when each name was asked for, on the system's monotonic clock.
"""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from functools import cache

from tests.rss import Piece, write_rss
from tests.scenario import attack_documents as documents
from tests.wire_server import Script, answer, drip, say

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def _opening(head: bytes, go_on: Script) -> Script:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await say(writer, head)
        await go_on(reader, writer)

    return script


def _flooding(text: bytes) -> Script:
    """Send without end, as fast as a very good line would: some 50 MB/s."""
    return lambda _, writer: drip(writer, text, 0.001)


def _dripping(text: bytes) -> Script:
    return lambda _, writer: drip(writer, text, 0.05)


def _answering(build: Callable[[], bytes], *headers: str, status: str = "200 OK") -> Script:
    body = cache(build)

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await say(writer, answer(body(), *headers, status=status))

    return script


async def _be_silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


SCRIPTS: dict[str, Script] = {
    "billion-laughs": _answering(documents.billion_laughs),
    "quadratic-blowup": _answering(documents.quadratic_blowup),
    "external-entities": _answering(lambda: documents.external_entities("http://127.0.0.1:9/leak")),
    "slow-address": _answering(documents.slow_address),
    "slow-address-again": _answering(documents.slow_address),
    "many-open-blocks": _answering(documents.many_open_blocks),
    "many-open-blocks-again": _answering(documents.many_open_blocks),
    "deep-nesting": _answering(documents.deep_nesting),
    "deep-json": _answering(documents.deep_json),
    "giant-attribute": _answering(documents.giant_attribute),
    "many-attributes": _answering(documents.many_attributes),
    "many-entries": _answering(documents.many_entries),
    "many-slices": _answering(documents.many_slices),
    "out-of-memory": _answering(documents.long_text),
    "not-characters": _answering(documents.not_characters),
    "unknown-encoding": _answering(documents.unknown_encoding),
    "stateful-encoding": _answering(documents.stateful_encoding),
    "gzip-bomb": _answering(documents.gzip_bomb, "Content-Encoding: gzip"),
    "brotli-bomb": _answering(documents.brotli_bomb, "Content-Encoding: br"),
    "deflate-bomb": _answering(documents.deflate_bomb, "Content-Encoding: deflate"),
    "nested-bomb": _answering(documents.nested_bomb, "Content-Encoding: gzip, gzip"),
    "damaged-gzip": _answering(documents.damaged_gzip, "Content-Encoding: gzip"),
    "ten-gigabytes": _opening(OK + b"Content-Length: 10000000000\r\n\r\n", _flooding(b"x" * 60_000)),
    "endless-body": _opening(OK + b"\r\n", _flooding(b"<item/>" * 9_000)),
    "endless-chunks": _opening(CHUNKED, _flooding(b"ffff\r\n" + b"x" * 65535 + b"\r\n")),
    "tiny-chunks": _opening(CHUNKED, _flooding(b"1\r\nx\r\n" * 9_000)),
    "giant-header": _opening(OK + b"X-Long: ", _flooding(b"a" * 60_000)),
    "thousands-of-headers": _opening(OK, _flooding(b"X-Many: y\r\n" * 5_000)),
    "endless-status": _flooding(b"HTTP/1.1 200 " + b"a" * 60_000),
    "endless-hints": _flooding(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50),
    "noise": _flooding(b"\x00\xff\x13" * 20_000),
    "unasked-304": _answering(bytes, status="304 Not Modified"),
    "endless-redirects": _answering(bytes, "Location: /endless-redirects?again", status="302 Found"),
    "redirect-inside": _answering(bytes, "Location: http://10.0.0.5/admin", status="302 Found"),
    "redirect-metadata": _answering(bytes, "Location: http://169.254.169.254/latest/", status="301 Moved Permanently"),
    "redirect-wrapped": _answering(bytes, "Location: http://[::ffff:192.168.0.1]/", status="307 Temporary Redirect"),
    "redirect-odd-number": _answering(bytes, "Location: http://0x7f.1/", status="302 Found"),
    "redirect-file": _answering(bytes, "Location: file:///etc/passwd", status="302 Found"),
    "redirect-name-inside": _answering(bytes, "Location: http://inside.example/", status="302 Found"),
    "silence": _be_silent,
    **{f"drips-headers-{number}": _opening(OK, _dripping(b"X: y\r\n")) for number in range(12)},
    **{f"drips-body-{number}": _opening(OK + b"\r\n", _dripping(b" ")) for number in range(12)},
}
"""What is said to whom asks for a name."""


class Site:
    """Answers by name and remembers when it was asked."""

    def __init__(self) -> None:
        self._times: defaultdict[str, list[float]] = defaultdict(list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            name = head.split()[1].decode("latin-1").lstrip("/").partition("?")[0]
            if name == "times":
                await say(writer, answer(json.dumps(self._times).encode()))
            else:
                self._times[name].append(time.monotonic())
                await self._choose(name)(reader, writer)
        writer.close()

    def _choose(self, name: str) -> Script:
        if name.startswith("good-"):
            count = len(self._times[name])
            pieces = [Piece(f"{name}-{number}", f"Report {number} of {name}") for number in range(count, 0, -1)][:20]
            return _answering(lambda: write_rss(pieces))
        return SCRIPTS[name]


async def _main() -> None:
    server = await asyncio.start_server(Site().serve, "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
