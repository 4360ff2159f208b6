"""The next try after a failure: doubled up to a ceiling, by kind, and as the publisher asks."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.errors import AdapterError, FetchFailure, FetchReason, ParseFailure, ParseReason
from bot.pace import plan_retry
from bot.pace.checks import JITTER
from bot.pace.retries import ASKED_BOUND_S, POLITE_BOUND_S
from tests.even_dice import EvenDice

MINUTE = 60.0
HOUR = 3600.0
INTERVAL = 5 * MINUTE

FAILURES = st.one_of(
    st.builds(
        FetchFailure,
        st.sampled_from(FetchReason),
        st.just("no answer"),
        status=st.one_of(st.none(), st.integers(100, 599)),
        retry_after_s=st.one_of(st.none(), st.floats(allow_nan=False)),
    ),
    st.builds(ParseFailure, st.sampled_from(ParseReason), st.just("no feed")),
)


def status(code: int, retry_after_s: float | None = None) -> FetchFailure:
    """Build the failure of an answer with that status."""
    return FetchFailure(FetchReason.STATUS, f"HTTP {code}", status=code, retry_after_s=retry_after_s)


def waits(failure: AdapterError, count: int, interval_s: float = INTERVAL) -> list[float]:
    """Give the waits after one, two ... failures, without chance."""
    return [plan_retry(interval_s, number, failure, EvenDice()).wait_s for number in range(1, count + 1)]


@pytest.mark.parametrize("reason", [FetchReason.DNS, FetchReason.REFUSED, FetchReason.TIMEOUT])
def test_failure_that_may_pass_is_retried_soon_then_doubled_up_to_an_hour(reason: FetchReason) -> None:
    minutes = [wait / MINUTE for wait in waits(FetchFailure(reason, "no answer"), 9)]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]


@pytest.mark.parametrize("code", [500, 502, 503, 408, 425])
def test_status_that_may_pass_is_retried_soon(code: int) -> None:
    assert waits(status(code), 1) == [MINUTE]


@pytest.mark.parametrize("code", [401, 403, 404, 451])
def test_refusal_is_retried_after_a_quarter_of_an_hour_then_up_to_a_day(code: int) -> None:
    assert waits(status(code), 2) == [15 * MINUTE, 30 * MINUTE]
    assert waits(status(code), 20)[-1] == 24 * HOUR


def test_feed_that_is_gone_is_asked_some_times_a_day() -> None:
    assert waits(status(410), 4) == [6 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR]


def test_document_that_is_no_feed_doubles_from_the_interval_up_to_six_hours() -> None:
    failure = ParseFailure(ParseReason.HTML, "a web page")
    assert waits(failure, 2) == [INTERVAL, 2 * INTERVAL]
    assert waits(failure, 20)[-1] == 6 * HOUR


@pytest.mark.parametrize(
    "reason", [ParseReason.ROBOT_CHECK, ParseReason.LOGIN, ParseReason.CONSENT, ParseReason.FORWARDING]
)
def test_page_that_wants_a_person_is_retried_like_a_refusal(reason: ParseReason) -> None:
    assert waits(ParseFailure(reason, "a page"), 2) == [15 * MINUTE, 30 * MINUTE]
    assert waits(FetchFailure(FetchReason.ROBOT_CHECK, "a page", status=503), 2) == [15 * MINUTE, 30 * MINUTE]


def test_too_many_requests_without_a_wish_waits_a_quarter_of_an_hour() -> None:
    assert waits(status(429), 2) == [15 * MINUTE, 30 * MINUTE]


def test_too_many_requests_waits_as_asked() -> None:
    assert waits(status(429, 7 * MINUTE), 1) == [7 * MINUTE]
    assert waits(status(429, 5 * HOUR), 1) == [5 * HOUR]


def test_too_many_requests_again_and_again_waits_longer_than_asked() -> None:
    assert waits(status(429, 1.0), 4) == [INTERVAL, 2 * INTERVAL, 4 * INTERVAL, 8 * INTERVAL]


@pytest.mark.parametrize(("code", "bound_s"), [(429, ASKED_BOUND_S), (503, ASKED_BOUND_S), (500, POLITE_BOUND_S)])
def test_retry_after_is_obeyed_up_to_the_bound_of_its_status(code: int, bound_s: float) -> None:
    pace = plan_retry(INTERVAL, 1, status(code, 1e9), EvenDice())
    assert pace.wait_s == bound_s
    assert pace.reasons[-1].endswith(f"(Retry-After), of which {bound_s / HOUR:.0f} h are kept")


def test_interval_beyond_the_ceiling_is_the_ceiling() -> None:
    assert waits(status(403), 5, 48 * HOUR) == [48 * HOUR] * 5
    assert waits(status(500), 20, 48 * HOUR)[-1] == 48 * HOUR


def test_short_interval_is_not_stretched_for_a_failure_that_may_pass() -> None:
    assert waits(status(500), 3, 1.0) == [1.0, 2.0, 4.0]


def test_explanation_of_a_retry_names_count_kind_and_wish() -> None:
    assert plan_retry(INTERVAL, 3, status(503, 2 * HOUR), EvenDice()).explanation == (
        "again in 4 min after 3 failures in a row: such failures often pass soon;"
        " the publisher asks for 2 h (Retry-After)"
    )


@given(FAILURES, st.floats(1.0, 7 * 24 * HOUR), st.integers(-5, 10**9), st.integers())
@settings(deadline=None, max_examples=200)
def test_retry_is_always_within_its_bounds(failure: AdapterError, interval_s: float, failures: int, seed: int) -> None:
    pace = plan_retry(interval_s, failures, failure, random.Random(seed))
    assert min(interval_s, MINUTE) * (1 - JITTER) <= pace.wait_s <= max(24 * HOUR, interval_s)
    assert pace.reasons


@given(FAILURES, st.floats(1.0, 7 * 24 * HOUR), st.integers(1, 40), st.integers())
@settings(deadline=None, max_examples=100)
def test_another_failure_never_shortens_the_wait(
    failure: AdapterError, interval_s: float, failures: int, seed: int
) -> None:
    once = plan_retry(interval_s, failures, failure, random.Random(seed)).wait_s
    assert once <= plan_retry(interval_s, failures + 1, failure, random.Random(seed)).wait_s


@given(st.integers(400, 599), st.floats(0, 1e10), st.floats(0, 1e10), st.integers(1, 20), st.integers())
@settings(deadline=None, max_examples=100)
def test_longer_retry_after_never_shortens_the_wait(
    code: int, asked_s: float, more_s: float, failures: int, seed: int
) -> None:
    less = plan_retry(INTERVAL, failures, status(code, asked_s), random.Random(seed)).wait_s
    assert less <= plan_retry(INTERVAL, failures, status(code, asked_s + more_s), random.Random(seed)).wait_s


def test_a_feed_that_is_gone_for_good_waits_as_long_whatever_word_the_fetcher_has_for_it() -> None:
    by_status = FetchFailure(FetchReason.STATUS, "410", status=410)
    by_name = FetchFailure(FetchReason.GONE, "410", status=410)
    waits = [plan_retry(300.0, 1, failure, random.Random(1)).wait_s for failure in (by_status, by_name)]
    assert waits[0] == waits[1] > 3600.0
