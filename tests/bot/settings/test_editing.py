"""Edits of `vedette.yaml` as text: what was not meant stays to the letter."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import EditRefused
from bot.settings.editing import NewFeed, add_feeds, move_feed, remove_feed, switch_feed
from bot.starter.writing import starter_files

BLOCK = """\
# the desk
feeds:
  # --- English
  - id: wire   # ours
    # a note of wire
    url: https://wire.example/rss
    publisher: "A wire"
    language: en
    # below wire

  # --- Korean
  - url: https://yonhap.example/rss
    id: yonhap
    publisher: Yonhap
    language: ko

# who is told
subscriptions: []
"""
FLOW = 'feeds: [{id: wire, url: "https://wire.example/rss", publisher: A wire, language: en}]\nstore: x.db\n'
NEW = NewFeed({"id": "new", "url": "https://new.example/rss?a=1", "publisher": "No: 5", "language": "en"}, "Why.\nSo.")


def add(text: str, *feeds: NewFeed) -> str:
    return add_feeds("vedette.yaml", text, feeds)


def remove(text: str, feed: str) -> str:
    return remove_feed("vedette.yaml", text, feed)


def switch(text: str, feed: str, *, enabled: bool) -> str:
    return switch_feed("vedette.yaml", text, feed, enabled=enabled)


def move(text: str, feed: str, url: str) -> str:
    return move_feed("vedette.yaml", text, feed, url=url)


def ids(text: str) -> list[str]:
    return [feed["id"] for feed in yaml.safe_load(text)["feeds"] or ()]


def test_add_when_there_are_feeds_then_it_stands_behind_the_last_of_its_language_and_all_else_is_as_it_was() -> None:
    entry = (
        "\n  - id: new\n    # Why. So.\n    url: https://new.example/rss?a=1\n"
        '    publisher: "No: 5"\n    language: en\n'
    )
    assert add(BLOCK, NEW) == BLOCK.replace("    # below wire\n", f"    # below wire\n{entry}")


def test_add_when_no_feed_has_its_language_then_it_stands_at_the_end() -> None:
    french = NewFeed({**NEW.fields, "language": "fr"})
    assert ids(add(BLOCK, french)) == ["wire", "yonhap", "new"]
    assert add(BLOCK, french).endswith("language: fr\n\n# who is told\nsubscriptions: []\n")


def test_add_when_several_come_then_each_is_there_once_in_their_order() -> None:
    feeds = [NewFeed({**NEW.fields, "id": f"new-{number}", "url": f"https://n.example/{number}"}) for number in (1, 2)]
    assert ids(add(BLOCK, *feeds)) == ["wire", "new-1", "new-2", "yonhap"]
    assert ids(add("", *feeds)) == ["new-1", "new-2"]
    assert add(BLOCK) == BLOCK


@pytest.mark.parametrize(
    ("before", "begin"),
    [
        ("", "feeds:\n  - id: new\n"),
        ("store: x.db", "store: x.db\n\nfeeds:\n  - id: new\n"),
        ("feeds: []  # none yet\nstore: x.db\n", "feeds:  # none yet\n  - id: new\n"),
        ("feeds:\n# to come\nstore: x.db\n", "feeds:\n  - id: new\n"),
        ("feeds: ~\n", "feeds:\n  - id: new\n"),
        ("feeds:", "feeds:\n  - id: new\n"),
    ],
)
def test_add_when_there_is_no_feed_yet_then_the_list_is_begun(before: str, begin: str) -> None:
    after = add(before, NEW)
    assert after.startswith(begin)
    assert ids(after) == ["new"]
    assert all(line in after for line in before.splitlines() if not line.startswith("feeds"))


def test_add_when_the_list_is_in_brackets_then_so_is_the_new_one() -> None:
    assert ids(add(FLOW, NEW)) == ["wire", "new"]
    assert add(FLOW, NEW).startswith(FLOW[: FLOW.index("]")] + ", {id: new, url: ")


def test_add_when_the_file_has_the_line_breaks_of_windows_then_they_stay() -> None:
    after = add(BLOCK.replace("\n", "\r\n"), NEW)
    assert after == add(BLOCK, NEW).replace("\n", "\r\n")


def test_remove_when_feeds_are_set_apart_then_what_stands_around_stays() -> None:
    assert remove(BLOCK, "yonhap") == BLOCK[: BLOCK.index("  - url")] + BLOCK[BLOCK.index("# who") :]
    assert remove(BLOCK, "wire") == BLOCK[: BLOCK.index("  - id: wire")] + BLOCK[BLOCK.index("  # --- Korean") :]


def test_remove_when_all_are_gone_then_the_list_can_be_filled_again() -> None:
    empty = remove(remove(BLOCK, "wire"), "yonhap")
    assert ids(empty) == []
    assert ids(add(empty, NEW)) == ["new"]


@pytest.mark.parametrize("feed", ["a", "b", "c"])
def test_remove_when_the_list_is_in_brackets_then_its_comma_goes_too(feed: str) -> None:
    one = '{{id: {0}, url: "https://{0}.example/", publisher: P, language: en}}'
    text = f"feeds: [{', '.join(map(one.format, 'abc'))}]\n"
    assert ids(remove(text, feed)) == [each for each in "abc" if each != feed]


def test_switch_when_off_and_on_again_then_the_text_is_as_it_was() -> None:
    for text, feed in ((BLOCK, "wire"), (BLOCK, "yonhap"), (FLOW, "wire")):
        off = switch(text, feed, enabled=False)
        assert "enabled: false" in off
        assert switch(off, feed, enabled=True) == text


def test_switch_when_the_word_is_there_already_then_only_it_changes() -> None:
    text = BLOCK.replace("    language: ko\n", "    enabled: false   # for now\n    language: ko\n")
    assert switch(text, "yonhap", enabled=True) == text.replace("enabled: false", "enabled: true")
    assert switch(text, "yonhap", enabled=False) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("feeds: [\n", "has problems"),
        ("feeds: [{id: a}]\n", "the field 'url' is missing"),
    ],
)
def test_edit_when_it_is_not_safe_then_it_is_refused_with_why(text: str, why: str) -> None:
    with pytest.raises(EditRefused, match=why):
        switch(text, "a", enabled=False)


def test_edit_when_others_refer_to_what_goes_then_it_is_refused() -> None:
    text = "feeds: [&one {id: a, url: 'https://a.example/', publisher: A, language: &en en}]\nstore: *en\n"
    with pytest.raises(EditRefused, match="by hand"):
        remove(text, "a")


def test_edit_when_the_whole_file_is_in_braces_then_it_is_refused() -> None:
    with pytest.raises(EditRefused, match="by hand"):
        add("{store: x.db}\n", NEW)


def test_edit_when_there_is_no_such_feed_then_it_says_what_lists_them() -> None:
    with pytest.raises(EditRefused, match="has no feed 'nowhere': `vedette feeds list`"):
        remove(BLOCK, "nowhere")


STARTER = starter_files()["vedette.yaml"]
STARTED = ids(STARTER)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(STARTED), st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_edits_of_the_starter_file_when_undone_leave_it_as_it_was(feed: str, publisher: str) -> None:
    more = NewFeed({"id": "new", "url": "https://new.example/", "publisher": publisher, "language": "en"})
    assert switch(switch(STARTER, feed, enabled=False), feed, enabled=True) == STARTER
    assert remove(add(STARTER, more), "new") == STARTER
    assert ids(remove(STARTER, feed)) == [each for each in STARTED if each != feed]


@pytest.mark.parametrize("mark", ["", "'", '"'])
@pytest.mark.parametrize(
    "url", ["https://new.example/rss", "https://new.example/r?a=1&b=%C3%A9#top", "http://n.example/'"]
)
def test_move_when_an_address_is_written_then_it_is_read_back_in_its_place(mark: str, url: str) -> None:
    old = f"url: {mark}https://wire.example/rss{mark}   # since 2020"
    before = BLOCK.replace("url: https://wire.example/rss", old)
    moved = move(before, "wire", url)
    assert yaml.safe_load(moved)["feeds"][0]["url"] == url
    assert [line for line in moved.splitlines() if "since 2020" not in line] == [
        line for line in before.splitlines() if "since 2020" not in line
    ]
    assert move(moved, "wire", "https://wire.example/rss").replace('"', mark) in (before, before.replace('"', mark))


def test_move_when_a_feed_stands_in_braces_then_only_its_address_changes() -> None:
    moved = move(FLOW, "wire", "https://new.example/rss?a=1")
    assert moved == FLOW.replace("https://wire.example/rss", "https://new.example/rss?a=1")


def test_move_when_others_use_the_address_as_an_anchor_then_refused() -> None:
    text = "feeds:\n  - {id: a, url: &u https://a.example/, publisher: A, language: en}\nconsole: {transcript: *u}\n"
    with pytest.raises(EditRefused):
        move(text, "a", "https://b.example/")
