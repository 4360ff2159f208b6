"""Output: tables on a terminal and plain tab-separated lines in a pipe; notes and progress for people only."""

import json
import sys
from collections.abc import Iterable, Sequence

import click
from pydantic_core import to_jsonable_python
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from rules.problems import Level, Problem

_LEVEL_STYLES = {Level.ERROR: "bold red", Level.WARNING: "yellow"}


def show_json(data: object) -> None:
    """Print data for a script: dataclasses, enums, moments and paths become plain JSON."""
    click.echo(json.dumps(to_jsonable_python(data), ensure_ascii=False, indent=2))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """Print rows: a drawn table on a terminal, in a pipe one line a row with tabs between its cells."""
    if not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(" ".join(cell.split()) for cell in row))
        return
    table = Table(*columns, title=title or None, box=box.SIMPLE_HEAD, title_justify="left")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(file=sys.stdout).print(table)


def show_problems(problems: Iterable[Problem], *, err: bool) -> None:
    """Print one problem a line, as `file:line:column: level: message (hint)`, coloured on a terminal."""
    console = Console(stderr=err, soft_wrap=True, highlight=False)
    for problem in problems:
        text = Text(str(problem))
        text.highlight_words([f" {problem.level}:"], _LEVEL_STYLES[problem.level])
        console.print(text)


def note(message: str) -> None:
    """Tell a person something on stderr; nothing where nobody watches."""
    if sys.stderr.isatty():
        click.echo(message, err=True)


def counting() -> Progress:
    """Make a progress bar on stderr that counts; it shows on a terminal only and leaves no trace."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
