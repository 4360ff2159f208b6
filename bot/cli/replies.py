"""A reply of the command core on a terminal; in a pipe the same words without colour."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import assert_never

from rich.console import Console
from rich.text import Text

from adapters import phrases
from adapters.conversation import Block, Card, Paragraph, Reply, Table
from bot.cli.terminal import show_table
from rules.spans import Span
from rules.summary import Summary


def show_reply(reply: Reply) -> None:
    """Print a reply, its blocks with an empty line between them."""
    console = Console(file=sys.stdout, soft_wrap=True, highlight=False)
    now = datetime.now(UTC)
    for position, block in enumerate(reply.blocks):
        if position:
            console.print()
        _show_block(console, block, now)


def _show_block(console: Console, block: Block, now: datetime) -> None:
    match block:
        case Paragraph(spans):
            console.print(_styled(spans))
        case Table(columns, rows, title):
            show_table(columns, rows, title)
        case Card(summary):
            console.print(_card(summary, now))
        case _:
            assert_never(block)


def _styled(spans: Iterable[Span]) -> Text:
    return Text.assemble(*((span.text, "bold" if span.strong else "") for span in spans))


def _card(summary: Summary, now: datetime) -> Text:
    """Write an alert as it was told: headline, passages, who and when, link, reasons."""
    head = Text(f"[{summary.severity}] ").append_text(_styled(summary.headline) or Text(phrases.NO_HEADLINE))
    lines = [head, *(Text("  ").append_text(_styled(excerpt)) for excerpt in summary.excerpts)]
    lines.append(Text(f"  {phrases.meta(summary, now)}", style="dim"))
    if summary.link:
        lines.append(Text(f"  {summary.link}"))
    lines.append(Text(f"  flagged by {', '.join(summary.reasons)}", style="dim"))
    return Text("\n").join(lines)
