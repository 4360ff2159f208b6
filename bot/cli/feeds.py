"""`vedette feeds`: the feeds of a folder, listed, looked at, added and taken away."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from adapters.conversation import Block, Reply
from bot.cli.options import FILE, FOLDER, config_option, example, json_option, require_settings, settings_or_shipped
from bot.cli.terminal import show_json, show_table
from bot.commands.feed_answers import (
    AT_NEXT_START,
    added_blocks,
    added_json,
    changed_blocks,
    changed_json,
    details_blocks,
    details_json,
    feeds_table,
    import_blocks,
    import_json,
    report_json,
    suggestion_json,
    suggestions_table,
)
from bot.commands.health_answers import accepted_blocks, accepted_json
from bot.commands.probe_answers import probe_blocks, probe_json
from bot.errors import OpmlInvalid
from bot.feedbook.desk import Added, Changed, FeedDesk, Probe
from bot.feedbook.standing import FeedState, Filters
from bot.settings.load import SETTINGS_FILE
from bot.settings.model import Settings
from bot.wiring import compile_ruleset, open_archive, open_prober, show_reply
from state import Store

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
_ids = click.argument("ids", metavar="ID...", nargs=-1, required=True)
_folder_or_none = click.option(
    "--config", "folder", type=FOLDER, metavar="DIR", help="The folder; this one, or else none: the shipped rules."
)
_allow_private = click.option("--allow-private", is_flag=True, help="Also an address inside this network.")
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")


def _filter_options(command: F) -> F:
    for name, text in (
        ("--country", "Only this country."),
        ("--kind", "Only this kind."),
        ("--language", "Only this."),
    ):
        command = click.option(name, default="", help=text)(command)
    return command


@click.group(epilog=example("vedette feeds list --state failing", "vedette feeds add https://example.org/news"))
def feeds() -> None:
    """List, look at, add, remove and exchange feeds.

    Edits of vedette.yaml keep its comments and its layout, are checked before they are written, and leave the former
    file beside it as vedette.yaml.bak. A running bot takes them at its next start.
    """


@feeds.command("list", epilog=example("vedette feeds list --config desk", "vedette feeds list --troubled --json"))
@config_option
@json_option
@click.option(
    "--state", type=click.Choice([state.value for state in FeedState]), default=None, help="Only feeds in this state."
)
@click.option("--troubled", is_flag=True, help="Only feeds with which something is wrong.")
@_filter_options
@click.option("--publisher", default="", help="Only publishers with this in their name.")
def list_feeds(folder: Path, as_json: bool, state: str | None, troubled: bool, publisher: str, **words: str) -> None:
    """List feeds with how they do (ok, failing, paused or never polled) and what is wrong with them."""
    filters = Filters(state=state or "", troubled=troubled, publisher=publisher, **words)
    reports = asyncio.run(_with_store(folder, lambda desk, store: desk.reports(store, filters)))
    if as_json:
        show_json([report_json(each) for each in reports])
    else:
        table = feeds_table(reports, _now())
        show_table(table.columns, table.rows)


@feeds.command(epilog=example("vedette feeds show yonhap-en --config desk"))
@click.argument("feed", metavar="ID")
@config_option
@json_option
def show(feed: str, folder: Path, as_json: bool) -> None:
    """Show all that is known of a feed: configuration, last answer, failures, next check, troubles, newest items."""
    details = asyncio.run(_with_store(folder, lambda desk, store: desk.details(store, feed)))
    _show(details_blocks(details, _now()), details_json(details), as_json)


@feeds.command(
    epilog=example(
        "vedette feeds probe https://example.org/feed",
        "vedette feeds probe yonhap-en --config desk --explain",
    )
)
@click.argument("target", metavar="URL|ID")
@_folder_or_none
@json_option
@click.option("--explain", is_flag=True, help="Say of each rule and entry why it matches or not.")
@click.option(
    "--full-text", is_flag=True, help="Read the article of the newest entry, of a flagged one if there is any."
)
@_allow_private
def probe(target: str, folder: Path | None, as_json: bool, **wanted: bool) -> None:
    """Ask a feed now: the answer, its headers, its entries, and what each rule says of them.

    Nothing is stored. The status is 1 when no feed was found.
    """
    settings = settings_or_shipped(folder)
    found = asyncio.run(_probe(settings, _home(folder), target, **wanted))
    _show(probe_blocks(found), probe_json(found), as_json)
    if found.look.failure is not None:
        raise click.exceptions.Exit(1)


@feeds.command(
    epilog=example(
        "vedette feeds add https://example.org/news --config desk --dry-run",
        "vedette feeds add https://example.org/rss --id example --kind newspaper --language uk",
    )
)
@click.argument("url")
@config_option
@json_option
@click.option("--id", "id_", metavar="ID", help="Its id; proposed from the address if left out.")
@click.option("--publisher", help="Its publisher; proposed from the feed's title if left out.")
@click.option("--language", help="Its language, two letters; that of its entries if left out.")
@click.option("--kind", help="Its kind, one word.")
@click.option("--country", help="Its country, two letters.")
@click.option("--interval", help="Its own pace, such as 15m.")
@click.option("--state-affiliated", is_flag=True, help="It is an organ of a state.")
@_allow_private
@_dry_run
def add(
    url: str,
    folder: Path,
    as_json: bool,
    id_: str | None,
    allow_private: bool,
    dry_run: bool,
    **said: str | bool | None,
) -> None:
    """Add the feed at URL, or the feed of the web page at URL, to vedette.yaml.

    A page is searched for the feeds that it names, then some common addresses on its host are tried, one a second.
    """
    given = {name: value for name, value in {"id": id_, **said}.items() if value}

    async def run() -> Added:
        async with open_prober(require_settings(folder)) as prober:
            desk = FeedDesk(folder, os.environ, prober)
            return await desk.add(url, given, dry_run=dry_run, allow_private=allow_private)

    added = asyncio.run(run())
    _show(added_blocks(added), added_json(added), as_json)


@feeds.command(epilog=example("vedette feeds remove yonhap-en --config desk"))
@_ids
@config_option
@json_option
def remove(ids: tuple[str, ...], folder: Path, as_json: bool) -> None:
    """Take feeds out of vedette.yaml. Their items stay in the store."""
    _show_change(asyncio.run(_desk(folder).remove(ids)), "Removed", "", as_json)


@feeds.command(epilog=example("vedette feeds pause yonhap-en --config desk"))
@_ids
@config_option
@json_option
def pause(ids: tuple[str, ...], folder: Path, as_json: bool) -> None:
    """Keep feeds in vedette.yaml without asking them."""
    _show_change(asyncio.run(_desk(folder).switch(ids, enabled=False)), "Paused", "Paused already", as_json)


@feeds.command(epilog=example("vedette feeds resume yonhap-en --config desk"))
@_ids
@config_option
@json_option
def resume(ids: tuple[str, ...], folder: Path, as_json: bool) -> None:
    """Ask paused feeds again."""
    _show_change(asyncio.run(_desk(folder).switch(ids, enabled=True)), "Resumed", "Not paused", as_json)


@feeds.command(epilog=example("vedette feeds accept yonhap-en --config desk --dry-run"))
@click.argument("feed", metavar="ID")
@config_option
@json_option
@_dry_run
def accept(feed: str, folder: Path, as_json: bool, dry_run: bool) -> None:
    """Make the edit that a feed asks for: the address that it has moved to, or a pause when it is gone for good.

    The status is 1 when there is nothing to accept. A feed at its new address goes on as it was.
    """
    accepted = asyncio.run(_with_store(folder, lambda desk, store: desk.accept(store, feed, dry_run=dry_run)))
    _show(accepted_blocks(accepted, AT_NEXT_START), accepted_json(accepted) | {"diff": accepted.saved.diff}, as_json)
    if not as_json:
        click.echo(accepted.saved.diff)


@feeds.command(
    "import",
    epilog=example("vedette feeds import reader.opml --config desk --dry-run", "vedette feeds import - < reader.opml"),
)
@click.argument("file", type=click.File("rb"))
@config_option
@json_option
@click.option("--language", default="", help="The language, two letters, of feeds that do not say theirs.")
@_dry_run
def import_opml(file: BinaryIO, folder: Path, as_json: bool, language: str, dry_run: bool) -> None:
    """Add the feeds of an OPML file to vedette.yaml; nothing is asked of them yet.

    Feeds that are there already are skipped; what cannot be taken is listed with its reason, and makes the status 1.
    """
    body = file.read()
    try:
        imported, saved = asyncio.run(_desk(folder).import_opml(body, language, dry_run=dry_run))
    except OpmlInvalid as error:
        raise click.ClickException(f"{file.name}: {error}") from error
    _show(import_blocks(imported, saved), import_json(imported, saved), as_json)
    if imported.refused:
        raise click.exceptions.Exit(1)


@feeds.command(
    "export", epilog=example("vedette feeds export --config desk > desk.opml", "vedette feeds export desk.opml")
)
@click.argument("file", type=FILE, required=False)
@config_option
def export_opml(file: Path | None, folder: Path) -> None:
    """Write the feeds of a folder as OPML, for other readers, to FILE or to stdout."""
    body = asyncio.run(_desk(folder).export_opml())
    if file is None:
        click.echo(body, nl=False)
    else:
        file.write_bytes(body)
        click.echo(f"wrote {file}")


@feeds.command(
    epilog=example(
        "vedette feeds suggest --language ko",
        "vedette feeds suggest --config desk --add yonhap-en bbc-ru",
    )
)
@click.argument("ids", metavar="[ID]...", nargs=-1)
@_folder_or_none
@json_option
@_filter_options
@click.option("--all", "everything", is_flag=True, help="Also feeds that nobody has confirmed.")
@click.option("--add", "adding", is_flag=True, help="Add the feeds with these ids to vedette.yaml.")
def suggest(
    ids: tuple[str, ...], folder: Path | None, as_json: bool, everything: bool, adding: bool, **words: str
) -> None:
    """List feeds that we know, marking those that are configured, or add some of them."""
    if bool(ids) != adding:
        raise click.UsageError("write --add with the ids of feeds to add" if ids else "--add needs ids of feeds")
    if adding:
        _show_change(asyncio.run(_desk(folder or Path()).take(ids)), "Added", "There already", as_json)
        return
    desk = FeedDesk(_home(folder), os.environ)
    found = asyncio.run(desk.suggest(None, Filters(troubled=False, **words), everything=everything))
    if as_json:
        show_json([suggestion_json(each) for each in found])
    else:
        table = suggestions_table(found)
        show_table(table.columns, table.rows)


def _now() -> datetime:
    return datetime.now(UTC)


def _home(folder: Path | None) -> Path | None:
    """Give the folder that is meant, this one if it is a configuration folder, or None."""
    return folder or (Path() if (Path() / SETTINGS_FILE).is_file() else None)


def _desk(folder: Path) -> FeedDesk:
    return FeedDesk(folder, os.environ)


async def _with_store(folder: Path, ask: Callable[[FeedDesk, Store | None], Awaitable[T]]) -> T:
    async with _store(require_settings(folder)) as store:
        return await ask(_desk(folder), store)


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[Store | None]:
    """Open the store if there is one that others can see."""
    if settings.database is None or not settings.database.exists():
        yield None
        return
    async with open_archive(settings) as store:
        yield store


async def _probe(settings: Settings, folder: Path | None, target: str, **wanted: bool) -> Probe:
    async with open_prober(settings) as prober:
        desk = FeedDesk(folder, os.environ, prober)
        ruleset = compile_ruleset(settings)
        return await desk.probe(None, target, ruleset, **wanted)


def _show(blocks: tuple[Block, ...], data: object, as_json: bool) -> None:
    if as_json:
        show_json(data)
    else:
        show_reply(Reply(blocks), sys.stdout)


def _show_change(changed: Changed, done: str, already: str, as_json: bool) -> None:
    _show(changed_blocks(changed, done, already), changed_json(changed), as_json)
