"""Feeds commanded in a chat while the bot runs."""

import io
from dataclasses import replace
from pathlib import Path

from adapters.conversation import CommandCall
from bot.settings.load import load_folder
from bot.settings.model import Settings, Web
from bot.wiring import open_app
from tests.bot.feedbook.desks import RSS, write_book
from tests.feeds_server import FeedsServer


def settings_of(folder: Path) -> Settings:
    settings = load_folder(folder, {}).settings
    assert settings is not None
    return replace(settings, store="memory:", web=Web(port=None))


async def test_a_running_bot_probes_and_pauses_feeds_of_its_folder(tmp_path: Path) -> None:
    async with FeedsServer() as server:
        server.put("wire", RSS)
        settings = settings_of(write_book(tmp_path, server))
        async with open_app(settings, output=io.StringIO(), folder=tmp_path) as app:
            probed = await app.commands.handle(CommandCall("feeds probe wire", "kim", "console:d"))
            paused = await app.commands.handle(CommandCall("feeds pause wire", "kim", "console:d"))
    assert (probed.ok, paused.ok) == (True, True)
    assert settings_of(tmp_path).feeds == ()


async def test_a_bot_whose_folder_is_not_named_lists_feeds_and_edits_none(tmp_path: Path) -> None:
    async with FeedsServer() as server:
        server.put("wire", RSS)
        settings = settings_of(write_book(tmp_path, server))
        async with open_app(settings, output=io.StringIO()) as app:
            listed = await app.commands.handle(CommandCall("feeds list", "kim", "console:d"))
            paused = await app.commands.handle(CommandCall("feeds pause wire", "kim", "console:d"))
    assert (listed.ok, paused.ok) == (True, False)
    assert len(settings_of(tmp_path).feeds) == 1
