"""Summaries and replies as a terminal shows them, or as plain lines for a pipe. Pure: gives text, writes nothing.

What comes from feeds is set as literal text without control characters, so it can neither move the cursor nor
pass for markup.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from adapters.console.transcript import PostKind
from adapters.conversation import Block, Card, Paragraph, Reply, Table
from adapters.phrases import NO_HEADLINE, change, meta
from rules.model import Severity
from rules.neutral import visible
from rules.notice import Content, Notice, headline_text
from rules.spans import Span
from rules.summary import Summary

INDENT = 2
_LONGEST_PARENT = 60
_COLOURS = {
    Severity.LOW: "cyan",
    Severity.MEDIUM: "yellow",
    Severity.HIGH: "bold red",
    Severity.CRITICAL: "bold white on red",
}
_MARKS = {PostKind.POST: "●", PostKind.REPLY: "↳", PostKind.EDIT: "✎"}


def open_console(output: TextIO) -> Console:
    """Make the rich console of a stream, with everything off that would interpret its text."""
    return Console(file=output, markup=False, emoji=False, highlight=False)


def render_content(
    content: Content,
    now: datetime,
    console: Console,
    *,
    channel: str = "",
    kind: PostKind = PostKind.POST,
    parent: str = "",
) -> str:
    """Give a post as the console shows it, ending in a newline; `parent` is the headline that a reply updates."""
    word = "NOTICE" if isinstance(content, Notice) else content.severity.upper()
    heading = _heading(word, content.severity, channel, kind, parent)
    body = _told(content) if isinstance(content, Notice) else _body(content, now)
    return _render([heading, *body], console, INDENT * 2 if kind is PostKind.REPLY else INDENT)


def render_reply(reply: Reply, now: datetime, console: Console) -> str:
    """Give a command's answer as the console shows it, ending in a newline; tables are tab-separated in a pipe."""
    shown = (_block(block, now, console, "" if reply.ok else "yellow") for block in reply.blocks)
    return "\n".join(text for text in shown if text)


def _block(block: Block, now: datetime, console: Console, style: str) -> str:
    match block:
        case Paragraph(spans):
            return _render([_text(spans, style)], console, 0)
        case Card(summary):
            return render_content(summary, now, console)
        case Table():
            return _grid(block, console) if console.is_terminal else _tabbed(block)


def _heading(word: str, severity: Severity, channel: str, kind: PostKind, parent: str) -> Text:
    text = Text(f"{_MARKS[kind]} ", style=_COLOURS[severity])
    text.append(word)
    if channel:
        text.append(f"  {visible(channel)}", "default dim not bold")
    if kind is PostKind.REPLY:
        about = visible(parent)
        about = f"{about[: _LONGEST_PARENT - 1]}…" if len(about) > _LONGEST_PARENT else about
        text.append(f"  update to: {about}" if about else "  update", "default dim not bold")
    if kind is PostKind.EDIT:
        text.append("  edited", "default dim not bold")
    return text


def _told(notice: Notice) -> Iterable[Text]:
    yield _line(notice.title, "bold")
    for line in notice.lines:
        yield _line(line)


def _body(summary: Summary, now: datetime) -> Iterable[Text]:
    yield _text(summary.headline or (Span(NO_HEADLINE),), "bold", "bold yellow")
    for excerpt in summary.excerpts:
        yield _text(excerpt)
    if changed := change(summary):
        yield _line(changed, "bold magenta")
    yield _line(meta(summary, now), "dim")
    if summary.reasons:
        yield _line(f"why: {'; '.join(summary.reasons)}", "dim")
    if summary.link:
        # Left to the terminal to wrap, so that it stays one address to click on.
        yield Text(visible(summary.link), "blue", no_wrap=True, overflow="ignore")


def _text(spans: Iterable[Span], style: str = "", strong: str = "bold yellow") -> Text:
    text = Text(style=style)
    for span in spans:
        text.append(visible(span.text), strong if span.strong else None)
    return text


def _line(text: str, style: str = "") -> Text:
    return Text(visible(text), style)


def _render(lines: Sequence[Text], console: Console, indent: int) -> str:
    """Set the first line flush and the others indented."""
    if not console.is_terminal:
        margin = " " * indent
        return "".join(f"{margin if number else ''}{line.plain}\n" for number, line in enumerate(lines))
    wrapped = (_wrapped(line, console, indent if number else 0) for number, line in enumerate(lines))
    return _captured(console, chain.from_iterable(wrapped))


def _wrapped(line: Text, console: Console, indent: int) -> Iterable[Text]:
    for part in line.wrap(console, max(console.width - indent, 1), no_wrap=line.no_wrap):
        part.rstrip()
        part.pad_left(indent)
        yield part


def _captured(console: Console, shown: Iterable[RenderableType]) -> str:
    with console.capture() as capture:
        for each in shown:
            console.print(each, no_wrap=True, overflow="ignore", crop=False)
    return capture.get()


def _grid(table: Table, console: Console) -> str:
    grid = Grid(
        box=SIMPLE_HEAD,
        show_edge=False,
        title=_line(table.title, "bold") if table.title else None,
        title_justify="left",
    )
    for column in table.columns:
        grid.add_column(_line(column), overflow="fold")
    for row in table.rows:
        grid.add_row(*map(_line, row))
    return _captured(console, [grid])


def _tabbed(table: Table) -> str:
    rows = ["\t".join(map(visible, row)) for row in (table.columns, *table.rows)]
    return "".join(f"{line}\n" for line in ([visible(table.title)] if table.title else []) + rows)


def plain_headline(content: Content) -> str:
    """Give the headline as one plain line."""
    return visible(headline_text(content)) or NO_HEADLINE
