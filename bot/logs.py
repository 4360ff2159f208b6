"""Logs: for people on a terminal, JSON otherwise; the libraries' own logs go the same way. Never a secret.

Every record, ours or a library's, passes one chain: name, level, time | traceback to text | redact | write. Nothing
gets past `redact`, because nothing is rendered before it.
"""

import json
import logging
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields
from typing import Any, TextIO
from urllib.parse import quote, quote_plus, unquote

import structlog
from pydantic import SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.settings.model import Logs, Tokens

REDACTED = "[redacted]"

NOISY = ("apscheduler", "aiohttp", "asyncio")
"""Libraries that are heard from warnings on, or from `info` on where the level is `debug`."""

_DEPTH = 6
"""Values nested deeper are logged as one text; also the way out of values that contain themselves."""

_MULTILINE = frozenset({"exception", "stack"})
"""Fields that keep their line breaks in human format."""

_SECRET_FIELD = re.compile(
    r"token|secret|passw|authorization|cookie|api_?key|private_?key|credential", re.IGNORECASE | re.ASCII
)
"""Fields whose text is never shown, whatever it looks like."""

_SECRET_SHAPES = re.compile(
    r"""
      (?<![A-Za-z0-9])x(?:ox[a-z]|app)[-.][A-Za-z0-9.-]{6,}                             # Slack tokens
    | (?<![\w-])[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}                                    # Discord bot tokens
    | (?<=hooks\.slack\.com/services/)[\w/-]+                                           # Slack webhooks
    | (?<=/api/webhooks/)\d+/[\w-]+                                                     # Discord webhooks
    | (?<=/websub/)[\w-]{20,}                                                           # callbacks of hubs
    | (?<=://)[^/\s?\#"'<>]+(?=@)                                                       # user:password@host
    | (?:(?<=bearer[ ])|(?<=basic[ ])|(?<=bot[ ]))[\w.~+/=-]{20,}                       # Authorization headers
    """,
    re.IGNORECASE | re.ASCII | re.VERBOSE,
)

_SECRET_QUERY = re.compile(
    r"([?&;][\w.\[\]-]{0,40}?(?:token|secret|passw|auth|signature|sig|key)[\w.\[\]-]{0,40}=)[^&;#\s\"'<>]+",
    re.IGNORECASE | re.ASCII,
)


_PASSWORD = re.compile(r"://[^/\s:@]*:([^/\s]+)@")
"""The password in an address."""


class Redactor:
    """A processor that takes secrets out of every field: registered ones, and what has the shape of one."""

    def __init__(self, secrets: Collection[str]) -> None:
        spellings = sorted({text for secret in secrets for text in _spell(secret)}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, spellings))) if spellings else None

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """Give the event as plain values without secrets."""
        return {self.redact(key): self._clean_field(key, value, 0) for key, value in event.items()}

    def redact(self, text: str) -> str:
        """Take secrets out of one text."""
        if self._known is not None:
            text = self._known.sub(REDACTED, text)
        return _SECRET_QUERY.sub(rf"\1{REDACTED}", _SECRET_SHAPES.sub(REDACTED, text))

    def _clean_field(self, key: str, value: object, depth: int) -> object:
        if isinstance(value, str | bytes) and value and _SECRET_FIELD.search(key):
            return REDACTED
        return self._clean(value, depth)

    def _clean(self, value: object, depth: int) -> object:
        """Reduce a value to what JSON knows, redacted; whatever is not plain becomes its text first."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return value if self.redact(str(value)) == str(value) else REDACTED
        if depth < _DEPTH and isinstance(value, Mapping):
            return {self.redact(str(key)): self._clean_field(str(key), each, depth + 1) for key, each in value.items()}
        if depth < _DEPTH and isinstance(value, list | tuple | set | frozenset):
            return [self._clean(each, depth + 1) for each in value]
        if isinstance(value, bytes):
            return self.redact(value.decode("utf-8", errors="backslashreplace"))
        return self.redact(str(value))


def collect_secrets(tokens: Tokens, secrets: Mapping[str, SecretStr] | None = None) -> tuple[str, ...]:
    """List the values of all tokens that are set and of all secrets, and the passwords inside addresses."""
    values = (*(getattr(tokens, each.name) for each in fields(tokens)), *(secrets or {}).values())
    known = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
    inner = [unquote(found[1]) for found in map(_PASSWORD.search, known) if found is not None]
    return (*known, *inner)


def configure_logs(settings: Logs, stream: TextIO, secrets: Collection[str]) -> None:
    """Send the logs of the whole process to `stream`. Called once by the program; again, it replaces the first."""
    human = settings.format == "human" or (settings.format == "auto" and stream.isatty())
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = _Handler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.StackInfoRenderer(),
                structlog.processors.format_exc_info,
                Redactor(secrets),
                *(_human_end(stream) if human else [structlog.processors.JSONRenderer()]),
            ],
        )
    )
    _replace_handler(handler, level)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


class _Handler(logging.StreamHandler[TextIO]):
    """Our one handler; what cannot be written is named without its content, which may hold a secret."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        """Say that a record was lost; called by `emit` with the error at hand."""
        try:
            self.stream.write(f"a log record of {record.name} could not be written\n")
        except (OSError, ValueError):
            return  # the stream itself is gone: nobody is left to tell


def _replace_handler(handler: logging.Handler, level: int) -> None:
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING) if level > logging.DEBUG else logging.INFO)


def _human_end(stream: TextIO) -> list[Processor]:
    renderer = structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
    )
    return [_neutralise, renderer]


def _neutralise(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Make control and direction characters visible, so that feed text cannot steer a terminal or forge a line."""
    return {
        _show_controls(key): _show_controls(value, "\n\t" if key in _MULTILINE else "") for key, value in event.items()
    }


def _show_controls(value: Any, keep: str = "") -> Any:
    """Escape them in a text and in the texts of a list or mapping."""
    if isinstance(value, str):
        return "".join(char if char in keep or _is_inert(char) else _escape(char) for char in value)
    if isinstance(value, list):
        return [_show_controls(each) for each in value]
    if isinstance(value, dict):
        return {_show_controls(key): _show_controls(each) for key, each in value.items()}
    return value


def _is_inert(char: str) -> bool:
    return char.isprintable() or unicodedata.category(char) == "Zs"


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _spell(secret: str) -> Iterator[str]:
    """Give the ways in which a secret may stand in a text: as it is, in a URL, in a repr, in JSON."""
    if not secret.strip():
        return
    yield from (secret, secret.strip(), quote(secret, safe=""), quote_plus(secret), quote(secret))
    yield from (repr(secret)[1:-1], json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
