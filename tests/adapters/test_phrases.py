"""Facts of a summary are said in the same words everywhere."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adapters.phrases import age, change, duration, meta, origin
from rules.model import DateDoubt
from tests.items import NOW, make_item, make_summary

SUMMARY = make_summary()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (47 * 3600, "47 h ago"),
        (48 * 3600, "2 d ago"),
        (59 * 86400, "59 d ago"),
        (61 * 86400, "2 months ago"),
        (800 * 86400, "2 years ago"),
        (-59, "just now"),
        (-7200, "2 h ahead"),
    ],
)
def test_age_when_time_has_passed_then_it_is_said_in_one_unit(seconds: int, words: str) -> None:
    assert age(NOW - timedelta(seconds=seconds), NOW) == words


def test_duration_when_as_long_as_time_itself_then_it_can_be_said() -> None:
    assert duration(timedelta.max) == "2737907 years"


@pytest.mark.parametrize(
    ("country", "state", "words"),
    [
        ("KR", True, "Han River Wire (KR, state-affiliated)"),
        ("KR", False, "Han River Wire (KR)"),
        ("", True, "Han River Wire (state-affiliated)"),
        ("", False, "Han River Wire"),
    ],
)
def test_origin_when_facts_are_known_then_they_follow_the_name(country: str, state: bool, words: str) -> None:
    assert origin(replace(SUMMARY, country=country, state_affiliated=state)) == words


@pytest.mark.parametrize(
    ("added", "removed", "words"),
    [
        (("2,000",), ("600",), "now: 2,000 — before: 600"),
        (("2,000", "3"), (), "now: 2,000, 3"),
        ((), ("600",), "before: 600"),
        ((), (), ""),
    ],
)
def test_change_when_numbers_differ_then_both_sides_are_said(
    added: tuple[str, ...], removed: tuple[str, ...], words: str
) -> None:
    assert change(replace(SUMMARY, added=added, removed=removed)) == words


@pytest.mark.parametrize(
    ("doubt", "published_at", "words"),
    [
        (DateDoubt.NONE, NOW, "just now · en · 2025-09-02 09:24 UTC"),
        (DateDoubt.NO_ZONE, NOW, "just now · en · 2025-09-02 09:24 UTC · time zone not given, taken as UTC"),
        (DateDoubt.MISSING, None, "no date given, seen 1 h ago · en · 2025-09-02 08:24 UTC"),
        (DateDoubt.UNREADABLE, None, "date unreadable, seen 1 h ago · en · 2025-09-02 08:24 UTC"),
        (
            DateDoubt.FUTURE,
            NOW + timedelta(days=3),
            "3 d ahead · en · 2025-09-05 09:24 UTC · dated in the future, seen 1 h ago",
        ),
    ],
)
def test_meta_when_the_date_is_doubtful_then_the_doubt_is_said(
    doubt: DateDoubt, published_at: datetime | None, words: str
) -> None:
    item = make_item(published_at=published_at, date_doubt=doubt, seen_at=NOW - timedelta(hours=1))
    assert meta(make_summary(item), NOW) == f"Han River Wire (KR, state-affiliated) · {words}"
