import asyncio
import json
from pathlib import Path

import pytest

from state import StoreBusy
from state.sqlite.lock import ProcessLock
from tests.bot.cli.invocation import vedette, worked_folder
from tests.bot.settings.folders import SMALL, write_folder
from tests.feeds_server import FeedsServer

AREAS = ["configuration", "database", "tokens", "operator", "disk", "proxy", "network", "time zones", "package names"]


def test_the_doctor_offline_looks_at_everything_but_the_network(tmp_path: Path) -> None:
    result = vedette("doctor", "--config", write_folder(tmp_path), "--offline", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["ok"]) == (0, True)
    assert [finding["area"] for finding in told["findings"]] == AREAS
    assert not (tmp_path / "vedette.db.lock").exists()


def test_the_doctor_opens_a_store_that_is_there(tmp_path: Path) -> None:
    result = vedette("doctor", "--config", worked_folder(tmp_path), "--offline")
    assert result.exit_code == 0
    assert "vedette.db is whole" in result.stdout
    assert "this version of Vedette can work with it" in result.stdout
    assert "no bot is running on it" in result.stdout


def test_the_doctor_when_something_failed_says_what_to_do_and_ends_with_status_1(tmp_path: Path) -> None:
    result = vedette("doctor", "--config", write_folder(tmp_path, SMALL + "web: {port: x}\n"), "--offline")
    assert result.exit_code == 1
    assert "failed  configuration  1 error, the first:" in result.stdout
    assert "-> `vedette check --config" in result.stdout


async def test_the_doctor_asks_feeds_and_tells_which_do_not_answer(tmp_path: Path) -> None:
    async with FeedsServer() as server:
        server.put("wire", b"<rss/>")
        feeds = [
            f'{{id: good, url: "{server.url("wire")}", publisher: A, language: en, allow_private: true}}',
            '{id: bad, url: "http://localhost:9/feed", publisher: B, language: en, allow_private: true}',
        ]
        text = (
            "feeds:\n" + "".join(f"  - {feed}\n" for feed in feeds) + 'subscriptions: [{id: a, channel: "console:a"}]\n'
        )
        result = await asyncio.to_thread(vedette, "doctor", "--config", write_folder(tmp_path, text), "--json")
    told = [finding for finding in json.loads(result.stdout)["findings"] if finding["area"] in {"network", "clock"}]
    assert result.exit_code == 0
    assert [(finding["area"], finding["verdict"]) for finding in told] == [
        ("network", "ok"),
        ("network", "warning"),
        ("clock", "ok"),
    ]
    assert told[0]["message"].startswith("1 of 2 hosts answer")
    assert told[1]["message"].startswith("feed 'bad': ")


def test_the_doctor_beside_a_running_bot_says_that_it_runs_and_leaves_it_alone(tmp_path: Path) -> None:
    lock = ProcessLock.take(worked_folder(tmp_path) / "vedette.db")
    try:
        result = vedette("doctor", "--config", tmp_path, "--offline")
        with pytest.raises(StoreBusy):
            ProcessLock.take(tmp_path / "vedette.db")
    finally:
        lock.release()
    assert result.exit_code == 0
    assert "a bot is running on it" in result.stdout
