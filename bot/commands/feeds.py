"""`feeds`: what is watched, looked at and changed from a chat."""

from collections.abc import Awaitable, Callable, Mapping

from adapters.conversation import CommandCall, Paragraph, Reply
from bot.commands.answers import did_you_mean, paragraph, said
from bot.commands.command import Arguments, Desk, Refused
from bot.commands.feed_answers import (
    AT_NEXT_START,
    added_blocks,
    added_json,
    changed_blocks,
    changed_json,
    details_blocks,
    details_json,
    feeds_table,
    report_json,
    suggestion_json,
    suggestions_table,
)
from bot.commands.health_answers import accepted_blocks, accepted_json
from bot.commands.probe_answers import probe_blocks, probe_json
from bot.errors import EditRefused, FeedUnknown, ProbeImpossible
from bot.feedbook.standing import FeedState, Filters

MOST_ENTRIES = 20
"""Entries that `feeds probe` shows."""
MOST_EXPLAINED = 3
"""Of those, entries of which it explains what the rules say."""
MOST_PARAGRAPHS = 10
"""Paragraphs of an article that it shows."""

Verb = Callable[[Desk, Arguments], Awaitable[Reply]]
_YES = frozenset({"", "yes", "true", "on", "1", "y"})
_NO = frozenset({"no", "false", "off", "0", "n"})
_GIVEN = ("id", "publisher", "language", "kind", "country")


async def answer_feeds(desk: Desk, call: CommandCall, arguments: Arguments) -> Reply:
    """Do what the first word says with the rest."""
    name = arguments.words[0].casefold() if arguments.words else "list"
    verb = _VERBS.get(name)
    if verb is None:
        if name in ("import", "export"):
            raise Refused(f"feeds {name} needs a file.", f"Use vedette feeds {name} on the bot's machine.")
        raise Refused(f"feeds cannot “{said(name)}”.", did_you_mean(name, _VERBS) or f"Verbs: {', '.join(_VERBS)}.")
    try:
        return await verb(desk, Arguments(arguments.words[1:], arguments.options))
    except EditRefused as refused:
        raise Refused(f"{refused.reason}.", str(refused.problems[0]) if refused.problems else "") from refused
    except FeedUnknown as unknown:
        raise Refused(f"There is no feed “{said(unknown.feed)}”.", unknown.hint) from unknown
    except (ProbeImpossible, OSError) as error:
        raise Refused(f"{error}.") from error


async def _list(desk: Desk, arguments: Arguments) -> Reply:
    if arguments.words:
        raise Refused(f"feeds list takes no “{said(arguments.words[0])}”.", "Filters are written state=failing.")
    reports = await desk.feeds.reports(desk.store, _filters(arguments))
    if not reports:
        return Reply((paragraph("No feed is like that."),), data=[])
    return Reply((feeds_table(reports, desk.store.now()),), data=[report_json(each) for each in reports])


async def _show(desk: Desk, arguments: Arguments) -> Reply:
    details = await desk.feeds.details(desk.store, _one(arguments, "Show which feed?", "an id; feeds list has them"))
    return Reply(details_blocks(details, desk.store.now()), data=details_json(details))


async def _probe(desk: Desk, arguments: Arguments) -> Reply:
    target = _one(arguments, "Probe what?", "a feed's id or an address")
    explain = _is_wanted(arguments, "explain")
    full_text = _is_wanted(arguments, "full-text")
    probe = await desk.feeds.probe(desk.store, target, desk.rulesets.current, explain=explain, full_text=full_text)
    blocks = probe_blocks(probe, most=MOST_ENTRIES, most_explained=MOST_EXPLAINED, most_paragraphs=MOST_PARAGRAPHS)
    return Reply(blocks, probe.look.failure is None, probe_json(probe))


async def _add(desk: Desk, arguments: Arguments) -> Reply:
    url = _one(arguments, "Add what?", "the address of a feed, or of a page that has one")
    given = {name: value for name in _GIVEN if (value := arguments.option(name))}
    added = await desk.feeds.add(url, given, dry_run=_is_wanted(arguments, "dry"))
    return Reply(added_blocks(added), data=added_json(added))


async def _remove(desk: Desk, arguments: Arguments) -> Reply:
    changed = await desk.feeds.remove(_some(arguments, "Remove which feeds?"))
    stays = paragraph("Their items stay in the store.")
    return Reply((*changed_blocks(changed, "Removed", ""), stays), data=changed_json(changed))


async def _pause(desk: Desk, arguments: Arguments) -> Reply:
    changed = await desk.feeds.switch(_some(arguments, "Pause which feeds?"), enabled=False)
    return Reply(changed_blocks(changed, "Paused", "Paused already"), data=changed_json(changed))


async def _resume(desk: Desk, arguments: Arguments) -> Reply:
    changed = await desk.feeds.switch(_some(arguments, "Resume which feeds?"), enabled=True)
    return Reply(changed_blocks(changed, "Resumed", "Not paused"), data=changed_json(changed))


async def _accept(desk: Desk, arguments: Arguments) -> Reply:
    feed = _one(arguments, "Accept the edit of which feed?", "an id; feeds list troubled=yes has them")
    accepted = await desk.feeds.accept(desk.store, feed, dry_run=_is_wanted(arguments, "dry"))
    return Reply(accepted_blocks(accepted, AT_NEXT_START), data=accepted_json(accepted))


async def _suggest(desk: Desk, arguments: Arguments) -> Reply:
    """List known feeds, or add those that are named."""
    if arguments.words:
        changed = await desk.feeds.take(arguments.words)
        return Reply(changed_blocks(changed, "Added", "There already"), data=changed_json(changed))
    everything = _is_wanted(arguments, "all")
    found = await desk.feeds.suggest(desk.store, _filters(arguments), everything=everything)
    hint: Paragraph = paragraph("feeds suggest ID… adds them.")
    return Reply((suggestions_table(found), hint), data=[suggestion_json(each) for each in found])


_VERBS: Mapping[str, Verb] = {
    "list": _list,
    "show": _show,
    "probe": _probe,
    "add": _add,
    "remove": _remove,
    "pause": _pause,
    "resume": _resume,
    "accept": _accept,
    "suggest": _suggest,
}


def _one(arguments: Arguments, question: str, wanted: str) -> str:
    if len(arguments.words) != 1:
        raise Refused(question, f"Give {wanted}.")
    return arguments.words[0]


def _some(arguments: Arguments, question: str) -> tuple[str, ...]:
    if not arguments.words:
        raise Refused(question, "Give their ids; feeds list has them.")
    return arguments.words


def _filters(arguments: Arguments) -> Filters:
    """Read the filters. Raises Refused for a state that there is not."""
    state = arguments.option("state").casefold()
    if state and state not in list(FeedState):
        near = did_you_mean(state, list(FeedState))
        raise Refused(f"“{said(state)}” is no state of a feed.", near or f"States: {', '.join(FeedState)}.")
    words = {name: arguments.option(name) for name in ("language", "kind", "country", "publisher")}
    return Filters(state=state, troubled=_is_wanted(arguments, "troubled"), **words)


def _is_wanted(arguments: Arguments, option: str) -> bool:
    value = (arguments.options or {}).get(option, "no").casefold()
    if value not in _YES | _NO:
        raise Refused(f"“{said(value)}” is neither yes nor no.", f"Write {option}=yes.")
    return value in _YES
