"""Identity of items, versions and stories."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rules import Entry, FeedId, content_hash, item_id, read_wording, story_keys

FEED = FeedId("wire")
ENTRY = Entry(
    "g-1", "https://a.example/1?utm=x", "https://a.example/1", "Six dead", "", "en", datetime(2025, 1, 2, tzinfo=UTC)
)


def test_item_id_when_a_guid_is_there_then_it_alone_decides() -> None:
    edited = replace(ENTRY, title="Seven dead", canonical_link="https://a.example/2", published_at=None)
    assert item_id(FEED, ENTRY) == item_id(FEED, edited)
    assert item_id(FEED, ENTRY) != item_id(FEED, replace(ENTRY, guid="g-2"))
    assert item_id(FEED, ENTRY) != item_id(FeedId("other"), ENTRY)


@pytest.mark.parametrize("guid", [None, "", "  "])
def test_item_id_when_the_guid_is_missing_then_the_canonical_link_decides(guid: str | None) -> None:
    entry = replace(ENTRY, guid=guid)
    assert item_id(FEED, entry) == item_id(FEED, replace(entry, title="Seven dead", link="https://a.example/1"))
    assert item_id(FEED, entry) != item_id(FEED, replace(entry, canonical_link="https://a.example/2"))


@pytest.mark.parametrize("link", [None, "https://a.example/", "https://a.example"])
def test_item_id_when_there_is_no_link_to_a_page_then_title_and_date_decide(link: str | None) -> None:
    entry = replace(ENTRY, guid=None, link=link, canonical_link=link)
    assert item_id(FEED, entry) == item_id(FEED, replace(entry, title="SIX  dead", text="more"))
    assert item_id(FEED, entry) != item_id(FEED, replace(entry, title="Seven dead"))
    assert item_id(FEED, entry) != item_id(FEED, replace(entry, published_at=None))


def test_item_id_when_kinds_of_identity_share_a_value_then_they_differ() -> None:
    by_guid = replace(ENTRY, guid="https://a.example/1")
    assert item_id(FEED, by_guid) != item_id(FEED, replace(ENTRY, guid=None))


def test_content_hash_when_only_spelling_differs_then_is_equal() -> None:
    assert _hash("Kim’s  Army", "북한") == _hash("kim's army", "\u1107\u116e\u11a8\u1112\u1161\u11ab")
    assert _hash("killed 5", "") != _hash("killed 12", "")
    assert _hash("ab", "c") != _hash("a", "bc")


def _hash(title: str, text: str) -> str:
    return content_hash(read_wording(title, text))


def _keys(title: str, text: str = "", link: str | None = None) -> tuple[str, ...]:
    return story_keys(link, read_wording(title, text))


def test_story_keys_when_a_story_is_reprinted_then_the_text_key_is_shared() -> None:
    wire = _keys("Kyiv says 600 soldiers fell", "The ministry said so on Monday.")
    reprint = _keys("Kyiv says 600 soldiers fell", "The ministry said so, on Monday…", "https://b.example/9")
    assert set(wire) & set(reprint)


def test_story_keys_when_a_number_differs_then_nothing_is_shared() -> None:
    assert not set(_keys("Kyiv says 600 soldiers fell near Kursk")) & set(
        _keys("Kyiv says 700 soldiers fell near Kursk")
    )


def test_story_keys_when_links_are_equal_then_the_link_key_is_shared() -> None:
    first = _keys("One title", "", "https://b.example/9")
    assert set(first) & set(_keys("Another", "Other text", "https://b.example/9"))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        pytest.param("Live updates", "", id="generic title"),
        pytest.param("Live updates: the latest news on the war in Ukraine", "", id="long generic title"),
        pytest.param("Live updates", "Follow our live coverage of the war here.", id="generic text"),
        pytest.param("Ukraine war briefing", "Read more", id="short"),
        pytest.param("오늘의 주요 뉴스", "", id="Korean"),
        pytest.param("", "", id="empty"),
    ],
)
def test_story_keys_when_the_text_tells_nothing_then_there_is_no_text_key(title: str, text: str) -> None:
    assert _keys(title, text) == ()


@pytest.mark.parametrize(
    "title",
    [
        "North Korea sends more troops to Kursk",
        "북한군 쿠르스크서 백명 사망 확인",
        "Загинули шість військових під Курськом",
    ],
)
def test_story_keys_when_a_title_alone_tells_enough_then_it_is_a_key(title: str) -> None:
    assert [key.split(":")[0] for key in _keys(title)] == ["text"]


def test_story_keys_when_the_link_is_a_front_page_then_it_is_no_key() -> None:
    assert _keys("Live", "", "https://b.example/") == ()
    assert len(_keys("Live", "", "https://b.example/?id=5")) == 1
