"""What one poll says of a feed's health."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.errors import AdapterError, FetchFailure, FetchReason, ParseFailure, ParseReason
from bot.pace import Timeline
from bot.trouble.checkup import Checkup, Reading, check_answer, check_document, check_failure, needs_whole
from rules.model import FeedId, Source
from state import FeedRow, FeedSpec, Learnt, TroubleKind

NOW = datetime(2025, 1, 14, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROW = FeedRow(
    FeedSpec(Source(FeedId("wire"), "The wire", "en", "wire"), "https://wire.example/rss", 300.0),
    etag='"1"',
    last_modified=None,
    next_poll_at=NOW,
    first_polled_at=NOW - HOUR * 100,
    last_polled_at=NOW - HOUR,
    failures=0,
    error="",
    document_at=NOW - HOUR,
)
LEARNT = Learnt(tuple(NOW - HOUR * number for number in range(1, 20)))
QUIET = Reading(entries=20, known=20, oldest_at=NOW - HOUR * 40)
DNS = FetchFailure(FetchReason.DNS, "the name is not known")
HTML = ParseFailure(ParseReason.HTML, "a page, not a feed")
GONE = FetchFailure(FetchReason.GONE, "HTTP 410 Gone", status=410)


def failed(times: int, *troubles: TroubleKind) -> FeedRow:
    """Give a feed that failed so often before."""
    return replace(ROW, failures=times, troubles=frozenset(troubles))


def kinds(checkup: Checkup) -> list[TroubleKind]:
    """List what is broken."""
    return [each.kind for each in checkup.broken]


@pytest.mark.parametrize(
    ("failure", "patience"),
    [
        (DNS, 3),
        (FetchFailure(FetchReason.STATUS, "HTTP 503", status=503), 3),
        (FetchFailure(FetchReason.STATUS, "HTTP 429", status=429), 3),
        (FetchFailure(FetchReason.STATUS, "HTTP 404", status=404), 2),
        (FetchFailure(FetchReason.TLS, "no trust"), 2),
        (HTML, 2),
        (FetchFailure(FetchReason.NOT_CONFIGURED, "KEY is not set"), 1),
    ],
)
def test_feed_is_broken_after_as_many_failures_as_its_kind_is_given(failure: AdapterError, patience: int) -> None:
    broken = [kinds(check_failure(failed(before), failure)) for before in range(3)]
    assert broken == [[TroubleKind.FAILING] if before + 1 >= patience else [] for before in range(3)]


def test_broken_feed_stays_broken_with_the_newest_words() -> None:
    checkup = check_failure(failed(0, TroubleKind.FAILING), HTML)
    assert [each.message for each in checkup.broken] == ["a page, not a feed"]


def test_gone_feed_is_told_at_once_with_the_edit_to_make() -> None:
    checkup = check_failure(failed(0, TroubleKind.FAILING), GONE)
    assert kinds(checkup) == [TroubleKind.GONE]
    assert "vedette feeds accept wire" in checkup.broken[0].message
    assert checkup.mended == (TroubleKind.FAILING,)


def test_not_modified_is_no_recovery() -> None:
    row = failed(0, TroubleKind.FAILING, TroubleKind.EMPTIED)
    assert check_answer(row, None, None, NOW).mended == ()


def test_document_is_recovery() -> None:
    row = failed(4, TroubleKind.FAILING, TroubleKind.GONE)
    checkup = check_document(row, None, None, NOW, QUIET, LEARNT, LEARNT)
    assert set(checkup.mended) == {TroubleKind.FAILING, TroubleKind.GONE}


def test_moved_feed_is_told_with_the_edit_to_make_until_it_moves_no_more() -> None:
    moved = check_answer(ROW, "https://new.example/rss", None, NOW)
    assert kinds(moved) == [TroubleKind.MOVED]
    assert "https://new.example/rss" in moved.broken[0].message
    assert "vedette feeds accept wire" in moved.broken[0].message
    assert check_answer(failed(0, TroubleKind.MOVED), None, None, NOW).mended == (TroubleKind.MOVED,)


def test_silence_is_found_where_nothing_changes() -> None:
    habit = Timeline([NOW - timedelta(days=30) - HOUR * number for number in range(20)]).habit(NOW)
    assert kinds(check_answer(ROW, None, habit, NOW)) == [TroubleKind.SILENT]


def test_document_shows_lost_entries_emptiness_and_a_wrong_clock() -> None:
    lost = Reading(entries=20, known=0, oldest_at=NOW - HOUR / 2)
    assert kinds(check_document(ROW, None, None, NOW, lost, LEARNT, LEARNT)) == [TroubleKind.LOST]
    empty = Reading(0, 0, None)
    assert kinds(check_document(ROW, None, None, NOW, empty, LEARNT, LEARNT)) == [TroubleKind.EMPTIED]
    skewed = replace(LEARNT, headers={"date": "Tue, 14 Jan 2025 18:00:00 GMT"})
    assert kinds(check_document(ROW, None, None, NOW, QUIET, LEARNT, skewed)) == [TroubleKind.CLOCK]


def test_first_document_after_a_new_address_loses_nothing() -> None:
    row = replace(ROW, first_polled_at=None)
    new = Reading(entries=20, known=0, oldest_at=NOW - HOUR / 2)
    assert check_document(row, None, None, NOW, new, Learnt(), LEARNT).broken == ()


def test_event_is_not_mended_by_the_next_document() -> None:
    row = failed(0, TroubleKind.LOST, TroubleKind.REISSUED)
    assert check_document(row, None, None, NOW, QUIET, LEARNT, LEARNT).mended == ()


@pytest.mark.parametrize(
    ("row", "whole"),
    [
        (ROW, False),
        (failed(1), True),
        (failed(0, TroubleKind.FAILING), True),
        (failed(0, TroubleKind.SILENT, TroubleKind.CLOCK), False),
        (replace(ROW, document_at=NOW - timedelta(days=1)), True),
        (replace(ROW, document_at=None), True),
        (replace(ROW, document_at=NOW + HOUR), True),
    ],
)
def test_whole_document_is_asked_for_after_failures_and_once_a_day(row: FeedRow, whole: bool) -> None:
    assert needs_whole(row, NOW, 86400.0) is whole
