"""What is said of feeds: the blocks of answers, and the same as plain JSON values. Secrets have no place in either."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from adapters.conversation import Block, Table
from adapters.phrases import age, stamp
from bot.commands.answers import count, paragraph, said, say_moment, strong, table
from bot.commands.health_answers import answer_rows, failure_rows, health_json, health_rows, say_failure
from bot.commands.hub_answers import lease_json, lease_rows
from bot.feedbook.desk import Added, Changed, Suggestion
from bot.feedbook.exchange import Imported
from bot.feedbook.standing import FeedDetails, FeedReport, FeedState
from bot.settings.editing import NewFeed, render_entry
from bot.settings.quantities import format_duration
from bot.settings.saving import Saved
from bot.settings.scalars import scalar
from rules.problems import Problem
from rules.recognition import Sign
from state import FeedRow

AT_NEXT_START = "A running bot takes this at its next start."


def feeds_table(reports: Sequence[FeedReport], now: datetime) -> Table:
    """Make the table of `feeds list`."""
    columns = "Feed|State|Last poll|Next poll|Items|Language|Publisher|Trouble|Reason"
    numbers = {
        "failing": sum(each.state is FeedState.FAILING for each in reports),
        "in trouble": sum(bool(each.troubles) for each in reports),
    }
    title = ", ".join(
        (count(len(reports), "feed"), *(f"{number:,} {what}" for what, number in numbers.items() if number))
    )
    return table(title, columns, (_report_cells(each, now) for each in reports))


def _report_cells(report: FeedReport, now: datetime) -> tuple[str, ...]:
    row, source = report.row, report.entry.spec.source
    paused = report.state is FeedState.PAUSED
    return (
        report.id,
        report.state,
        age(row.last_polled_at, now) if row is not None and row.last_polled_at else "never",
        age(row.next_poll_at, now) if row is not None and not paused else "-",
        f"{report.items}",
        source.language,
        said(source.publisher),
        ", ".join(report.troubles),
        say_failure(row) if row is not None else "",
    )


def report_json(report: FeedReport) -> dict[str, object]:
    """Give one feed as plain values."""
    spec, row = report.entry.spec, report.row
    source = spec.source
    return {
        "id": report.id,
        "state": report.state.value,
        "url": spec.url,
        "publisher": source.publisher,
        "language": source.language,
        "kind": source.kind,
        "country": source.country,
        "state_affiliated": source.state_affiliated,
        "interval_s": spec.interval_s,
        "allow_private": spec.allow_private,
        "full_text": spec.full_text,
        "place": report.entry.place,
        "items": report.items,
        "failures": row.failures if row is not None else 0,
        "error": row.error if row is not None else "",
        "reason": row.reason if row is not None else "",
        "troubles": [kind.value for kind in report.troubles],
        "moved_to": row.moved_to if row is not None else None,
        "repeats": sorted(row.repeats) if row is not None else [],
        "etag": row.etag if row is not None else None,
        "last_modified": row.last_modified if row is not None else None,
        "first_polled_at": moment_json(row.first_polled_at if row is not None else None),
        "last_polled_at": moment_json(row.last_polled_at if row is not None else None),
        "next_poll_at": moment_json(row.next_poll_at if row is not None else None),
    }


def details_blocks(details: FeedDetails, now: datetime) -> tuple[Block, ...]:
    """Say all that is known of a feed."""
    blocks: list[Block] = [table(details.report.id, "Field|Value", _detail_rows(details, now))]
    if details.newest:
        rows = (
            (
                stamp(item.published_at) if item.published_at else "no date",
                item.language,
                str(item.version),
                said(item.title),
            )
            for item in details.newest
        )
        blocks.append(table("Newest items", "Published|Language|Version|Title", rows))
    return tuple(blocks)


def _detail_rows(details: FeedDetails, now: datetime) -> Iterator[tuple[str, str]]:
    report = details.report
    spec, row = report.entry.spec, report.row
    source = spec.source
    affiliation = ", state-affiliated" if source.state_affiliated else ""
    yield "state", report.state
    yield "address", said(spec.url)
    yield "publisher", f"{said(source.publisher)}{affiliation}"
    yield "language", source.language
    yield "kind", source.kind
    yield "country", source.country or "-"
    yield "interval", format_duration(spec.interval_s)
    yield "private addresses", "allowed" if spec.allow_private else "refused"
    yield "full text", "of flagged items, from the article's page" if spec.full_text else "off"
    if report.entry.place:
        yield "configured in", report.entry.place
    yield "items in store", f"{report.items:,}"
    if row is None:
        yield "polls", "none yet: the store does not know this feed"
        return
    yield "first poll", say_moment(row.first_polled_at, now)
    yield "last good poll", say_moment(row.last_polled_at, now)
    yield from answer_rows(row, details.learnt, now)
    yield from failure_rows(row)
    yield "entries told apart by", _say_signs(row)
    yield "validators", validators(row.etag, row.last_modified)
    yield "next check", say_moment(row.next_poll_at, now)
    for reason in row.pace:
        yield "", said(reason)
    yield from health_rows(details, now)
    if details.lease is not None:
        yield from lease_rows(details.lease, now)


def _say_signs(row: FeedRow) -> str:
    """Say by what entries of a feed are known, the surest first, and what several of them share."""
    usable = [sign.value for sign in (Sign.GUID, Sign.LINK, Sign.TITLE) if sign not in row.repeats]
    shared = [sign.value for sign in sorted(row.repeats)]
    return ", else ".join(usable or ["text"]) + (f"; several share one {' or '.join(shared)}" if shared else "")


def details_json(details: FeedDetails) -> dict[str, object]:
    """Give all that is known of a feed as plain values."""
    newest = [
        {"id": item.id, "version": item.version, "title": item.title, "link": item.link, "language": item.language}
        | {"published_at": moment_json(item.published_at), "seen_at": moment_json(item.seen_at)}
        for item in details.newest
    ]
    told = {"newest": newest, "websub": lease_json(details.lease)}
    return report_json(details.report) | health_json(details) | told


def added_blocks(added: Added) -> tuple[Block, ...]:
    """Say what was found and what was written, or would be."""
    blocks: list[Block] = []
    look = added.discovery.look
    entries = len(look.parsed.entries) if look.parsed is not None else 0
    where = "found by its page: " if added.discovery.page is not None else ""
    blocks.append(paragraph(where, strong(said(look.spec.url)), f", {count(entries, 'entry', 'entries')}"))
    blocks.append(entry_table(added.proposal.feed))
    blocks += [paragraph(said(each)) for each in added.proposal.assumed]
    if added.discovery.others:
        rows = ((said(each.url), said(each.title)) for each in added.discovery.others)
        blocks.append(table("Other feeds of the page", "Address|Title", rows))
    written = (paragraph("Added as ", strong(added.proposal.id), f". {AT_NEXT_START}"),)
    blocks += written if added.saved is not None else (paragraph("Nothing was written."),)
    return (*blocks, *_warning_blocks(added.saved))


def entry_table(feed: NewFeed) -> Table:
    """Show an entry's keys and values."""
    return table("", "Key|Value", ((key, said(scalar(value))) for key, value in feed.fields.items()))


