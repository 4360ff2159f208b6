"""The parts that answers are made of. Text from feeds and people goes through `said`."""

from collections.abc import Collection, Iterable
from datetime import datetime
from difflib import get_close_matches

from pydantic_core import to_jsonable_python

from adapters.conversation import Paragraph, Reply, Table
from adapters.phrases import age, plain, stamp
from rules.spans import Span, passage
from rules.summary import Summary

_LONGEST_SAID = 200


def said(text: str, longest: int = _LONGEST_SAID) -> str:
    """Give foreign text inert, on one line, at most 200 characters of it unless said otherwise."""
    return passage(text).shortened(longest).text


def paragraph(*parts: str | Span) -> Paragraph:
    """Make a paragraph of plain text and spans."""
    return Paragraph(tuple(part if isinstance(part, Span) else Span(part) for part in parts if part))


def strong(text: str) -> Span:
    """Make a run of strong text."""
    return Span(text, strong=True)


def table(title: str, columns: str, rows: Iterable[Iterable[str]]) -> Table:
    """Make a table; `columns` are the titles, separated by `|`."""
    return Table(tuple(columns.split("|")), tuple(map(tuple, rows)), title)


def refusal(message: str, hint: str = "") -> Reply:
    """Answer that something was not done, why, and what to do instead."""
    parts = [paragraph(said(part)) for part in (message, hint) if part]
    return Reply(tuple(parts), ok=False, data={"error": message, "hint": hint})


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Suggest the known word that is nearest, if one is near."""
    near = get_close_matches(word.casefold(), known, n=1)
    return f"Did you mean “{near[0]}”?" if near else ""


def count(number: int, one: str, many: str = "") -> str:
    """Say how many there are: `1 item`, `1,200 items`; `many` is the plural where it is not `one` with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def summary_json(summary: Summary) -> dict[str, object]:
    """Give a summary as plain JSON values, its runs of text joined."""
    texts = {"headline": plain(summary.headline), "excerpts": [plain(excerpt) for excerpt in summary.excerpts]}
    return {**to_jsonable_python(summary), **texts}


def say_moment(moment: datetime | None, now: datetime, none: str = "never") -> str:
    """Say when something was or will be, by age and by clock."""
    return f"{age(moment, now)} ({stamp(moment)})" if moment is not None else none
