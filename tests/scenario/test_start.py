"""Starting: what is wrong is said, and nothing stays half open."""

import io
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import WebPortBusy
from bot.settings.load import shipped_settings
from bot.settings.model import Settings, Web
from bot.wiring import open_app
from state import StoreBusy


def make_settings(folder: Path, port: int | None = None) -> Settings:
    return replace(shipped_settings(), store=f"sqlite:///{folder / 'vedette.db'}", web=Web(port=port))


async def test_a_second_bot_on_the_same_database_is_refused_in_words(tmp_path: Path) -> None:
    async with open_app(make_settings(tmp_path), output=io.StringIO()):
        with pytest.raises(StoreBusy, match=r"vedette\.db"):
            async with open_app(make_settings(tmp_path), output=io.StringIO()):
                raise AssertionError


async def test_a_start_that_fails_lets_go_of_the_database(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = make_settings(tmp_path, taken.getsockname()[1])
        with pytest.raises(WebPortBusy):
            async with open_app(settings, output=io.StringIO()):
                raise AssertionError
    async with open_app(settings, output=io.StringIO()) as app:
        assert app.web_address is not None
