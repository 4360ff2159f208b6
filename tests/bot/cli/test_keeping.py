import json
from pathlib import Path

import pytest

from tests.bot.cli.invocation import HEADLINE, vedette, worked_folder
from tests.bot.settings.folders import SMALL, write_folder


def test_a_backup_when_restored_elsewhere_answers_as_the_first(tmp_path: Path) -> None:
    folder, other, copy = tmp_path / "a", tmp_path / "b", tmp_path / "copy.db"
    folder.mkdir()
    other.mkdir()
    saved = vedette("backup", "--config", worked_folder(folder), copy)
    assert saved.exit_code == 0
    assert saved.stdout.startswith(f"wrote {copy}: ")
    assert saved.stdout.endswith("verified; 1 items, 1 alerts, 1 deliveries\n")
    put_back = vedette("restore", "--config", write_folder(other), copy)
    assert (put_back.exit_code, put_back.stdout) == (0, f"restored {other}/vedette.db: 1 items, 1 alerts\n")
    assert HEADLINE in vedette("ask", "--config", other, "recent").stdout


def test_a_backup_over_a_file_that_is_there_wants_force(tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("precious", encoding="utf-8")
    refused = vedette("backup", "--config", worked_folder(tmp_path), tmp_path / "copy.db")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "--force" in refused.stderr
    assert (tmp_path / "copy.db").read_text(encoding="utf-8") == "precious"
    forced = vedette("backup", "--config", tmp_path, tmp_path / "copy.db", "--force", "--json")
    assert json.loads(forced.stdout)["items"] == 1


def test_a_restore_over_a_database_wants_force_and_keeps_the_old_one(tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    vedette("backup", "--config", worked_folder(tmp_path), copy)
    assert vedette("restore", "--config", tmp_path, copy).exit_code == 1
    forced = vedette("restore", "--config", tmp_path, copy, "--force")
    kept = Path(forced.stdout.splitlines()[1].partition(": ")[2])
    assert kept.is_file()
    assert kept.name.startswith("vedette.db.before-restore-")


@pytest.mark.parametrize("body", [None, b"", b"not a database"])
def test_a_restore_from_what_is_no_backup_is_one_line_and_changes_nothing(tmp_path: Path, body: bytes | None) -> None:
    before = (worked_folder(tmp_path) / "vedette.db").read_bytes()
    if body is not None:
        (tmp_path / "copy.db").write_bytes(body)
    result = vedette("restore", "--config", tmp_path, tmp_path / "copy.db", "--force")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert (tmp_path / "vedette.db").read_bytes() == before


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_store_in_memory_has_no_file_to_keep(tmp_path: Path, command: str) -> None:
    result = vedette(command, "--config", write_folder(tmp_path, SMALL + "store: 'memory:'\n"), tmp_path / "copy.db")
    assert result.exit_code == 1
    assert "`memory:`, which has no file" in result.stderr


def test_a_backup_of_a_store_that_is_not_there_yet_says_what_makes_it(tmp_path: Path) -> None:
    result = vedette("backup", "--config", write_folder(tmp_path), tmp_path / "copy.db")
    assert result.exit_code == 1
    assert "`vedette run` makes it" in result.stderr
    assert not (tmp_path / "copy.db").exists()
