"""What several entries of a document have in common that should tell them apart."""

from datetime import UTC, datetime

import pytest

from adapters.feeds.repeats import find_repeats, write_mark
from rules.model import Entry
from rules.recognition import Sign

NOON = datetime(2024, 12, 16, 12, 0, tzinfo=UTC)
EVENING = datetime(2024, 12, 16, 18, 0, tzinfo=UTC)
PAGE = "https://wire.example/"
Fields = tuple[str | None, str | None, str, datetime | None]


def find(*entries: Fields) -> tuple[Sign, ...]:
    marks = (
        write_mark(Entry(guid, page, page, title, "", "en", published_at))
        for guid, page, title, published_at in entries
    )
    return find_repeats(marks)


@pytest.mark.parametrize(
    ("entries", "repeats"),
    [
        pytest.param([("1", PAGE + "a", "a", NOON), ("2", PAGE + "b", "b", NOON)], (), id="nothing"),
        pytest.param([("x", PAGE + "a", "a", NOON), ("x", PAGE + "b", "b", NOON)], (Sign.GUID,), id="guid, two pages"),
        pytest.param([("x", None, "a", NOON), ("x", None, "b", NOON)], (Sign.GUID,), id="guid, no pages"),
        pytest.param([("x", PAGE, "a", NOON), ("x", PAGE, "b", NOON)], (Sign.GUID,), id="guid, front page"),
        pytest.param([("x", PAGE + "a", "a", NOON)] * 2, (), id="the same entry twice"),
        pytest.param([("x", PAGE + "a", "a", NOON), ("x", PAGE + "a", "b", EVENING)], (), id="an earlier version too"),
        pytest.param([("1", PAGE + "a", "a", NOON), ("2", PAGE + "a", "a", NOON)], (), id="a guid that changed"),
        pytest.param(
            [("x", PAGE + "n", title, NOON) for title in "abc"], (Sign.GUID, Sign.LINK), id="guid and page, all entries"
        ),
        pytest.param([(title, PAGE + "n", title, NOON) for title in "ab"], (Sign.LINK,), id="one page for all"),
        pytest.param([(None, PAGE + "n", title, NOON) for title in "ab"], (Sign.LINK,), id="one page, no guids"),
        pytest.param([(None, PAGE + "n", "a", NOON), (None, PAGE + "n", "a", EVENING)], (), id="one page, one title"),
        pytest.param([(None, PAGE, title, NOON) for title in "abc"], (), id="a front page is no sign"),
        pytest.param([("1", PAGE + "a", "a", NOON), ("2", PAGE + "b", "a", NOON)], (Sign.TITLE,), id="title and date"),
        pytest.param([("1", PAGE + "a", "a", NOON), ("2", PAGE + "b", "a", EVENING)], (), id="title on two dates"),
        pytest.param([("1", None, "a", None), ("2", None, "a", None)], (Sign.TITLE,), id="title, no date and no page"),
        pytest.param([], (), id="no entries"),
    ],
)
def test_repeats_when_entries_share_something_then_the_signs_that_tell_nothing(
    entries: list[Fields], repeats: tuple[Sign, ...]
) -> None:
    assert find(*entries) == repeats
    assert find(*reversed(entries)) == repeats


def test_repeats_when_an_entry_was_left_out_then_its_empty_mark_does_not_count() -> None:
    assert find_repeats(("", "")) == ()
