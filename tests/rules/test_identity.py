"""Identity of versions and stories."""

import pytest

from rules import content_hash, read_wording, story_keys


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
