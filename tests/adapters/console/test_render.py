"""What the console shows: readable cards on a terminal, plain lines in a pipe, inert either way."""

import io
from dataclasses import replace
from datetime import datetime

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from adapters.console import open_console, render_content, render_reply
from adapters.console.transcript import PostKind
from adapters.conversation import Block, Card, Paragraph, Reply, Table
from rules.model import DateDoubt, Severity
from rules.spans import Span
from rules.summary import Summary
from tests.hostile import UNSEEN, hostile_text
from tests.items import NOW, make_item, make_summary

_OURS = regex.compile(r"\x1b\[[0-9;]*m")
"""The only escape sequences that the renderer may write: colours and weights."""

BEFORE = make_item("North Korea lost 600 soldiers", "Lawmakers were told that 600 died in Kursk.")
AFTER = make_item("North Korea lost 2,000 soldiers", "Lawmakers were told that 2,000 died in Kursk.")
UPDATE = make_summary(AFTER, "soldiers", "died", previous=BEFORE)


def _terminal(width: int = 80) -> Console:
    return Console(file=io.StringIO(), force_terminal=True, color_system="standard", width=width, _environ={})


def _pipe() -> Console:
    return open_console(io.StringIO())


def _bare(text: str) -> str:
    return _OURS.sub("", text)


def test_render_content_when_in_a_pipe_then_it_is_plain_lines() -> None:
    assert render_content(UPDATE, NOW, _pipe(), channel="desk") == (
        "● HIGH  desk\n"
        "  North Korea lost 2,000 soldiers\n"
        "  Lawmakers were told that 2,000 died in Kursk.\n"
        "  now: 2,000 — before: 600\n"
        "  Han River Wire (KR, state-affiliated) · 12 min ago · en · 2025-09-02 09:12 UTC\n"
        "  why: Casualties\n"
        "  https://wire.example/a/1\n"
    )


def test_render_content_when_on_a_terminal_then_it_says_the_same_in_colour() -> None:
    shown = render_content(UPDATE, NOW, _terminal(200), channel="desk")
    assert _bare(shown) == render_content(UPDATE, NOW, _pipe(), channel="desk")
    assert "\x1b[1;33msoldiers\x1b[0m" in shown


def test_render_content_when_a_reply_then_it_is_set_in_and_names_what_it_updates() -> None:
    first, second, *_ = render_content(
        UPDATE, NOW, _pipe(), channel="desk", kind=PostKind.REPLY, parent="North Korea lost 600 soldiers"
    ).splitlines()
    assert (first, second) == (
        "↳ HIGH  desk  update to: North Korea lost 600 soldiers",
        "    North Korea lost 2,000 soldiers",
    )


def test_render_content_when_an_edit_then_it_says_so() -> None:
    assert render_content(UPDATE, NOW, _pipe(), channel="desk", kind=PostKind.EDIT).startswith("✎ HIGH  desk  edited\n")


@pytest.mark.parametrize("severity", Severity)
def test_render_content_when_severe_then_the_word_says_it_and_not_the_colour_alone(severity: Severity) -> None:
    summary = replace(UPDATE, severity=severity)
    assert render_content(summary, NOW, _pipe()).splitlines()[0] == f"● {severity.upper()}"


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 100))
def test_render_content_when_the_terminal_is_narrow_then_only_the_link_is_wider(width: int) -> None:
    summary = make_summary(
        make_item("국정원 북한군 2000명 사망 추산했다고 국회에 보고했다", link="https://wire.example/" + "a" * 150)
    )
    lines = _bare(render_content(summary, NOW, _terminal(width), channel="desk")).splitlines()
    assert [line.strip() for line in lines if cell_len(line) > max(width, 4)] == [summary.link]


def test_render_reply_when_it_has_blocks_then_an_empty_line_parts_them() -> None:
    blocks: tuple[Block, ...] = (
        Paragraph((Span("Two "), Span("feeds", strong=True))),
        Table(("Feed", "Reason"), (("a\tb", "up\ndown"), ("북한", "")), "Failing"),
        Card(UPDATE),
    )
    shown = render_reply(Reply(blocks), NOW, _pipe())
    card = render_content(UPDATE, NOW, _pipe())
    assert shown == f"Two feeds\n\nFailing\nFeed\tReason\na b\tup down\n북한\t\n\n{card}"


def test_render_reply_when_a_table_is_on_a_terminal_then_its_columns_line_up() -> None:
    table = Table(("Feed", "Reason"), (("북한군", "x"), ("abc", "y")))
    rows = [
        line
        for line in _bare(render_reply(Reply((table,)), NOW, _terminal())).splitlines()
        if line.rstrip()[-1:] in "xy"
    ]
    assert len({cell_len(row[: row.index(end)]) for row, end in zip(rows, "xy", strict=True)}) == 1


def test_render_reply_when_refused_then_the_words_are_shown_in_another_colour() -> None:
    refused = Reply((Paragraph((Span("There is no such rule."),)),), ok=False)
    assert render_reply(refused, NOW, _pipe()) == "There is no such rule.\n"
    assert "\x1b[33m" in render_reply(refused, NOW, _terminal())


def _summaries() -> st.SearchStrategy[Summary]:
    spans = st.lists(st.builds(Span, hostile_text, st.booleans()), max_size=3).map(tuple)
    moments: st.SearchStrategy[datetime | None] = st.sampled_from([None, NOW])
    return st.builds(
        Summary,
        headline=spans,
        excerpts=st.lists(spans, max_size=2).map(tuple),
        publisher=hostile_text,
        country=hostile_text,
        state_affiliated=st.booleans(),
        language=hostile_text,
        link=st.none() | hostile_text,
        published_at=moments,
        date_doubt=st.sampled_from(DateDoubt),
        seen_at=st.just(NOW),
        severity=st.sampled_from(Severity),
        reasons=st.lists(hostile_text, max_size=2).map(tuple),
        added=st.lists(hostile_text, max_size=2).map(tuple),
        removed=st.lists(hostile_text, max_size=2).map(tuple),
    )


@settings(deadline=None, max_examples=60)
@given(_summaries(), hostile_text, st.sampled_from(PostKind), hostile_text, st.integers(1, 120))
def test_render_content_when_every_text_is_hostile_then_the_terminal_gets_only_our_colours(
    summary: Summary, channel: str, kind: PostKind, parent: str, width: int
) -> None:
    for console in (_terminal(width), _pipe()):
        shown = render_content(summary, NOW, console, channel=channel, kind=kind, parent=parent)
        rest = _bare(shown) if console.is_terminal else shown
        assert not UNSEEN.search(rest.replace("\n", ""))


@settings(deadline=None, max_examples=60)
@given(st.lists(hostile_text, min_size=2, max_size=6), st.integers(1, 120))
def test_render_reply_when_every_text_is_hostile_then_the_terminal_gets_only_our_colours(
    texts: list[str], width: int
) -> None:
    table = Table(tuple(texts[:2]), (tuple(texts[-2:]),), texts[0])
    reply = Reply((Paragraph(tuple(map(Span, texts))), table))
    for console in (_terminal(width), _pipe()):
        rest = _bare(render_reply(reply, NOW, console)) if console.is_terminal else render_reply(reply, NOW, console)
        assert not UNSEEN.search(regex.sub(r"[\n\t]", "", rest))
