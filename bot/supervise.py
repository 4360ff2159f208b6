"""Keeps loops and jobs alive whatever they raise: log, count, back off, go on. The only broad handlers there are.

A bug or a full disk in one loop must neither end it quietly nor take the others down. Whoever keeps failing stops
beating, and `/healthz` turns red after three missed beats.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from state.errors import StateError
from state.ports import Clock, Handler, RetryLater

log = structlog.get_logger(__name__)

MISSED_BEATS = 3
"""So many periods without a beat turn a loop red."""

FIRST_BACKOFF_S = 1.0
"""The wait after a first failure; doubled with each further one in a row."""

BACKOFF_CEILING_S = 60.0
"""The longest wait between two tries, and how long a loop must have run for its failures to be forgotten."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What is known of one loop; before its first beat it is measured from the moment it was expected."""

    name: str
    every_s: float
    expected_at: datetime
    last_at: datetime | None = None

    def silence_s(self, now: datetime) -> float:
        """Give the seconds since the last beat."""
        return (now - (self.last_at or self.expected_at)).total_seconds()

    def is_late(self, now: datetime) -> bool:
        """Tell whether three beats or more are missing."""
        return self.silence_s(now) > MISSED_BEATS * self.every_s


class Health:
    """The heartbeats of all loops, and how often each loop or kind of job has failed.

    `clock` is the one that the periods are meant in: the system's for loops that run in real time, also where the
    application lives on an accelerated clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._beats: dict[str, Heartbeat] = {}
        self._failures: Counter[str] = Counter()

    def expect(self, name: str, every_s: float) -> None:
        """Expect a beat of the loop at least every so many seconds from now on."""
        self._beats[name] = Heartbeat(name, every_s, self._clock.now())

    def forget(self, name: str) -> None:
        """Expect nothing more of a loop that was ended on purpose."""
        self._beats.pop(name, None)

    def beat(self, name: str) -> None:
        """Note that an expected loop has done a round. Raises KeyError for one that is not expected."""
        self._beats[name] = replace(self._beats[name], last_at=self._clock.now())

    def fail(self, name: str) -> None:
        """Count a failure of a loop or of a kind of job."""
        self._failures[name] += 1

    def has_beaten(self, name: str) -> bool:
        """Tell whether the loop has done a round since it was expected."""
        return name in self._beats and self._beats[name].last_at is not None

    def late(self) -> dict[str, float]:
        """Give the loops that are red, by name, with the seconds since their last beat."""
        now = self._clock.now()
        return {name: beat.silence_s(now) for name, beat in sorted(self._beats.items()) if beat.is_late(now)}

    @property
    def failures(self) -> dict[str, int]:
        """Give the number of failures since the start, by loop or kind of job."""
        return dict(self._failures)

    def watch(self, name: str, work: Callable[[], Awaitable[None]], every_s: float) -> Callable[[], Awaitable[None]]:
        """Make one firing of scheduled work safe: it beats when done, and sits firings out after a failure.

        The result lets only cancellation out. Firings within the back-off do nothing, so that work that fails
        every second is not logged every second.
        """
        self.expect(name, every_s)
        failures = 0
        resume_at = self._clock.now()

        async def fire() -> None:
            nonlocal failures, resume_at
            if self._clock.now() < resume_at:
                return
            try:
                await work()
            except Exception:
                failures += 1
                wait_s = backoff_s(failures)
                resume_at = self._clock.now() + timedelta(seconds=wait_s)
                self.fail(name)
                log.exception("scheduled work failed", loop=name, failures=failures, again_in_s=wait_s)
            else:
                failures = 0
                self.beat(name)

        return fire


def backoff_s(failures: int) -> float:
    """Give the wait after so many failures in a row, the first being 1."""
    return min(BACKOFF_CEILING_S, FIRST_BACKOFF_S * 2.0 ** min(failures - 1, 16))


async def keep_alive(name: str, loop: Callable[[], Awaitable[None]], *, clock: Clock, health: Health) -> None:
    """Run a loop for ever: whatever it raises, and also its plain end, is logged, counted and followed by a restart.

    Returns never; only cancellation passes through. The loop itself beats, where `health` expects it to. Failures
    in a row double the wait up to a ceiling; they are forgotten once the loop has run as long as that ceiling.
    """
    failures = 0
    while True:
        started_at = clock.now()
        try:
            await loop()
        except Exception:
            health.fail(name)
            log.exception("loop failed", loop=name)
        else:
            health.fail(name)
            log.error("loop came to an end", loop=name)
        ran_s = (clock.now() - started_at).total_seconds()
        failures = 1 if ran_s >= BACKOFF_CEILING_S else failures + 1
        wait_s = backoff_s(failures)
        log.info("loop restarts", loop=name, failures=failures, again_in_s=wait_s)
        await clock.sleep(wait_s)


def guarded(kind: str, handler: Handler, health: Health) -> Handler:
    """Make a job handler safe: RetryLater and cancellation pass, any other error becomes a RetryLater.

    The wait grows with the failures in a row of that key alone, so that one broken feed slows no other down.
    """
    failures: Counter[str] = Counter()

    async def handle(key: str) -> None:
        try:
            await handler(key)
        except RetryLater:
            failures.pop(key, None)
            raise
        except Exception as error:
            failures[key] += 1
            wait_s = backoff_s(failures[key])
            health.fail(kind)
            # What the store reports is no bug: its message says what to do, and a trace of calls would hide it.
            tell = log.error if isinstance(error, StateError) else log.exception
            tell("job failed", kind=kind, key=key, error=str(error), failures=failures[key], again_in_s=wait_s)
            raise RetryLater(wait_s) from error
        else:
            failures.pop(key, None)

    return handle
