"""Which event loop the bot runs on."""

import asyncio
import sys

import pytest
import uvloop

from bot.loops import run


async def loop_type() -> type[asyncio.AbstractEventLoop]:
    return type(asyncio.get_running_loop())


def test_run_when_uvloop_is_installed_then_on_its_loop() -> None:
    assert run(loop_type()) is uvloop.Loop


def test_run_when_uvloop_is_not_installed_then_on_the_loop_of_asyncio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "uvloop")
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "meta_path", [each for each in sys.meta_path if "editable" not in repr(each).lower()])
    assert issubclass(run(loop_type()), asyncio.SelectorEventLoop)
