"""`vedette feeds`: what is printed, what a script gets, and how it ends."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.clock import ManualClock
from bot.settings.load import load_folder
from bot.wiring import build_store
from rules.model import FeedId
from state import Visit
from tests.bot.cli.invocation import HEADLINE, NOW, NoWakes, vedette, worked_folder
from tests.bot.cli.serving import serving
from tests.bot.feedbook.desks import RSS, put_page, write_book
from tests.bot.feedbook.test_opml import FEED, opml
from tests.bot.settings.folders import SMALL, write_folder
from tests.feeds_server import FeedsServer


@pytest.fixture
def server() -> Iterator[FeedsServer]:
    with serving() as server:
        yield server


def written(folder: Path) -> str:
    return (folder / "vedette.yaml").read_text(encoding="utf-8")


def test_list_shows_feeds_with_their_state(tmp_path: Path) -> None:
    result = vedette("feeds", "list", "--config", worked_folder(tmp_path))
    feed, state, last, _, items, language, publisher, trouble, reason = result.stdout.rstrip("\n").split("\t")
    assert (feed, state, items, language, publisher, trouble, reason) == ("wire", "ok", "1", "en", "A wire", "", "")
    assert last.endswith(("ago", "just now", "ahead"))
    [told] = json.loads(vedette("feeds", "list", "--config", tmp_path, "--json").stdout)
    assert (told["id"], told["state"], told["place"]) == ("wire", "ok", f"{tmp_path}/vedette.yaml:3")


def test_list_before_the_first_start_has_every_feed_as_never_polled(tmp_path: Path) -> None:
    result = vedette("feeds", "list", "--config", write_folder(tmp_path))
    assert (result.exit_code, result.stdout) == (0, "wire\tnever-polled\tnever\t-\t0\ten\tA wire\t\t\n")
    assert vedette("feeds", "list", "--config", tmp_path, "--state", "ok").stdout == ""
    assert not (tmp_path / "vedette.db").exists()


def test_show_tells_all_that_is_known(tmp_path: Path) -> None:
    result = vedette("feeds", "show", "wire", "--config", worked_folder(tmp_path))
    assert f"configured in\t{tmp_path}/vedette.yaml:3\n" in result.stdout
    assert HEADLINE in result.stdout
    told = json.loads(vedette("feeds", "show", "wire", "--config", tmp_path, "--json").stdout)
    assert (told["items"], told["newest"][0]["title"]) == (1, HEADLINE)


def test_show_of_an_unknown_feed_is_one_line_with_the_nearest(tmp_path: Path) -> None:
    result = vedette("feeds", "show", "wrie", "--config", write_folder(tmp_path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: there is no feed 'wrie': did you mean 'wire'?\n"


def test_probe_without_a_folder_asks_the_shipped_rules(
    tmp_path: Path, server: FeedsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    server.put("wire", RSS)
    result = vedette("feeds", "probe", server.url("wire"), "--allow-private")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Two were killed near Kursk\twar-casualties" in result.stdout
    told = json.loads(vedette("feeds", "probe", server.url("wire"), "--allow-private", "--explain", "--json").stdout)
    assert told["answer"]["status"] == 200
    assert [entry["date_doubt"] for entry in told["entries"]] == ["none", "missing"]
    assert {trace["rule"] for trace in told["entries"][1]["traces"]} >= {"war-casualties", "dprk-troops"}


def test_probe_by_id_asks_the_folders_rules_and_stores_nothing(tmp_path: Path, server: FeedsServer) -> None:
    server.put("wire", RSS)
    result = vedette("feeds", "probe", "wire", "--config", write_book(tmp_path, server), "--explain")
    assert "Two were killed near Kursk\tlosses" in result.stdout
    assert "losses\tmatches" in result.stdout
    assert not (tmp_path / "vedette.db").exists()


def test_probe_of_what_is_no_feed_ends_with_status_1_and_says_why(tmp_path: Path, server: FeedsServer) -> None:
    write_folder(tmp_path)
    put_page(server, "page", ("/wire", "A wire"))
    result = vedette("feeds", "probe", server.url("page"), "--config", tmp_path, "--allow-private")
    assert result.exit_code == 1
    assert f"{server.url('wire')}\tA wire" in result.stdout
    refused = vedette("feeds", "probe", server.url("page"), "--config", tmp_path, "--json")
    assert (refused.exit_code, json.loads(refused.stdout)["reason"]) == (1, "private_address")


def test_add_shows_first_and_then_writes(tmp_path: Path, server: FeedsServer) -> None:
    write_folder(tmp_path)
    server.put("rss", RSS)
    words = ("feeds", "add", server.url("rss"), "--config", tmp_path, "--allow-private", "--id", "ex")
    assert "Nothing was written." in vedette(*words, "--dry-run").stdout
    assert written(tmp_path) == SMALL
    told = json.loads(vedette(*words, "--interval", "15m", "--json").stdout)
    assert (told["written"], told["feed"]["publisher"]) == (True, "Example News")
    assert "    interval: 15m\n" in written(tmp_path)
    assert (tmp_path / "vedette.yaml.bak").read_text(encoding="utf-8") == SMALL
    again = vedette(*words)
    assert (again.exit_code, again.stdout) == (1, "")
    assert "is watched already as 'ex'" in again.stderr


def test_pause_resume_and_remove_edit_the_file(tmp_path: Path) -> None:
    more = SMALL.replace(
        "subscriptions:", "  - {id: more, url: 'https://m.example/', publisher: M, language: en}\nsubscriptions:"
    )
    write_folder(tmp_path, more)
    assert "Paused: more. A running bot" in vedette("feeds", "pause", "more", "--config", tmp_path).stdout
    assert vedette("feeds", "list", "--state", "paused", "--config", tmp_path).stdout.startswith("more\tpaused")
    assert "Resumed: more." in vedette("feeds", "resume", "more", "--config", tmp_path).stdout
    assert written(tmp_path) == more
    told = json.loads(vedette("feeds", "remove", "more", "--config", tmp_path, "--json").stdout)
    assert told == {"changed": ["more"], "kept": [], "warnings": []}
    assert written(tmp_path) == SMALL


def test_import_adds_what_is_new_and_lists_the_rest(tmp_path: Path) -> None:
    write_folder(tmp_path)
    old = '<outline text="Old" xmlUrl="https://example.org/feed"/>'
    (tmp_path / "reader.opml").write_bytes(opml(FEED + old))
    words = ("feeds", "import", tmp_path / "reader.opml", "--config", tmp_path, "--language", "en")
    assert "1 to be added, 1 there already, 0 refused." in vedette(*words, "--dry-run").stdout
    assert written(tmp_path) == SMALL
    assert "1 added, 1 there already, 0 refused. A running bot" in vedette(*words).stdout
    assert "url: https://a.example/rss" in written(tmp_path)
    assert json.loads(vedette(*words, "--json").stdout)["added"] == []


def test_import_with_a_refusal_ends_with_status_1(tmp_path: Path) -> None:
    (tmp_path / "reader.opml").write_bytes(opml('<outline text="F" xmlUrl="file:///etc/passwd" language="en"/>' + FEED))
    result = vedette("feeds", "import", tmp_path / "reader.opml", "--config", write_folder(tmp_path), "--json")
    assert result.exit_code == 1
    assert [each["name"] for each in json.loads(result.stdout)["refused"]] == ["F", "A wire"]
    assert written(tmp_path) == SMALL


def test_import_of_what_is_no_opml_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.opml").write_bytes(b"<!DOCTYPE opml><opml/>")
    result = vedette("feeds", "import", tmp_path / "x.opml", "--config", write_folder(tmp_path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {tmp_path}/x.opml: it has a document type")


def test_export_is_what_import_takes(tmp_path: Path) -> None:
    write_folder(tmp_path)
    result = vedette("feeds", "export", "--config", tmp_path)
    assert vedette("feeds", "export", tmp_path / "out.opml", "--config", tmp_path).exit_code == 0
    assert (tmp_path / "out.opml").read_bytes() == result.stdout_bytes
    (tmp_path / "other").mkdir()
    write_folder(tmp_path / "other", "subscriptions: [{id: d, channel: 'console:d'}]\n")
    assert vedette("feeds", "import", tmp_path / "out.opml", "--config", tmp_path / "other").exit_code == 0
    assert "- id: wire" in written(tmp_path / "other")


def test_suggest_lists_known_feeds_without_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    good = vedette("feeds", "suggest", "--language", "uk").stdout.splitlines()
    everything = vedette("feeds", "suggest", "--language", "uk", "--all").stdout.splitlines()
    assert 0 < len(good) < len(everything)
    assert {line.split("\t")[2] for line in everything} == {"uk"}


def test_suggest_adds_and_marks_feeds(tmp_path: Path) -> None:
    write_folder(tmp_path)
    result = vedette("feeds", "suggest", "--config", tmp_path, "--add", "bbc-ru", "yonhap-en")
    assert "Added: bbc-ru, yonhap-en." in result.stdout
    told = json.loads(vedette("feeds", "suggest", "--config", tmp_path, "--language", "ru", "--json").stdout)
    assert {each["id"]: each["configured"] for each in told}["bbc-ru"] == "bbc-ru"


@pytest.mark.parametrize("words", [["bbc-ru"], ["--add"]])
def test_suggest_takes_ids_and_add_together(words: list[str]) -> None:
    assert vedette("feeds", "suggest", *words).exit_code == 2


def test_ask_edits_the_folder_as_a_chat_would(tmp_path: Path) -> None:
    worked_folder(tmp_path)
    result = vedette("ask", "--config", tmp_path, "feeds pause wire")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "enabled: false" in written(tmp_path)
    assert "wire\tpaused" in vedette("ask", "--config", tmp_path, "feeds list").stdout


async def _move(folder: Path) -> None:
    settings = load_folder(folder, {}).settings
    assert settings is not None
    store = build_store(settings, ManualClock(NOW), NoWakes(), exclusive=True)
    await store.settle_unchanged(FeedId("wire"), NOW, Visit(304, moved_to="https://new.example/feed"))
    await store.close()


def test_accept_shows_the_edit_makes_it_and_then_has_nothing_left(tmp_path: Path) -> None:
    folder = worked_folder(tmp_path)
    nothing = vedette("feeds", "accept", "wire", "--config", folder)
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert nothing.stderr == "Error: nothing is proposed for 'wire': it has neither moved nor gone\n"
    asyncio.run(_move(folder))
    shown = vedette("feeds", "accept", "wire", "--config", folder, "--dry-run")
    assert shown.exit_code == 0
    assert '+  - {id: wire, url: "https://new.example/feed", publisher: A wire, language: en}\n' in shown.stdout
    assert written(folder) == SMALL
    told = json.loads(vedette("feeds", "accept", "wire", "--config", folder, "--json").stdout)
    assert (told["key"], told["after"], told["written"]) == ("url", "https://new.example/feed", True)
    assert written(folder) == SMALL.replace("https://example.org/feed", "https://new.example/feed")
    assert vedette("feeds", "accept", "wire", "--config", folder).exit_code == 1


def test_list_of_troubled_feeds_leaves_out_the_healthy_ones(tmp_path: Path) -> None:
    assert vedette("feeds", "list", "--troubled", "--config", worked_folder(tmp_path)).stdout == ""
