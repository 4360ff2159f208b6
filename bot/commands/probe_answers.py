"""What is said of a look at a feed: the answer, its headers, its entries, and what each rule makes of them."""

from collections.abc import Iterator

from adapters.conversation import Block
from adapters.phrases import stamp
from bot.commands.answers import count, paragraph, said, strong, table
from bot.commands.feed_answers import moment_json, validators
from bot.feedbook.desk import Probe
from bot.feedbook.probing import ArticleLook, Judged, Look
from bot.settings.quantities import format_count
from rules import Step, Trace
from rules.model import DateDoubt, Entry
from rules.spans import passage

MOST_HEADERS = 50
MOST_STEPS = 200
"""Conditions of one rule that are shown."""


def probe_blocks(
    probe: Probe, *, most: int | None = None, most_explained: int | None = None, most_paragraphs: int | None = None
) -> tuple[Block, ...]:
    """Say what a look at a feed found.

    At most so many entries of it, so many with why rules matched or not, and so many paragraphs of an article.
    """
    look = probe.look
    blocks: list[Block] = [table("", "Field|Value", _answer_rows(look))]
    if look.failure is not None:
        blocks.append(paragraph(strong("No feed: "), said(str(look.failure))))
    if probe.others:
        rows = ((said(each.url), said(each.title)) for each in probe.others)
        blocks.append(table("This page names feeds", "Address|Title", rows))
    if look.fetched is not None:
        headers = ((said(name), said(value)) for name, value in sorted(look.fetched.headers.items())[:MOST_HEADERS])
        blocks.append(table("Headers", "Name|Value", headers))
    shown = probe.judged[:most]
    if shown:
        cut = f" ({len(shown)} of {len(probe.judged)})" if len(shown) < len(probe.judged) else ""
        blocks.append(table(f"Entries{cut}", "Published|Doubt|Language|Title|Rules", map(_entry_cells, shown)))
    if look.parsed is not None:
        blocks += [paragraph("Left out: ", said(reason)) for reason in look.parsed.skipped]
        blocks += [paragraph("Shortened: ", said(what)) for what in look.parsed.shortened]
        blocks += [paragraph("Shared: ", f"several entries have one {sign.value}") for sign in look.parsed.repeats]
    for judged in shown[:most_explained]:
        blocks += _trace_blocks(judged)
    if probe.article is not None:
        blocks += _article_blocks(probe.article, most_paragraphs)
    return tuple(blocks)


def _answer_rows(look: Look) -> Iterator[tuple[str, str]]:
    yield "asked", said(look.spec.url)
    fetched = look.fetched
    if fetched is None:
        return
    if fetched.url != look.spec.url:
        yield "answered by", said(fetched.url)
    if fetched.moved_to is not None:
        yield "moved for good to", said(fetched.moved_to)
    yield "status", f"{fetched.status}"
    yield "took", f"{fetched.elapsed_s * 1000:.0f} ms"
    yield "size", format_count(len(fetched.body or b""))
    yield "type", said(fetched.content_type) or "not said"
    yield "validators", validators(fetched.etag, fetched.last_modified)
    if look.parsed is not None:
        yield "title", said(look.parsed.title) or "none"
        yield "language", look.language or "not said"
        yield "entries", f"{len(look.parsed.entries)}"
        yield "parsed in", f"{look.parsed.elapsed_s * 1000:.0f} ms"


def _entry_cells(judged: Judged) -> tuple[str, ...]:
    entry = judged.entry
    return (
        stamp(entry.published_at) if entry.published_at else "-",
        _doubt(entry),
        entry.language,
        said(entry.title),
        ", ".join(match.rule for match in judged.matches) or "-",
    )


def _doubt(entry: Entry) -> str:
    return "" if entry.date_doubt is DateDoubt.NONE else entry.date_doubt.replace("_", " ")


def _trace_blocks(judged: Judged) -> Iterator[Block]:
    """Say how each rule came to its verdict; conditions are shown of rules that match or come near."""
    if not judged.traces:
        return
    yield paragraph(strong(said(judged.entry.title)))
    rows = ((trace.rule, _verdict(trace), said(trace.lacked)) for trace in judged.traces)
    yield table("", "Rule|Verdict|Lacks", rows)
    for trace in judged.traces:
        if trace.matched or trace.near_miss:
            steps = (cells for cells, _ in zip(_step_cells(trace.root, 0), range(MOST_STEPS), strict=False))
            yield table(trace.rule, "Condition|Holds|Found", steps)


