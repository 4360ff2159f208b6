from datetime import datetime
from xml.etree import ElementTree

import feedparser
import pytest

from bot.demo.documents import link_of, render_article, render_feed, render_index, to_html, to_paragraphs
from bot.demo.wire import Expectation, Outlet, Wire, WireItem, load_wire

BASE = "http://127.0.0.1:4321"
WIRE = load_wire()
HOSTILE = "</title><script>alert(1)</script> & \"quotes\" 'all' <b>"
FORMATS = [pytest.param("rss", id="rss"), pytest.param("atom", id="atom")]


def make_hostile_wire(form: str, *, dated: bool = True) -> Wire:
    outlet = Outlet.model_validate(
        {**WIRE.feeds[0].model_dump(), "id": "desk", "publisher": HOSTILE, "about": HOSTILE, "format": form}
    )
    expect = Expectation(dprk_troops=False, casualties=False, alert="none")
    item = WireItem.model_validate(
        {"id": "one", "feed": "desk", "at": WIRE.start, "title": HOSTILE, "text": "<p>1 &lt; 2</p>", "tags": ("a",)}
        | {"expect": expect, "dated": dated}
    )
    return Wire(start=WIRE.start, feeds=(outlet,), items=(item,))


def find(name: str) -> WireItem:
    return next(item for item in WIRE.items if item.id == name)


@pytest.mark.parametrize("outlet", WIRE.feeds, ids=lambda outlet: outlet.id)
def test_render_feed_when_parsed_at_any_moment_then_it_holds_what_is_due(outlet: Outlet) -> None:
    for now in WIRE.moments:
        parsed = feedparser.parse(render_feed(WIRE, outlet, BASE, now))
        due = WIRE.due(outlet.id, now)
        assert not parsed.bozo
        assert parsed.version == {"rss": "rss20", "atom": "atom10"}[outlet.format]
        assert [entry.title for entry in parsed.entries] == [version.title for _, version in due]
        assert len({entry.id for entry in parsed.entries}) == len(due)


@pytest.mark.parametrize("outlet", WIRE.feeds, ids=lambda outlet: outlet.id)
def test_render_feed_when_parsed_then_dates_are_those_of_publication(outlet: Outlet) -> None:
    now = WIRE.moments[-1]
    entries = feedparser.parse(render_feed(WIRE, outlet, BASE, now)).entries

    for entry, (item, _) in zip(entries, WIRE.due(outlet.id, now), strict=True):
        expected = item.at.utctimetuple()[:6] if item.dated else None
        assert (entry.published_parsed[:6] if "published_parsed" in entry else None) == expected


@pytest.mark.parametrize("form", FORMATS)
def test_render_feed_when_words_hold_markup_then_titles_and_texts_come_back_unharmed(form: str) -> None:
    wire = make_hostile_wire(form)

    root = ElementTree.fromstring(render_feed(wire, wire.feeds[0], BASE, wire.start))

    texts = [element.text for element in root.iter()]
    assert texts.count(HOSTILE) == 3 if form == "rss" else texts.count(HOSTILE) == 4
    assert "<p>1 &lt; 2</p>" in texts


@pytest.mark.parametrize("form", FORMATS)
def test_render_feed_when_an_item_is_undated_then_its_entry_states_no_date(form: str) -> None:
    wire = make_hostile_wire(form, dated=False)

    (entry,) = feedparser.parse(render_feed(wire, wire.feeds[0], BASE, wire.start)).entries

    assert not {"published", "updated"} & set(entry)


def test_link_of_when_a_reprint_points_to_the_original_then_only_tracking_differs() -> None:
    reprint = find("kirby-dozens-northern")

    link, original = link_of(WIRE, reprint, BASE), link_of(WIRE, find("kirby-dozens"), BASE)

    page, _, tracking = link.partition("?")
    assert page == original
    assert tracking.startswith("utm_source=northern-desk&")
    assert "fbclid=" in tracking


def test_link_of_when_items_are_their_own_then_no_two_share_a_link() -> None:
    links = [link_of(WIRE, item, BASE) for item in WIRE.items]

    assert len(set(links)) == len(links)


def test_link_of_when_it_is_relative_then_it_names_no_host() -> None:
    assert link_of(WIRE, find("shoigu-6000"), BASE) == "/articles/vostok/shoigu-6000"


def test_render_article_when_an_item_carries_scripts_then_the_page_shows_words_alone() -> None:
    item = find("western-4000")
    outlet = WIRE.outlet(item.feed)
    assert outlet is not None

    page = render_article(outlet, item, WIRE.versions(item)[0])

    assert "Sample page" in page
    assert "4,000 North Korean soldiers" in page
    assert "roughly 11,000 sent &amp; equipped" in page
    assert "<script" not in page
    assert "never run" not in page
    assert "<img" not in page


def test_render_article_when_words_hold_markup_then_it_is_escaped() -> None:
    wire = make_hostile_wire("rss")

    page = render_article(wire.feeds[0], wire.items[0], wire.versions(wire.items[0])[0])

    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<p>1 &lt; 2</p>" in page


def test_render_article_when_an_item_was_edited_then_the_page_says_when() -> None:
    item = find("sumy-strike")
    outlet = WIRE.outlet(item.feed)
    assert outlet is not None
    first, second = WIRE.versions(item)

    assert "edited" not in render_article(outlet, item, first)
    assert f"edited {datetime(2024, 11, 18, 5, 30):%Y-%m-%d %H:%M} UTC" in render_article(outlet, item, second)  # noqa: DTZ001


def test_render_index_when_publishers_hold_markup_then_it_is_escaped() -> None:
    page = render_index(make_hostile_wire("rss").feeds)

    assert "<script" not in page
    assert 'href="/feeds/desk.xml"' in page


def test_to_html_when_blank_lines_part_the_text_then_paragraphs_are_marked() -> None:
    assert to_html("one\ntwo\n\nthree\n") == "<p>one\ntwo</p>\n<p>three</p>"
    assert to_html("only one\n") == "only one"


def test_to_paragraphs_when_a_text_has_several_then_each_is_given_in_one_line() -> None:
    assert to_paragraphs("one\ntwo\n\nthree &amp; four") == ("one two", "three & four")
    assert to_paragraphs("only &laquo;one&raquo;") == ("only «one»",)


def test_to_paragraphs_when_a_text_without_paragraphs_holds_a_script_then_only_words_are_left() -> None:
    assert to_paragraphs("words <script>steal()</script> alone <style>p {}</style>") == ("words alone",)
