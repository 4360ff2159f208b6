"""Single values of `vedette.yaml` and their checks; every refusal says what would be accepted."""

import re
from collections.abc import Callable
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from bot.settings.codes import COUNTRIES, COUNTRY_SLIPS, LANGUAGE_SLIPS, LANGUAGES
from bot.settings.quantities import format_duration, format_size
from bot.settings.refusal import refusal
from rules.documents.wording import suggest

PLATFORMS = ("console", "slack", "discord")
_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
_KIND = re.compile(r"[a-z][a-z-]{0,31}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_MAX_ADDRESS = 2048


def within(low: float, high: float, write: Callable[[float], str] = str) -> AfterValidator:
    """Demand a number between two bounds, both included; `write` shows a bound to people."""

    def check(value: float) -> float:
        if not low <= value <= high:
            raise refusal(f"{write(value)} is out of bounds", f"from {write(low)} to {write(high)}")
        return value

    return AfterValidator(check)


def lasting(low: float, high: float) -> AfterValidator:
    """Demand a duration between two bounds in seconds."""
    return within(low, high, format_duration)


def sized(low: int, high: int) -> AfterValidator:
    """Demand a size between two bounds in bytes."""
    return within(low, high, format_size)


def _line(value: str) -> str:
    if _CONTROL.search(value):
        raise refusal("control characters and line breaks cannot stand here")
    return value


def _identifier(value: str) -> str:
    if not _IDENTIFIER.fullmatch(value):
        better = re.sub(r"[^a-z0-9._-]+", "-", value.lower()).strip("-._")[:64]
        hint = f"write '{better}'" if better else "such as yonhap-en"
        raise refusal(f"'{value[:64]}' is not an id: lower-case letters, digits, dots and dashes", hint)
    return value


def _language(value: str) -> str:
    if value in LANGUAGES:
        return value
    short = re.split(r"[-_]", value.lower())[0]
    hint = LANGUAGE_SLIPS.get(short, short if short in LANGUAGES else "")
    raise refusal(
        f"'{value[:20]}' is not a language code of two letters (ISO 639-1)",
        f"did you mean '{hint}'?" if hint else "such as en, ko, uk or ru",
    )


def _country(value: str) -> str:
    if value in COUNTRIES or not value:
        return value
    upper = value.upper()
    hint = COUNTRY_SLIPS.get(upper, upper if upper in COUNTRIES else "")
    raise refusal(
        f"'{value[:20]}' is not a country code of two letters (ISO 3166-1)",
        f"did you mean '{hint}'?" if hint else "such as KR, UA or US; leave it out when there is none",
    )


def _kind(value: str) -> str:
    if not _KIND.fullmatch(value):
        raise refusal(f"'{value[:40]}' is not a kind: one lower-case word", "such as wire, newspaper or official")
    return value


def _address(value: str) -> str:
    _web_address(value, "a feed", "a feed is read over http or https", "https://example.org/feed")
    return value


def _public_address(value: str) -> str:
    parts = _web_address(value, "our port", "hubs reach us over http or https", "https://desk.example.org")
    if parts.query or parts.fragment or "?" in value or "#" in value:
        raise refusal("this address is continued by Vedette, so it ends with its path", "leave out what follows ? or #")
    return value.rstrip("/")


def _web_address(value: str, what: str, wrong_scheme: str, example: str) -> SplitResult:
    if len(value) > _MAX_ADDRESS or not value.isprintable() or " " in value:
        raise refusal("a web address holds no spaces or control characters and at most 2,048 characters")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError as exc:
        raise refusal("this is not a web address", str(exc)) from exc
    if parts.scheme not in {"http", "https"}:
        bare = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*:/*", "", value) if "://" in value else value
        raise refusal(wrong_scheme, f"write https://{bare[:80]}")
    if not host:
        raise refusal("this web address names no host", f"such as {example}")
    if parts.username is not None or parts.password is not None:
        raise refusal(f"a user name or password cannot stand in {what}'s address", "it would show in logs and replies")
    return parts


def _channel(value: object) -> object:
    if isinstance(value, dict):
        raise refusal("a channel is one word", "write it without a space after the colon: console:desk")
    if not isinstance(value, str):
        return value
    platform, colon, address = value.partition(":")
    if not colon:
        raise refusal(f"'{value[:40]}' names no platform", f"write console:{value[:40]} or slack:{value[:40]}")
    if platform not in PLATFORMS:
        hint = suggest(platform, PLATFORMS) or f"known are {', '.join(PLATFORMS)}"
        raise refusal(f"there is no platform '{platform[:40]}'", hint)
    if not address or address != address.strip():
        raise refusal(f"the channel's address on {platform} is missing", f"such as {platform}:war-desk")
    return value


def _port(value: object) -> int | None:
    if value is None or value is False or value == "off":
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise refusal("a port is a whole number, or off")
    if not 0 <= value <= 65535:
        raise refusal(f"{value} is not a port", "from 1 to 65535, or 0 to let the system choose")
    return value


Line = Annotated[str, AfterValidator(_line)]
"""One line of text without control characters."""

Name = Annotated[Line, Field(min_length=1)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Language = Annotated[str, AfterValidator(_language)]
Country = Annotated[str, AfterValidator(_country)]
Kind = Annotated[str, AfterValidator(_kind)]
FeedAddress = Annotated[str, AfterValidator(_address)]
PublicAddress = Annotated[str, AfterValidator(_public_address)]
"""Under which the internet reaches our web port; without a slash at its end."""

Channel = Annotated[Line, BeforeValidator(_channel)]
Port = Annotated[int | None, BeforeValidator(_port)]
"""A port number; None when it is off."""
