import json
from pathlib import Path

import pytest

from tests.bot.cli.invocation import vedette
from tests.bot.settings.folders import RULES, write_folder

FAILING = RULES.replace("match: true", "match: false") + "  - {id: bare, title: Bare, severity: low, when: [war]}\n"


def test_rules_list_in_a_pipe_is_one_tab_separated_line_a_rule(tmp_path: Path) -> None:
    result = vedette("rules", "list", "--config", write_folder(tmp_path))
    assert result.exit_code == 0
    assert result.stdout == f"losses\thigh\t1\tyes\tLosses\t{tmp_path}/rules/own.yaml:4\n"


def test_rules_list_as_json_describes_each_rule(tmp_path: Path) -> None:
    (rule,) = json.loads(vedette("rules", "list", "--config", write_folder(tmp_path), "--json").stdout)
    assert (rule["id"], rule["severity"], rule["tests"], rule["line"]) == ("losses", "high", 1, 4)


def test_rules_test_when_all_pass_says_so(tmp_path: Path) -> None:
    result = vedette("rules", "test", "--config", write_folder(tmp_path))
    assert (result.exit_code, result.stdout) == (0, "1 rules, 1 tests: all passed\n")


def test_rules_test_when_one_fails_tells_its_place_and_ends_with_status_1(tmp_path: Path) -> None:
    result = vedette("rules", "test", "--config", write_folder(tmp_path, rules=FAILING))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{tmp_path}/rules/own.yaml:8:13: rule 'losses' matches and should not",
        "without tests: bare",
        "1 rules, 1 tests: 1 failed",
    ]


def test_rules_test_of_a_rule_that_lacks_something_says_what(tmp_path: Path) -> None:
    result = vedette("rules", "test", "--config", write_folder(tmp_path, rules=RULES.replace("were killed", "left")))
    assert "does not match and should; it lacks" in result.stdout
    assert "killed" in result.stdout


def test_rules_test_of_some_rules_runs_theirs_alone(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, rules=FAILING)
    assert vedette("rules", "test", "--config", folder, "bare").exit_code == 0
    assert vedette("rules", "test", "--config", folder, "nonsense").exit_code == 2


def test_rules_test_as_json_gives_each_outcome(tmp_path: Path) -> None:
    told = json.loads(vedette("rules", "test", "--config", write_folder(tmp_path, rules=FAILING), "--json").stdout)
    assert told["untested"] == ["bare"]
    assert [(each["rule"], each["passed"]) for each in told["tests"]] == [("losses", False)]


def test_the_shipped_rules_when_no_folder_is_named_pass_their_own_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = vedette("rules", "test")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("all passed\n")


def test_this_folder_when_no_folder_is_named_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_folder(tmp_path))
    assert vedette("rules", "list").stdout.startswith("losses\t")