def _article_blocks(article: ArticleLook, most: int | None) -> Iterator[Block]:
    entry, joined = article.entry, article.joined
    yield paragraph(strong("Article: "), said(entry.title), f" ({said(entry.link)})" if entry.link else "")
    if joined is None:
        yield paragraph(strong("Not read: "), said(str(article.failure)))
        return
    lines = joined.text[joined.article_at :].strip().split("\n")
    kept = f"{count(joined.article_at, 'character')} of the feed, then {count(len(lines), 'paragraph')} of the page"
    yield paragraph(f"{kept}:" if most is None or len(lines) <= most else f"{kept}, of which {most}:")
    yield from (paragraph(passage(line).text) for line in lines[:most])


def _verdict(trace: Trace) -> str:
    return "matches" if trace.matched else "comes near" if trace.near_miss else "no"


def _step_cells(step: Step, depth: int) -> Iterator[tuple[str, str, str]]:
    """Give a condition and those inside it of which something was found; the others are counted."""
    found = dict.fromkeys(evidence.term for evidence in step.evidence)
    yield f"{'· ' * depth}{said(step.label)}", "yes" if step.holds else "no", said(", ".join(found) or step.note)
    telling = [inner for inner in step.steps if _is_telling(inner)]
    for inner in telling:
        yield from _step_cells(inner, depth + 1)
    others = len(step.steps) - len(telling)
    if others and telling:
        yield f"{'· ' * (depth + 1)}and {count(others, 'other')} of which nothing was found", "", ""


def _is_telling(step: Step) -> bool:
    return bool(step.evidence or step.note) or any(map(_is_telling, step.steps))


def probe_json(probe: Probe) -> dict[str, object]:
    """Give what a look found as plain values."""
    look, fetched, parsed = probe.look, probe.look.fetched, probe.look.parsed
    answer = (
        {
            "url": fetched.url,
            "moved_to": fetched.moved_to,
            "status": fetched.status,
            "headers": fetched.headers,
            "etag": fetched.etag,
            "last_modified": fetched.last_modified,
            "content_type": fetched.content_type,
            "size": len(fetched.body or b""),
            "elapsed_s": fetched.elapsed_s,
        }
        if fetched is not None
        else None
    )
    return {
        "url": look.spec.url,
        "error": str(look.failure) if look.failure is not None else None,
        "reason": str(getattr(look.failure, "reason", "")) or None,
        "answer": answer,
        "title": parsed.title if parsed is not None else None,
        "language": look.language or None,
        "entries": [_entry_json(each) for each in probe.judged],
        "skipped": list(parsed.skipped) if parsed is not None else [],
        "shortened": list(parsed.shortened) if parsed is not None else [],
        "repeats": list(parsed.repeats) if parsed is not None else [],
        "article": _article_json(probe.article) if probe.article is not None else None,
        "page_feeds": [{"url": each.url, "title": each.title} for each in probe.others],
    }


def _article_json(article: ArticleLook) -> dict[str, object]:
    joined, failure = article.joined, article.failure
    return {
        "link": article.entry.link,
        "text": joined.text if joined is not None else None,
        "article_at": joined.article_at if joined is not None else None,
        "error": str(failure) if failure is not None else None,
        "reason": str(getattr(failure, "reason", "")) or None,
    }


def _entry_json(judged: Judged) -> dict[str, object]:
    entry = judged.entry
    return {
        "guid": entry.guid,
        "link": entry.link,
        "title": entry.title,
        "text": entry.text,
        "language": entry.language,
        "published_at": moment_json(entry.published_at),
        "date_doubt": entry.date_doubt.value,
        "rules": [str(match.rule) for match in judged.matches],
        "traces": [
            {"rule": str(trace.rule), "matched": trace.matched, "near_miss": trace.near_miss, "lacked": trace.lacked}
            | {"steps": _step_json(trace.root)}
            for trace in judged.traces
        ],
    }


def _step_json(step: Step) -> dict[str, object]:
    found = [{"field": each.field, "start": each.start, "end": each.end, "term": each.term} for each in step.evidence]
    inner = [_step_json(each) for each in step.steps]
    return {"label": step.label, "holds": step.holds, "note": step.note, "evidence": found, "steps": inner}
