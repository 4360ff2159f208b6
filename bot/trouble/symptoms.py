"""What looks wrong with a feed that answers: silence against its habit, lost entries, changed ids, a wrong clock."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from adapters.http_dates import read_http_date
from bot.pace import Habit, read_count, say_length
from state import Trouble, TroubleKind

SILENCE_FLOOR = timedelta(days=3)
"""No feed is called silent sooner: weekends and holidays pass quietly."""

SILENCE_MEDIANS, SILENCE_LONGEST = 10, 2
"""Silent is who says nothing for so many of its median gaps, and for so many times its longest gap."""

SILENCE_UNKNOWN = timedelta(days=90)
"""When a feed with too few entries for a habit is called silent."""

SKEW = timedelta(minutes=5)
"""How far a publisher's clock may be from ours."""

FEWEST_ENTRIES = 3
"""A document with fewer entries is no window on what was published: nothing can be told from it."""


def find_silence(habit: Habit | None, now: datetime) -> Trouble | None:
    """Find a feed that has been silent for longer than its own habit explains; None for one without dated entries."""
    if habit is None:
        return None
    silence = now - habit.newest_at
    if silence <= SILENCE_FLOOR or silence <= _patience(habit):
        return None
    known = habit.rhythm
    used = f", where {say_length(known.median_gap_s)} are usual" if known else ""
    return Trouble(
        TroubleKind.SILENT,
        f"nothing new for {say_length(silence.total_seconds())}{used}: see whether the publisher has moved its feed",
    )


def find_loss(
    entries: int,
    known: int,
    oldest_at: datetime | None,
    last_polled_at: datetime | None,
    newest_known_at: datetime | None,
) -> Trouble | None:
    """Find out what it means when a document holds nothing that is known.

    `entries` and `known` count those of the document and those of them that were stored before; `oldest_at` is the
    document's oldest moment of publication, `last_polled_at` the last poll that succeeded (None: never), and
    `newest_known_at` the newest stored moment of publication. Where the document reaches back to what is stored,
    its ids have changed; else entries may have come and gone since the last poll.
    """
    if last_polled_at is None or known or entries < FEWEST_ENTRIES:
        return None
    if oldest_at is not None and newest_known_at is not None and oldest_at <= newest_known_at:
        return Trouble(
            TroubleKind.REISSUED, f"all {entries} entries have new ids: the publisher has re-issued its feed"
        )
    return Trouble(
        TroubleKind.LOST,
        f"all {entries} entries are new since {last_polled_at:%Y-%m-%d %H:%M} UTC, so others may have come and gone:"
        " give the feed a shorter interval",
    )


def find_reissue(entries: int, reissued: int) -> Trouble | None:
    """Find a document most of whose entries are known under other ids; they were recognised, and told to nobody."""
    if entries < FEWEST_ENTRIES or reissued * 2 < entries:
        return None
    message = (
        f"{reissued} of {entries} entries have new ids: the publisher has re-issued its feed; nothing was told twice"
    )
    return Trouble(TroubleKind.REISSUED, message)


def find_emptiness(entries: int, published: Sequence[datetime]) -> Trouble | None:
    """Find a document without entries where there were some before."""
    if entries or not published:
        return None
    return Trouble(
        TroubleKind.EMPTIED,
        f"its document holds no entries any more, the last one was of {published[0]:%Y-%m-%d}:"
        " see whether the publisher has moved its feed",
    )


def find_skew(headers: Mapping[str, str], now: datetime) -> Trouble | None:
    """Find a publisher's clock that differs from ours by more than `SKEW`; a cached answer's age is allowed for."""
    stated = read_http_date(headers.get("date", ""))
    if stated is None:
        return None
    age_s = read_count(headers.get("age", "")) or 0
    ahead_s = (stated - now).total_seconds() + age_s
    if abs(ahead_s) <= SKEW.total_seconds():
        return None
    side = "ahead of" if ahead_s > 0 else "behind"
    return Trouble(
        TroubleKind.CLOCK,
        f"the publisher's clock is {say_length(abs(ahead_s))} {side} ours: its dates are off by as much; when many"
        " feeds say so, set this machine's clock",
    )


def _patience(habit: Habit) -> timedelta:
    if habit.rhythm is None:
        return SILENCE_UNKNOWN
    usual_s = max(SILENCE_MEDIANS * habit.rhythm.median_gap_s, SILENCE_LONGEST * habit.rhythm.longest_gap_s)
    return max(SILENCE_FLOOR, timedelta(seconds=usual_s))
