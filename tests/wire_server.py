"""A server on loopback that says whatever a test has it say, byte by byte, and a proxy that tells what it was asked."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What is sent once a request's head has come; then the connection is closed."""


class WireServer:
    """Runs a script for every request. `async with WireServer(script) as server: server.url("wire")`."""

    def __init__(self, script: Script | bytes) -> None:
        self.heads: list[str] = []
        """The request lines and headers that came, a text for each request."""
        self.closed = asyncio.Event()
        """Set when a client has gone, or a script has come to its end."""
        self._script = script
        self._port = 0
        self._running: dict[asyncio.Task[None] | None, asyncio.StreamWriter] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        await self._server.wait_closed()
        for writer in self._running.values():
            writer.transport.abort()
        await asyncio.gather(*filter(None, self._running), return_exceptions=True)

    @property
    def port(self) -> int:
        """The port that the system chose."""
        return self._port

    def url(self, name: str = "wire") -> str:
        """Give an address of the server; every name gets the same script."""
        return f"http://127.0.0.1:{self._port}/{name}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._running[asyncio.current_task()] = writer
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
            if isinstance(self._script, bytes):
                writer.write(self._script)
                await writer.drain()
            else:
                await self._script(reader, writer)
        self.closed.set()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def drip(writer: asyncio.StreamWriter, text: bytes, pause_s: float) -> None:
    """Send a text over and over, with a pause after each time, for as long as the client stays."""
    while True:
        await say(writer, text)
        await asyncio.sleep(pause_s)


async def flood(writer: asyncio.StreamWriter, text: bytes, total: int = 2**62) -> None:
    """Send a text over and over, as fast as the client takes it, at most so many bytes."""
    sent = 0
    while sent < total:
        await say(writer, text)
        sent += len(text)


async def say(writer: asyncio.StreamWriter, text: bytes) -> None:
    """Send a text. Raises ConnectionError when the client has gone."""
    if writer.is_closing():
        raise ConnectionResetError("the client has gone")
    writer.write(text)
    await writer.drain()


def answer(body: bytes, *headers: str, status: str = "200 OK", http: str = "1.1") -> bytes:
    """Write an answer with just these headers; `Connection: close` is said for HTTP/1.1."""
    lines = [f"HTTP/{http} {status}", "Content-Type: application/xml", *headers]
    if http == "1.1":
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
