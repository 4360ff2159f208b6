"""What a feed's request carries beside its address: headers, a login, a proxy. Secrets are named, not written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from bot.settings.refusal import refusal
from rules.documents.wording import suggest
from state import Access, Given

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}", re.ASCII)  # RFC 9110, 5.6.2
_HEADER_TEXT = re.compile(r"[\x20-\x7e]{1,4096}")
_OURS = frozenset(
    (
        *("accept-encoding", "connection", "content-length", "expect", "host", "if-modified-since", "if-none-match"),
        *("keep-alive", "proxy-authorization", "proxy-connection", "range", "te", "trailer", "transfer-encoding"),
        "upgrade",
    )
)
"""Headers that Vedette or the protocol decides."""
_SECRET = re.compile(r"authorization|cookie|token|secret|passw|(?:^|[-_])(?:api)?_?key", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """A variable that the configuration names, and where it does."""

    loc: tuple[str | int, ...]
    name: str
    is_proxy: bool = False


def _variable(value: str) -> str:
    if not _VARIABLE.fullmatch(value) or len(value) > 100:
        raise refusal("this is not the name of an environment variable", "letters, digits and _, such as WIRE_KEY")
    return value


def _header_name(value: str) -> str:
    if not _HEADER_NAME.fullmatch(value):
        raise refusal(f"'{value[:40]}' is not the name of a header", "such as X-Api-Key")
    if value.lower() in _OURS:
        raise refusal(f"the header {value} is decided by Vedette", "leave it out")
    return value


def _header_value(value: object) -> Given:
    given = _given(value, "a header's value is text, or {env: NAME}")
    if not given.variable and not _HEADER_TEXT.fullmatch(given.text):
        raise refusal("a header's value is one line of ASCII characters, and not empty")
    return given


def _proxy(value: object) -> Given:
    if value is False or value == "off":
        return Given()
    given = _given(value, "a proxy is an address, {env: NAME}, or off")
    if not given.variable:
        if "@" in given.text:
            hint = "put the whole address into a variable and write {env: NAME}"
            raise refusal("a user name or password cannot stand in a proxy's address", hint)
        if not is_proxy_address(given.text):
            raise refusal("a proxy is asked over http or https", "such as http://proxy.example:3128")
    return given


def _given(value: object, wanted: str) -> Given:
    if isinstance(value, str):
        return Given(value)
    if isinstance(value, dict) and list(value) == ["env"] and isinstance(value["env"], str):
        return Given(variable=_variable(value["env"]))
    raise refusal(wanted, "NAME is an environment variable, set outside or in .env")


def is_proxy_address(text: str) -> bool:
    """Tell whether a text is the address of an HTTP proxy, with or without a login."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and text.isprintable()
    except ValueError:
        return False


Variable = Annotated[str, AfterValidator(_variable)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[Given, BeforeValidator(_header_value)]
Proxy = Annotated[Given, BeforeValidator(_proxy)]
"""Where a proxy is; an empty one is none."""


def looks_secret(header: str, given: Given) -> bool:
    """Tell whether a secret seems to be written out in the file."""
    return bool(given.text and _SECRET.search(header))


def name_variables(access: Access, *loc: str | int) -> Iterator[Named]:
    """Give the variables that a feed names, with their places below `loc`."""
    for header, given in access.headers:
        if given.variable:
            yield Named((*loc, "headers", header, "env"), given.variable)
    if access.password.variable:
        yield Named((*loc, "auth", "password_env"), access.password.variable)
    yield from name_proxy(access.proxy, *loc)


def name_proxy(proxy: Given | None, *loc: str | int) -> Iterator[Named]:
    """Give the variable that a proxy setting names, with its place below `loc`."""
    if proxy is not None and proxy.variable:
        yield Named((*loc, "proxy", "env"), proxy.variable, is_proxy=True)


def doubt_value(named: Named, values: Mapping[str, str]) -> tuple[str, str] | None:
    """Say what is wrong with a variable's value, never the value itself, and what to do; None when nothing is."""
    value = values.get(named.name, "")
    if not value:
        hint = suggest(named.name, values) or "set it in the environment or in .env"
        return f"the variable {named.name} is not set, so what needs it is not asked", hint
    if named.is_proxy and not is_proxy_address(value):
        return f"the variable {named.name} does not hold a proxy's address", "such as http://user:password@proxy:3128"
    if named.loc[-1] == "env" and not named.is_proxy and not _HEADER_TEXT.fullmatch(value):
        return f"the value of {named.name} cannot be sent in a header", "one line of ASCII characters can"
    return None
