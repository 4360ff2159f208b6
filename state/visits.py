"""What a poll leaves behind beside items: how it was answered, what looks wrong, what was learnt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from rules.model import FeedId


class TroubleKind(StrEnum):
    """What may be wrong with a feed."""

    FAILING = "failing"
    GONE = "gone"
    MOVED = "moved"
    SILENT = "silent"
    EMPTIED = "emptied"
    LOST = "entries_lost"
    REISSUED = "reissued"
    CLOCK = "clock_skew"

    @property
    def is_event(self) -> bool:
        """Tell whether it happens and is over: it is told when it happens, and its end is no news."""
        return self in (TroubleKind.LOST, TroubleKind.REISSUED)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong with a feed, in words that say what to do."""

    kind: TroubleKind
    message: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a poll gave nothing."""

    reason: str
    """A word of `adapters.errors.FetchReason` or `ParseReason`."""
    message: str


@dataclass(frozen=True, slots=True)
class TroubleRow:
    """A trouble as the store keeps it, from its first sight until its end was told."""

    feed: FeedId
    kind: TroubleKind
    message: str
    since: datetime
    told_at: datetime | None
    """When the operator was told; None before."""
    over_at: datetime | None
    """When it was seen to be over; None while it lasts."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a feed's documents have taught so far."""

    published: tuple[datetime, ...] = ()
    """Moments of publication of its newest entries, newest first."""
    hints: Mapping[str, str] = field(default_factory=dict)
    """What the last document says of when to come again."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the last answer with a document: those that explain something."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What every poll writes down, however it ended."""

    status: int | None = None
    """Of the HTTP answer; None without one."""
    pace: tuple[str, ...] = ()
    """Why the next poll comes when it comes."""
    broken: tuple[Trouble, ...] = ()
    """What is wrong now."""
    mended: tuple[TroubleKind, ...] = ()
    """What was found not to be wrong any more."""
    moved_to: str | None = None
    """The address that the feed has moved to for good."""


NO_VISIT = Visit()
NO_LESSONS = Learnt()
