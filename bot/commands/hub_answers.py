"""What `feeds show` says of a feed's hub. Of tokens and secrets it knows nothing to say."""

from collections.abc import Iterator
from datetime import datetime

from adapters.phrases import age, stamp
from bot.commands.answers import said, say_moment
from state import HubLease, HubLeaseState


def lease_rows(lease: HubLease, now: datetime) -> Iterator[tuple[str, str]]:
    """Give a lease as rows of a table."""
    yield "hub", said(lease.hub)
    yield "pushed as", said(lease.topic)
    yield "pushes", _tell_state(lease, now)
    if lease.error:
        times = "" if lease.failures <= 1 else f" ({lease.failures} times in a row)"
        yield "hub's last failure", f"{said(lease.error)}{times}"
    yield "hub is asked again", say_moment(lease.due_at, now)
    yield "last push", say_moment(lease.pushed_at, now, "none yet")


def lease_json(lease: HubLease | None) -> dict[str, object] | None:
    """Give a lease as plain values."""
    if lease is None:
        return None
    moments = {
        "lease_until": lease.lease_until,
        "verified_at": lease.verified_at,
        "pushed_at": lease.pushed_at,
        "missed_at": lease.missed_at,
        "due_at": lease.due_at,
    }
    return {
        "hub": lease.hub,
        "topic": lease.topic,
        "state": lease.state.value,
        "failures": lease.failures,
        "error": lease.error,
    } | {name: moment.isoformat() if moment is not None else None for name, moment in moments.items()}


def _tell_state(lease: HubLease, now: datetime) -> str:
    match lease.state:
        case HubLeaseState.ACTIVE if lease.lease_until is not None:
            end = f"{stamp(lease.lease_until)} ({age(lease.lease_until, now)})"
            if not lease.is_active(now):
                return f"lapsed at {end}"
            missed = f"; news came without one at {stamp(lease.missed_at)}" if lease.missed_at is not None else ""
            return f"promised until {end}{missed}"
        case HubLeaseState.DENIED:
            return "denied by the hub"
        case HubLeaseState.LEAVING:
            return "wanted no more"
        case _:
            return "asked for" if lease.asked_at is not None else "to be asked for"
