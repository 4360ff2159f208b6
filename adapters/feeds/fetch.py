"""One conditional GET over aiohttp: limited in time and size, redirects followed by hand, private addresses refused."""

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.metadata import version

from aiohttp import (
    ClientConnectorDNSError,
    ClientError,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    SocketTimeoutError,
    TCPConnector,
    encode_basic_auth,
)
from yarl import URL

from adapters.errors import FetchFailure, FetchReason
from adapters.feeds.answer import classify, read_answer, validators
from adapters.feeds.guard import AddressTest, GuardedResolver, Lookup, is_public, read_address, read_proxy
from adapters.feeds.hubs import send_form
from adapters.feeds.trail import Trail
from adapters.ports import Fetched, FetchRequest, FormAnswer

_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEP_ALIVE_S = 3.0
_HEADER_BYTES = 32 * 1024
_MOST_REMEMBERED = 8192


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
        self._sessions: dict[tuple[AddressTest | None, bool], ClientSession] = {}
        self._resolvers: dict[AddressTest | None, GuardedResolver] = {}
        # Most requests are for an address that was asked before: what its spelling says, and its limits.
        self._read_address = lru_cache(_MOST_REMEMBERED)(read_address)
        self._limit = lru_cache(_MOST_REMEMBERED)(_limit)

    async def fetch(self, request: FetchRequest) -> Fetched:
        """Get an answer within the limits. Raises FetchFailure, never another error."""
        try:
            async with asyncio.timeout(request.timeout_s):
                return await self._ask(request)
        except (ClientError, OSError, ValueError) as exc:
            raise _fail(exc, request) from exc

    async def post(self, request: FetchRequest, form: Mapping[str, str]) -> FormAnswer:
        """Send a form within the limits. Raises FetchFailure, never another error."""
        may_ask = None if request.allow_private else self._may_ask
        proxy = _read_proxy(request.proxy)
        try:
            async with asyncio.timeout(request.timeout_s):
                session = self._session(None if proxy[0] else may_ask, keep_open=False)
                return await send_form(session, request, form, may_ask, proxy)
        except (ClientError, OSError, ValueError) as exc:
            raise _fail(exc, request) from exc

    async def close(self) -> None:
        """Release the connections. Called once at shut-down."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()
        resolvers, self._resolvers = self._resolvers, {}
        for resolver in resolvers.values():
            await resolver.close()

    async def _ask(self, request: FetchRequest) -> Fetched:
        """Ask, and once more for the whole document where a conditional answer is not proper HTTP.

        Some servers send the document along with their 304, which no parser of HTTP can tell from the next answer.
        """
        try:
            return await self._follow(request)
        except ClientResponseError:
            if not validators(request):
                raise
            return await self._follow(replace(request, etag=None, last_modified=None))

    async def _follow(self, request: FetchRequest) -> Fetched:
        """Ask, and ask where a redirect points to."""
        began = asyncio.get_running_loop().time()
        may_ask = None if request.allow_private else self._may_ask
        proxy, proxy_login = _read_proxy(request.proxy)
        session = self._session(None if proxy else may_ask, keep_open=request.keep_open)
        timeout = self._limit(request.connect_timeout_s, request.read_timeout_s)
        trail = Trail(request, self._read_address(request.url, may_ask))
        while True:
            headers, cookies = trail.prepare()
            if trail.url.scheme == "http":
                headers |= proxy_login  # over https it is said before the tunnel, and never inside
            async with session.get(
                trail.url,
                headers=headers,
                cookies=cookies or None,
                allow_redirects=False,
                proxy=proxy,
                proxy_headers=proxy_login if proxy else None,
                timeout=timeout,
            ) as response:
                if response.status not in _REDIRECTS:
                    return await read_answer(response, request, trail.moved_to, began)
                trail.follow(response.status, response.cookies, read_address(_target(response, trail.url), may_ask))

    def _session(self, may_ask: AddressTest | None, *, keep_open: bool) -> ClientSession:
        """Give the session for requests of one kind; where connections are not kept, no server's wish keeps them."""
        session = self._sessions.get((may_ask, keep_open))
        if session is None:
            resolver = self._resolvers.setdefault(may_ask, GuardedResolver(may_ask, self._lookup))
            session = self._sessions[may_ask, keep_open] = ClientSession(
                connector=_connector(resolver, keep_open=keep_open),
                cookie_jar=DummyCookieJar(),
                headers={"User-Agent": self._user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate, br"},
                auto_decompress=False,
                max_line_size=_HEADER_BYTES,
                max_field_size=_HEADER_BYTES,
            )
        return session


def _connector(resolver: GuardedResolver, *, keep_open: bool) -> TCPConnector:
    if keep_open:
        return TCPConnector(resolver=resolver, use_dns_cache=False, keepalive_timeout=_KEEP_ALIVE_S, limit=0)
    return TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True, limit=0)


def _limit(connect_s: float, read_s: float) -> ClientTimeout:
    return ClientTimeout(total=None, connect=connect_s, sock_read=read_s)


def _read_proxy(address: str | None) -> tuple[URL | None, dict[str, str]]:
    """Give a proxy's address without its login, which aiohttp would show in errors, and the login's header."""
    if not address:
        return None, {}
    proxy = read_proxy(address)
    login = encode_basic_auth(proxy.user, proxy.password or "") if proxy.user else ""
    return proxy.with_user(None), {"Proxy-Authorization": login} if login else {}


def _target(response: ClientResponse, asked: URL) -> str:
    location = response.headers.get("Location", "").strip()
    if not location:
        raise FetchFailure(
            FetchReason.PROTOCOL,
            f"HTTP {response.status} without a place to go: take the address a browser ends at",
            status=response.status,
        )
    return str(asked.join(URL(location)))


def _fail(error: Exception, request: FetchRequest) -> FetchFailure:
    """Say which kind of failure an error is that came of a request."""
    if isinstance(error, TimeoutError):
        return _too_slow(error, request)
    if request.proxy and isinstance(error, ClientConnectorDNSError):
        return FetchFailure(FetchReason.PROXY, "the proxy's name is not known: check it")
    return classify(error)


def _too_slow(error: TimeoutError, request: FetchRequest) -> FetchFailure:
    if isinstance(error, ConnectionTimeoutError):
        message = f"no connection within {request.connect_timeout_s:g} s: it is asked again later"
    elif isinstance(error, SocketTimeoutError):
        message = f"nothing came for {request.read_timeout_s:g} s: it is asked again later"
    else:
        message = f"no whole answer within {request.timeout_s:g} s: it is asked again later"
    return FetchFailure(FetchReason.TIMEOUT, message)
