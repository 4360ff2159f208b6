"""What the operator is told of troubles, and when."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.trouble.notices import DIGEST_FROM, DIGEST_LINES, DIGEST_PAUSE, EVENT_LASTS, GATHERING, build_report
from rules.model import FeedId, Severity
from state import TroubleKind, TroubleRow

NOW = datetime(2025, 1, 14, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def trouble(
    feed: str = "wire",
    kind: TroubleKind = TroubleKind.FAILING,
    since: datetime = NOW - HOUR,
    told_at: datetime | None = None,
    over_at: datetime | None = None,
) -> TroubleRow:
    """Make a trouble's row."""
    return TroubleRow(FeedId(feed), kind, "HTTP 503: it is asked again later", since, told_at, over_at)


def many(count: int, told_at: datetime | None = None, over_at: datetime | None = None) -> list[TroubleRow]:
    """Make the same trouble of so many feeds."""
    return [trouble(f"feed-{number:03}", told_at=told_at, over_at=over_at) for number in range(count)]


def test_trouble_that_began_is_told_with_what_to_do() -> None:
    report = build_report([trouble()], 9, "console:ops", NOW)
    (record,) = report.notices
    assert (record.notice.title, record.notice.lines) == (
        "Feed wire cannot be read",
        ("HTTP 503: it is asked again later",),
    )
    assert (record.notice.severity, record.notice.at) == (Severity.MEDIUM, NOW)
    assert [each.channel for each in record.deliveries] == ["console:ops"]
    assert report.told == (trouble(),)
    assert report.over == ()


def test_trouble_that_was_told_is_not_told_again_while_it_lasts() -> None:
    assert build_report([trouble(told_at=NOW - HOUR)], 9, "console:ops", NOW).notices == ()


def test_end_of_a_told_trouble_is_told_in_the_same_thread_and_forgotten() -> None:
    ended = trouble(told_at=NOW - HOUR, over_at=NOW)
    (began,) = build_report([trouble()], 9, "console:ops", NOW).notices
    report = build_report([ended], 9, "console:ops", NOW)
    (record,) = report.notices
    assert (record.notice.title, record.notice.lines) == ("Feed wire can be read again", ("after 1 h",))
    assert record.thread == began.thread
    assert record.id != began.id
    assert (report.told, report.over) == ((), (ended,))


def test_same_report_twice_has_the_same_ids() -> None:
    rows = [trouble(), trouble("other", told_at=NOW - HOUR, over_at=NOW)]
    first, second = (build_report(rows, 9, "console:ops", NOW + MINUTE * n).notices for n in range(2))
    assert [(each.id, each.deliveries) for each in first] == [(each.id, each.deliveries) for each in second]


def test_many_that_break_together_are_told_in_one_digest() -> None:
    report = build_report(many(DIGEST_LINES + 5), 100, "console:ops", NOW)
    (record,) = report.notices
    assert record.notice.title == f"{DIGEST_LINES + 5} feeds are in trouble"
    assert len(record.notice.lines) == DIGEST_LINES + 1
    assert record.notice.lines[-1] == "… and 5 more: `vedette feeds list` shows all."
    assert len(report.told) == DIGEST_LINES + 5


def test_few_that_break_together_are_told_one_by_one() -> None:
    assert len(build_report(many(DIGEST_FROM - 1), 100, "console:ops", NOW).notices) == DIGEST_FROM - 1


def test_what_began_is_gathered_for_a_short_while() -> None:
    rows = [trouble("first", since=NOW), trouble("second", since=NOW + GATHERING - MINUTE)]
    assert build_report(rows, 9, "console:ops", NOW + GATHERING - MINUTE).told == ()
    assert build_report(rows, 9, "console:ops", NOW + GATHERING).told == tuple(rows)


def test_digest_of_half_of_all_feeds_points_to_the_network() -> None:
    (near,) = build_report(many(5), 11, "console:ops", NOW).notices
    (half,) = build_report(many(5), 10, "console:ops", NOW).notices
    assert "network" not in " ".join(near.notice.lines)
    assert "network" in half.notice.lines[0]


def test_digest_names_the_grave_ones_first() -> None:
    rows = [trouble(f"feed-{n}", TroubleKind.SILENT) for n in range(5)] + [trouble("dead")]
    (record,) = build_report(rows, 100, "console:ops", NOW).notices
    assert record.notice.lines[0].startswith("dead cannot be read")


def test_many_that_are_back_together_are_told_in_one_digest() -> None:
    (record,) = build_report(many(6, told_at=NOW - HOUR, over_at=NOW), 100, "console:ops", NOW).notices
    assert record.notice.title == "6 feeds are in order again"
    assert record.notice.lines[0] == "feed-000 can be read again, after 1 h"


def test_after_many_were_told_the_next_are_collected() -> None:
    told = many(DIGEST_FROM, told_at=NOW - MINUTE)
    late = trouble("late", since=NOW)
    assert build_report([*told, late], 100, "console:ops", NOW).told == ()
    assert build_report([*told, late], 100, "console:ops", NOW + DIGEST_PAUSE).told == (late,)


def test_event_is_told_when_it_happens_and_not_called_over() -> None:
    event = trouble(kind=TroubleKind.LOST)
    told = trouble(kind=TroubleKind.LOST, told_at=NOW)
    assert [each.notice.title for each in build_report([event], 9, "console:ops", NOW).notices] == [
        "Feed wire may have lost entries"
    ]
    soon = build_report([told], 9, "console:ops", NOW + EVENT_LASTS - MINUTE)
    assert (soon.notices, soon.over) == ((), ())
    late = build_report([told], 9, "console:ops", NOW + EVENT_LASTS)
    assert (late.notices, late.over) == ((), (told,))


@pytest.mark.parametrize("kind", TroubleKind)
def test_every_kind_can_be_told_and_told_to_be_over(kind: TroubleKind) -> None:
    (began,) = build_report([trouble(kind=kind)], 9, "console:ops", NOW).notices
    assert began.notice.title.startswith("Feed wire ")
    ended = build_report([trouble(kind=kind, told_at=NOW - HOUR, over_at=NOW)], 9, "console:ops", NOW)
    assert len(ended.notices) == (0 if kind.is_event else 1)


_MOMENTS = st.none() | st.integers(0, 200).map(lambda ago: NOW - MINUTE * ago)
_ROWS = st.lists(
    st.builds(
        trouble, st.sampled_from("abcdef"), st.sampled_from(TroubleKind), st.just(NOW - HOUR), _MOMENTS, _MOMENTS
    ),
    max_size=12,
    unique_by=lambda row: (row.feed, row.kind),
)


@given(_ROWS)
@settings(deadline=None, max_examples=200)
def test_nothing_is_told_twice_and_what_is_told_was_not_known(rows: list[TroubleRow]) -> None:
    report = build_report(rows, 6, "console:ops", NOW)
    assert all(row.told_at is None and row.over_at is None for row in report.told)
    assert all(row.over_at is not None or row.kind.is_event for row in report.over)
    assert len({record.id for record in report.notices}) == len(report.notices)
