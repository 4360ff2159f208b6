"""Leases of hubs, made with whatever a test does not care about."""

from dataclasses import replace

from rules.model import FeedId
from state import HubLease, HubLeaseId, HubLeaseState
from tests.store_records import START

HUB = "https://hub.example/"
TOPIC = "https://wire.example/rss"
ORIGIN = "https://desk.example"


def build_lease(lease: str = "lease", feed: str = "wire", **changes: object) -> HubLease:
    """Make a lease that is to be asked for now; its token and secret are named after it."""
    made = HubLease(
        id=HubLeaseId(lease),
        feed=FeedId(feed),
        hub=HUB,
        topic=TOPIC,
        origin=ORIGIN,
        token=f"token-of-{lease}",
        secret=f"secret-of-{lease}",
        state=HubLeaseState.ASKED,
        created_at=START,
        due_at=START,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the names are the fields'
