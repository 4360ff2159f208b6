"""A form sent to a hub (W3C WebSub, 5.1), under the guard and the limits of every request."""

from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from adapters.errors import FetchFailure, FetchReason
from adapters.feeds.answer import retry_after, shown
from adapters.feeds.guard import AddressTest, read_address
from adapters.ports import FetchRequest, FormAnswer

_KEEPING = frozenset({HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT})
"""Redirects that keep method and body: the only ones that a form follows (RFC 9110, 15.4)."""
_MAX_REDIRECTS = 5
_TEXT_BYTES = 2048

Proxy = tuple[URL | None, dict[str, str]]
"""A proxy's address without its login, and the login's header."""


async def send_form(
    session: ClientSession, request: FetchRequest, form: Mapping[str, str], may_ask: AddressTest | None, proxy: Proxy
) -> FormAnswer:
    """Send a form, and again where a redirect points to. Raises FetchFailure, and what aiohttp raises."""
    url = read_address(request.url, may_ask).with_user(None)
    timeout = ClientTimeout(total=None, connect=request.connect_timeout_s, sock_read=request.read_timeout_s)
    address, login = proxy
    for _ in range(_MAX_REDIRECTS + 1):
        async with session.post(
            url,
            data=dict(form),
            headers={"Accept-Encoding": "identity"} | (login if url.scheme == "http" else {}),
            allow_redirects=False,
            proxy=address,
            proxy_headers=login if address else None,
            timeout=timeout,
        ) as response:
            if response.status not in _KEEPING or "Location" not in response.headers:
                return await _read(response)
            url = _follow(url, response.headers["Location"], may_ask)
    message = f"more than {_MAX_REDIRECTS} redirects, last to {shown(url)[:200]}: it is asked again later"
    raise FetchFailure(FetchReason.REDIRECTS, message)


async def _read(response: ClientResponse) -> FormAnswer:
    text = (await response.content.read(_TEXT_BYTES)).decode("utf-8", "replace")
    headers = {"retry-after": response.headers.get("Retry-After", ""), "date": response.headers.get("Date", "")}
    return FormAnswer(shown(response.url), response.status, text, retry_after(headers))


def _follow(asked: URL, location: str, may_ask: AddressTest | None) -> URL:
    """Give a redirect's target; what was sent over https is never sent again in the clear."""
    target = read_address(str(asked.join(URL(location.strip()))), may_ask).with_user(None)
    if asked.scheme == "https" and target.scheme == "http":
        message = f"a redirect from https to {shown(target)[:200]}: a secret is not sent in the clear"
        raise FetchFailure(FetchReason.REDIRECTS, message)
    return target
