"""`status`, `deliveries` and `resend`: how the bot is doing, and what did not arrive."""

from collections.abc import Sequence
from datetime import datetime

from pydantic_core import to_jsonable_python

from adapters.conversation import Block, CommandCall, Paragraph, Reply, Table
from adapters.phrases import age, duration
from bot.commands.answers import count, did_you_mean, paragraph, said, strong, table
from bot.commands.archive import read_number
from bot.commands.command import Arguments, Desk, Refused
from bot.commands.health_answers import list_open, trouble_json, troubles_table
from state import DeliveryId, DeliveryRow, DeliveryState, FeedRow, NotFound, StoreStatus, TroubleKind, TroubleRow

MOST_FEEDS = 20
"""Failing feeds that `status` lists."""
MOST_TROUBLES = 10
"""Troubles that `status` lists, beside those of failing feeds."""
MOST_DEAD = 10
"""Dead letters that `status` lists."""
USUAL_DELIVERIES = 20
MOST_DELIVERIES = 100
MOST_RESENT = 1000


async def answer_status(desk: Desk, call: CommandCall, arguments: Arguments) -> Reply:
    """Tell what is watched, what fails and what waits."""
    store, now = desk.store, desk.store.now()
    status = await store.status()
    failing = [feed for feed in await store.feeds() if feed.failures]
    troubles = list_open(await store.troubles())
    dead = await store.deliveries(DeliveryState.DEAD, MOST_DEAD)
    rules = sum(rule.enabled for rule in desk.rulesets.current.rules)
    blocks: list[Block] = [_watched(status, rules, len(troubles), now), _counted(status, now)]
    if failing:
        blocks.append(_failing_table(failing, now))
    blocks += _trouble_blocks(troubles, now)
    if dead:
        blocks += (_delivery_table("Dead letters", dead, now), paragraph("resend ID, or resend all, tries them again."))
    return Reply(tuple(blocks), data=_status_json(status, rules, failing, troubles, dead))


async def answer_deliveries(desk: Desk, call: CommandCall, arguments: Arguments) -> Reply:
    """List deliveries, newest first, of one state if it is named."""
    words = [word.casefold() for word in arguments.words]
    state = next((state for state in DeliveryState if state in words), None)
    rest = [word for word in words if word != state]
    if rest and not rest[0].isdigit():
        near = did_you_mean(rest[0], list(DeliveryState))
        raise Refused(f"“{said(rest[0])}” is no state of a delivery.", near or f"States: {', '.join(DeliveryState)}")
    rows = await desk.store.deliveries(state, read_number(" ".join(rest), USUAL_DELIVERIES, MOST_DELIVERIES))
    if not rows:
        return Reply((paragraph(f"No delivery{f' is {state}' if state else ' yet'}."),), data=[])
    return Reply((_delivery_table("Deliveries", rows, desk.store.now()),), data=to_jsonable_python(rows))


async def answer_resend(desk: Desk, call: CommandCall, arguments: Arguments) -> Reply:
    """Put dead letters back in line."""
    if not arguments.words:
        raise Refused("Resend which dead letter?", "Give its id, or all. deliveries dead lists them.")
    wanted: Sequence[str] = arguments.words
    if wanted[0].casefold() == "all":
        wanted = [row.id for row in await desk.store.deliveries(DeliveryState.DEAD, MOST_RESENT)]
    for delivery in wanted:
        try:
            await desk.store.resend(DeliveryId(delivery))
        except NotFound:
            raise Refused(f"There is no dead letter {said(delivery)}.", "deliveries dead lists them.") from None
    return Reply((paragraph(f"Back in line: {count(len(wanted), 'delivery', 'deliveries')}."),), data=list(wanted))


def _watched(status: StoreStatus, rules: int, troubles: int, now: datetime) -> Paragraph:
    numbers = [f"{status.feeds_failing:,} failing"] * bool(status.feeds_failing)
    numbers += [f"{status.feeds_never_polled:,} not read yet"] * bool(status.feeds_never_polled)
    numbers += [count(troubles, "trouble")] * bool(troubles)
    polled = f" Last poll {age(status.last_poll_at, now)}." if status.last_poll_at else " Nothing was polled yet."
    feeds = count(status.feeds, "feed") + (f" ({', '.join(numbers)})" if numbers else "")
    return paragraph("Watching ", strong(feeds), f" with {count(rules, 'rule')}.{polled}")


def _counted(status: StoreStatus, now: datetime) -> Paragraph:
    kept = f"{count(status.items, 'item')}, {count(status.stories, 'story', 'stories')}, "
    numbers = ((state, status.deliveries.get(state, 0)) for state in DeliveryState)
    states = ", ".join(f"{number:,} {state}" for state, number in numbers if number)
    oldest = status.oldest_open_at
    waiting = f" The oldest open delivery has waited {duration(now - oldest)}." if oldest else ""
    return paragraph(kept, strong(count(status.alerts, "alert")), f"; deliveries: {states or 'none'}.{waiting}")


def _failing_table(feeds: Sequence[FeedRow], now: datetime) -> Table:
    rows = [
        (
            feed.id,
            f"{feed.failures:,}",
            age(feed.last_polled_at, now) if feed.last_polled_at else "never",
            age(feed.next_poll_at, now),
            said(feed.error),
        )
        for feed in feeds[:MOST_FEEDS]
    ]
    title = "Failing feeds" + (f" ({MOST_FEEDS} of {len(feeds):,})" if len(feeds) > MOST_FEEDS else "")
    return table(title, "Feed|Failures|Last poll|Next try|Reason", rows)


def _trouble_blocks(troubles: Sequence[TroubleRow], now: datetime) -> Sequence[Block]:
    """Show what is wrong beside failures, which have a table of their own."""
    others = [each for each in troubles if each.kind is not TroubleKind.FAILING]
    if not others:
        return ()
    title = "Troubles" + (f" ({MOST_TROUBLES} of {len(others):,})" if len(others) > MOST_TROUBLES else "")
    hint = paragraph("feeds show ID says what to do; feeds list troubled=yes lists all.")
    return (troubles_table(title, others[:MOST_TROUBLES], now), hint)


def _delivery_table(title: str, rows: Sequence[DeliveryRow], now: datetime) -> Table:
    cells = [
        (
            row.id,
            row.state,
            row.channel,
            f"{row.attempts}",
            said(row.reason),
            age(row.created_at, now),
            said(row.headline),
        )
        for row in rows
    ]
    return table(title, "Delivery|State|Channel|Tries|Reason|Made|Alert", cells)


def _status_json(
    status: StoreStatus,
    rules: int,
    failing: Sequence[FeedRow],
    troubles: Sequence[TroubleRow],
    dead: Sequence[DeliveryRow],
) -> dict[str, object]:
    whole: dict[str, object] = to_jsonable_python(status)
    feeds = [
        {"feed": feed.id, "failures": feed.failures, "error": feed.error, "next_poll_at": feed.next_poll_at.isoformat()}
        for feed in failing
    ]
    wrong = [trouble_json(each) for each in troubles]
    told = {"rules": rules, "failing": feeds, "troubles": wrong, "dead_letters": to_jsonable_python(dead)}
    return whole | told
