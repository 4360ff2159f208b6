"""An edited file replaces the former whole or not at all."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import EditRefused
from bot.settings.saving import edit_settings
from tests.bot.settings.folders import SMALL, write_folder

MORE = '  - {id: more, url: "https://more.example/feed", publisher: More, language: en}\n'


def with_more(_: str, text: str) -> str:
    return text.replace("subscriptions:", f"{MORE}subscriptions:")


def files(folder: Path) -> Iterator[str]:
    return (path.name for path in folder.iterdir() if path.is_file())


def test_an_edit_is_written_with_the_former_kept_and_nothing_else_left(tmp_path: Path) -> None:
    path = write_folder(tmp_path) / "vedette.yaml"
    path.chmod(0o640)
    saved = edit_settings(tmp_path, {}, with_more)
    assert [feed.source.feed for feed in saved.settings.feeds] == ["wire", "more"]
    assert path.read_text(encoding="utf-8") == with_more("", SMALL)
    assert (tmp_path / "vedette.yaml.bak").read_text(encoding="utf-8") == SMALL
    assert sorted(files(tmp_path)) == ["vedette.yaml", "vedette.yaml.bak"]
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in files(tmp_path)} == {0o640}


def test_an_edit_that_would_be_an_error_leaves_all_as_it_was_and_says_where(tmp_path: Path) -> None:
    write_folder(tmp_path)
    with pytest.raises(EditRefused, match="would not be right any more") as refused:
        edit_settings(tmp_path, {}, lambda _, text: with_more(_, with_more(_, text)))
    assert [problem.message for problem in refused.value.problems] == [
        "the feed id 'more' is taken",
        "this address is polled already",
    ]
    assert (tmp_path / "vedette.yaml").read_text(encoding="utf-8") == SMALL
    assert list(files(tmp_path)) == ["vedette.yaml"]


def test_an_edit_of_a_folder_that_has_errors_tells_those(tmp_path: Path) -> None:
    write_folder(tmp_path, SMALL + "stoer: x\n")
    with pytest.raises(EditRefused, match=r"has problems already: put them right first\n.*unknown field 'stoer'"):
        edit_settings(tmp_path, {}, with_more)


def test_an_edit_tells_doubts_that_are_new(tmp_path: Path) -> None:
    private = '  - {id: inner, url: "http://10.0.0.1/", publisher: P, language: en}\n'
    saved = edit_settings(
        write_folder(tmp_path, SMALL.replace("console:", "slack:")),
        {},
        lambda _, text: text.replace("subs", f"{private}subs"),
    )
    assert [problem.message for problem in saved.warnings] == ["a private address is not asked"]


def test_a_file_that_changes_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = write_folder(tmp_path) / "vedette.yaml"

    def edit_beside(_: str, text: str) -> str:
        path.write_text(SMALL + "# by hand\n", encoding="utf-8")
        return with_more(_, text)

    with pytest.raises(EditRefused, match="somebody else meanwhile"):
        edit_settings(tmp_path, {}, edit_beside)
    assert path.read_text(encoding="utf-8") == SMALL + "# by hand\n"


def test_a_file_behind_a_link_stays_behind_it(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "desk").mkdir()
    real = write_folder(tmp_path / "real") / "vedette.yaml"
    (tmp_path / "desk" / "vedette.yaml").symlink_to(real)
    edit_settings(tmp_path / "desk", {}, with_more)
    assert (tmp_path / "desk" / "vedette.yaml").is_symlink()
    assert real.read_text(encoding="utf-8") == with_more("", SMALL)


def test_a_byte_order_mark_and_windows_line_breaks_stay(tmp_path: Path) -> None:
    body = b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode()
    write_folder(tmp_path, body)
    edit_settings(tmp_path, {}, with_more)
    assert (tmp_path / "vedette.yaml").read_bytes() == body.replace(b"subscriptions", MORE.encode() + b"subscriptions")


def test_a_folder_without_the_file_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EditRefused, match="vedette init"):
        edit_settings(tmp_path, {}, with_more)
