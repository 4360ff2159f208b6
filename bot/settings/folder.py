"""Files of the configuration folder and shipped rule packs, as text or as a problem; nothing is raised."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from rules.model import RuleFile
from rules.problems import Problem

MAX_FILE_BYTES = 4 * 1024 * 1024
SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class RuleTexts:
    """Rule files that could be read, in order of their names, and those that could not."""

    files: tuple[RuleFile, ...] = ()
    problems: tuple[Problem, ...] = ()


def is_there(path: Path) -> bool:
    """Tell whether there is anything of that name; what cannot be looked at is not there."""
    try:
        return path.exists()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Tell whether there is a folder of that name."""
    try:
        return path.is_dir()
    except OSError:
        return False


def read_text(path: Traversable, shown: str) -> str | Problem:
    """Read one UTF-8 file; `shown` is how problems name it. A byte order mark is dropped."""
    try:
        if path.is_dir():
            return Problem(shown, 1, 1, "this is a folder and a file is wanted", "move it away or rename it")
        if not path.is_file():
            return Problem(shown, 1, 1, "there is no such file", "`vedette init DIR` writes a starter folder")
        with path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Problem(shown, 1, 1, f"this file cannot be read: {reason}", "check its owner and permissions")
    if len(body) > MAX_FILE_BYTES:
        return Problem(shown, 1, 1, "this file is larger than 4 MiB", "split it into several files")
    return decode(body, shown)


def decode(body: bytes, shown: str) -> str | Problem:
    """Decode UTF-8, or tell the place of the first byte that is not."""
    try:
        return body.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = body[: error.start]
        line_start = before.rfind(b"\n") + 1
        column = len(before[line_start:].decode("utf-8", errors="replace")) + 1
        line = before.count(b"\n") + 1
        return Problem(shown, line, column, "this file is not UTF-8 text", "save it with the encoding UTF-8")


def read_rule_folder(folder: Path, shown: str) -> RuleTexts:
    """Read every `*.yaml` and `*.yml` directly in a folder; hidden files are left alone."""
    try:
        names = sorted(path.name for path in folder.iterdir() if _is_rule_file(path))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return RuleTexts(problems=(Problem(shown, 1, 1, f"this folder cannot be read: {reason}"),))
    return _read_all((folder / name, f"{shown}/{name}") for name in names)


def list_packs() -> tuple[str, ...]:
    """List the shipped rule packs by name."""
    shelf = files("rules") / "packs"
    return tuple(sorted(pack.name for pack in shelf.iterdir() if pack.is_dir() and any(_pack_files(pack))))


def read_pack(name: str) -> RuleTexts:
    """Read the rule files of a shipped pack; their paths are shown as `packs/NAME/FILE`. The pack must exist."""
    pack = files("rules") / "packs" / name
    found = sorted(_pack_files(pack), key=lambda path: path.name)
    return _read_all((path, f"packs/{name}/{path.name}") for path in found)


def _pack_files(pack: Traversable) -> Iterator[Traversable]:
    return (path for path in pack.iterdir() if _is_rule_file(path))


def _is_rule_file(path: Traversable) -> bool:
    return path.name.lower().endswith(SUFFIXES) and not path.name.startswith(".")


def _read_all(paths: Iterator[tuple[Traversable, str]]) -> RuleTexts:
    read: list[RuleFile] = []
    problems: list[Problem] = []
    for path, shown in paths:
        text = read_text(path, shown)
        if isinstance(text, Problem):
            problems.append(text)
        else:
            read.append(RuleFile(shown, text))
    return RuleTexts(tuple(read), tuple(problems))
