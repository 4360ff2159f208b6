"""`vedette init` and `vedette check`: from nothing to a folder that is right."""

from pathlib import Path

import click

from bot.cli.options import FOLDER, config_option, example, json_option, load
from bot.cli.terminal import show_json, show_problems
from bot.commands.answers import count
from bot.settings.load import Loaded
from bot.settings.model import Settings
from bot.starter.writing import write_starter


@click.command(epilog=example("vedette init desk"))
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--force", is_flag=True, help="Replace files that are there already.")
def init(folder: Path, force: bool) -> None:
    """Write a commented starter folder: feeds, a folder for rules, a place for secrets.

    Files that are there already are left as they are, unless --force is given.
    """
    try:
        result = write_starter(folder, replace=force)
    except OSError as error:
        raise click.ClickException(_say_unwritable(error, folder)) from error
    for name in result.written:
        click.echo(f"wrote {folder / name}")
    for name in result.kept:
        click.echo(f"kept  {folder / name} (it was there; --force replaces it)")
    click.echo(_next_steps(folder))
    if not result.written:
        raise click.exceptions.Exit(1)


def _say_unwritable(error: OSError, folder: Path) -> str:
    place = error.filename or folder
    if isinstance(error, FileExistsError | NotADirectoryError):
        return f"{place} cannot be made, for a file is in its way: move it, or choose another folder"
    if isinstance(error, IsADirectoryError):
        return f"{place} cannot be written, for it is a folder: move it, or choose another folder"
    reason = error.strerror or type(error).__name__
    return f"{place} cannot be made ({reason}): choose a folder in a place where you may write"


def _next_steps(folder: Path) -> str:
    return f"""
Next:
  1. Edit {folder / "vedette.yaml"}: strike feeds that you do not want, say who is told.
  2. vedette check --config {folder}     finds every mistake, with its line
     vedette doctor --config {folder}    looks at the network, the disk and the clock
  3. vedette run --config {folder}

Rules of your own go into {folder / "rules"}; secrets into {folder / ".env"} (see .env.example)."""


@click.command(
    epilog=example("vedette check --config desk", "vedette check --config desk --json | jq '.problems[].message'")
)
@config_option
@json_option
@click.option("--strict", is_flag=True, help="Warnings count as problems too.")
def check(folder: Path, as_json: bool, strict: bool) -> None:
    """Report every problem of a configuration folder, each with file, line, column and a hint.

    The status is 1 when there is an error. `vedette run` checks in the same way before it starts.
    """
    loaded = load(folder)
    if as_json:
        show_json({"ok": loaded.settings is not None, "problems": loaded.problems, "counts": _counts(loaded.settings)})
    else:
        show_problems(loaded.problems, err=False)
        click.echo(_verdict(loaded))
    if loaded.settings is None or (strict and loaded.problems):
        raise click.exceptions.Exit(1)


def _counts(settings: Settings | None) -> dict[str, int] | None:
    if settings is None:
        return None
    return {
        "feeds": len(settings.feeds),
        "rule_files": len(settings.rule_files),
        "subscriptions": len(settings.subscriptions),
    }


def _verdict(loaded: Loaded) -> str:
    errors = len(loaded.errors)
    warnings = len(loaded.problems) - errors
    found = ", ".join(count(number, what) for number, what in ((errors, "error"), (warnings, "warning")) if number)
    if loaded.settings is None:
        return found
    counts = _counts(loaded.settings) or {}
    listed = ", ".join(count(number, what.rstrip("s").replace("_", " ")) for what, number in counts.items())
    return f"ok: {listed}" + (f"; {found}" if found else "")
