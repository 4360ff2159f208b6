"""An edited `vedette.yaml` put in the place of the former: checked first, whole or not at all, the former kept."""

import difflib
import os
import stat
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.errors import EditRefused
from bot.settings.folder import decode
from bot.settings.load import SETTINGS_FILE, load_folder
from bot.settings.model import Settings
from rules.problems import Problem

BACKUP_SUFFIX = ".bak"
_MARK = "\ufeff"

Edit = Callable[[str, str], str]
"""Gives the new text for the file's name, as shown to people, and its text. Raises EditRefused."""


@dataclass(frozen=True, slots=True)
class Saved:
    """An edit that was written: the folder's settings by now, and doubts that there were none of before."""

    settings: Settings
    warnings: tuple[Problem, ...]
    diff: str = ""
    """The lines that changed, as `diff -U0` shows them."""


def edit_settings(folder: Path, environ: Mapping[str, str], edit: Edit, *, dry_run: bool = False) -> Saved:
    """Edit `vedette.yaml` in a folder. The former text is kept beside it as `vedette.yaml.bak`.

    With `dry_run` all is checked and nothing is written.
    Raises EditRefused, the file being as it was, when the edit cannot be made or the folder would have an error with
    it; OSError when the disk does not let it.
    """
    path = (folder / SETTINGS_FILE).resolve()
    shown = str(folder / SETTINGS_FILE)
    body = _read(path, shown)
    text = decode(body, shown)
    if isinstance(text, Problem):
        raise EditRefused(f"{shown} cannot be edited", [text])
    edited = edit(shown, text)
    before, after = load_folder(folder, environ), load_folder(folder, environ, draft_text=edited)
    if after.settings is None:
        stood = before.settings is None
        reason = "it has problems already: put them right first" if stood else "it would not be right any more"
        raise EditRefused(f"{shown} was not changed, as {reason}", (before if stood else after).errors)
    if edited != text and not dry_run:
        _replace(path, shown, body, edited)
    doubts = {problem.message for problem in before.problems}
    warnings = tuple(each for each in after.problems if each.message not in doubts)
    return Saved(after.settings, warnings, _compare(shown, text, edited))


def _compare(shown: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), shown, shown, n=0, lineterm="")
    return "\n".join(lines)


def _read(path: Path, shown: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        hint = "`vedette init DIR` writes a starter folder"
        raise EditRefused(f"{shown} cannot be read ({error.strerror}): {hint}") from error


def _replace(path: Path, shown: str, before: bytes, text: str) -> None:
    """Write beside the file and rename, so that whoever reads it meets the old text or the new one."""
    mark = _MARK if before.startswith(_MARK.encode()) else ""
    status = path.stat()
    written = _write_beside(path, (mark + text).encode(), status)
    try:
        kept = _write_beside(path, before, status)
        kept.replace(path.with_name(path.name + BACKUP_SUFFIX))
        if path.read_bytes() != before:
            raise EditRefused(f"{shown} was changed by somebody else meanwhile and was left alone: try again")
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _write_beside(path: Path, body: bytes, like: os.stat_result) -> Path:
    """Write a new file in the folder of another, with that one's mode, and where it is allowed its owner."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fchmod(file.fileno(), stat.S_IMODE(like.st_mode))
            with suppress(PermissionError):
                os.fchown(file.fileno(), like.st_uid, like.st_gid)
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink()
        raise
    return Path(name)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
