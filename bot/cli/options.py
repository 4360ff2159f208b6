"""What several commands share: options, and reading the folder that they name."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.cli.terminal import show_problems
from bot.settings.load import SETTINGS_FILE, Loaded, load_folder, shipped_settings
from bot.settings.model import Settings

F = TypeVar("F", bound=Callable[..., Any])

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


def example(*lines: str) -> str:
    """Write the end of a command's help as it stands: a backspace keeps click from re-wrapping it."""
    return "\n".join(("\b", "Example:", *(f"  {line}" for line in lines)))


def config_option(command: F) -> F:
    """Add `--config DIR`, this folder unless it is given."""
    option = click.option(
        "--config",
        "folder",
        type=FOLDER,
        default=Path(),
        metavar="DIR",
        help="The configuration folder; this folder if left out.",
    )
    return option(command)


def json_option(command: F) -> F:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")(command)


def load(folder: Path) -> Loaded:
    """Read a configuration folder with the process's environment."""
    return load_folder(folder, os.environ)


def require_settings(folder: Path) -> Settings:
    """Read a configuration folder; print its problems on stderr and end with status 1 when it cannot be used."""
    loaded = load(folder)
    show_problems(loaded.problems if loaded.settings is None else (), err=True)
    if loaded.settings is None:
        raise click.exceptions.Exit(1)
    return loaded.settings


def settings_or_shipped(folder: Path | None) -> Settings:
    """Read a folder; without one this folder if it is a configuration folder, and else the shipped rules."""
    if folder is None and not (Path() / SETTINGS_FILE).is_file():
        return shipped_settings()
    return require_settings(folder or Path())


def require_archive(folder: Path) -> Settings:
    """Read a folder whose store is there already; say what to do and end with status 1 when it is not."""
    settings = require_settings(folder)
    if settings.database is None:
        raise click.ClickException("the store is `memory:`, which only the running bot can see")
    if not settings.database.exists():
        hint = f"`vedette run --config {folder}` makes it"
        raise click.ClickException(f"there is no database {settings.database} yet: {hint}")
    return settings
