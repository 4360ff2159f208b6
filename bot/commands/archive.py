"""`recent` and `search`: what has been told, and what has been read."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from pydantic_core import to_jsonable_python

from adapters.conversation import Block, Card, CommandCall, Paragraph, Reply
from adapters.phrases import NO_HEADLINE, age, meta
from bot.commands.answers import count, paragraph, said, strong, summary_json
from bot.commands.command import Arguments, Desk, Refused
from rules.model import Evidence, Item, Match, RuleId, Severity
from rules.summary import Summary, summarise
from rules.text import Folded, fold
from state import AlertKind, AlertRow

MOST_MARKED = 20
"""Places of one term that are shown strong in an item."""
USUAL_RECENT = 5
MOST_RECENT = 20
USUAL_FOUND = 10
MOST_FOUND = 50
SEARCH_DEPTH = 500
"""How many items with the rarest of several words are looked through for the others."""
_WHOLE = re.compile(r"(?P<minus>(?:[-\u2212]+\s?)?)(?P<digits>[0-9]{1,9})")


async def answer_recent(desk: Desk, call: CommandCall, arguments: Arguments) -> Reply:
    """Show the newest alerts again."""
    limit = read_number(" ".join(arguments.words), USUAL_RECENT, MOST_RECENT)
    alerts = await desk.store.recent_alerts(limit)
    now = desk.store.now()
    if not alerts:
        return Reply((paragraph("No alert yet. status tells whether feeds are read."),), data=[])
    blocks: list[Block] = [paragraph(strong(count(len(alerts), "alert")), ", newest first")]
    for alert in alerts:
        blocks += (paragraph(_told(alert, now)), Card(alert.summary))
    return Reply(tuple(blocks), data=[_alert_json(alert) for alert in alerts])


async def answer_search(desk: Desk, call: CommandCall, arguments: Arguments) -> Reply:
    """Find stored items in which every word or quoted phrase stands."""
    limit = read_number(arguments.option("limit"), USUAL_FOUND, MOST_FOUND)
    terms = tuple(dict.fromkeys(filter(None, (fold(word).strip() for word in arguments.words))))
    if not terms:
        raise Refused("Search for what?", 'For example: search Kursk, or search "north korea" killed.')
    rarest = max(terms, key=len)
    read = await desk.store.search_items(rarest, limit if len(terms) == 1 else SEARCH_DEPTH)
    found = [item for item in read if _holds_all(item, terms)][:limit]
    asked = " ".join(f"“{said(term)}”" for term in terms)
    if not found:
        return Reply((paragraph(f"No stored item has {asked}."),), data=[])
    now = desk.store.now()
    blocks: list[Block] = [paragraph(strong(count(len(found), "item")), f" with {asked}, newest first")]
    for item in found:
        blocks += _found(summarise(item, _marked(item, terms)), now)
    return Reply(tuple(blocks), data=[_item_json(item) for item in found])


def read_number(text: str, usual: int, most: int) -> int:
    """Read how many are wanted; what is too many is cut to `most`. Raises Refused."""
    if not text:
        return usual
    found = _WHOLE.fullmatch(text)
    if found is None:
        raise Refused(f"“{said(text)}” is not a number.", f"Give one from 1 to {most}.")
    if found["minus"] or not int(found["digits"]):
        raise Refused(f"“{said(text)}” is out of bounds.", f"Give a number from 1 to {most}.")
    return min(int(found["digits"]), most)


def _told(alert: AlertRow, now: datetime) -> str:
    kind = "Update" if alert.kind is AlertKind.UPDATE else "Alert"
    others = alert.items_in_story - 1
    reports = f", {count(others, 'more report')} of the story" if others > 0 else ""
    return f"{kind} of {age(alert.created_at, now)}{reports}"


def _holds_all(item: Item, terms: Sequence[str]) -> bool:
    text = fold(f"{item.title}\n{item.text}")
    return all(term in text for term in terms)


def _marked(item: Item, terms: Sequence[str]) -> list[Match]:
    """Give the places of the terms in the form that a summary highlights."""
    fields = (("title", Folded(item.title)), ("text", Folded(item.text)))
    places = (
        Evidence(field, *folded.span(start, start + len(term)), term)
        for field, folded in fields
        for term in terms
        for start in islice(_occurrences(folded.text, term), MOST_MARKED)
    )
    return [Match(RuleId("search"), "search", Severity.LOW, tuple(places))]


def _occurrences(text: str, term: str) -> Iterator[int]:
    start = text.find(term)
    while start >= 0:
        yield start
        start = text.find(term, start + len(term))


def _found(summary: Summary, now: datetime) -> Iterator[Paragraph]:
    about = (meta(summary, now), summary.link or "")
    yield paragraph(*(summary.headline or (NO_HEADLINE,)), "".join(f" · {part}" for part in about if part))
    for excerpt in summary.excerpts[:1]:
        yield paragraph("— ", *excerpt)


def _alert_json(alert: AlertRow) -> dict[str, object]:
    return {**to_jsonable_python(alert), "summary": summary_json(alert.summary)}


def _item_json(item: Item) -> dict[str, object]:
    whole: dict[str, object] = to_jsonable_python(item)
    return whole
