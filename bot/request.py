"""What is asked of a feed's server: the one place where a feed, the settings and the secrets come together."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from pydantic import SecretStr

from adapters.errors import FetchFailure, FetchReason
from adapters.ports import FetchRequest
from bot.settings.model import Polling
from state import FeedSpec, Given

PAGE_BYTES = 4 * 1024 * 1024
"""An article's page may be so large, if `polling.max_size` lets it."""
PAGE_TYPES = "text/html, application/xhtml+xml, text/plain;q=0.5"
_PORTS = {"http": 80, "https": 443}
_ABOUT_US = frozenset({"accept-language", "user-agent"})
"""Headers of a feed that say who asks: the only ones that other hosts get to see."""


def build_request(
    spec: FeedSpec,
    polling: Polling,
    secrets: Mapping[str, SecretStr],
    *,
    etag: str | None = None,
    last_modified: str | None = None,
) -> FetchRequest:
    """Build the request for a feed. Raises FetchFailure when a secret that it needs is not there."""
    access = spec.access
    proxy = access.proxy if access.proxy is not None else polling.proxy
    return FetchRequest(
        url=spec.url,
        etag=etag,
        last_modified=last_modified,
        allow_private=spec.allow_private,
        timeout_s=polling.timeout_s,
        max_bytes=polling.max_bytes,
        connect_timeout_s=polling.connect_timeout_s,
        read_timeout_s=polling.read_timeout_s,
        headers={name: _reveal(given, secrets) for name, given in access.headers},
        login=(access.user, _reveal(access.password, secrets)) if access.user else None,
        proxy=_reveal(proxy, secrets) or None,
    )


def build_article_request(spec: FeedSpec, url: str, polling: Polling, secrets: Mapping[str, SecretStr]) -> FetchRequest:
    """Build the request for the page of one of a feed's items. Raises FetchFailure as that for the feed does.

    What a feed's entry links to is not trusted like the feed's own address: its headers and login go to the feed's own
    origin only, and a private address is asked there only.
    """
    request = build_request(spec, polling, secrets)
    is_home = _is_home(url, spec.url)
    headers = {name: value for name, value in request.headers.items() if is_home or name.lower() in _ABOUT_US}
    plain = {name: value for name, value in headers.items() if name.lower() != "accept"}
    return replace(
        request,
        url=url,
        allow_private=request.allow_private and is_home,
        max_bytes=min(request.max_bytes, PAGE_BYTES),
        headers={**plain, "Accept": PAGE_TYPES},
        login=request.login if is_home else None,
    )


def _is_home(url: str, home: str) -> bool:
    """Tell whether an address is of the same origin as the feed's, or of the same host after a step to https."""
    try:
        there, here = urlsplit(url), urlsplit(home)
        ways = [(each.scheme, each.port or _PORTS.get(each.scheme)) for each in (here, there)]
    except ValueError:
        return False
    return there.hostname == here.hostname and (ways[0] == ways[1] or ways == list(_PORTS.items()))


def _reveal(given: Given, secrets: Mapping[str, SecretStr]) -> str:
    if not given.variable:
        return given.text
    secret = secrets.get(given.variable)
    if secret is None:
        message = f"the variable {given.variable} is not set: set it in the environment or in .env, and start again"
        raise FetchFailure(FetchReason.NOT_CONFIGURED, message)
    return secret.get_secret_value()
