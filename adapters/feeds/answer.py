"""What a server's answer means: a document, nothing new, or a failure with its reason."""

import asyncio
import contextlib
import re
import ssl
from datetime import UTC, datetime
from http import HTTPStatus

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientPayloadError,
    ClientProxyConnectionError,
    ClientResponse,
    ClientSSLError,
    InvalidURL,
    ServerDisconnectedError,
)
from yarl import URL

from adapters.errors import FetchFailure, FetchReason
from adapters.feeds.body import Body, too_large
from adapters.feeds.stand_in import find_guard, find_guard_mark, tell_robot_check
from adapters.http_dates import read_http_date
from adapters.ports import Fetched, FetchRequest

_NO_DOCUMENT = frozenset({204, 205, 206, 226})
"""Successes without a whole document: nothing, a part that was not asked for, a difference (RFC 3229)."""

_GUARDED = frozenset({401, 403, 405, 429, 503})
"""Statuses with which robot checks come; their pages are looked at."""
_PAGE_BYTES = 256 * 1024
_PAGE_S = 2.0
_CRUMB_BYTES = 16
_MOST_CRUMBS = 10_000
"""So many pieces shorter than a crumb are taken: reading one costs as much as reading a long piece."""

_SENDABLE = re.compile(r"[\x20-\x7e]{1,1024}")
_ADVICE: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "it wants a login: give the feed `auth`, or take another feed",
    HTTPStatus.FORBIDDEN: "it refuses this reader: ask the publisher, or set another user_agent",
    HTTPStatus.NOT_FOUND: "there is nothing at this address: look for the feed's new one",
    HTTPStatus.GONE: "the feed was taken down for good: remove it",
    HTTPStatus.TOO_MANY_REQUESTS: "it is asked too often: raise the feed's interval",
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: "the proxy wants a login: write it into the proxy's address",
}
_REASONS: dict[int, FetchReason] = {
    HTTPStatus.GONE: FetchReason.GONE,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: FetchReason.PROXY,
}


async def read_answer(
    response: ClientResponse, request: FetchRequest, moved_to: str | None, began_at: float
) -> Fetched:
    """Read an answer that is no redirect, to a request that began at that time of the event loop.

    Raises FetchFailure, and what aiohttp raises while it reads.
    """
    headers = {name.lower(): _decode(value) for name, value in response.headers.items()}
    if "link" in headers:  # often there several times (RFC 9110, 5.3)
        headers["link"] = _decode(", ".join(response.headers.getall("Link")))
    success = HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES
    guard = find_guard(headers) or await _look_for_guard(response)
    if guard:
        raise _robot_check(guard, response, headers)
    if response.status == HTTPStatus.NOT_MODIFIED and validators(request):
        body = None
    elif success and response.status not in _NO_DOCUMENT:
        body = await _read_body(response, request.max_bytes)
    else:
        raise _bad_status(response, headers)
    return Fetched(
        url=shown(response.url),
        status=response.status,
        body=body,
        etag=headers.get("etag") or (request.etag if body is None else None),
        last_modified=headers.get("last-modified") or (request.last_modified if body is None else None),
        content_type=headers.get("content-type", ""),
        headers=headers,
        elapsed_s=asyncio.get_running_loop().time() - began_at,
        moved_to=moved_to,
    )


def validators(request: FetchRequest) -> dict[str, str]:
    """Give the conditional headers; what a server sent and no request may carry is left out."""
    wanted = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in wanted.items() if value and _SENDABLE.fullmatch(value)}


def shown(url: URL) -> str:
    """Spell an address without the name and password it may hold."""
    if "@" in url.raw_authority:
        url = url.with_user(None)
    return str(url.with_fragment(None) if url.raw_fragment else url)


def retry_after(headers: dict[str, str]) -> float | None:
    """Read Retry-After as seconds, whichever of its two forms it has (RFC 9110, 10.2.3).

    A date is taken relative to the answer's own Date, so that a wrong clock on either side does no harm.
    """
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    until = read_http_date(value)
    if until is None:
        return None
    since = read_http_date(headers.get("date", "")) or datetime.now(UTC)
    return max((until - since).total_seconds(), 0.0)


