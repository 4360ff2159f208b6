import re
from pathlib import Path

from bot.settings.load import load_folder
from bot.starter.catalogue import Standing, read_catalogue
from bot.starter.writing import starter_files, write_starter
from rules import compile_rules
from rules.model import RuleFile


def test_a_starter_folder_when_written_is_right_and_watches_the_good_feeds(tmp_path: Path) -> None:
    write_starter(tmp_path / "desk", replace=False)
    loaded = load_folder(tmp_path / "desk", {})
    assert loaded.problems == ()
    assert loaded.settings is not None
    good = {feed.id for feed in read_catalogue() if feed.status is Standing.GOOD}
    assert {feed.source.feed for feed in loaded.settings.feeds} == good
    assert [each.channel for each in loaded.settings.subscriptions] == ["console:desk"]
    assert any(file.path.endswith("rules/own.yaml") for file in loaded.settings.rule_files)


def test_the_keys_that_are_only_shown_are_right_when_they_are_switched_on(tmp_path: Path) -> None:
    write_starter(tmp_path, replace=False)
    path = tmp_path / "vedette.yaml"
    shown = re.compile(
        r"^( *)# (?=(?:operator|  channel: console:ops|adaptive|whole_every|proxy: http|public_url))", re.MULTILINE
    )
    text, count = shown.subn(r"\1", path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    loaded = load_folder(tmp_path, {})
    assert (count, loaded.problems) == (6, ())
    assert loaded.settings is not None
    assert loaded.settings.operator == "console:ops"


def test_files_that_are_there_are_kept_unless_told_otherwise(tmp_path: Path) -> None:
    (tmp_path / "vedette.yaml").write_text("mine", encoding="utf-8")
    result = write_starter(tmp_path, replace=False)
    assert result.kept == ("vedette.yaml",)
    assert (tmp_path / "vedette.yaml").read_text(encoding="utf-8") == "mine"
    assert set(result.written) == {"rules/own.yaml", ".env.example", ".gitignore"}
    again = write_starter(tmp_path, replace=True)
    assert again.kept == ()
    assert (tmp_path / "vedette.yaml").read_text(encoding="utf-8") == starter_files()["vedette.yaml"]


def test_the_secrets_file_stays_out_of_version_control() -> None:
    assert ".env" in starter_files()[".gitignore"].splitlines()


def test_the_example_rule_compiles_alone_without_a_word_of_doubt() -> None:
    assert compile_rules((RuleFile("own.yaml", starter_files()["rules/own.yaml"]),)).problems == ()
