"""One conditional GET over aiohttp: limited in time and size, redirects followed by hand, private addresses refused."""

import asyncio
import socket
from dataclasses import replace
from http import HTTPStatus
from importlib.metadata import version

from aiohttp import (
    ClientConnectorDNSError,
    ClientError,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    CookieJar,
    DummyCookieJar,
    SocketTimeoutError,
    TCPConnector,
    encode_basic_auth,
)
from yarl import URL

from adapters.errors import FetchFailure, FetchReason
from adapters.feeds.answer import classify, read_answer, shown, validators
from adapters.feeds.guard import AddressTest, GuardedResolver, Lookup, is_public, read_address, read_proxy
from adapters.ports import Fetched, FetchRequest

_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})
_MAX_REDIRECTS = 10
_KEEP_ALIVE_S = 3.0  # idle TLS connections cost some 300 kB each, and most hosts have one feed
_HEADER_BYTES = 32 * 1024
_ABOUT_US = frozenset({"accept", "accept-language", "user-agent"})
"""Headers that say who asks and for what: the only ones of a feed that other hosts get to see."""


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
                fetched = await self._ask(request)
        except TimeoutError as exc:
            raise _too_slow(exc, request) from exc
        except (ClientError, OSError, ValueError) as exc:
            if request.proxy and isinstance(exc, ClientConnectorDNSError):
                raise FetchFailure(FetchReason.PROXY, "the proxy's name is not known: check it") from exc
            raise classify(exc) from exc
        return replace(fetched, elapsed_s=asyncio.get_running_loop().time() - began)

    async def close(self) -> None:
        """Release the connections. Called once at shut-down."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()
        while self._resolvers:
            await self._resolvers.pop().close()

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
        """Ask, and ask where a redirect points to; cookies live for one fetch, as consent pages loop without."""
        may_ask = None if request.allow_private else self._may_ask
        proxy, proxy_login = _read_proxy(request.proxy)
        session = self._session(None if proxy else may_ask)
        timeout = ClientTimeout(total=None, connect=request.connect_timeout_s, sock_read=request.read_timeout_s)
        trail = _Trail(request, read_address(request.url, may_ask))
        while True:
            headers, cookies = trail.prepare()
            if trail.url.scheme == "http":
                headers |= proxy_login  # over https it is said before the tunnel, and never inside
            async with session.get(
                trail.url,
                headers=headers,
                cookies=cookies,
                allow_redirects=False,
                proxy=proxy,
                proxy_headers=proxy_login if proxy else None,
                timeout=timeout,
            ) as response:
                if response.status not in _REDIRECTS:
                    return await read_answer(response, request, trail.moved_to)
                trail.follow(response, read_address(_target(response, trail.url), may_ask))

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
                auto_decompress=False,
                max_line_size=_HEADER_BYTES,
                max_field_size=_HEADER_BYTES,
            )
        return session


class _Trail:
    """The way from a feed's address along its redirects, and what may be said at each step."""

    def __init__(self, request: FetchRequest, home: URL) -> None:
        self.url = self._home = home.with_user(None)
        self._request = request
        self._login = request.login or ((home.user, home.password or "") if home.user else None)
        self._cookies = CookieJar()
        self._permanent = True
        self._seen: set[tuple[URL, tuple[tuple[str, str], ...]]] = set()

    @property
    def moved_to(self) -> str | None:
        """Where permanent redirects alone have led to; never from https to plain http, where anybody may answer."""
        downgraded = self._home.scheme == "https" and self.url.scheme == "http"
        moved = self._permanent and self.url != self._home and not downgraded
        return shown(self.url) if moved else None

    def prepare(self) -> tuple[dict[str, str], dict[str, str]]:
        """Give the headers and cookies for the next request. Raises FetchFailure when it was made before."""
        cookies = {morsel.key: morsel.value for morsel in self._cookies.filter_cookies(self.url).values()}
        step = (self.url, tuple(sorted(cookies.items())))
        if step in self._seen or len(self._seen) > _MAX_REDIRECTS:
            how = "redirects in a circle, back" if step in self._seen else f"more than {_MAX_REDIRECTS} redirects, last"
            message = f"{how} to {shown(self.url)[:200]}: take the address a browser ends at"
            raise FetchFailure(FetchReason.REDIRECTS, message)
        self._seen.add(step)
        return self._headers(), cookies

    def follow(self, response: ClientResponse, target: URL) -> None:
        """Take a redirect; a login in its target is dropped."""
        self._cookies.update_cookies(response.cookies, self.url)
        self._permanent = self._permanent and response.status in _PERMANENT
        self.url = target.with_user(None)

    def _headers(self) -> dict[str, str]:
        at_home = self._is_home(self.url)
        own = self._request.headers.items()
        headers = {name: value for name, value in own if at_home or name.lower() in _ABOUT_US}
        if at_home and self._login is not None:
            headers["Authorization"] = encode_basic_auth(*self._login)
        return headers | validators(self._request)

    def _is_home(self, url: URL) -> bool:
        """Tell whether an address is of the feed's own origin, or of the same host after its step to https."""
        if url.origin() == self._home.origin():
            return True
        upgraded = (self._home.scheme, self._home.port, url.scheme, url.port) == ("http", 80, "https", 443)
        return upgraded and url.raw_host == self._home.raw_host


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


def _too_slow(error: TimeoutError, request: FetchRequest) -> FetchFailure:
    if isinstance(error, ConnectionTimeoutError):
        message = f"no connection within {request.connect_timeout_s:g} s: it is asked again later"
    elif isinstance(error, SocketTimeoutError):
        message = f"nothing came for {request.read_timeout_s:g} s: it is asked again later"
    else:
        message = f"no whole answer within {request.timeout_s:g} s: it is asked again later"
    return FetchFailure(FetchReason.TIMEOUT, message)
