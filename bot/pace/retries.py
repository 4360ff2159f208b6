"""The next try of a feed that failed: doubled per failure in a row, at a pace of its own for each kind of failure."""

import random
from dataclasses import dataclass
from http import HTTPStatus

from adapters.errors import AdapterError, FetchFailure, FetchReason, ParseFailure, ParseReason
from bot.pace.checks import JITTER, Pace
from bot.pace.wording import say_length

ASKED_BOUND_S = 24 * 3600.0
"""The longest Retry-After that is obeyed with 429 and 503 (RFC 9110, 10.2.3; RFC 6585, 4)."""

POLITE_BOUND_S = 6 * 3600.0
"""The longest Retry-After that is obeyed with any other failure."""

_MINUTE_S = 60.0
_HOUR_S = 3600.0
_MOST_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class _Course:
    """How a kind of failure is retried; an interval above the ceiling is the ceiling."""

    why: str
    first_s: float
    """The wait after the first failure, where it is longer than the interval."""
    ceiling_s: float
    eager: bool = False
    """Whether `first_s` counts also where the interval is longer."""


_BRIEF = _Course("such failures often pass soon", _MINUTE_S, _HOUR_S, eager=True)
_ODD = _Course("the answer is no feed that can be read", 0.0, 6 * _HOUR_S)
_REFUSED = _Course("the address refuses, which seldom passes by itself", 15 * _MINUTE_S, 24 * _HOUR_S)
_GONE = _Course("the publisher says that the feed is gone for good", 6 * _HOUR_S, 24 * _HOUR_S)
_BUSY = _Course("the publisher wants fewer requests", 15 * _MINUTE_S, 24 * _HOUR_S)

_PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})
_BY_REASON: dict[FetchReason | ParseReason, _Course] = {
    FetchReason.DNS: _BRIEF,
    FetchReason.REFUSED: _BRIEF,
    FetchReason.TIMEOUT: _BRIEF,
    FetchReason.PRIVATE_ADDRESS: _REFUSED,
    FetchReason.BAD_ADDRESS: _REFUSED,
    FetchReason.REDIRECTS: _REFUSED,
    FetchReason.GONE: _GONE,
    FetchReason.ROBOT_CHECK: _REFUSED,
    FetchReason.PROXY: _BRIEF,
    FetchReason.NOT_CONFIGURED: _REFUSED,
    ParseReason.ROBOT_CHECK: _REFUSED,
    ParseReason.LOGIN: _REFUSED,
    ParseReason.CONSENT: _REFUSED,
    ParseReason.FORWARDING: _REFUSED,
}
"""What is not listed is odd: a broken document, a broken connection, a broken certificate."""


def plan_retry(interval_s: float, failures: int, failure: AdapterError, dice: random.Random) -> Pace:
    """Plan the next try after a failure; `failures` counts those in a row, this one included.

    The wait doubles with each failure up to the ceiling of its kind. Retry-After is never undercut, up to its bound.
    """
    course = _course(failure)
    asked_s, bound_s = _asked(failure)
    first_s = interval_s if course is _BUSY and asked_s is not None else _first(course, interval_s)
    doublings = min(max(failures - 1, 0), _MOST_DOUBLINGS)
    ceiling_s = max(course.ceiling_s, interval_s)
    grown_s = min(first_s * 2**doublings, ceiling_s)
    obeyed_s = min(asked_s or 0.0, bound_s)
    own_s = min(grown_s * dice.uniform(1 - JITTER, 1 + JITTER), ceiling_s)
    wait_s = max(own_s, min(obeyed_s * dice.uniform(1, 1 + JITTER), bound_s))
    return Pace(wait_s, tuple(_tell(course, failures, grown_s, asked_s or 0.0, bound_s)))


def _course(failure: AdapterError) -> _Course:
    if not isinstance(failure, FetchFailure | ParseFailure):
        return _ODD
    if isinstance(failure, FetchFailure) and failure.reason is FetchReason.STATUS:
        return _course_of_status(failure.status or 0)
    return _BY_REASON.get(failure.reason, _ODD)


def _course_of_status(status: int) -> _Course:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _BUSY
    if status == HTTPStatus.GONE:
        return _GONE
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
        return _BRIEF
    return _REFUSED if status >= HTTPStatus.BAD_REQUEST else _ODD


def _asked(failure: AdapterError) -> tuple[float | None, float]:
    """Give the publisher's Retry-After, if it can be meant, and how much of it is obeyed."""
    if not isinstance(failure, FetchFailure) or failure.retry_after_s is None:
        return None, POLITE_BOUND_S
    overloaded = failure.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
    return max(failure.retry_after_s, 0.0), ASKED_BOUND_S if overloaded else POLITE_BOUND_S


def _first(course: _Course, interval_s: float) -> float:
    return min(course.first_s, interval_s) if course.eager else max(course.first_s, interval_s)


def _tell(course: _Course, failures: int, grown_s: float, asked_s: float, bound_s: float) -> list[str]:
    times = "the first failure" if failures <= 1 else f"{failures} failures in a row"
    reasons = [f"again in {say_length(grown_s)} after {times}: {course.why}"]
    if asked_s > grown_s:
        told = f"the publisher asks for {say_length(asked_s)} (Retry-After)"
        reasons.append(told if asked_s <= bound_s else f"{told}, of which {say_length(bound_s)} are kept")
    return reasons
