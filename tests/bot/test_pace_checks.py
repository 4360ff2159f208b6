"""The next check of a feed that answered: the interval, the habit, the publisher's wishes and the times of rest."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pace import Asked, Bounds, Habit, Pace, Rest, Timeline, Wish, add_headers, plan_check, read_hints
from bot.pace.checks import JITTER, QUICKEN, SLACKEN, WISH_BOUND_S
from tests.even_dice import EvenDice

NOW = datetime(2025, 1, 14, 12, 0, tzinfo=UTC)  # a Tuesday
MINUTE = 60.0
HOUR = 3600.0

INTERVALS = st.floats(1.0, 7 * 24 * HOUR)
WAITS = st.floats(0.0, 1e12)
LIMITS = st.one_of(st.none(), st.floats(1.0, 7 * 24 * HOUR))
BOUNDS = st.builds(Bounds, LIMITS, LIMITS)
HABITS = st.one_of(
    st.none(),
    st.lists(st.integers(0, 400 * 86400), min_size=1, max_size=30).map(
        lambda ages: Timeline([NOW - timedelta(seconds=age) for age in ages]).habit(NOW)
    ),
)
RESTS = st.builds(Rest, st.frozensets(st.integers(0, 23), max_size=23), st.frozensets(st.integers(0, 6), max_size=6))


def plan(
    interval_s: float = 5 * MINUTE,
    wishes: tuple[Wish, ...] = (),
    habit: Habit | None = None,
    bounds: Bounds | None = None,
    rest: Rest | None = None,
) -> Pace:
    """Plan without chance."""
    return plan_check(interval_s, Asked(wishes, rest or Rest()), habit, bounds or Bounds(), NOW, EvenDice())


def every(gap_s: float, count: int = 20) -> Habit | None:
    """Give the habit of a feed that has published at an even pace until now."""
    return Timeline([NOW - timedelta(seconds=gap_s * number) for number in range(count)]).habit(NOW)


def test_pace_without_anything_known_is_the_interval() -> None:
    assert plan() == Pace(5 * MINUTE, ("every 5 min as configured",))


def test_pace_is_the_longest_of_all_wishes() -> None:
    wishes = (Wish("ttl", 20 * MINUTE), Wish("Cache-Control", 15 * MINUTE), Wish("Retry-After", 60.0))
    assert plan(wishes=wishes).wait_s == 20 * MINUTE


def test_pace_with_a_shorter_wish_is_the_interval_and_does_not_name_the_wish() -> None:
    assert plan(wishes=(Wish("Cache-Control", 60.0),)) == Pace(5 * MINUTE, ("every 5 min as configured",))


def test_pace_of_a_feed_with_a_steady_habit_and_a_wish_says_all_of_it() -> None:
    pace = plan(wishes=(Wish("Cache-Control", 15 * MINUTE),), habit=every(40 * MINUTE))
    assert pace.explanation == (
        "every 5 min as configured; publishes about 36 entries a day; the publisher asks for 15 min (Cache-Control)"
    )


def test_wish_beyond_its_bound_is_kept_up_to_the_bound_and_says_so() -> None:
    pace = plan(wishes=(Wish("Expires", 30 * 24 * HOUR),))
    assert pace.wait_s == WISH_BOUND_S
    assert pace.reasons[-1] == "the publisher asks for 30 days (Expires), of which 6 h are kept"


def test_feed_that_publishes_often_is_asked_faster_than_configured() -> None:
    pace = plan(habit=every(12 * MINUTE))
    assert 1 * MINUTE <= pace.wait_s < 2 * MINUTE
    assert pace.reasons[1].startswith("publishes about 120 entries a day: every 1.5 min")


def test_feed_that_publishes_very_often_is_asked_no_faster_than_the_fastest() -> None:
    assert plan(habit=every(301.0)).wait_s == 60.0


def test_feed_that_publishes_often_is_asked_no_faster_than_its_publisher_wishes() -> None:
    assert plan(habit=every(301.0), wishes=(Wish("ttl", 4 * MINUTE),)).wait_s == 4 * MINUTE


def test_sleepy_feed_is_asked_at_the_slowest() -> None:
    pace = plan(habit=every(7 * 86400.0))
    assert pace.wait_s == 30 * MINUTE
    assert pace.reasons[1] == "publishes about 1 entry a week: every 30 min"


def test_feed_with_a_short_interval_of_its_own_stays_near_it_when_sleepy() -> None:
    assert plan(1 * MINUTE, habit=every(7 * 86400.0)).wait_s == SLACKEN * MINUTE


def test_feed_with_a_long_interval_of_its_own_stays_near_it_when_busy() -> None:
    assert plan(HOUR, habit=every(301.0)).wait_s == HOUR / QUICKEN


def test_feed_with_an_interval_beyond_the_slowest_is_not_made_faster_by_sleeping() -> None:
    assert plan(HOUR, habit=every(7 * 86400.0)).wait_s == HOUR


@pytest.mark.parametrize("gap_s", [301.0, 7 * 86400.0])
def test_pace_without_bounds_is_as_configured_whatever_the_habit(gap_s: float) -> None:
    assert plan(habit=every(gap_s), bounds=Bounds(None, None)).wait_s == 5 * MINUTE


def test_silence_makes_a_busy_feed_slower() -> None:
    moments = [NOW - timedelta(minutes=10 * number) for number in range(20)]
    awake, asleep = Timeline(moments).habit(NOW), Timeline(moments).habit(NOW + timedelta(days=2))
    assert plan(habit=awake).wait_s < 2 * MINUTE
    assert plan(habit=asleep).wait_s > 10 * MINUTE


def test_next_check_in_a_time_of_rest_moves_to_its_end() -> None:
    pace = plan(rest=Rest(frozenset({12, 13})))
    assert pace.wait_s == 2 * HOUR
    assert pace.reasons[-1] == "the publisher rests at that time, asked at 14:00 UTC (skipHours, skipDays)"


def test_next_check_outside_the_times_of_rest_does_not_move() -> None:
    assert plan(rest=Rest(frozenset({11, 13}), frozenset({5, 6}))).wait_s == 5 * MINUTE


def test_rest_longer_than_the_bound_of_wishes_ends_there() -> None:
    assert plan(rest=Rest(days=frozenset({1, 2}))).wait_s == WISH_BOUND_S


@given(INTERVALS, st.lists(WAITS, max_size=4), HABITS, BOUNDS, RESTS, st.integers())
@settings(deadline=None, max_examples=150)
def test_wait_is_always_within_its_bounds(
    interval_s: float, waits: list[float], habit: Habit | None, bounds: Bounds, rest: Rest, seed: int
) -> None:
    asked = Asked(tuple(Wish("ttl", wait) for wait in waits), rest)
    pace = plan_check(interval_s, asked, habit, bounds, NOW, random.Random(seed))
    least, most = bounds.range(interval_s)
    wished = min(max(waits, default=0.0), WISH_BOUND_S)
    assert interval_s / QUICKEN <= least <= interval_s <= most <= interval_s * SLACKEN
    assert pace.wait_s >= max(least * (1 - JITTER), wished) - 1e-3
    assert pace.wait_s <= max(most * (1 + JITTER), WISH_BOUND_S) + 1e-3
    assert pace.reasons


@given(INTERVALS, WAITS, WAITS, WAITS, HABITS, BOUNDS, RESTS, st.integers())
@settings(deadline=None, max_examples=150)
def test_longer_wish_never_shortens_the_wait(
    interval_s: float,
    wish: float,
    more: float,
    other: float,
    habit: Habit | None,
    bounds: Bounds,
    rest: Rest,
    seed: int,
) -> None:
    def wait(wished: float) -> float:
        asked = Asked((Wish("ttl", wished), Wish("Expires", other)), rest)
        return plan_check(interval_s, asked, habit, bounds, NOW, random.Random(seed)).wait_s

    assert wait(wish) <= wait(wish + more) + 1e-3


def test_chance_never_makes_a_feed_be_asked_before_its_publishers_wish() -> None:
    class LowDice(random.Random):
        """Dice that always show the least."""

        def uniform(self, a: float, b: float) -> float:
            """Give the lower end."""
            return a

    asked = Asked((Wish("ttl", 10 * MINUTE),))
    assert plan_check(9.9 * MINUTE, asked, None, Bounds(), NOW, LowDice()).wait_s == 10 * MINUTE


def test_feeds_of_one_interval_drift_apart() -> None:
    dice = random.Random(7)
    waits = {plan_check(300.0, Asked(), None, Bounds(), NOW, dice).wait_s for _ in range(50)}
    assert len(waits) == 50
    assert max(waits) - min(waits) > 300.0 * JITTER


@given(st.dictionaries(st.sampled_from(["cache-control", "expires", "retry-after", "date", "age"]), st.text()))
@settings(deadline=None, max_examples=150)
def test_plan_from_any_header_text_gives_a_wait(headers: dict[str, str]) -> None:
    pace = plan_check(300.0, add_headers(headers, read_hints({}), NOW), None, Bounds(), NOW, random.Random(1))
    assert 285.0 <= pace.wait_s <= WISH_BOUND_S
