"""One conditional GET over aiohttp: limited in time and size, redirects followed by hand, private addresses refused."""

import asyncio
import re
import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import version

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    CookieJar,
    DummyCookieJar,
    InvalidURL,
    TCPConnector,
)
from yarl import URL

from adapters.errors import FetchFailure, FetchReason
from adapters.feeds.body import Body, too_large
from adapters.feeds.guard import AddressTest, GuardedResolver, Lookup, is_public, read_address
from adapters.ports import Fetched, FetchRequest

_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 10
_CONNECT_S = 10.0
_KEEP_ALIVE_S = 3.0  # idle TLS connections cost some 300 kB each, and most hosts have one feed
_HEADER_BYTES = 32 * 1024
_SENDABLE = re.compile(r"[\x20-\x7e]{1,1024}")
_ADVICE: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "it wants a login: check the address for its key, or take another feed",
    HTTPStatus.FORBIDDEN: "it refuses this reader: ask the publisher, or set another user_agent",
    HTTPStatus.NOT_FOUND: "there is nothing at this address: look for the feed's new one",
    HTTPStatus.GONE: "the feed was taken down for good: remove it",
    HTTPStatus.TOO_MANY_REQUESTS: "it is asked too often: raise the feed's interval",
}


class HttpFetcher:
    """Fetches over HTTP. Guarded and unguarded requests never share a connection.

    `lookup` resolves names, with the shape of `socket.getaddrinfo`; `may_ask` tells which addresses a request may
    reach unless it allows private ones.
    """

    def __init__(
        self, user_agent: str = "", *, lookup: Lookup = socket.getaddrinfo, may_ask: AddressTest = is_public
    ) -> None:
        self._user_agent = user_agent or f"Vedette/{version('vedette')} (+feed reader; polls with conditional requests)"
        self._lookup = lookup
        self._may_ask = may_ask
        self._sessions: dict[AddressTest | None, ClientSession] = {}
        self._resolvers: list[GuardedResolver] = []

    async def fetch(self, request: FetchRequest) -> Fetched:
        """Get an answer within the limits. Raises FetchFailure, never another error."""
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(request.timeout_s):
                fetched = await self._follow(request)
        except TimeoutError as exc:
            message = f"no whole answer within {request.timeout_s:g} s: it is asked again later"
            raise FetchFailure(FetchReason.TIMEOUT, message) from exc
        except (ClientError, OSError, ValueError) as exc:
            raise _classify(exc) from exc
        return replace(fetched, elapsed_s=asyncio.get_running_loop().time() - began)

    async def close(self) -> None:
        """Release the connections. Called once at shut-down."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()
        while self._resolvers:
            await self._resolvers.pop().close()

    async def _follow(self, request: FetchRequest) -> Fetched:
        """Ask, and ask where a redirect points to; cookies live for one fetch, as consent pages loop without."""
        may_ask = None if request.allow_private else self._may_ask
        session = self._session(may_ask)
        url = read_address(request.url, may_ask)
        cookies = CookieJar()
        for _ in range(_MAX_REDIRECTS + 1):
            sent = {morsel.key: morsel.value for morsel in cookies.filter_cookies(url).values()}
            async with session.get(url, headers=_validators(request), cookies=sent, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    return await _read(response, request)
                cookies.update_cookies(response.cookies, url)
                url = read_address(_target(response, url), may_ask)
        raise FetchFailure(
            FetchReason.REDIRECTS,
            f"more than {_MAX_REDIRECTS} redirects, the last to {_shown(url)}: take the address a browser ends at",
        )

    def _session(self, may_ask: AddressTest | None) -> ClientSession:
        session = self._sessions.get(may_ask)
        if session is None:
            resolver = GuardedResolver(may_ask, self._lookup)
            self._resolvers.append(resolver)
            session = self._sessions[may_ask] = ClientSession(
                connector=TCPConnector(
                    resolver=resolver,
                    use_dns_cache=False,
                    keepalive_timeout=_KEEP_ALIVE_S,
                    limit=0,
                ),
                cookie_jar=DummyCookieJar(),
                headers={"User-Agent": self._user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate, br"},
                timeout=ClientTimeout(total=None, sock_connect=_CONNECT_S),
                auto_decompress=False,
                max_line_size=_HEADER_BYTES,
                max_field_size=_HEADER_BYTES,
            )
        return session


def retry_after(headers: dict[str, str]) -> float | None:
    """Read Retry-After as seconds, whichever of its two forms it has (RFC 9110, 10.2.3).

    A date is taken relative to the answer's own Date, so that a wrong clock on either side does no harm.
    """
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    until = _http_date(value)
    if until is None:
        return None
    since = _http_date(headers.get("date", "")) or datetime.now(UTC)
    return max((until - since).total_seconds(), 0.0)


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _validators(request: FetchRequest) -> dict[str, str]:
    """Give the conditional headers; what a server sent and no request may carry is left out."""
    wanted = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in wanted.items() if value and _SENDABLE.fullmatch(value)}


def _decode(value: str) -> str:
    """Make a header's value storable: what is not UTF-8 in it comes from aiohttp as lone surrogates."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _target(response: ClientResponse, asked: URL) -> str:
    location = response.headers.get("Location", "").strip()
    if not location:
        raise FetchFailure(
            FetchReason.PROTOCOL,
            f"HTTP {response.status} without a place to go: take the address a browser ends at",
            status=response.status,
        )
    return str(asked.join(URL(location)))


