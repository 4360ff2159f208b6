"""The soak's publishers, in a process of their own: `python -m tests.bench.soak_wire PLAN LOG`.

It prints its port, and when its input ends writes LOG: a JSON line for each request with its moment, the feed, the
second of the document that was sent and how it was answered.
"""

import asyncio
import contextlib
import gzip
import json
import socket
import ssl
import struct
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from tests.bench.soak_plan import Feed, Plan

_HEAD_BYTES = 32 * 1024
_DRIP_S = 0.5
_LARGE = b"<!-- filler -->" * 4096
_KILLER = b"<rss version='2.0'><channel><item><guid>long</guid><description>%s</description></item></channel></rss>" % (
    b"&lt;div&gt;" * 150_000
)
"""Nested blocks take an HTML parser quadratic time: about a minute for so many."""

BREAKS = frozenset({"timeout", "reset", "truncated", "too_large", "drip"})
"""The faults that a connection does not outlive."""

BAD_ANSWERS: dict[str, tuple[str, bytes] | tuple[str, bytes, str]] = {
    "dns": ("302 Found", b"", "Location: http://unknown.invalid/"),
    "redirects": ("302 Found", b"", "Location: /round/1"),
    "forbidden": ("403 Forbidden", b"<p>No.</p>"),
    "not_found": ("404 Not Found", b"<p>Not here.</p>"),
    "server_error": ("500 Internal Server Error", b"<p>Sorry.</p>"),
    "busy": ("429 Too Many Requests", b"", "Retry-After: 30"),
    "malformed": ("200 OK", b'<?xml version="1.0"?>\n<wire <<broken & </wire>'),
    "html": ("200 OK", b"<!doctype html><html><body><p>Please log in.</p></body></html>"),
    "empty": ("200 OK", b""),
    "parser_killer": ("200 OK", _KILLER),
}


class Wire:
    """Answers for all feeds on one port; who is meant stands in the path, `/feed/N`."""

    def __init__(self, plan: Plan) -> None:
        self.log: list[tuple[float, int, int, str]] = []
        self._plan = plan
        self._counts: Counter[int] = Counter()
        self._running: set[asyncio.Task[None] | None] = set()
        self._closed = socket.socket()
        self._closed.bind(("127.0.0.1", 0))
        self._closed_port = self._closed.getsockname()[1]
        """Nobody listens there, and nobody else can."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests."""
        self._running.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._answer((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"), reader, writer):
                pass
        self._running.discard(asyncio.current_task())
        writer.close()

    async def stop(self) -> None:
        """Leave those who still wait for an answer."""
        for task in list(self._running):
            if task is not None:
                task.cancel()
        self._closed.close()

    async def _answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer a request, and tell whether the connection may go on."""
        path = head.split(" ", 2)[1]
        if path.startswith("/round/"):
            await _say(writer, "302 Found", b"", f"Location: /round/{int(path[7:]) + 1}")
            return True
        feed = self._plan.course[int(path.removeprefix("/feed/"))]
        self._counts[feed.number] += 1
        fault = self._plan.fault(feed.number, self._counts[feed.number])
        now = time.time()
        second = int(now - self._plan.began_at)
        if fault is None:
            said = await self._tell(feed, second, head, writer)
            self.log.append((now, feed.number, second, said))
            return True
        self.log.append((now, feed.number, second, fault))
        return await self._misbehave(fault, feed, second, reader, writer)

    async def _tell(self, feed: Feed, second: int, head: str, writer: asyncio.StreamWriter) -> str:
        """Say what is new, or that nothing is."""
        changed = feed.changed(second)
        date = format_datetime(datetime.fromtimestamp(self._plan.began_at + changed, UTC), usegmt=True)
        headers = {"etag": [f'ETag: "{feed.number}-{changed}"'], "date": [f"Last-Modified: {date}"]}
        lines = headers.get(feed.validator, [])
        if lines and f": {lines[0].partition(': ')[2]}\r\n" in head:
            await _say(writer, "304 Not Modified", b"", *lines)
            return "not_modified"
        body = self._plan.write(feed, second)
        if feed.zipped:
            body = gzip.compress(body, 1)
            lines = [*lines, "Content-Encoding: gzip"]
        await _say(writer, "200 OK", body, *lines)
        return "ok"

    async def _misbehave(
        self, fault: str, feed: Feed, second: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        body = self._plan.write(feed, second)
        if fault in BREAKS:
            await self._break_off(fault, body, reader, writer)
            return False
        if fault == "bad_gzip":
            spoilt = gzip.compress(body)
            await _say(writer, "200 OK", spoilt[: len(spoilt) // 2] + b"\xff" * 200, "Content-Encoding: gzip")
        elif fault == "refused":
            await _say(writer, "302 Found", b"", f"Location: http://127.0.0.1:{self._closed_port}/")
        else:
            await _say(writer, *BAD_ANSWERS[fault])
        return True

    async def _break_off(
        self, fault: str, body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Behave so badly that the connection is lost with it."""
        if fault == "timeout":
            await reader.read()  # until the client has had enough
            return
        if fault == "reset":
            raw = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Le")
            writer.transport.abort()
            return
        length = len(body) if fault != "too_large" else 2**30
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: {length}\r\n\r\n".encode())
        if fault == "truncated":
            writer.write(body[: len(body) // 2])
            await writer.drain()
            return
        while True:
            writer.write(_LARGE if fault == "too_large" else body[:1])
            await writer.drain()
            await asyncio.sleep(0 if fault == "too_large" else _DRIP_S)
            if writer.is_closing():
                return


async def _say(writer: asyncio.StreamWriter, status: str, body: bytes, *headers: str) -> None:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/xml", f"Content-Length: {len(body)}", *headers]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
    await writer.drain()


async def _serve(plan: Plan) -> list[tuple[float, int, int, str]]:
    wire = Wire(plan)
    assert plan.course  # made before anybody asks
    security = None
    if plan.certificate:
        security = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        security.load_cert_chain(plan.certificate)
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0, limit=_HEAD_BYTES, backlog=4096, ssl=security)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until the soak closes it
    server.close()
    await wire.stop()
    return wire.log


if __name__ == "__main__":
    rows = asyncio.run(_serve(Plan.from_json(sys.argv[1])))
    Path(sys.argv[2]).write_text("".join(json.dumps(row) + "\n" for row in rows))
