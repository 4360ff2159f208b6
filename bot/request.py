"""What is asked of a feed's server: the one place where a feed, the settings and the secrets come together."""

from collections.abc import Mapping

from pydantic import SecretStr

from adapters.errors import FetchFailure, FetchReason
from adapters.ports import FetchRequest
from bot.settings.model import Polling
from state import FeedSpec, Given


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


def _reveal(given: Given, secrets: Mapping[str, SecretStr]) -> str:
    if not given.variable:
        return given.text
    secret = secrets.get(given.variable)
    if secret is None:
        message = f"the variable {given.variable} is not set: set it in the environment or in .env, and start again"
        raise FetchFailure(FetchReason.NOT_CONFIGURED, message)
    return secret.get_secret_value()
