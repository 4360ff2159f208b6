"""What is said of a feed's health: its last answer, what failed, what is wrong, the edit it asks for."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from http import HTTPStatus

from adapters.conversation import Block, Table
from adapters.phrases import age
from bot.commands.answers import paragraph, said, say_moment, strong, table
from bot.feedbook.acceptance import ProposedEdit, propose_edit
from bot.feedbook.desk import Accepted
from bot.feedbook.standing import FeedDetails
from bot.trouble.remedies import remedy_failure, remedy_trouble
from state import FeedRow, Learnt, TroubleKind, TroubleRow

_LONGEST = 500
"""Characters of a message that are shown where there is room for it."""

_EDITED = frozenset({TroubleKind.MOVED, TroubleKind.GONE})
"""What the edit that is proposed mends."""

_GRAVEST = (TroubleKind.GONE, TroubleKind.FAILING, TroubleKind.EMPTIED, TroubleKind.LOST, TroubleKind.MOVED)


def answer_rows(row: FeedRow, learnt: Learnt, now: datetime) -> Iterator[tuple[str, str]]:
    """Give what the server said last, and what of it explains something."""
    yield "last answer", _say_answer(row, now)
    yield "last whole document", say_moment(row.document_at, now, "not known" if row.first_polled_at else "none yet")
    for name, value in learnt.headers.items():
        yield "", f"{said(name)}: {said(value)}"
    for name, value in learnt.hints.items():
        yield "", f"<{said(name)}> {said(value)}"


def failure_rows(row: FeedRow) -> Iterator[tuple[str, str]]:
    """Give how often polls have failed in a row, and why the last one did."""
    yield "failures in a row", f"{row.failures}" + (f": {say_failure(row)}" if row.error else "")
    if remedy := remedy_failure(row.reason, row.id):
        yield "what to do", remedy


def health_rows(details: FeedDetails, now: datetime) -> Iterator[tuple[str, str]]:
    """Give what is wrong with a feed, what to do, and the edit that it asks for."""
    for trouble in details.troubles:
        yield f"trouble: {trouble.kind}", said(trouble.message, _LONGEST)
        yield "", f"since {say_moment(trouble.since, now)}; {_say_told(trouble, now)}"
        if trouble.kind not in _EDITED:
            yield "", remedy_trouble(trouble.kind, trouble.feed)
    if not details.troubles and details.report.row is not None:
        yield "troubles", "none"
    proposed = propose_edit(details.report)
    if proposed is not None:
        yield "proposed edit", f"{proposed.key}: {said(proposed.after, _LONGEST)}, as {proposed.reason}"
        yield "", f"`vedette feeds accept {proposed.feed}` makes it"
        if proposed.doubt:
            yield "", proposed.doubt
    row, spec = details.report.row, details.report.entry.spec
    if row is not None and row.spec.url != spec.url:
        yield "polled still", f"{said(row.spec.url)}: a running bot takes the address above at its next start"


def say_failure(row: FeedRow) -> str:
    """Say a feed's last failure, its kind first; empty after a success."""
    return f"{row.reason}: {said(row.error)}" if row.reason else said(row.error)


def health_json(details: FeedDetails) -> dict[str, object]:
    """Give a feed's health as plain values."""
    row = details.report.row
    learnt, proposed = details.learnt, propose_edit(details.report)
    return {
        "status": row.status if row is not None else None,
        "document_at": row.document_at.isoformat() if row is not None and row.document_at else None,
        "headers": dict(learnt.headers),
        "hints": dict(learnt.hints),
        "reasons": list(row.pace) if row is not None else [],
        "what_to_do": remedy_failure(row.reason, row.id) if row is not None else "",
        "troubles": [trouble_json(each) for each in details.troubles],
        "proposed": proposed_json(proposed) if proposed is not None else None,
    }


def troubles_table(title: str, troubles: Iterable[TroubleRow], now: datetime) -> Table:
    """Make a table of what is wrong with feeds."""
    rows = ((each.feed, each.kind, age(each.since, now), said(each.message)) for each in troubles)
    return table(title, "Feed|Trouble|Since|Message", rows)


def list_open(troubles: Sequence[TroubleRow]) -> list[TroubleRow]:
    """List the troubles that are not over, the gravest first, then the oldest."""
    ranks = {kind: rank for rank, kind in enumerate(_GRAVEST)}
    lasting = [each for each in troubles if each.over_at is None]
    return sorted(lasting, key=lambda each: (ranks.get(each.kind, len(ranks)), each.since))


def trouble_json(trouble: TroubleRow) -> dict[str, object]:
    """Give a trouble as plain values."""
    return {
        "feed": trouble.feed,
        "kind": trouble.kind.value,
        "message": trouble.message,
        "since": trouble.since.isoformat(),
        "told_at": trouble.told_at.isoformat() if trouble.told_at is not None else None,
        "what_to_do": remedy_trouble(trouble.kind, trouble.feed),
    }


def accepted_blocks(accepted: Accepted, at_next_start: str) -> tuple[Block, ...]:
    """Say which edit was made, or would be."""
    proposed = accepted.proposed
    blocks: list[Block] = [paragraph(strong(proposed.feed), f": {proposed.reason}.")]
    cells = (proposed.key, said(proposed.before, _LONGEST), said(proposed.after, _LONGEST))
    blocks.append(table("", "Key|Before|After", (cells,)))
    if proposed.doubt:
        blocks.append(paragraph(f"Note: {proposed.doubt}."))
    blocks.append(paragraph(f"Written. {at_next_start}" if accepted.written else "Nothing was written."))
    return (*blocks, *(paragraph(said(str(each))) for each in accepted.saved.warnings))


def accepted_json(accepted: Accepted) -> dict[str, object]:
    """Give an edit that was made, or would be, as plain values."""
    told = {"written": accepted.written, "warnings": [str(each) for each in accepted.saved.warnings]}
    return proposed_json(accepted.proposed) | told


def proposed_json(proposed: ProposedEdit) -> dict[str, object]:
    """Give a proposed edit as plain values."""
    return {
        "feed": proposed.feed,
        "key": proposed.key,
        "before": proposed.before,
        "after": proposed.after,
        "reason": proposed.reason,
        "note": proposed.doubt,
    }


def _say_answer(row: FeedRow, now: datetime) -> str:
    """Say how the server answered last. When a failed poll was, no row knows."""
    if row.status is None:
        return "none: see the failure" if row.failures else "not known" if row.last_polled_at else "none yet"
    answer = f"HTTP {row.status}" + (" (not modified)" if row.status == HTTPStatus.NOT_MODIFIED else "")
    return answer if row.failures else f"{answer}, {say_moment(row.last_polled_at, now)}"


def _say_told(trouble: TroubleRow, now: datetime) -> str:
    if trouble.told_at is None:
        return "the operator was not told yet"
    return f"the operator was told {say_moment(trouble.told_at, now)}"
