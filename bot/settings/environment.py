"""The environment and the folder's `.env`: the only reader of both. Values are secrets and are never shown."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from bot.settings.model import Tokens
from rules.documents.wording import suggest
from rules.problems import Level, Problem

SLACK_BOT = "SLACK_BOT_TOKEN"
SLACK_APP = "SLACK_APP_TOKEN"
DISCORD = "DISCORD_TOKEN"
KNOWN = (SLACK_BOT, SLACK_APP, DISCORD)

_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?(?P<name>[^=]*?)\s*=\s*(?P<value>.*?)\s*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_OURS = ("SLACK_", "DISCORD_", "VEDETTE_")
_QUOTED = re.compile(r"""(?P<quote>["'])(?P<inner>.*?)(?P=quote)(?:\s+#.*)?""")
_SLIP = 0.84
"""How alike two names of 13 to 15 letters are that one or two edits part."""


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables of one file, and what is wrong with it."""

    values: Mapping[str, str]
    problems: tuple[Problem, ...]


def parse_environment_file(path: str, text: str, named: Collection[str] = ()) -> Variables:
    """Read `NAME=value` lines; empty lines and `#` comments are skipped, quotes around a value are taken off.

    A quote that is opened must be closed in its line. A value is taken as it stands: nothing in it is expanded.
    `named` are names that the configuration uses.
    """
    values: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        column = len(line) - len(line.lstrip()) + 1
        found = _ASSIGNMENT.fullmatch(line)
        if found is None or not _NAME.fullmatch(found["name"]):
            problems.append(Problem(path, number, column, "this line is not NAME=value", "start a comment with #"))
            continue
        name = found["name"]
        problems.extend(_doubts(path, number, column, name, values, named))
        values[name] = _unquoted(found["value"])
        if _is_unclosed(found["value"]):
            message = f"the quote before the value of {name} is never closed"
            hint = f"end the line with {found['value'][0]}, or take the first one away"
            problems.append(Problem(path, number, found.start("value") + 1, message, hint))
    return Variables(values, tuple(problems))


def _doubts(
    path: str, line: int, column: int, name: str, values: Mapping[str, str], named: Collection[str]
) -> list[Problem]:
    doubts = []
    if name in values:
        doubts.append(Problem(path, line, column, f"{name} is set twice", "the last one counts", Level.WARNING))
    if name in KNOWN or name in named:
        return doubts
    if name.startswith(_OURS) or difflib.get_close_matches(name.upper(), KNOWN, cutoff=_SLIP):
        hint = suggest(name, KNOWN) or f"known are {', '.join(KNOWN)}"
        doubts.append(Problem(path, line, column, f"Vedette does not know {name}", hint, Level.WARNING))
    return doubts


def _unquoted(value: str) -> str:
    quoted = _QUOTED.fullmatch(value)
    if quoted is not None:
        return quoted["inner"]
    return re.split(r"\s+#", value, maxsplit=1)[0]


def _is_unclosed(value: str) -> bool:
    return value[:1] in ("'", '"') and value[0] not in value[1:]


def read_tokens(environ: Mapping[str, str], filed: Mapping[str, str]) -> Tokens:
    """Take the platforms' tokens; the real environment wins over the file, and an empty value is none."""

    def secret(name: str) -> SecretStr | None:
        value = environ.get(name) or filed.get(name)
        return SecretStr(value) if value else None

    return Tokens(slack_bot=secret(SLACK_BOT), slack_app=secret(SLACK_APP), discord=secret(DISCORD))


def read_named(named: Iterable[str], environ: Mapping[str, str], filed: Mapping[str, str]) -> dict[str, SecretStr]:
    """Take the variables that the configuration names, those that are set, as secrets."""
    values = {name: environ.get(name) or filed.get(name) or "" for name in named}
    return {name: SecretStr(value) for name, value in values.items() if value}
