"""No problem hides another one."""

from pathlib import Path

from bot.settings.load import load_folder
from tests.bot.settings.folders import FEED, RULES, lines, write_folder

BROKEN_RULES = RULES.replace("severity: high", "severity: hihg")


def test_an_unknown_rule_is_reported_beside_a_broken_one_which_is_not_called_unknown(tmp_path: Path) -> None:
    settings = f'feeds: [{FEED}]\nsubscriptions:\n  - {{id: desk, channel: "console:desk", rules: [losses, lossses]}}\n'
    found = "\n".join(lines(load_folder(write_folder(tmp_path, settings, rules=BROKEN_RULES), {}), tmp_path))
    assert "hihg" in found
    assert "'lossses'" in found
    assert "'losses'?" in found
    assert "no rule 'losses'" not in found


def test_a_bad_value_of_a_subscription_hides_neither_its_unknown_feed_nor_its_taken_id(tmp_path: Path) -> None:
    settings = f"""
feeds: [{FEED}]
subscriptions:
  - {{id: desk, channel: "console:desk"}}
  - {{id: desk, channel: "console:desk2", languages: [english], feeds: [wier]}}
"""
    found = "\n".join(lines(load_folder(write_folder(tmp_path, settings), {}), tmp_path))
    assert "english" in found
    assert "'wier'" in found
    assert "'desk'" in found


def test_a_rule_with_a_taken_id_is_reported_although_the_first_is_broken(tmp_path: Path) -> None:
    second = RULES.split("rules:\n")[1]
    found = "\n".join(lines(load_folder(write_folder(tmp_path, rules=BROKEN_RULES + second), {}), tmp_path))
    assert "hihg" in found
    assert "a second rule 'losses'" in found
