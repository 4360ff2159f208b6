"""What an entry is known by, and when a shared name means one item."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rules import (
    DateDoubt,
    Entry,
    FeedId,
    Item,
    Likeness,
    Sign,
    Source,
    content_hash,
    item_id,
    read_signs,
    read_wording,
)

FEED = FeedId("wire")
NOON = datetime(2025, 1, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
PAGE = "https://a.example/1"
ENTRY = Entry(
    "g-1", f"{PAGE}?utm=x", PAGE, "Six dead in a strike on the mill", "The roof fell on the night shift.", "en", NOON
)
OTHER = replace(ENTRY, title="Grain exports rise again", text="Better weather helped.", published_at=LATER)


def name(entry: Entry, sign: Sign, repeats: Collection[Sign] = (), feed: FeedId = FEED) -> str | None:
    return read_signs(feed, entry, read_wording(entry.title, entry.text), repeats).get(sign)


def compare(before: Entry, after: Entry, *, repeats: Collection[Sign] = ()) -> Likeness:
    wording = read_wording(after.title, after.text)
    return Likeness(make_item(before), make_item(after), read_signs(FEED, after, wording, repeats), repeats)


def make_item(entry: Entry) -> Item:
    return Item(
        id=item_id(FEED, entry),
        version=1,
        source=Source(FEED, "A wire", "en", "wire"),
        link=entry.link,
        canonical_link=entry.canonical_link,
        title=entry.title,
        text=entry.text,
        language="en",
        published_at=entry.published_at,
        date_doubt=DateDoubt.NONE,
        seen_at=LATER,
        content_hash=content_hash(read_wording(entry.title, entry.text)),
    )


def test_names_when_read_then_the_surest_sign_comes_first_and_is_the_id() -> None:
    signs = read_signs(FEED, ENTRY, read_wording(ENTRY.title, ENTRY.text))
    assert list(signs) == list(Sign)
    assert item_id(FEED, ENTRY) == signs[Sign.GUID]
    assert len(set(signs.values())) == len(Sign)
    assert {len(each) for each in signs.values()} == {20}


def test_names_when_of_one_feed_then_they_stand_side_by_side_and_apart_from_those_of_another() -> None:
    mine = {name(ENTRY, sign) or "" for sign in Sign}
    theirs = {name(ENTRY, sign, feed=FeedId("other")) or "" for sign in Sign}
    assert [len({each[:4] for each in names}) for names in (mine, theirs)] == [1, 1]
    assert not mine & theirs


@pytest.mark.parametrize("guid", [None, "", "  "])
def test_id_when_the_guid_is_missing_then_the_canonical_link_decides(guid: str | None) -> None:
    entry = replace(ENTRY, guid=guid)
    assert item_id(FEED, entry) == item_id(FEED, replace(entry, title="Seven dead", link=PAGE, published_at=None))
    assert item_id(FEED, entry) != item_id(FEED, replace(entry, canonical_link="https://a.example/2"))


@pytest.mark.parametrize("link", [None, "https://a.example/", "https://a.example"])
def test_id_when_there_is_no_link_to_a_page_then_title_and_date_decide(link: str | None) -> None:
    entry = replace(ENTRY, guid=None, link=link, canonical_link=link)
    assert item_id(FEED, entry) == item_id(FEED, replace(entry, title="SIX dead  in a strike on the mill", text="more"))
    assert item_id(FEED, entry) != item_id(FEED, replace(entry, title="Seven dead"))
    assert item_id(FEED, entry) != item_id(FEED, replace(entry, published_at=None))


def test_id_when_a_sign_repeats_then_the_next_one_decides() -> None:
    assert item_id(FEED, ENTRY, {Sign.GUID}) == item_id(FEED, replace(ENTRY, guid=None))
    bare = replace(ENTRY, guid=None, link=None, canonical_link=None)
    assert item_id(FEED, ENTRY, {Sign.GUID, Sign.LINK}) == item_id(FEED, bare)
    assert item_id(FEED, bare, set(Sign)) != item_id(FEED, replace(bare, text="Another text."), set(Sign))


def test_names_when_kinds_share_a_value_then_they_differ() -> None:
    assert name(replace(ENTRY, guid=PAGE), Sign.GUID) != name(ENTRY, Sign.LINK)


MOVED = "https://a.example/2"
GUIDS = [
    pytest.param(replace(OTHER, guid="g-1"), True, id="same page, all else new"),
    pytest.param(replace(ENTRY, link=MOVED, canonical_link=MOVED), True, id="other page, same words and date"),
    pytest.param(
        replace(ENTRY, link=MOVED, canonical_link=MOVED, published_at=LATER), True, id="other page and date, same words"
    ),
    pytest.param(
        replace(OTHER, link=MOVED, canonical_link=MOVED, published_at=NOON), True, id="other page and words, same date"
    ),
    pytest.param(replace(OTHER, link=MOVED, canonical_link=MOVED), False, id="other page, words and date"),
    pytest.param(
        replace(OTHER, link=MOVED, canonical_link=MOVED, published_at=None), False, id="other page and words, no date"
    ),
    pytest.param(replace(OTHER, link=None, canonical_link=None), False, id="no page, other words and date"),
    pytest.param(replace(OTHER, link=None, canonical_link=None, published_at=None), True, id="nothing speaks against"),
]


@pytest.mark.parametrize(("after", "one"), GUIDS)
def test_guid_when_shared_then_one_article_unless_page_date_and_words_are_others(after: Entry, one: bool) -> None:
    assert compare(ENTRY, after).is_one_article(Sign.GUID) is one


def test_guid_when_pages_tell_nothing_in_the_feed_then_an_equal_one_does_not_count() -> None:
    assert compare(ENTRY, OTHER, repeats={Sign.LINK}).is_one_article(Sign.GUID) is False


LINKS = [
    pytest.param(replace(ENTRY, guid="g-2", published_at=LATER), True, id="another guid, same words"),
    pytest.param(replace(OTHER, guid="g-2", published_at=NOON), True, id="another guid, same date"),
    pytest.param(replace(OTHER, guid="g-2"), False, id="another guid, words and date"),
    pytest.param(replace(OTHER, guid="g-2", published_at=None), False, id="another guid and words, no date"),
    pytest.param(replace(OTHER, guid=None), False, id="no guid, other words and date"),
    pytest.param(replace(OTHER, guid=None, published_at=None), True, id="no guid, nothing speaks against"),
]


@pytest.mark.parametrize(("after", "one"), LINKS)
def test_link_when_shared_then_one_article_unless_the_words_and_guid_or_date_are_others(
    after: Entry, one: bool
) -> None:
    assert compare(ENTRY, after).is_one_article(Sign.LINK) is one


BRIEF = replace(ENTRY, title="Live updates", text="")
REPORTS = [
    pytest.param(
        ENTRY,
        replace(ENTRY, guid="g-2", link=MOVED, canonical_link=MOVED, text="Rewritten."),
        True,
        True,
        id="same date",
    ),
    pytest.param(
        ENTRY,
        replace(ENTRY, guid="g-2", link=MOVED, canonical_link=MOVED, published_at=LATER),
        True,
        True,
        id="word for word",
    ),
    pytest.param(
        ENTRY,
        replace(ENTRY, guid="g-2", link=MOVED, canonical_link=MOVED, published_at=None),
        True,
        True,
        id="word for word, no date",
    ),
    pytest.param(
        ENTRY,
        replace(ENTRY, guid="g-2", link=MOVED, canonical_link=MOVED, published_at=LATER, text="Other."),
        False,
        False,
        id="other text and date",
    ),
    pytest.param(
        BRIEF, replace(BRIEF, guid="g-2", link=MOVED, canonical_link=MOVED), True, True, id="generic words, same date"
    ),
    pytest.param(
        BRIEF,
        replace(BRIEF, guid="g-2", link=MOVED, canonical_link=MOVED, published_at=LATER),
        True,
        False,
        id="generic words, other date",
    ),
]


@pytest.mark.parametrize(("before", "after", "one", "surely"), REPORTS)
def test_headline_when_shared_then_one_report_by_date_or_word_for_word(
    before: Entry, after: Entry, one: bool, surely: bool
) -> None:
    likeness = compare(before, after)
    assert likeness.is_one_article(Sign.HEADLINE) is False
    assert likeness.is_one_report() is one
    assert likeness.is_surely_one_report(read_wording(after.title, after.text)) is surely


def test_headline_when_titles_repeat_on_one_date_in_the_feed_then_the_date_does_not_count() -> None:
    likeness = compare(
        ENTRY, replace(ENTRY, guid="g-2", link=MOVED, canonical_link=MOVED, text="Rewritten."), repeats={Sign.TITLE}
    )
    assert likeness.is_one_report() is False


@pytest.mark.parametrize(
    ("before", "after", "alike"),
    [
        (
            "Strike on barracks kills 12 At least 12 soldiers were killed",
            "Toll of barracks strike is 19 At least 19 soldiers were killed",
            True,
        ),
        (
            "NATO Chief: North Korean troops sent to the Kursk region The alliance confirmed it for the first time",
            "Thirty North Korean troops killed in Kursk, Ukraine says Intelligence named three villages where it happened",
            False,
        ),
        ("북한군 쿠르스크서 백명 사망", "북한군 쿠르스크서 삼백명 사망 확인", True),
        ("Live updates", "Live updates", False),
    ],
)
def test_words_when_compared_then_versions_are_alike_and_reports_on_one_subject_are_not(
    before: str, after: str, alike: bool
) -> None:
    first = replace(ENTRY, title=before, text="")
    second = replace(ENTRY, guid="g-2", link=MOVED, canonical_link=MOVED, title=after, text="", published_at=LATER)
    assert compare(first, second).is_one_article(Sign.LINK) is alike
