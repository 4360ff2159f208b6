"""The way from a feed's address along its redirects, and what may be said at each step. No IO."""

from http import HTTPStatus
from http.cookies import SimpleCookie

from aiohttp import CookieJar, encode_basic_auth
from yarl import URL

from adapters.errors import FetchFailure, FetchReason
from adapters.feeds.answer import shown, validators
from adapters.ports import FetchRequest

_PERMANENT = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})
_UPGRADE = (("http", 80), ("https", 443))
_MAX_REDIRECTS = 10
_ABOUT_US = frozenset({"accept", "accept-language", "user-agent"})
"""Headers that say who asks and for what: the only ones of a feed that other hosts get to see."""


class Trail:
    """The steps of one fetch; cookies live for as long, as consent pages loop without. `url` is asked next."""

    def __init__(self, request: FetchRequest, home: URL) -> None:
        self.url = self._home = home.with_user(None) if "@" in home.raw_authority else home
        self._request = request
        self._login = request.login or ((home.user, home.password or "") if home.user else None)
        self._cookies: CookieJar | None = None
        self._permanent = True
        self._seen: set[tuple[URL, tuple[tuple[str, str], ...]]] = set()

    @property
    def moved_to(self) -> str | None:
        """Where permanent redirects alone have led to."""
        return shown(self.url) if self._permanent and self.url != self._home else None

    def prepare(self) -> tuple[dict[str, str], dict[str, str]]:
        """Give the headers and cookies for the next request. Raises FetchFailure when it was made before."""
        cookies = self._list_cookies()
        step = (self.url, tuple(sorted(cookies.items())) if cookies else ())
        if step in self._seen or len(self._seen) > _MAX_REDIRECTS:
            how = "redirects in a circle, back" if step in self._seen else f"more than {_MAX_REDIRECTS} redirects, last"
            message = f"{how} to {shown(self.url)[:200]}: take the address a browser ends at"
            raise FetchFailure(FetchReason.REDIRECTS, message)
        self._seen.add(step)
        return self._headers(), cookies

    def follow(self, status: int, cookies: SimpleCookie, target: URL) -> None:
        """Take a redirect with its cookies; a login in its target is dropped.

        What leads from https to plain http, where anybody may answer, does not count as permanent.
        """
        if self._cookies is None:
            self._cookies = CookieJar()
        self._cookies.update_cookies(cookies, self.url)
        downgrade = self.url.scheme == "https" and target.scheme == "http"
        self._permanent = self._permanent and status in _PERMANENT and not downgrade
        self.url = target.with_user(None)

    def _list_cookies(self) -> dict[str, str]:
        if self._cookies is None:
            return {}
        return {morsel.key: morsel.value for morsel in self._cookies.filter_cookies(self.url).values()}

    def _headers(self) -> dict[str, str]:
        at_home = self._is_home(self.url)
        own = self._request.headers.items()
        headers = {name: value for name, value in own if at_home or name.lower() in _ABOUT_US}
        if at_home and self._login is not None:
            headers["Authorization"] = encode_basic_auth(*self._login)
        return headers | validators(self._request)

    def _is_home(self, url: URL) -> bool:
        """Tell whether an address is of the feed's own origin, or of the same host after its step to https."""
        if url is self._home:
            return True
        home, there = (self._home.scheme, self._home.port), (url.scheme, url.port)
        return url.raw_host == self._home.raw_host and (home == there or (home, there) == _UPGRADE)