def added_json(added: Added) -> dict[str, object]:
    """Give what was found and written as plain values."""
    return {
        "feed": dict(added.proposal.feed.fields),
        "yaml": "\n".join(render_entry(added.proposal.feed)) + "\n",
        "assumed": list(added.proposal.assumed),
        "others": [{"url": each.url, "title": each.title} for each in added.discovery.others],
        "tried": list(added.discovery.tried),
        "written": added.saved is not None,
        "warnings": _warnings(added.saved),
    }


def changed_blocks(changed: Changed, done: str, already: str) -> tuple[Block, ...]:
    """Say which feeds were changed and which were so already."""
    blocks: list[Block] = []
    if changed.feeds:
        blocks.append(paragraph(f"{done}: ", strong(", ".join(changed.feeds)), f". {AT_NEXT_START}"))
    if changed.kept:
        blocks.append(paragraph(f"{already}: {', '.join(changed.kept)}."))
    return (*blocks, *_warning_blocks(changed.saved))


def changed_json(changed: Changed) -> dict[str, object]:
    """Give which feeds were changed as plain values."""
    return {"changed": list(changed.feeds), "kept": list(changed.kept), "warnings": _warnings(changed.saved)}


def suggestions_table(suggestions: Sequence[Suggestion]) -> Table:
    """Make the table of `feeds suggest`."""
    columns = "Feed|Configured|Language|Kind|Country|Standing|Name|Note"
    return table(count(len(suggestions), "known feed"), columns, map(_suggestion_cells, suggestions))


