from collections import Counter

import yaml

from bot.settings.scalars import scalar
from bot.settings.schema import FeedSection
from bot.starter.catalogue import KnownFeed, Standing, read_catalogue
from bot.starter.render import render_feed, render_feeds

MARKED = {"tass-en", "tass-ru", "ria", "rt", "kcna-watch", "ukrinform-en", "united24-media", "kremlin-ru", "uk-mod"}
UNMARKED = {"yonhap-en", "kbs-world-en", "bbc-world", "suspilne", "rferl", "rfa-ko", "meduza-ru", "kommersant"}


def test_the_catalogue_has_each_feed_once_and_enough_good_ones_in_every_language() -> None:
    feeds = read_catalogue()
    assert len({feed.id for feed in feeds}) == len({feed.url for feed in feeds}) == len(feeds)
    good = Counter(feed.language for feed in feeds if feed.status is Standing.GOOD)
    assert {language for language, count in good.items() if count >= 4} == {"en", "ko", "uk", "ru"}


def test_outlets_that_a_state_owns_or_directs_are_marked_and_shielded_ones_are_not() -> None:
    marked = {feed.id for feed in read_catalogue() if feed.state_affiliated}
    assert marked >= MARKED
    assert marked.isdisjoint(UNMARKED)


def test_official_bodies_of_a_state_are_marked() -> None:
    unmarked = {feed.id for feed in read_catalogue() if feed.kind == "official" and not feed.state_affiliated}
    assert unmarked == {"un-peace"}


def test_rendered_feeds_when_read_again_are_the_good_ones_of_the_catalogue() -> None:
    catalogue = read_catalogue()
    listed = yaml.safe_load(f"feeds:\n{render_feeds(catalogue)}")["feeds"]
    read = {feed.id: feed for feed in map(FeedSection.model_validate, listed)}
    good = {feed.id: feed for feed in catalogue if feed.status is Standing.GOOD}
    assert read.keys() == good.keys()
    for id_, feed in good.items():
        fields = ("url", "publisher", "language", "kind", "country", "state_affiliated")
        assert [getattr(read[id_], field) for field in fields] == [getattr(feed, field) for field in fields]


def test_suggestions_when_their_comment_signs_are_taken_off_are_feeds_too() -> None:
    catalogue = read_catalogue()
    text = "\n".join(line.removeprefix("# ") for line in render_feeds(catalogue).splitlines() if "---" not in line)
    listed = yaml.safe_load(f"feeds:\n{text}")["feeds"]
    assert {feed["id"] for feed in listed} == {feed.id for feed in catalogue}


def test_a_note_when_a_feed_is_not_good_begins_with_its_standing() -> None:
    feed = KnownFeed(
        id="a",
        name="A",
        url="https://a.org",
        publisher="A",
        language="en",
        kind="wire",
        status=Standing.FLAKY,
        note="Why.",
    )
    assert "    # Flaky. Why." in render_feed(feed)


def test_scalars_when_awkward_are_read_back_as_the_same_text() -> None:
    awkward = [
        "no",
        "Null",
        "12",
        "a: b",
        "a #b",
        '"',
        "'a",
        "- a",
        "# a",
        " a",
        "조선 일보",
        "*a",
        "@a",
        "a:",
        "1e3",
        "15m",
        "1h30m",
        "~",
    ]
    assert [yaml.safe_load(f"x: {scalar(text)}")["x"] for text in awkward] == awkward
    assert yaml.safe_load(f"x: {scalar(True)}")["x"] is True
