"""What one poll says of a feed's health: what is broken now, and what is mended. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from adapters.errors import AdapterError, FetchFailure, FetchReason, ParseFailure
from adapters.ports import ParsedFeed
from bot.decision import Decision
from bot.pace import Habit
from bot.trouble.symptoms import find_emptiness, find_loss, find_reissue, find_silence, find_skew
from state import Failure, FeedRow, Learnt, Trouble, TroubleKind

AT_ONCE, SOON, PATIENT = 1, 2, 3
"""After so many failures in a row a feed counts as broken; what often passes by itself is given more time."""

_AT_ONCE = frozenset({FetchReason.GONE, FetchReason.NOT_CONFIGURED})
_PASSING = frozenset(
    {FetchReason.DNS, FetchReason.REFUSED, FetchReason.TIMEOUT, FetchReason.PROTOCOL, FetchReason.PROXY}
)
_PASSING_STATUS = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})

_UNREAD = frozenset({TroubleKind.FAILING, TroubleKind.GONE})
_BY_DOCUMENT = _UNREAD | {TroubleKind.EMPTIED, TroubleKind.CLOCK}
"""What only a document that was read can mend; a 304 proves none of it."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """What is broken, and what is not any more."""

    broken: tuple[Trouble, ...]
    mended: tuple[TroubleKind, ...]


NOTHING_WRONG = Checkup((), ())


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document held: so many entries, of which so many are known, of which so many under other ids."""

    entries: int
    known: int
    oldest_at: datetime | None
    reissued: int = 0


def read_document(parsed: ParsedFeed, decision: Decision) -> Reading:
    """Give what a document held and what was decided about it."""
    known = decision.unchanged + decision.edited + parsed.skipped_slices
    moments = (entry.published_at for entry in parsed.entries)
    oldest_at = min((moment for moment in moments if moment is not None), default=None)
    return Reading(len(parsed.entries) + parsed.skipped_slices, known, oldest_at, decision.reissued)


def read_failure(failure: AdapterError) -> Failure:
    """Give a failure as it is stored."""
    reason = failure.reason.value if isinstance(failure, FetchFailure | ParseFailure) else ""
    return Failure(reason, str(failure))


def check_failure(row: FeedRow, failure: AdapterError) -> Checkup:
    """Judge a poll that failed; `row` is as it was before."""
    if isinstance(failure, FetchFailure) and failure.reason is FetchReason.GONE:
        message = f"{failure} (`vedette feeds accept {row.id}` switches it off)"
        return Checkup((Trouble(TroubleKind.GONE, message),), _open(row, (TroubleKind.FAILING,)))
    mended = _open(row, (TroubleKind.GONE,))
    if row.failures + 1 < _patience(failure) and TroubleKind.FAILING not in row.troubles:
        return Checkup((), mended)
    return Checkup((Trouble(TroubleKind.FAILING, str(failure)),), mended)


def check_answer(row: FeedRow, moved_to: str | None, habit: Habit | None, now: datetime) -> Checkup:
    """Judge an answer that says that nothing has changed (304)."""
    silence = find_silence(habit, now)
    if moved_to is None and silence is None and not row.troubles:
        return NOTHING_WRONG
    found = [_moved(row, moved_to), silence]
    return _conclude(row, found, (TroubleKind.MOVED, TroubleKind.SILENT))


def check_document(
    row: FeedRow,
    moved_to: str | None,
    habit: Habit | None,
    now: datetime,
    reading: Reading,
    before: Learnt,
    after: Learnt,
) -> Checkup:
    """Judge a document that was read; `before` and `after` are what was learnt without and with it."""
    newest_known_at = before.published[0] if before.published else None
    polled_at = row.last_polled_at if row.first_polled_at is not None else None
    found = [
        _moved(row, moved_to),
        find_silence(habit, now),
        find_emptiness(reading.entries, before.published),
        find_skew(after.headers, now),
        find_reissue(reading.entries, reading.reissued),
        find_loss(reading.entries, reading.known, reading.oldest_at, polled_at, newest_known_at),
    ]
    return _conclude(row, found, (TroubleKind.MOVED, TroubleKind.SILENT, *_BY_DOCUMENT))


def needs_whole(row: FeedRow, now: datetime, longest_s: float) -> bool:
    """Tell whether a feed is to be asked without validators.

    After a failure only a document that can be read is recovery, and a server that says 304 for ever (a date in
    the future, a broken cache) would hide everything.
    """
    if row.failures or row.troubles & _UNREAD or row.document_at is None:
        return True
    return not 0 <= (now - row.document_at).total_seconds() < longest_s


def _moved(row: FeedRow, moved_to: str | None) -> Trouble | None:
    if moved_to is None:
        return None
    message = f"it has moved for good to {moved_to}: `vedette feeds accept {row.id}` gives it that address"
    return Trouble(TroubleKind.MOVED, message)


def _conclude(row: FeedRow, found: Iterable[Trouble | None], examined: Iterable[TroubleKind]) -> Checkup:
    broken = tuple(each for each in found if each is not None)
    kinds = {each.kind for each in broken}
    return Checkup(broken, _open(row, (kind for kind in examined if kind not in kinds)))


def _open(row: FeedRow, kinds: Iterable[TroubleKind]) -> tuple[TroubleKind, ...]:
    return tuple(kind for kind in kinds if kind in row.troubles)


def _patience(failure: AdapterError) -> int:
    if not isinstance(failure, FetchFailure):
        return SOON
    if failure.reason in _AT_ONCE:
        return AT_ONCE
    status = failure.status or 0
    passing = failure.reason in _PASSING or status in _PASSING_STATUS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return PATIENT if passing else SOON