def classify(error: Exception) -> FetchFailure:
    """Say which kind of failure an error of aiohttp, of the system or of a codec is."""
    detail = str(error)[:300] or type(error).__name__
    if isinstance(error, (ClientProxyConnectionError, ClientHttpProxyError)):
        status = error.status if isinstance(error, ClientHttpProxyError) else None
        told = f"HTTP {status}" if status else "no connection to it"
        return FetchFailure(FetchReason.PROXY, f"the proxy does not let this through ({told}): check it", status=status)
    if isinstance(error, ClientConnectorDNSError):
        return FetchFailure(FetchReason.DNS, f"the host's name is not known: check the address ({detail})")
    if isinstance(error, (ClientSSLError, ssl.SSLError)):
        return FetchFailure(FetchReason.TLS, f"no trusted encrypted connection: open it in a browser ({detail})")
    if isinstance(error, (ClientConnectorError, ConnectionRefusedError)):
        return FetchFailure(FetchReason.REFUSED, f"no connection: the server is down or blocks this one ({detail})")
    if isinstance(error, InvalidURL):
        return FetchFailure(FetchReason.BAD_ADDRESS, f"not a web address: correct it ({detail})")
    if isinstance(error, (ServerDisconnectedError, ClientPayloadError, ConnectionError)):
        return FetchFailure(FetchReason.PROTOCOL, f"the answer was cut off: it is asked again later ({detail})")
    return FetchFailure(FetchReason.PROTOCOL, f"the answer is not proper HTTP: it is asked again later ({detail})")


def _decode(value: str) -> str:
    """Make a header's value storable: what is not UTF-8 in it comes from aiohttp as lone surrogates."""
    return value if value.isascii() else value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


async def _read_body(response: ClientResponse, max_bytes: int) -> bytes:
    if (response.content_length or 0) > max_bytes:
        raise too_large(max_bytes)
    body = Body(response.headers.get("Content-Encoding", ""), max_bytes)
    crumbs = 0
    async for chunk, _ in response.content.iter_chunks():
        crumbs += len(chunk) < _CRUMB_BYTES
        if crumbs > _MOST_CRUMBS:
            raise FetchFailure(FetchReason.PROTOCOL, "the answer comes in crumbs: it is asked again later")
        body.feed(chunk)
    return body.finish()


async def _look_for_guard(response: ClientResponse) -> str:
    """Give whose robot check the page of a refusal is; empty when it is none, or takes too long to be read."""
    if response.status not in _GUARDED or "html" not in response.headers.get("Content-Type", "").lower():
        return ""
    with contextlib.suppress(FetchFailure, ClientError, OSError, TimeoutError):
        async with asyncio.timeout(_PAGE_S):
            return find_guard_mark(await _read_body(response, _PAGE_BYTES))
    return ""


def _robot_check(guard: str, response: ClientResponse, headers: dict[str, str]) -> FetchFailure:
    return FetchFailure(
        FetchReason.ROBOT_CHECK,
        f"HTTP {response.status}: {tell_robot_check(guard)}",
        status=response.status,
        retry_after_s=retry_after(headers),
    )


def _bad_status(response: ClientResponse, headers: dict[str, str]) -> FetchFailure:
    usual = "it is asked again later" if response.status >= 500 else "open the address in a browser"
    if response.status in _NO_DOCUMENT:
        usual = "an answer without a whole document; it is asked again later"
    advice = _ADVICE.get(response.status, usual)
    reason = f" {_decode(response.reason)[:100]}" if response.reason else ""
    return FetchFailure(
        _REASONS.get(response.status, FetchReason.STATUS),
        f"HTTP {response.status}{reason}: {advice}",
        status=response.status,
        retry_after_s=retry_after(headers),
    )
