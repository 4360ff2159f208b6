import json
from pathlib import Path

import pytest

from tests.bot.cli.invocation import vedette
from tests.bot.settings.folders import SMALL, write_folder


def test_init_when_run_writes_a_folder_that_check_finds_right(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    begun = vedette("init", folder)
    assert begun.exit_code == 0
    assert f"wrote {folder}/vedette.yaml" in begun.stdout
    assert f"vedette run --config {folder}" in begun.stdout
    checked = vedette("check", "--config", folder)
    assert checked.exit_code == 0
    assert checked.stdout.startswith("ok: 52 feeds, ")
    assert checked.stdout.count("\n") == 1


def test_init_when_run_twice_keeps_everything_and_says_so(tmp_path: Path) -> None:
    vedette("init", tmp_path)
    (tmp_path / "vedette.yaml").write_text("mine", encoding="utf-8")
    again = vedette("init", tmp_path)
    assert again.exit_code == 1
    assert f"kept  {tmp_path}/vedette.yaml" in again.stdout
    assert (tmp_path / "vedette.yaml").read_text(encoding="utf-8") == "mine"
    assert vedette("init", tmp_path, "--force").exit_code == 0
    assert (tmp_path / "vedette.yaml").read_text(encoding="utf-8") != "mine"


def test_init_where_a_file_is_in_the_way_is_one_line_on_stderr(tmp_path: Path) -> None:
    (tmp_path / "rules").write_text("a file", encoding="utf-8")
    result = vedette("init", tmp_path)
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {tmp_path}/rules cannot be made, for a file is in its way: move it, or choose another folder\n"
    )


def test_init_when_the_folder_cannot_be_made_says_where_and_what_to_do() -> None:
    result = vedette("init", "/dev/null/desk")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: /dev/null/desk cannot be made, for a file is in its way: move it, or choose another folder\n"
    )


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc here")
def test_init_where_nobody_may_write_is_one_line_with_what_to_do() -> None:
    result = vedette("init", "/proc/desk")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: /proc/desk cannot be made (")
    assert result.stderr.endswith("): choose a folder in a place where you may write\n")
    assert result.stderr.count("\n") == 1


def test_check_when_something_is_wrong_prints_places_and_ends_with_status_1(tmp_path: Path) -> None:
    result = vedette("check", "--config", write_folder(tmp_path, "feds: []\nlog: {level: inf}\n"))
    assert result.exit_code == 1
    *problems, verdict = result.stdout.splitlines()
    assert f"{tmp_path}/vedette.yaml:1:1: error: unknown field 'feds' (did you mean 'feeds'?)" in problems
    assert (
        f"{tmp_path}/vedette.yaml:2:14: error: 'inf' is not one of the allowed values (did you mean 'info'?)"
        in problems
    )
    assert verdict == "2 errors, 2 warnings"


def test_check_as_json_gives_every_problem_with_its_place(tmp_path: Path) -> None:
    result = vedette("check", "--config", write_folder(tmp_path, SMALL + "web: {port: x}\n"), "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["ok"] is False
    (problem,) = told["problems"]
    assert (problem["line"], problem["column"], problem["level"]) == (6, 13, "error")


@pytest.mark.parametrize(("options", "status"), [([], 0), (["--strict"], 1)])
def test_warnings_count_as_problems_only_when_strict(tmp_path: Path, options: list[str], status: int) -> None:
    result = vedette("check", "--config", write_folder(tmp_path, SMALL.replace("console:", "slack:")), *options)
    assert result.exit_code == status
    assert result.stdout.endswith("ok: 1 feed, 1 rule file, 1 subscription; 1 warning\n")


def test_run_with_a_broken_folder_prints_what_check_prints_and_ends_with_status_1(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "feds: []\n")
    checked = vedette("check", "--config", folder)
    started = vedette("run", "--config", folder)
    assert (started.exit_code, started.stdout) == (1, "")
    assert started.stderr.splitlines() == checked.stdout.splitlines()[:-1]
