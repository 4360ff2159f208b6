"""`vedette ask` and `vedette status`: the command core with the terminal as its front."""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

import click

from adapters import phrases
from adapters.conversation import CommandCall, Reply
from bot.cli.options import config_option, example, json_option, require_archive
from bot.cli.terminal import show_json, show_table
from bot.commands import CommandCore
from bot.feedbook.desk import FeedDesk
from bot.holder import RulesetHolder
from bot.settings.model import Settings
from bot.wiring import compile_ruleset, open_archive, open_prober, show_reply
from state import Access, FeedRow

_FEED_COLUMNS = ("feed", "publisher", "last poll", "next poll", "failures", "error")


@click.command(
    context_settings={"ignore_unknown_options": True},
    epilog=example("vedette ask --config desk recent 5", "vedette ask --config desk search Kursk"),
)
@config_option
@json_option
@click.option("--channel", default="console:terminal", show_default=True, help="Ask as if in this channel.")
@click.argument("words", metavar="COMMAND...", nargs=-1, required=True)
def ask(folder: Path, as_json: bool, channel: str, words: tuple[str, ...]) -> None:
    """Give a command as in a chat and print the answer; `vedette ask help` lists the commands."""
    _answer(require_archive(folder), _join(words), channel, as_json)


def _join(words: tuple[str, ...]) -> str:
    """Make one text of shell words; a word with spaces among others is put in quotes again."""
    if len(words) == 1:
        return words[0]
    return " ".join(f'"{word}"' if " " in word else word for word in words)


@click.command(epilog=example("vedette status --config desk", "vedette status --config desk --feeds"))
@config_option
@json_option
@click.option("--feeds", is_flag=True, help="List every feed with its last poll and error.")
def status(folder: Path, as_json: bool, feeds: bool) -> None:
    """Tell how the bot of a folder is doing, running or not."""
    settings = require_archive(folder)
    if not feeds:
        _answer(settings, "status", "console:terminal", as_json)
        return
    rows, cells = asyncio.run(_read_feeds(settings))
    if as_json:
        # How a feed is asked may hold what is not for every eye that reads a status.
        show_json([replace(row, spec=replace(row.spec, access=Access())) for row in rows])
    else:
        show_table(_FEED_COLUMNS, cells)


def _answer(settings: Settings, text: str, channel: str, as_json: bool) -> None:
    """Print the core's reply; a refusal is data on stdout too, and ends with status 1."""
    reply = asyncio.run(_ask(settings, CommandCall(text, user="terminal", channel=channel)))
    if as_json:
        show_json({"ok": reply.ok, "data": reply.data})
    else:
        show_reply(reply, sys.stdout)
    if not reply.ok:
        raise click.exceptions.Exit(1)


async def _ask(settings: Settings, call: CommandCall) -> Reply:
    async with open_archive(settings) as store, open_prober(settings) as prober:
        desk = FeedDesk(settings.folder, os.environ, prober)
        return await CommandCore(store, RulesetHolder(compile_ruleset(settings)), feeds=desk).handle(call)


async def _read_feeds(settings: Settings) -> tuple[tuple[FeedRow, ...], list[tuple[str, ...]]]:
    """Give the feeds, and their table's cells with ages by the store's clock."""
    async with open_archive(settings) as store:
        rows, now = await store.feeds(), store.now()
    return rows, [
        (
            row.id,
            row.spec.source.publisher,
            phrases.age(row.last_polled_at, now) if row.last_polled_at else "never",
            phrases.age(row.next_poll_at, now),
            str(row.failures),
            row.error,
        )
        for row in rows
    ]
