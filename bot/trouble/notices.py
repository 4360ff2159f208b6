"""Troubles in rows | what is due to be told | notices. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.identifiers import derive_id
from bot.pace import say_length
from rules.model import Severity, StoryId
from rules.notice import Notice
from state import AlertId, DeliveryId, DeliveryRecord, NoticeRecord, SubscriptionId, TroubleKind, TroubleRow

DIGEST_FROM = 4
"""So many feeds that break, or are back, at one time are told in one message."""

GATHERING = timedelta(minutes=2)
"""What began is told when the oldest of it is so old: feeds that break together seldom do in the same minute."""

DIGEST_PAUSE = timedelta(minutes=10)
"""After so many were told, the next are collected for so long."""

DIGEST_LINES = 15
"""So many feeds are named in a digest; the others are counted."""

EVENT_LASTS = timedelta(days=1)
"""The same event of the same feed is told again after this time at the soonest."""

OPERATOR = SubscriptionId("operator")

_BROKEN = {
    TroubleKind.FAILING: "cannot be read",
    TroubleKind.GONE: "is gone for good",
    TroubleKind.MOVED: "has moved",
    TroubleKind.SILENT: "is silent",
    TroubleKind.EMPTIED: "is empty",
    TroubleKind.LOST: "may have lost entries",
    TroubleKind.REISSUED: "was re-issued",
    TroubleKind.CLOCK: "has a wrong clock",
}
_MENDED = {
    TroubleKind.FAILING: "can be read again",
    TroubleKind.GONE: "is there again",
    TroubleKind.MOVED: "has its address again",
    TroubleKind.SILENT: "publishes again",
    TroubleKind.EMPTIED: "holds entries again",
    TroubleKind.CLOCK: "has a right clock again",
}
_GRAVE = frozenset({TroubleKind.FAILING, TroubleKind.GONE, TroubleKind.EMPTIED})


@dataclass(frozen=True, slots=True)
class Report:
    """What is told now, what the operator knows with it, and what can be forgotten."""

    notices: tuple[NoticeRecord, ...] = ()
    told: tuple[TroubleRow, ...] = ()
    over: tuple[TroubleRow, ...] = ()


def build_report(rows: Sequence[TroubleRow], feeds: int, channel: str, now: datetime) -> Report:
    """Tell the channel once of each trouble that began and once of its end; many at a time in a digest.

    `rows` are all troubles, `feeds` the number of active feeds.
    """
    spent = tuple(row for row in rows if _is_spent(row, now))
    ended = tuple(row for row in rows if row.over_at is not None and not row.kind.is_event)
    began = tuple(row for row in rows if row.told_at is None and row.over_at is None)
    if _is_gathering(began, now) or _is_pausing(rows, now):
        began = ()
    notices = (*_tell_began(began, feeds, channel, now), *_tell_ended(ended, channel, now))
    return Report(notices, began, (*ended, *spent))


def _is_spent(row: TroubleRow, now: datetime) -> bool:
    return row.kind.is_event and row.told_at is not None and now - row.told_at >= EVENT_LASTS


def _is_gathering(began: Sequence[TroubleRow], now: datetime) -> bool:
    return all(timedelta() <= now - row.since < GATHERING for row in began)


def _is_pausing(rows: Sequence[TroubleRow], now: datetime) -> bool:
    """Tell whether many were told a short while ago, so that the next ones wait to be told together."""
    recent = [row for row in rows if row.told_at is not None and timedelta() <= now - row.told_at < DIGEST_PAUSE]
    return len(recent) >= DIGEST_FROM


def _tell_began(rows: Sequence[TroubleRow], feeds: int, channel: str, now: datetime) -> list[NoticeRecord]:
    if len(rows) < DIGEST_FROM:
        return [_single(row, _BROKEN[row.kind], (row.message,), channel, now) for row in rows]
    count = len({row.feed for row in rows})
    lines = [f"{row.feed} {_BROKEN[row.kind]}: {row.message}" for row in _gravest_first(rows)]
    if count * 2 >= feeds:
        lines.insert(0, "That is half of all feeds or more: see first whether this machine reaches the network.")
    return [_digest(f"{count} feeds are in trouble", lines, rows, _severity(rows), channel, now)]


def _tell_ended(rows: Sequence[TroubleRow], channel: str, now: datetime) -> list[NoticeRecord]:
    if len(rows) < DIGEST_FROM:
        return [_single(row, _MENDED[row.kind], (_say_span(row),), channel, now) for row in rows]
    lines = [f"{row.feed} {_MENDED[row.kind]}, {_say_span(row)}" for row in rows]
    count = len({row.feed for row in rows})
    return [_digest(f"{count} feeds are in order again", lines, rows, Severity.LOW, channel, now)]


def _say_span(row: TroubleRow) -> str:
    over_at = row.over_at or row.since
    return f"after {say_length((over_at - row.since).total_seconds())}"


def _gravest_first(rows: Sequence[TroubleRow]) -> list[TroubleRow]:
    return sorted(rows, key=lambda row: row.kind not in _GRAVE)


def _severity(rows: Sequence[TroubleRow]) -> Severity:
    return Severity.MEDIUM if any(row.kind in _GRAVE and row.over_at is None for row in rows) else Severity.LOW


def _single(row: TroubleRow, predicate: str, lines: tuple[str, ...], channel: str, now: datetime) -> NoticeRecord:
    thread = _name(row)
    notice = Notice(f"Feed {row.feed} {predicate}", lines, _severity([row]), now)
    return _record(f"{thread}|{_stage(row)}", thread, notice, channel)


def _digest(
    title: str, lines: Sequence[str], rows: Sequence[TroubleRow], severity: Severity, channel: str, now: datetime
) -> NoticeRecord:
    shown = tuple(lines[:DIGEST_LINES])
    if left := len(lines) - len(shown):
        shown = (*shown, f"… and {left} more: `vedette feeds list` shows all.")
    told = "|".join(sorted(f"{_name(row)}|{_stage(row)}" for row in rows))
    return _record(told, told, Notice(title, shown, severity, now), channel)


def _name(row: TroubleRow) -> str:
    return f"trouble|{row.feed}|{row.kind}|{row.since.isoformat()}"


def _stage(row: TroubleRow) -> str:
    return "began" if row.over_at is None else f"ended|{row.over_at.isoformat()}"


def _record(told: str, thread: str, notice: Notice, channel: str) -> NoticeRecord:
    """Build a record whose ids come from what is told to whom, so that a repeat collides in the store."""
    delivery = DeliveryRecord(DeliveryId(derive_id(told, channel)), OPERATOR, channel)
    return NoticeRecord(AlertId(derive_id(told)), StoryId(derive_id(thread)), notice, (delivery,))
