"""What happens to a lease, step by step. Pure: a lease and the moment in, the lease as it is then out.

asked -> active -> asked for again before its end ... -> leaving -> gone. A hub that fails is asked again, each time
later; one that denies is asked again after a day. Nothing here is ever given up but a farewell.
"""

import random
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from bot.pace.checks import JITTER
from rules.model import FeedId
from state import HubLease, HubLeaseId, HubLeaseState

DAY_S = 86400.0

ANSWER_S = 1800.0
"""How long a hub may take to confirm what it was asked for."""

REPEAT_S = 600.0
"""How long after a confirmation the hub may ask again, because our answer was lost."""

LONGEST_LEASE_S = 30 * DAY_S
"""Nothing is believed for longer."""

UNKNOWN_LEASE_S = DAY_S
"""What a lease is taken for whose length the hub does not say, or says in no number above zero."""

RENEWAL = 0.75
"""A lease is renewed when about so much of it is over."""

SOONEST_RENEWAL_S = 300.0
"""However short a hub says that its leases are."""

MISS_GRACE_S = 600.0
"""How long a push may come after the poll that found its news first."""

MISS_SPACING_S = 6 * 3600.0
"""The least time between two renewals that were asked for because pushes did not come."""

FIRST_WAIT_S, REFUSED_WAIT_S, DENIED_WAIT_S = 300.0, 3600.0, DAY_S
"""The wait after a first failure: the hub cannot be reached or is broken; it answers 4xx; it denies."""

WAIT_CEILING_S, DENIED_CEILING_S = DAY_S, 7 * DAY_S

FAREWELLS = 3
"""So often a hub is told that its pushes are wanted no more."""

_MOST_DOUBLINGS = 20
_LONGEST_ERROR = 300


def open_lease(feed: FeedId, hub: str, topic: str, origin: str, now: datetime) -> HubLease:
    """Make a lease to be asked for now, with a token and a secret of its own."""
    return HubLease(
        id=HubLeaseId(secrets.token_hex(6)),
        feed=feed,
        hub=hub,
        topic=topic,
        origin=origin,
        token=secrets.token_urlsafe(32),
        secret=secrets.token_urlsafe(32),
        state=HubLeaseState.ASKED,
        created_at=now,
        due_at=now,
    )


def ask(lease: HubLease, now: datetime) -> HubLease:
    """Note that the hub is being asked; a request before this one that was never confirmed counts as a failure."""
    failures, error = lease.failures, lease.error
    if lease.asked_at is not None:
        failures, error = failures + 1, "the hub took the request and has not confirmed it"
    wait_s = max(ANSWER_S, _grow(FIRST_WAIT_S, failures, WAIT_CEILING_S))
    return _change(lease, asked_at=now, due_at=now + timedelta(seconds=wait_s), failures=failures, error=error)


def fail(lease: HubLease, asked_at: datetime, error: str, wait_s: float, now: datetime) -> HubLease:
    """Note that a request came to nothing, unless the hub has confirmed it all the same; ask again after a wait."""
    if lease.asked_at != asked_at:
        return lease
    due_at = now + timedelta(seconds=wait_s)
    failures = lease.failures + 1
    return _change(lease, asked_at=None, due_at=due_at, failures=failures, error=error[:_LONGEST_ERROR])


def retry_wait_s(lease: HubLease, status: int | None, retry_after_s: float | None, dice: random.Random) -> float:
    """Give the wait after one more failure; `status` is that of the hub's answer, None without one."""
    refused = status is not None and 400 <= status < 500 and status not in (408, 425, 429)
    own_s = _grow(REFUSED_WAIT_S if refused else FIRST_WAIT_S, lease.failures + 1, WAIT_CEILING_S)
    return max(own_s * dice.uniform(1 - JITTER, 1 + JITTER), min(retry_after_s or 0.0, WAIT_CEILING_S))


def is_awaited(lease: HubLease, now: datetime) -> bool:
    """Tell whether a confirmation of the lease is wanted: it was asked for, or confirmed a moment ago."""
    if lease.state is HubLeaseState.LEAVING:
        return False
    repeated = lease.verified_at is not None and now - lease.verified_at <= timedelta(seconds=REPEAT_S)
    return lease.asked_at is not None or repeated


def confirm(lease: HubLease, stated: str, wish_s: float, now: datetime, dice: random.Random) -> HubLease:
    """Begin the lease; `stated` is its length in seconds as the hub writes it, `wish_s` what was asked for."""
    lease_s = read_lease_s(stated, wish_s)
    renewal_s = max(lease_s * RENEWAL * dice.uniform(1 - JITTER, 1 + JITTER), SOONEST_RENEWAL_S)
    return _change(
        lease,
        state=HubLeaseState.ACTIVE,
        asked_at=None,
        verified_at=now,
        lease_until=now + timedelta(seconds=lease_s),
        due_at=now + timedelta(seconds=renewal_s),
        failures=0,
        error="",
    )


def read_lease_s(stated: str, wish_s: float) -> float:
    """Read how long a lease is."""
    digits = stated.strip()
    if not (digits.isascii() and digits.isdigit()) or not digits.strip("0"):
        return min(wish_s, UNKNOWN_LEASE_S)
    return float(min(int(digits[:12]), LONGEST_LEASE_S))


def deny(lease: HubLease, reason: str, now: datetime) -> HubLease:
    """End the lease because the hub says so, which it may at any time; it is asked again much later."""
    if lease.state is HubLeaseState.LEAVING:
        return lease
    failures = lease.failures + 1
    wait_s = _grow(DENIED_WAIT_S, failures, DENIED_CEILING_S)
    said = f"the hub denies: {reason}" if reason else "the hub denies and does not say why"
    return _change(
        lease,
        state=HubLeaseState.DENIED,
        asked_at=None,
        lease_until=None,
        due_at=now + timedelta(seconds=wait_s),
        failures=failures,
        error=said[:_LONGEST_ERROR],
    )


def miss(lease: HubLease, now: datetime) -> HubLease:
    """Note that a poll found news which no push had brought; the lease is renewed soon unless a push comes."""
    if lease.missed_at is not None:
        return lease
    renew_at = now + timedelta(seconds=MISS_GRACE_S)
    if lease.verified_at is not None:
        renew_at = max(renew_at, lease.verified_at + timedelta(seconds=MISS_SPACING_S))
    return _change(lease, missed_at=now, due_at=min(lease.due_at, renew_at))


def leave(lease: HubLease, now: datetime) -> HubLease:
    """Want the lease no more; the hub is told at once."""
    if lease.state is HubLeaseState.LEAVING:
        return lease
    return _change(lease, state=HubLeaseState.LEAVING, asked_at=None, due_at=now, failures=0, error="")


def is_gone(lease: HubLease, now: datetime) -> bool:
    """Tell whether a lease that is being left can be forgotten: it is over, or the hub was told often enough."""
    over = lease.lease_until is None or lease.lease_until <= now
    return lease.state is HubLeaseState.LEAVING and (over or lease.failures >= FAREWELLS)


def _grow(first_s: float, failures: int, ceiling_s: float) -> float:
    return min(first_s * 2.0 ** min(max(failures - 1, 0), _MOST_DOUBLINGS), ceiling_s)


def _change(lease: HubLease, **changes: object) -> HubLease:
    return replace(lease, revision=lease.revision + 1, **changes)  # type: ignore[arg-type]  # fields of HubLease
