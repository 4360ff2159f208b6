"""Replay: what the rules in force would post of items from the past."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ReplayInputInvalid
from bot.replay import read_json_lines
from bot.settings.load import shipped_settings
from bot.settings.model import Settings
from bot.wiring import read_replay_file, replay_items
from rules.model import DateDoubt, RuleFile
from tests.rss import Piece, write_rss

RULES = """
version: 1
rules:
  - id: losses
    title: Losses
    severity: high
    when: {any: ["killed", "wounded"]}
    tests: [{text: "Two were killed.", match: true}]
"""


def make_settings() -> Settings:
    return replace(shipped_settings(), rule_files=(RuleFile("losses.yaml", RULES),))


def write_lines(*items: dict[str, str]) -> str:
    return "\n".join(json.dumps(item) for item in items)


async def test_items_are_replayed_in_order_of_publication_and_reprints_are_told_once() -> None:
    later = {"title": "Nine soldiers were wounded in the evening", "published": "2025-01-02", "publisher": "A"}
    first = {"title": "Five soldiers were killed at the crossing", "published": "2025-01-01", "publisher": "A"}
    reprint = {**first, "publisher": "B", "published": "2025-01-03"}
    noise = {"title": "Grain exports rise again this month", "published": "2025-01-01", "publisher": "A"}
    output = io.StringIO()
    items = read_json_lines("x.jsonl", write_lines(later, reprint, noise, first))
    report = await replay_items(make_settings(), items, output)
    assert (report.items, report.matched, report.alerts, report.deliveries) == (4, 3, 2, 2)
    text = output.getvalue()
    assert text.index(first["title"]) < text.index(later["title"])
    assert noise["title"] not in text


async def test_an_item_that_comes_again_with_another_toll_is_told_as_an_update() -> None:
    first = {"id": "1", "title": "Blast at a depot", "text": "Five were killed.", "published": "2025-01-01"}
    edited = {**first, "text": "Eight were killed.", "published": "2025-01-02"}
    report = await replay_items(make_settings(), read_json_lines("x", write_lines(first, edited)), io.StringIO())
    assert (report.items, report.alerts) == (2, 2)


def test_a_saved_feed_is_read_as_the_feed_of_its_name(tmp_path: Path) -> None:
    path = tmp_path / "wire.xml"
    path.write_bytes(write_rss([Piece("a", "Five were killed")]))
    (item,) = read_replay_file(path, ())
    assert (item.title, item.source.feed) == ("Five were killed", "wire")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("{", r"x.jsonl:2: not JSON", id="torn line"),
        pytest.param("[1]", r"x.jsonl:2: not an item", id="no object"),
        pytest.param('{"title": "a", "published": "soon"}', r"x.jsonl:2: published is no ISO date", id="bad date"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, message: str) -> None:
    with pytest.raises(ReplayInputInvalid, match=message):
        read_json_lines("x.jsonl", '{"title": "fine"}\n' + line)


def test_a_file_that_cannot_be_opened_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ReplayInputInvalid, match="cannot be read"):
        read_replay_file(tmp_path / "missing.jsonl", ())


def test_a_date_without_a_zone_is_taken_as_utc_and_a_missing_one_is_doubtful() -> None:
    dated, undated = read_json_lines("x", write_lines({"title": "a", "published": "2025-01-01T10:00"}, {"title": "b"}))
    assert dated.published_at is not None
    assert dated.published_at.isoformat() == "2025-01-01T10:00:00+00:00"
    assert undated.date_doubt is DateDoubt.MISSING


async def test_an_item_that_was_edited_while_it_was_stored_is_replayed_as_it_now_stands() -> None:
    (item,) = read_json_lines(
        "x", write_lines({"title": "Five were killed at the crossing", "published": "2025-01-01"})
    )
    report = await replay_items(make_settings(), [replace(item, version=4)], io.StringIO())
    assert (report.items, report.alerts) == (1, 1)


def test_a_line_separator_within_a_text_and_a_byte_order_mark_are_no_line_ends() -> None:
    (item,) = read_json_lines("x", '\ufeff{"title": "one\u2028two", "text": "three\u0085four"}')
    assert "two" in item.title


def test_a_json_array_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "items.json"
    path.write_text('[{"title": "a"}]', encoding="utf-8")
    with pytest.raises(ReplayInputInvalid, match="one object a line"):
        read_replay_file(path, ())
