from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.clock import Itinerary, Pace, Place, WarpClock, pace_at
from tests.bot.demo.hand_time import HandTime

START = datetime(2024, 10, 4, 6, tzinfo=UTC)
DAYS = (START, START + timedelta(days=10), START + timedelta(days=10, hours=1))
PACE = Pace(beat_s=1.0, calm=60.0, patience_s=10.0, longest_sleep_s=3.0)
ITINERARY = Itinerary(DAYS, PACE)


def make_clock(time: HandTime, *, is_read: bool = True) -> WarpClock:
    return WarpClock(ITINERARY, is_read=lambda _: is_read, monotonic=time.monotonic, wait=time.wait)


def test_time_at_when_a_beat_is_not_over_then_story_time_runs_calmly() -> None:
    assert ITINERARY.time_at(Place(1, 0.5)) == DAYS[1] + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("place", "real_s", "is_read", "then"),
    [
        pytest.param(Place(0, 0.0), 0.9, True, Place(0, 0.9), id="beat not over"),
        pytest.param(Place(0, 0.5), 0.5, True, Place(1, 0.0), id="beat over, read: leaps"),
        pytest.param(Place(0, 0.5), 0.5, False, Place(0, 1.0), id="beat over, unread: waits, still moving"),
        pytest.param(Place(0, 9.0), 1.0, False, Place(1, 0.0), id="patience over"),
        pytest.param(Place(0, 0.0), 99.0, True, Place(1, 0.0), id="a late look skips nothing"),
        pytest.param(Place(2, 0.0), 99.0, True, Place(2, 99.0), id="after the last moment: calm for ever"),
    ],
)
def test_advance_when_real_time_passes_then_the_place_moves(
    place: Place, real_s: float, is_read: bool, then: Place
) -> None:
    assert ITINERARY.advance(place, real_s, is_read=is_read) == then


def test_advance_when_calm_time_reaches_the_next_moment_then_it_has_arrived_without_a_leap() -> None:
    near = Itinerary((START, START + timedelta(minutes=2)), PACE)

    assert near.advance(Place(0, 1.5), 0.5, is_read=False) == Place(1, 0.0)


@pytest.mark.parametrize(
    ("place", "is_read", "over"),
    [
        pytest.param(Place(2, 1.0), True, True, id="beat over and read"),
        pytest.param(Place(2, 0.9), True, False, id="beat not over"),
        pytest.param(Place(2, 1.0), False, False, id="unread"),
        pytest.param(Place(2, 10.0), False, True, id="unread for too long"),
        pytest.param(Place(1, 5.0), True, False, id="not the last"),
    ],
)
def test_is_over_when_the_last_moment_had_its_beat_and_readers_then_only(
    place: Place, is_read: bool, over: bool
) -> None:
    assert ITINERARY.is_over(place, is_read=is_read) is over


@pytest.mark.parametrize("moments", [(), (START, START), (DAYS[1], START)])
def test_itinerary_when_moments_do_not_ascend_then_it_is_refused(moments: tuple[datetime, ...]) -> None:
    with pytest.raises(ValueError, match="each later than the one before"):
        Itinerary(moments, PACE)


def test_pace_at_when_twice_as_fast_then_beats_halve_and_a_beat_stays_as_long_in_the_story() -> None:
    usual, fast = pace_at(1.0), pace_at(2.0)

    assert fast.beat_s == usual.beat_s / 2
    assert fast.beat_s * fast.calm == pytest.approx(usual.beat_s * usual.calm)
    assert fast.patience_s == usual.patience_s


@pytest.mark.parametrize("speed", [0.0, -1.0])
def test_pace_at_when_speed_is_not_positive_then_it_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed must be positive"):
        pace_at(speed)


def test_now_when_nobody_has_looked_yet_then_the_story_has_not_begun() -> None:
    time = HandTime()
    clock = make_clock(time)
    time.pass_s(50.0)

    assert clock.now() == START


@given(
    looks=st.lists(st.tuples(st.floats(0.0, 30.0), st.booleans()), max_size=60),
)
@settings(deadline=None, max_examples=60)
def test_now_when_looked_at_any_time_then_it_never_goes_back_and_skips_no_moment(
    looks: list[tuple[float, bool]],
) -> None:
    time = HandTime()
    read = [True]
    clock = WarpClock(ITINERARY, is_read=lambda _: read[0], monotonic=time.monotonic)
    seen = [clock.now()]
    for real_s, is_read in looks:
        time.pass_s(real_s)
        read[0] = is_read
        seen.append(clock.now())

    assert seen == sorted(seen)
    legs = [sum(moment <= now for moment in DAYS) for now in seen]
    assert all(later - earlier <= 1 for earlier, later in pairwise(legs))


async def test_sleep_when_nothing_leaps_then_it_takes_story_seconds_at_the_calm_pace() -> None:
    time = HandTime()
    clock = make_clock(time, is_read=False)
    begun_at, real_s = clock.now(), time.real_s

    await clock.sleep(30.0)

    assert clock.now() >= begun_at + timedelta(seconds=30)
    assert time.real_s - real_s == pytest.approx(0.5, abs=0.01)


async def test_sleep_when_a_leap_passes_its_end_then_it_ends_soon_after_the_beat() -> None:
    time = HandTime()
    clock = make_clock(time)
    clock.now()
    real_s = time.real_s

    await clock.sleep(6 * 3600.0)

    assert time.real_s - real_s == pytest.approx(1.0, abs=0.2)
    assert clock.now() >= DAYS[1]


async def test_sleep_when_a_back_off_of_hours_meets_no_leap_then_it_is_cut_short() -> None:
    time = HandTime()
    clock = make_clock(time, is_read=False)
    real_s = time.real_s

    await clock.sleep(6 * 3600.0)

    assert time.real_s - real_s == pytest.approx(PACE.longest_sleep_s, abs=0.2)
    assert max(time.waits) <= PACE.beat_s


@pytest.mark.parametrize("seconds", [0.0, -5.0])
async def test_sleep_when_there_is_nothing_to_wait_for_then_others_run_once(seconds: float) -> None:
    time = HandTime()

    await make_clock(time).sleep(seconds)

    assert time.waits == [0.0]


async def test_wait_finished_when_everything_is_read_then_it_takes_a_beat_for_each_moment() -> None:
    time = HandTime()
    clock = make_clock(time)
    clock.now()
    real_s = time.real_s

    await clock.wait_finished()

    assert clock.finished
    assert time.real_s - real_s == pytest.approx(len(DAYS) * PACE.beat_s, abs=0.5)
