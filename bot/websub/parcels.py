"""Pushes that came and are not read yet: few of each feed, bounded in all, equal ones once. No IO."""

from collections import deque
from dataclasses import dataclass, field

from rules.model import FeedId
from state import HubLeaseId

MOST_PARCELS = 4
"""So many pushes of one feed wait; the oldest goes first."""

MOST_BYTES = 16 * 1024 * 1024
"""So much waits of all feeds together."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """The body of one push, its signature found right."""

    lease: HubLeaseId
    body: bytes = field(repr=False)
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """What waits for one feed, oldest first; `overflowed` when something had to be thrown away."""

    parcels: tuple[Parcel, ...] = ()
    overflowed: bool = False


class Mailbox:
    """Holds what was pushed until it is read. What is thrown away is found by a poll, for which readers ask then."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._boxes: dict[FeedId, deque[Parcel]] = {}
        self._overflowed: set[FeedId] = set()
        self._bytes = 0

    def put(self, feed: FeedId, parcel: Parcel) -> None:
        """Take a push in; one that waits already is taken once."""
        box = self._boxes.setdefault(feed, deque())
        if parcel in box:
            return
        if self._bytes + len(parcel.body) > self._most_bytes:
            self._overflowed.add(feed)
            return
        if len(box) >= MOST_PARCELS:
            self._bytes -= len(box.popleft().body)
            self._overflowed.add(feed)
        box.append(parcel)
        self._bytes += len(parcel.body)

    def take(self, feed: FeedId) -> Post:
        """Give all that waits for a feed, and hold it no longer."""
        box = self._boxes.pop(feed, deque())
        self._bytes -= sum(len(parcel.body) for parcel in box)
        overflowed = feed in self._overflowed
        self._overflowed.discard(feed)
        return Post(tuple(box), overflowed)
