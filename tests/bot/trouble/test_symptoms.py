"""A feed's habit, and what looks wrong with a feed that answers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pace import Habit, Timeline
from bot.trouble.symptoms import find_emptiness, find_loss, find_reissue, find_silence, find_skew
from state import TroubleKind

NOW = datetime(2025, 1, 14, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def habit(gap: timedelta, silent: timedelta, count: int = 20) -> Habit:
    """Give the habit of a feed that kept an even pace until it fell silent."""
    found = Timeline([NOW - silent - gap * number for number in range(count)]).habit(NOW)
    assert found is not None
    return found


def test_habit_of_no_moments_is_none() -> None:
    assert Timeline([]).habit(NOW) is None


def test_moments_in_the_future_are_no_part_of_a_habit() -> None:
    found = Timeline([NOW + HOUR, NOW - HOUR]).habit(NOW)
    assert found is not None
    assert found.newest_at == NOW - HOUR


def test_habit_of_an_even_pace_knows_its_rate_and_gaps() -> None:
    rhythm = habit(HOUR, timedelta(), 25).rhythm
    assert rhythm is not None
    assert (rhythm.per_day, rhythm.median_gap_s, rhythm.longest_gap_s, rhythm.pace_s) == (24, 3600, 3600, 3600)


def test_burst_counts_as_one_visit() -> None:
    moments = [NOW - DAY * day - timedelta(seconds=12 * number) for day in range(6) for number in range(10)]
    found = Timeline(moments).habit(NOW)
    assert found is not None
    assert found.rhythm is not None
    assert found.rhythm.median_gap_s == 86400
    assert found.rhythm.per_day == pytest.approx(59 / 5, abs=0.1)


def test_too_few_bursts_make_no_rhythm() -> None:
    assert habit(HOUR, HOUR, 4).rhythm is None
    assert habit(HOUR, HOUR, 5).rhythm is not None


@given(st.lists(st.integers(-(10**9), 10**9).map(lambda ago_s: NOW - timedelta(seconds=ago_s)), max_size=40))
@settings(deadline=None, max_examples=100)
def test_habit_of_any_moments_has_sensible_numbers(moments: list[datetime]) -> None:
    found = Timeline(moments).habit(NOW)
    assert (found is None) == all(moment > NOW for moment in moments)
    if found is not None and found.rhythm is not None:
        assert 0 < found.rhythm.median_gap_s <= found.rhythm.longest_gap_s
        assert found.rhythm.per_day > 0
        assert found.rhythm.pace_s > 0


@pytest.mark.parametrize(
    ("gap", "quiet", "silent"),
    [
        (HOUR, 3 * DAY, 3 * DAY + HOUR),  # the floor: weekends pass
        (DAY, 10 * DAY, 11 * DAY),  # ten median gaps
        (7 * DAY, 70 * DAY, 71 * DAY),
    ],
)
def test_feed_is_silent_only_beyond_its_own_habit(gap: timedelta, quiet: timedelta, silent: timedelta) -> None:
    assert find_silence(habit(gap, quiet), NOW) is None
    symptom = find_silence(habit(gap, silent), NOW)
    assert symptom is not None
    assert symptom.kind is TroubleKind.SILENT


def test_feed_that_once_paused_for_long_is_given_twice_that_pause() -> None:
    busy = [NOW - 18 * DAY - HOUR * number for number in range(20)]
    paused = [moment - 10 * DAY for moment in busy]
    assert find_silence(Timeline([*busy, *paused]).habit(NOW), NOW) is None
    assert find_silence(Timeline(busy).habit(NOW), NOW) is not None


def test_feed_with_a_few_entries_of_years_ago_is_silent() -> None:
    assert find_silence(habit(HOUR, 800 * DAY, 2), NOW) is not None
    assert find_silence(habit(HOUR, 80 * DAY, 2), NOW) is None


def test_feed_without_dates_is_never_called_silent() -> None:
    assert find_silence(None, NOW) is None


def test_silence_is_told_with_what_is_usual() -> None:
    symptom = find_silence(habit(3 * HOUR, 6 * DAY), NOW)
    assert symptom is not None
    assert symptom.message.startswith("nothing new for 6 days, where 3 h are usual: ")


def test_document_without_a_known_entry_that_begins_after_what_is_stored_has_lost_some() -> None:
    symptom = find_loss(20, 0, NOW - HOUR, NOW - 5 * HOUR, NOW - 6 * HOUR)
    assert symptom is not None
    assert symptom.kind is TroubleKind.LOST
    assert "2025-01-14 07:00 UTC" in symptom.message


def test_document_without_a_known_entry_and_without_dates_may_have_lost_some() -> None:
    symptom = find_loss(20, 0, None, NOW - HOUR, None)
    assert symptom is not None
    assert symptom.kind is TroubleKind.LOST


def test_document_without_a_known_entry_that_reaches_back_has_new_ids() -> None:
    symptom = find_loss(20, 0, NOW - 3 * DAY, NOW - HOUR, NOW - 2 * HOUR)
    assert symptom is not None
    assert symptom.kind is TroubleKind.REISSUED


@pytest.mark.parametrize(
    ("entries", "known", "last_polled_at"),
    [
        (20, 1, NOW - HOUR),  # one known entry joins old and new
        (20, 0, None),  # the first poll
        (2, 0, NOW - HOUR),  # a feed that holds next to nothing
        (0, 0, NOW - HOUR),
    ],
)
def test_nothing_is_lost_when_the_document_tells_nothing_of_it(
    entries: int, known: int, last_polled_at: datetime | None
) -> None:
    assert find_loss(entries, known, NOW - HOUR, last_polled_at, NOW - 2 * HOUR) is None


@pytest.mark.parametrize(
    ("date", "side"),
    [("Tue, 14 Jan 2025 14:00:00 GMT", "2 h ahead of ours"), ("Tue, 14 Jan 2025 11:30:00 GMT", "30 min behind ours")],
)
def test_clock_that_differs_is_told_with_its_direction(date: str, side: str) -> None:
    symptom = find_skew({"date": date}, NOW)
    assert symptom is not None
    assert symptom.kind is TroubleKind.CLOCK
    assert side in symptom.message


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"date": "today"},
        {"date": "Tue, 14 Jan 2025 11:55:00 GMT"},
        {"date": "Tue, 14 Jan 2025 12:05:00 GMT"},
        {"date": "Tue, 14 Jan 2025 11:00:00 GMT", "age": "3590"},  # from a cache
    ],
)
def test_clock_within_tolerance_or_unknown_is_no_symptom(headers: dict[str, str]) -> None:
    assert find_skew(headers, NOW) is None


@given(st.dictionaries(st.sampled_from(["date", "age"]), st.text()))
@settings(deadline=None, max_examples=100)
def test_skew_of_any_header_text_is_judged_without_raising(headers: dict[str, str]) -> None:
    symptom = find_skew(headers, NOW)
    assert symptom is None or symptom.kind is TroubleKind.CLOCK


@pytest.mark.parametrize(
    ("entries", "reissued", "found"), [(20, 20, True), (20, 10, True), (20, 9, False), (2, 2, False)]
)
def test_document_is_reissued_when_half_of_it_is_known_under_other_ids(
    entries: int, reissued: int, found: bool
) -> None:
    trouble = find_reissue(entries, reissued)
    assert (trouble is not None and trouble.kind is TroubleKind.REISSUED) is found


def test_document_without_entries_is_a_trouble_where_there_were_some() -> None:
    found = find_emptiness(0, [NOW - DAY])
    assert found is not None
    assert found.kind is TroubleKind.EMPTIED
    assert "2025-01-13" in found.message
    assert find_emptiness(1, [NOW - DAY]) is None


def test_document_without_entries_is_no_trouble_where_there_never_were_any() -> None:
    assert find_emptiness(0, []) is None
