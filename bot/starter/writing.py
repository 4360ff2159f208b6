"""Writing the starter folder; what is there already is left alone."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from bot.starter.catalogue import read_catalogue
from bot.starter.render import render_feeds

_FEEDS_MARK = "@FEEDS@\n"
_COPIES = {
    "rules/own.yaml": "own-rules.yaml",
    ".env.example": "env.example",
    ".gitignore": "gitignore.txt",
}


@dataclass(frozen=True, slots=True)
class Written:
    """Files by their path in the folder: those that were written and those that were left as they are."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def starter_files() -> dict[str, str]:
    """Give the text of every file of a starter folder, by its path in the folder."""
    shelf = files("bot.starter")
    settings = (shelf / "vedette.yaml").read_text(encoding="utf-8")
    texts = {"vedette.yaml": settings.replace(_FEEDS_MARK, render_feeds(read_catalogue()))}
    for path, source in _COPIES.items():
        texts[path] = (shelf / source).read_text(encoding="utf-8")
    return texts


def write_starter(folder: Path, *, replace: bool) -> Written:
    """Write a starter folder, making it if need be. Raises OSError when the disk does not let it."""
    written: list[str] = []
    kept: list[str] = []
    for name, text in starter_files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not replace:
            kept.append(name)
        else:
            path.write_text(text, encoding="utf-8")
            written.append(name)
    return Written(tuple(written), tuple(kept))
