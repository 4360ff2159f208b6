"""A web server on loopback whose documents a test changes while it runs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Self

from aiohttp import web

Chunks = Callable[[], AsyncIterator[bytes]]


@dataclass(slots=True)
class Document:
    """What the server answers for one name; a test may change any of it at any time."""

    body: bytes | Chunks = b""
    """The bytes as sent, or a function that gives them in pieces for as long as the client stays."""
    content_type: str = "application/xml"
    etag: str | None = None
    last_modified: str | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    redirect_to: str | None = None
    """An address; answered with `status` if that is a redirect, else with 302."""
    hold: asyncio.Event | None = None
    """The answer waits until it is set."""
    raw: bytes | None = None
    """Sent in place of a proper HTTP answer; then the connection is closed."""


class FeedsServer:
    """Serves documents by name. `async with FeedsServer() as server: server.put("wire", body)`.

    A document with an ETag or a Last-Modified date is answered with 304 to a request that carries the same one.
    """

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self.now = now
        """The clock of the server's Date headers, the machine's if None."""
        self.requests: dict[str, list[Mapping[str, str]]] = {}
        """The headers of each request so far (case-insensitive), by document name."""
        self._documents: dict[str, Document] = {}
        self._port = 0
        app = web.Application()
        app.on_response_prepare.append(self._date)
        app.router.add_get("/{name:.*}", self._answer)
        self._runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The port that the system chose."""
        return self._port

    def url(self, name: str) -> str:
        """Give the address of a document."""
        return f"http://127.0.0.1:{self._port}/{name}"

    def put(self, name: str, body: bytes | Chunks = b"", document: Document | None = None) -> Document:
        """Let a name answer with `body` and nothing special, or with `document`; give it, to be changed later."""
        self._documents[name] = document or Document(body)
        return self._documents[name]

    def remove(self, name: str) -> None:
        """Let a name answer with 404."""
        del self._documents[name]

    def count(self, name: str) -> int:
        """Count the requests for a name so far."""
        return len(self.requests.get(name, ()))

    async def _date(self, request: web.Request, response: web.StreamResponse) -> None:
        document = self._documents.get(request.match_info["name"])
        if self.now is not None and "Date" not in (document.headers if document is not None else {}):
            response.headers["Date"] = format_datetime(self.now(), usegmt=True)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.requests.setdefault(name, []).append(request.headers)
        document = self._documents.get(name)
        if document is None:
            raise web.HTTPNotFound
        if document.hold is not None:
            await document.hold.wait()
        if document.raw is not None:
            return _answer_raw(request, document.raw)
        if document.redirect_to is not None:
            return _redirect(document, document.redirect_to)
        if _is_current(request, document):
            return web.Response(status=304, headers=_headers(document))
        if isinstance(document.body, bytes):
            return web.Response(status=document.status, body=document.body, headers=_headers(document))
        return await _stream(request, document, document.body)


def _answer_raw(request: web.Request, raw: bytes) -> web.StreamResponse:
    assert isinstance(request.transport, asyncio.Transport)
    request.transport.write(raw)
    request.transport.close()
    return web.Response()


def _redirect(document: Document, target: str) -> web.Response:
    status = document.status if 300 <= document.status < 400 else 302
    return web.Response(status=status, headers={**document.headers, "Location": target})


def _is_current(request: web.Request, document: Document) -> bool:
    if document.status != 200:
        return False
    if document.etag is not None and "If-None-Match" in request.headers:
        return request.headers["If-None-Match"] == document.etag
    return document.last_modified is not None and request.headers.get("If-Modified-Since") == document.last_modified


def _headers(document: Document) -> dict[str, str]:
    headers = {"Content-Type": document.content_type, **document.headers}
    if document.etag is not None:
        headers["ETag"] = document.etag
    if document.last_modified is not None:
        headers["Last-Modified"] = document.last_modified
    return headers


async def _stream(request: web.Request, document: Document, chunks: Chunks) -> web.StreamResponse:
    response = web.StreamResponse(status=document.status, headers=_headers(document))
    await response.prepare(request)
    async for chunk in chunks():
        await response.write(chunk)
    return response