async def _read(response: ClientResponse, request: FetchRequest) -> Fetched:
    headers = {name.lower(): _decode(value) for name, value in response.headers.items()}
    if response.status == HTTPStatus.NOT_MODIFIED and _validators(request):
        body = None
    elif HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
        body = await _read_body(response, request.max_bytes)
    else:
        raise _bad_status(response, headers)
    return Fetched(
        url=_shown(response.url),
        status=response.status,
        body=body,
        etag=headers.get("etag") or (request.etag if body is None else None),
        last_modified=headers.get("last-modified") or (request.last_modified if body is None else None),
        content_type=headers.get("content-type", ""),
        headers=headers,
    )


async def _read_body(response: ClientResponse, max_bytes: int) -> bytes:
    if (response.content_length or 0) > max_bytes:
        raise too_large(max_bytes)
    body = Body(response.headers.get("Content-Encoding", ""), max_bytes)
    async for chunk in response.content.iter_any():
        body.feed(chunk)
    return body.finish()


def _bad_status(response: ClientResponse, headers: dict[str, str]) -> FetchFailure:
    usual = "it is asked again later" if response.status >= 500 else "open the address in a browser"
    advice = _ADVICE.get(response.status, usual)
    reason = f" {response.reason[:100]}" if response.reason else ""
    return FetchFailure(
        FetchReason.STATUS,
        f"HTTP {response.status}{reason}: {advice}",
        status=response.status,
        retry_after_s=retry_after(headers),
    )


def _classify(error: Exception) -> FetchFailure:
    """Say which kind of failure an error of aiohttp, of the system or of a codec is."""
    detail = str(error)[:300] or type(error).__name__
    if isinstance(error, ClientConnectorDNSError):
        return FetchFailure(FetchReason.DNS, f"the host's name is not known: check the address ({detail})")
    if isinstance(error, (ClientSSLError, ssl.SSLError)):
        return FetchFailure(FetchReason.TLS, f"no trusted encrypted connection: open it in a browser ({detail})")
    if isinstance(error, (ClientConnectorError, ConnectionRefusedError)):
        return FetchFailure(FetchReason.REFUSED, f"no connection: the server is down or blocks this one ({detail})")
    if isinstance(error, InvalidURL):
        return FetchFailure(FetchReason.BAD_ADDRESS, f"not a web address: correct it ({detail})")
    return FetchFailure(FetchReason.PROTOCOL, f"the answer is not proper HTTP: it is asked again later ({detail})")


def _shown(url: URL) -> str:
    """Spell an address without the name and password it may hold."""
    return str(url.with_user(None).with_fragment(None))