def _suggestion_cells(each: Suggestion) -> tuple[str, ...]:
    feed = each.feed
    configured = "" if not each.configured else "yes" if each.configured == feed.id else f"as {each.configured}"
    return (feed.id, configured, feed.language, feed.kind, feed.country, feed.status, feed.name, said(feed.note))


def suggestion_json(suggestion: Suggestion) -> dict[str, object]:
    """Give a known feed as plain values."""
    return suggestion.feed.model_dump(mode="json") | {"configured": suggestion.configured or None}


def import_blocks(imported: Imported, saved: Saved | None) -> tuple[Block, ...]:
    """Say what was taken from an OPML document, and what not and why."""
    blocks: list[Block] = []
    if imported.added:
        rows = (
            (each.id, *(said(str(each.feed.fields.get(key, ""))) for key in ("language", "kind", "publisher", "url")))
            for each in imported.added
        )
        blocks.append(
            table("Added" if saved is not None else "To be added", "Feed|Language|Kind|Publisher|Address", rows)
        )
    for title, left in (("There already", imported.duplicates), ("Refused", imported.refused)):
        if left:
            rows = ((f"{each.line}", said(each.name), said(each.reason)) for each in left)
            blocks.append(table(title, "Line|Name|Reason", rows))
    verb = "added" if saved is not None or not imported.added else "to be added"
    numbers = (
        f"{len(imported.added)} {verb}, {len(imported.duplicates)} there already, {len(imported.refused)} refused."
    )
    blocks.append(paragraph(numbers, f" {AT_NEXT_START}" if saved is not None else ""))
    return (*blocks, *_warning_blocks(saved))


def import_json(imported: Imported, saved: Saved | None) -> dict[str, object]:
    """Give what was taken from an OPML document as plain values."""

    def left(which: str) -> list[dict[str, object]]:
        return [{"line": each.line, "name": each.name, "reason": each.reason} for each in getattr(imported, which)]

    return {
        "added": [dict(each.feed.fields) for each in imported.added],
        "duplicates": left("duplicates"),
        "refused": left("refused"),
        "written": saved is not None,
        "warnings": _warnings(saved),
    }


def _warning_blocks(saved: Saved | None) -> Iterable[Block]:
    return [paragraph(said(str(each))) for each in (saved.warnings if saved is not None else ())]


def _warnings(saved: Saved | None) -> list[str]:
    warnings: tuple[Problem, ...] = saved.warnings if saved is not None else ()
    return [str(each) for each in warnings]


def validators(etag: str | None, last_modified: str | None) -> str:
    """Say what a server gave to ask with next time."""
    known = ((name, value) for name, value in (("ETag", etag), ("Last-Modified", last_modified)) if value)
    return ", ".join(f"{name} {said(value)}" for name, value in known) or "none"


def moment_json(moment: datetime | None) -> str | None:
    """Give a moment as text, None for none."""
    return moment.isoformat() if moment is not None else None
