"""No problem hides another one."""

from pathlib import Path

from bot.settings.load import load_folder
from rules import compile_rules
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


def _problems(folder: Path, settings: str, rules: str = RULES) -> list[str]:
    found = lines(load_folder(write_folder(folder, settings, rules=rules), {}), folder)
    return [line.removeprefix("vedette.yaml:").split(" (")[0] for line in found]


def test_an_unknown_rule_is_reported_beside_a_file_that_is_no_yaml_and_whose_rules_are_known(tmp_path: Path) -> None:
    settings = f'feeds: [{FEED}]\nsubscriptions:\n  - {{id: desk, channel: "console:desk", rules: [losses, gains]}}\n'
    first, second = _problems(tmp_path, settings, RULES.replace("]}\n", "\n"))
    assert first.startswith("rules/own.yaml:")
    assert second == "3:57: error: there is no rule 'gains'"


def test_an_unknown_rule_is_reported_beside_a_misspelt_pack_whose_rules_are_not_called_unknown(tmp_path: Path) -> None:
    shipped = load_folder(write_folder(tmp_path, "rules: {packs: [north-korea-russia]}\n"), {}).settings
    assert shipped is not None
    name = next(iter(compile_rules(shipped.rule_files[:-1]).declared))
    settings = f"""
rules: {{packs: [north-korea-rusia]}}
feeds: [{FEED}]
subscriptions: [{{id: desk, channel: "console:desk", rules: [{name}, gains]}}]
"""
    assert _problems(tmp_path, settings) == [
        "2:17: error: there is no rule pack 'north-korea-rusia'",
        f"4:{63 + len(name)}: error: there is no rule 'gains'",
    ]


def test_rules_are_not_called_unknown_while_it_cannot_be_read_where_they_are(tmp_path: Path) -> None:
    settings = f'feeds: [{FEED}]\nsubscriptions: [{{id: desk, channel: "console:desk", rules: [elsewhere]}}]\n'
    for place in ("{packs: north-korea-russia}", "{packs: [7]}", "{folder: 7}", "7"):
        (problem,) = _problems(tmp_path, f"{settings}rules: {place}\n")
        assert problem.startswith("3:"), place


def test_a_bad_value_of_the_rules_hides_none_of_its_packs(tmp_path: Path) -> None:
    settings = f"feeds: [{FEED}]\nsubscriptions: [{{id: desk, channel: 'console:desk'}}]\n"
    assert _problems(tmp_path, f"{settings}rules: {{packs: [7, nothing, nothing], bogus: 1}}\n") == [
        "3:17: error: expected text, found the number 7",
        "3:20: error: there is no rule pack 'nothing'",
        "3:29: error: there is no rule pack 'nothing'",
        "3:39: error: unknown field 'bogus'",
    ]


def test_a_subscription_without_a_channel_is_checked_in_all_else(tmp_path: Path) -> None:
    settings = f"""
feeds: [{FEED}]
subscriptions:
  - {{id: desk, channel: "console:desk"}}
  - {{id: desk, languages: [english, ko], feeds: [7, wier], rules: [lossses]}}
"""
    assert _problems(tmp_path, settings) == [
        "5:5: error: the field 'channel' is missing",
        "5:10: error: the subscription id 'desk' is taken",
        "5:28: error: 'english' is not a language code of two letters",
        "5:37: warning: no feed has the language 'ko'",
        "5:50: error: expected text, found the number 7",
        "5:53: error: there is no feed 'wier'",
        "5:68: error: there is no rule 'lossses'",
    ]


def test_a_feed_with_a_bad_value_is_known_and_checked_in_all_else(tmp_path: Path) -> None:
    settings = """
feeds:
  - {id: wire, url: "https://example.org/feed", language: english, proxy: {env: NOWHERE}, interval: 5s}
  - {id: wire, url: "https://example.org/feed", publisher: "", language: ko, enabled: false}
subscriptions: [{id: desk, channel: "console:desk", feeds: [wire], languages: [uk]}]
"""
    assert _problems(tmp_path, settings) == [
        "3:5: error: the field 'publisher' is missing",
        "3:59: error: 'english' is not a language code of two letters",
        "3:81: warning: the variable NOWHERE is not set, so what needs it is not asked",
        "3:101: warning: asks this publisher every 5s",
        "4:10: error: the feed id 'wire' is taken",
        "4:21: error: this address is polled already",
        "4:60: error: too short: at least 1 character",
        "5:61: warning: the feed 'wire' is switched off",
    ]


def test_a_bad_value_of_the_waits_does_not_hide_that_the_others_contradict(tmp_path: Path) -> None:
    settings = f"feeds: [{FEED}]\nsubscriptions: [{{id: desk, channel: 'console:desk'}}]\n"
    assert _problems(tmp_path, f"{settings}delivery: {{backoff: 10m, backoff_ceiling: 1m, max_attempts: 0}}\n") == [
        "3:43: error: the longest wait is shorter than the first one",
        "3:61: error: 0 is out of bounds",
    ]


def test_values_that_stand_for_bad_ones_are_never_spoken_of(tmp_path: Path) -> None:
    found = "\n".join(_problems(tmp_path, "feeds: [{}, {}, {id: 7}]\nsubscriptions: [{}, {}, {channel: 7}]\n"))
    assert "unread" not in found
    assert "taken" not in found
    assert "polled already" not in found
