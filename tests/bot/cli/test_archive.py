"""Commands that ask a folder's store: status, ask, deliveries, replay."""

import json
from pathlib import Path

import pytest

from tests.bot.cli.invocation import HEADLINE, vedette, worked_folder
from tests.bot.settings.folders import SMALL, write_folder


@pytest.mark.parametrize(
    "arguments", [["status"], ["ask", "recent"], ["deliveries", "list"], ["deliveries", "resend", "d1"]]
)
def test_a_store_that_is_not_there_yet_is_one_line_that_says_what_to_do(tmp_path: Path, arguments: list[str]) -> None:
    result = vedette(*arguments, "--config", write_folder(tmp_path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: there is no database {tmp_path}/vedette.db yet: `vedette run --config")
    assert not (tmp_path / "vedette.db").exists()


def test_a_store_in_memory_cannot_be_asked(tmp_path: Path) -> None:
    result = vedette("status", "--config", write_folder(tmp_path, SMALL + "store: 'memory:'\n"))
    assert result.exit_code == 1
    assert "only the running bot can see" in result.stderr


def test_a_damaged_store_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    (write_folder(tmp_path) / "vedette.db").write_bytes(b"not a database" * 100)
    result = vedette("status", "--config", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1


def test_status_tells_counts_and_dead_letters(tmp_path: Path) -> None:
    result = vedette("status", "--config", worked_folder(tmp_path))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "1 item" in result.stdout
    told = json.loads(vedette("status", "--config", tmp_path, "--json").stdout)
    assert told["ok"] is True


def test_status_of_feeds_lists_each_with_its_last_poll(tmp_path: Path) -> None:
    result = vedette("status", "--config", worked_folder(tmp_path), "--feeds")
    feed, publisher, last, *_ = result.stdout.rstrip("\n").split("\t")
    assert (feed, publisher) == ("wire", "A wire")
    assert last.endswith(("ago", "just now", "ahead"))
    (row,) = json.loads(vedette("status", "--config", tmp_path, "--feeds", "--json").stdout)
    assert row["spec"]["source"]["feed"] == "wire"


@pytest.mark.parametrize("words", [["recent"], ["recent 5"], ["search", "Kursk"], ["search", "near Kursk"]])
def test_ask_answers_as_a_chat_would(tmp_path: Path, words: list[str]) -> None:
    result = vedette("ask", "--config", worked_folder(tmp_path), *words)
    assert (result.exit_code, result.stderr) == (0, "")
    assert HEADLINE in result.stdout


def test_ask_takes_a_word_with_spaces_as_the_phrase_that_it_was(tmp_path: Path) -> None:
    assert HEADLINE not in vedette("ask", "--config", worked_folder(tmp_path), "search", "Kursk near").stdout


def test_ask_when_refused_says_why_and_ends_with_status_1(tmp_path: Path) -> None:
    result = vedette("ask", "--config", worked_folder(tmp_path), "recnt")
    assert result.exit_code == 1
    assert "recent" in result.stdout


def test_ask_as_json_gives_plain_data(tmp_path: Path) -> None:
    told = json.loads(vedette("ask", "--config", worked_folder(tmp_path), "--json", "recent").stdout)
    assert told["ok"] is True
    assert HEADLINE in json.dumps(told["data"])


def test_deliveries_list_shows_them_by_state(tmp_path: Path) -> None:
    result = vedette("deliveries", "list", "--config", worked_folder(tmp_path), "--state", "dead")
    assert result.stdout.split("\t")[:4] == ["d1", "dead", "1", "console:desk"]
    assert vedette("deliveries", "list", "--config", tmp_path, "--state", "sent").stdout == ""
    (row,) = json.loads(vedette("deliveries", "list", "--config", tmp_path, "--json").stdout)
    assert (row["id"], row["reason"]) == ("d1", "no_permission")


@pytest.mark.parametrize("options", [[], ["--state", "dead"], ["--limit", "1", "--json"]])
def test_deliveries_without_a_subcommand_list_them(tmp_path: Path, options: list[str]) -> None:
    result = vedette("deliveries", "--config", worked_folder(tmp_path), *options)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == vedette("deliveries", "list", "--config", tmp_path, *options).stdout
    assert "d1" in result.stdout


def test_deliveries_without_anything_list_those_of_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(worked_folder(tmp_path))
    assert vedette("deliveries").stdout.startswith("d1\t")


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_deliveries_when_asked_for_help_show_their_subcommands(option: str) -> None:
    told = vedette("deliveries", option)
    assert told.exit_code == 0
    assert "resend" in told.stdout


@pytest.mark.parametrize("which", [["d1"], ["--all-dead"]])
def test_resend_puts_dead_letters_back_in_line(tmp_path: Path, which: list[str]) -> None:
    result = vedette("deliveries", "resend", "--config", worked_folder(tmp_path), *which)
    assert (result.exit_code, result.stdout) == (0, "in line again: d1\n")
    assert vedette("deliveries", "list", "--config", tmp_path, "--state", "pending").stdout.startswith("d1\tpending")


def test_resend_of_an_unknown_id_is_told_and_ends_with_status_1(tmp_path: Path) -> None:
    result = vedette("deliveries", "resend", "--config", worked_folder(tmp_path), "d1", "d2")
    assert (result.exit_code, result.stdout) == (1, "in line again: d1\n")
    assert "there is no dead letter d2" in result.stderr


@pytest.mark.parametrize("which", [[], ["d1", "--all-dead"]])
def test_resend_wants_ids_or_all(tmp_path: Path, which: list[str]) -> None:
    assert vedette("deliveries", "resend", "--config", tmp_path, *which).exit_code == 2


def test_replay_of_stored_items_posts_what_the_rules_flag_now(tmp_path: Path) -> None:
    result = vedette("replay", "--config", worked_folder(tmp_path), "--since", "3650d")
    assert result.exit_code == 0
    assert HEADLINE in result.stdout


def test_replay_of_a_file_as_json_gives_the_counts_and_posts_on_stderr(tmp_path: Path) -> None:
    lines = [{"title": "Two were killed", "text": "", "id": "1"}, {"title": "Rain", "text": "", "id": "2"}]
    (tmp_path / "items.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    result = vedette("replay", "--config", write_folder(tmp_path), tmp_path / "items.jsonl", "--json")
    assert json.loads(result.stdout) == {"items": 2, "matched": 1, "alerts": 1, "deliveries": 1}
    assert "Two were killed" in result.stderr


@pytest.mark.parametrize("name", ["missing.jsonl", "vedette.yaml"])
def test_replay_of_a_file_that_holds_no_items_is_one_line(tmp_path: Path, name: str) -> None:
    result = vedette("replay", "--config", write_folder(tmp_path), tmp_path / name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")


@pytest.mark.parametrize("since", ["5", "soon"])
def test_replay_since_what_is_no_duration_is_wrong_usage(tmp_path: Path, since: str) -> None:
    assert vedette("replay", "--config", write_folder(tmp_path), "--since", since).exit_code == 2
