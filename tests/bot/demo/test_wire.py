from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from pydantic import ValidationError

from bot.demo.wire import NEWEST, Wire, load_wire

TAGS = {
    "backlog", "battle-report", "captured", "correction", "denial", "developing", "disagree", "edit", "entities",
    "first-report", "hostile-markup", "html", "noise-casualty", "noise-drill", "noise-election", "noise-korean-war",
    "noise-losses", "noise-missile", "noise-sport", "noise-trade", "noise-weather", "noise-workers", "plan",
    "relative-link", "reprint", "strike", "undated", "unconfirmed", "wording",
}  # fmt: skip
START = datetime(2024, 10, 4, tzinfo=UTC)
EXPECT = {"dprk_troops": False, "casualties": False, "alert": "none"}


@pytest.fixture(scope="module")
def wire() -> Wire:
    return load_wire()


def write_item(name: str, hours: int = 1, **fields: Any) -> dict[str, Any]:
    words = {} if "reprint_of" in fields else {"title": f"Title of {name}", "text": f"Text of {name}"}
    at = START + timedelta(hours=hours)
    return {"id": name, "feed": "desk", "at": at, "tags": ["plain"], "expect": EXPECT, **words, **fields}


def write_wire(*items: dict[str, Any]) -> dict[str, Any]:
    outlet = {"id": "desk", "publisher": "Desk", "domain": "desk.example", "language": "en", "kind": "wire"}
    return {"start": START, "feeds": [{**outlet, "country": "GB", "format": "rss", "about": "A."}], "items": items}


def test_shipped_wire_when_counted_then_it_is_as_large_and_as_mixed_as_promised(wire: Wire) -> None:
    languages = Counter(outlet.language for item in wire.items if (outlet := wire.outlet(item.feed)))

    assert 50 <= len(wire.items) <= 60
    assert {language for language, count in languages.items() if count >= 10} == {"en", "ko", "uk", "ru"}
    assert 6 <= len(wire.feeds) <= 8
    assert {outlet.format for outlet in wire.feeds} == {"rss", "atom"}


def test_shipped_wire_when_its_tags_are_collected_then_every_kind_of_wire_copy_is_there(wire: Wire) -> None:
    tags = {tag for item in wire.items for version in wire.versions(item) for tag in version.tags}

    assert tags >= TAGS


def test_shipped_wire_when_read_then_it_runs_from_october_2024_to_early_2026(wire: Wire) -> None:
    assert all(earlier < later for earlier, later in pairwise(wire.moments))
    assert wire.moments[0] == wire.start
    assert (wire.moments[1].year, wire.moments[1].month) == (2024, 10)
    assert wire.moments[-1].year == 2026


def test_shipped_wire_when_it_starts_then_every_feed_has_an_item_and_none_is_flagged(wire: Wire) -> None:
    for outlet in wire.feeds:
        backlog = wire.due(outlet.id, wire.start)
        assert backlog, outlet.id
        assert all("backlog" in version.tags and version.expect.alert == "none" for _, version in backlog)


def test_shipped_wire_when_an_alert_is_expected_then_some_rule_flags_the_version(wire: Wire) -> None:
    for item in wire.items:
        for version in wire.versions(item):
            flagged = version.expect.dprk_troops or version.expect.casualties
            assert flagged or version.expect.alert == "none", item.id


def test_shipped_wire_when_an_item_is_noise_then_nothing_flags_it(wire: Wire) -> None:
    noise = [item for item in wire.items if any(tag.startswith("noise") for tag in item.tags)]

    assert len(noise) >= 15
    assert not [item.id for item in noise if item.expect.dprk_troops or item.expect.casualties]


def test_versions_when_an_item_is_a_reprint_then_it_carries_the_words_of_the_original(wire: Wire) -> None:
    reprints = [item for item in wire.items if item.reprint_of]

    assert {item.link for item in reprints} == {"own", "original"}
    for item in reprints:
        original = wire.original(item)
        assert original.feed != item.feed
        assert (wire.versions(item)[0].title, wire.versions(item)[0].text) == (original.title, original.text)


def test_versions_when_an_item_is_edited_then_each_version_says_something_else(wire: Wire) -> None:
    edited = [wire.versions(item) for item in wire.items if item.versions]

    assert len(edited) >= 5
    assert all(before.text != after.text for versions in edited for before, after in pairwise(versions))


def test_due_when_an_edit_is_published_then_the_new_version_stands_from_that_moment() -> None:
    edit = {"at": START + timedelta(hours=5), "text": "Now four.", "tags": ["edit"], "expect": EXPECT}
    wire = Wire.model_validate(write_wire(write_item("toll", versions=[edit])))

    def text_at(minutes: int) -> list[str]:
        return [version.text for _, version in wire.due("desk", START + timedelta(minutes=minutes))]

    assert text_at(59) == []
    assert text_at(60) == text_at(299) == ["Text of toll"]
    assert text_at(300) == ["Now four."]
    assert wire.due("desk", START + timedelta(hours=5))[0][1].title == "Title of toll"
    assert wire.changed_at("desk", START + timedelta(hours=9)) == START + timedelta(hours=5)


def test_due_when_a_feed_has_many_items_then_the_newest_are_shown_first_and_old_ones_drop_out() -> None:
    count = NEWEST + 5
    wire = Wire.model_validate(write_wire(*(write_item(f"n{hours}", hours) for hours in range(1, count + 1))))

    shown = [item.id for item, _ in wire.due("desk", START + timedelta(days=9))]

    assert shown == [f"n{hours}" for hours in range(count, count - NEWEST, -1)]


@pytest.mark.parametrize(
    ("items", "complaint"),
    [
        pytest.param([write_item("a"), write_item("a", 2)], "given twice", id="same id"),
        pytest.param([write_item("a", feed="other")], "no feed 'other'", id="unknown feed"),
        pytest.param([write_item("a", 2), write_item("b", 1)], "in order of publication", id="out of order"),
        pytest.param([write_item("a", title=None)], "either title and text, or reprint_of", id="half the words"),
        pytest.param([write_item("a", reprint_of="b")], "no earlier item", id="reprint of nothing"),
        pytest.param([write_item("a", reprint_of="a")], "no earlier item", id="reprint of itself"),
        pytest.param(
            [write_item("a"), write_item("b", 2, reprint_of="a"), write_item("c", 3, reprint_of="b")],
            "no earlier item with words of its own",
            id="reprint of a reprint",
        ),
        pytest.param([write_item("a", link="original")], "needs reprint_of", id="link to no original"),
        pytest.param([write_item("a", tags=[])], "tags", id="no tags"),
        pytest.param([write_item("a", colour="red")], "colour", id="unknown field"),
        pytest.param(
            [write_item("a"), write_item("b", at=START + timedelta(minutes=61))], "nearer than", id="too near"
        ),
        pytest.param(
            [write_item("a", versions=[{"at": START, "text": "x", "tags": ["edit"], "expect": EXPECT}])],
            "later than the one before",
            id="edit before publication",
        ),
    ],
)
def test_wire_when_it_contradicts_itself_then_it_is_refused(items: list[dict[str, Any]], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Wire.model_validate(write_wire(*items))


def test_moments_when_two_items_are_published_at_once_then_they_are_one_moment() -> None:
    wire = Wire.model_validate(write_wire(write_item("a"), write_item("b")))

    assert wire.moments == (START, START + timedelta(hours=1))
