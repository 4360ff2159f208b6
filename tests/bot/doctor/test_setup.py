from pathlib import Path

from bot.doctor.findings import Verdict
from bot.doctor.setup import check_configuration, check_operator, check_tokens
from tests.bot.settings.folders import SMALL, load

SLACK = SMALL + '  - {id: chat, channel: "slack:C1"}\n'


def test_a_configuration_is_judged_by_its_worst_problem(tmp_path: Path) -> None:
    assert check_configuration(load(tmp_path, SMALL), tmp_path).verdict is Verdict.OK
    assert check_configuration(load(tmp_path, SLACK), tmp_path).verdict is Verdict.WARNING
    broken = check_configuration(load(tmp_path, "nonsense: 1"), tmp_path)
    assert broken.verdict is Verdict.FAILED
    assert "vedette.yaml:1:1: error: unknown field 'nonsense'" in broken.message
    assert "vedette check" in broken.advice


def test_tokens_when_a_subscription_needs_them_and_they_are_missing_are_a_failure(tmp_path: Path) -> None:
    settings = load(tmp_path, SLACK, SLACK_BOT_TOKEN="xoxb-secret").settings
    assert settings is not None
    (finding,) = check_tokens(settings)
    assert finding.verdict is Verdict.FAILED
    assert "SLACK_APP_TOKEN is not set" in finding.message
    assert "SLACK_BOT_TOKEN" not in finding.message


def test_tokens_when_set_are_well_and_never_shown(tmp_path: Path) -> None:
    settings = load(tmp_path, SLACK, SLACK_BOT_TOKEN="xoxb-secret", SLACK_APP_TOKEN="xapp-secret").settings
    assert settings is not None
    findings = check_tokens(settings)
    assert [finding.verdict for finding in findings] == [Verdict.OK]
    assert "secret" not in f"{findings}{settings}"


def test_tokens_when_nobody_needs_them_are_well(tmp_path: Path) -> None:
    settings = load(tmp_path).settings
    assert settings is not None
    assert [finding.verdict for finding in check_tokens(settings)] == [Verdict.OK]


def test_tokens_when_the_operators_channel_needs_them_and_they_are_missing_are_a_failure(tmp_path: Path) -> None:
    settings = load(tmp_path, SMALL + 'operator: {channel: "slack:ops"}\n').settings
    assert settings is not None
    assert [finding.verdict for finding in check_tokens(settings)] == [Verdict.FAILED]


def test_operator_when_nobody_is_told_is_well_with_a_hint(tmp_path: Path) -> None:
    settings = load(tmp_path).settings
    assert settings is not None
    finding = check_operator(settings)
    assert (finding.verdict, "`operator: {channel: console:ops}`" in finding.message) == (Verdict.OK, True)
    named = load(tmp_path, SMALL + 'operator: {channel: "console:ops"}\n').settings
    assert named is not None
    assert check_operator(named).message == "console:ops hears of feeds that break"
