"""`vedette run` and `vedette replay`: rules at work, live or on the past."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from pydantic_core import PydanticCustomError

from bot.cli.ending import end_despite_stalled_threads
from bot.cli.options import FILE, FOLDER, example, json_option, load, require_archive, settings_or_shipped
from bot.cli.terminal import counting, note, show_json, show_problems
from bot.loops import run as run_on_loop
from bot.settings.load import SETTINGS_FILE
from bot.settings.model import Settings
from bot.settings.quantities import parse_duration
from bot.wiring import open_archive, read_replay_file, replay_items, run_demo, run_folder
from rules.model import Item


@click.command(epilog=example("vedette run", "vedette run --config desk"))
@click.option("--config", "folder", type=FOLDER, metavar="DIR", help="The configuration folder; the demo if left out.")
@click.option("--speed", type=click.FloatRange(0.1, 100), default=1.0, show_default=True, help="Of the demo.")
def run(folder: Path | None, speed: float) -> None:
    """Watch the feeds of a folder and tell its subscriptions, until SIGTERM or Ctrl-C.

    Without a folder it shows what it does: a sample wire is served on this machine, polled, flagged and told
    on this terminal.
    """
    if folder is None:
        if (Path() / SETTINGS_FILE).is_file():
            note("this is the demo; `vedette run --config .` runs this folder")
        run_on_loop(run_demo(sys.stdout, speed=speed))
        return
    loaded = load(folder)
    show_problems(loaded.problems, err=True)
    if loaded.settings is None:
        raise click.exceptions.Exit(1)
    run_on_loop(run_folder(loaded.settings))
    end_despite_stalled_threads()


class _Span(click.ParamType[timedelta]):
    """A duration on the command line."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read a duration such as 12h or 7d."""
        if isinstance(value, timedelta):
            return value
        try:
            return timedelta(seconds=parse_duration(value))
        except PydanticCustomError as error:
            self.fail(error.message(), param, ctx)


@click.command(
    epilog=example(
        "vedette replay saved-feed.xml",
        "vedette replay --config desk --since 7d",
        "vedette replay --config desk items.jsonl --json",
    )
)
@click.argument("files", metavar="FILE...", nargs=-1, type=FILE)
@click.option("--config", "folder", type=FOLDER, metavar="DIR", help="The folder; this one, or else the shipped rules.")
@click.option("--since", type=_Span(), metavar="DURATION", help="Stored items of the last so many hours or days too.")
@json_option
def replay(files: tuple[Path, ...], folder: Path | None, since: timedelta | None, as_json: bool) -> None:
    """Take past items through the current rules and subscriptions and show what would be posted.

    A FILE has JSON lines (title and text; id, url, publisher, lang, published if known) or is a saved feed.
    Nothing is stored and nothing leaves this machine.
    """
    if not files and since is None:
        raise click.UsageError("give a FILE, or --since")
    settings = settings_or_shipped(folder)
    items = _read_files(settings, files)
    if since is not None:
        items += asyncio.run(_read_stored(require_archive(folder or Path()), since))
    report = asyncio.run(replay_items(settings, items, sys.stderr if as_json else sys.stdout))
    if as_json:
        show_json(report)
    else:
        note(f"{report.items} items, {report.matched} flagged, {report.alerts} alerts, {report.deliveries} posts")


def _read_files(settings: Settings, files: tuple[Path, ...]) -> list[Item]:
    sources = [feed.source for feed in settings.feeds]
    items: list[Item] = []
    with counting() as progress:
        for path in progress.track(files, description="reading"):
            items += read_replay_file(path, sources)
    return items


async def _read_stored(settings: Settings, since: timedelta) -> tuple[Item, ...]:
    async with open_archive(settings) as store:
        return await store.items_since(datetime.now(UTC) - since, 1_000_000)
