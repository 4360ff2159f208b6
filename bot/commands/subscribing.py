"""`subscribe`, `unsubscribe` and `subscriptions`: who is told what."""

from collections.abc import Collection, Mapping, Sequence
from itertools import count as counting

import regex
from pydantic_core import to_jsonable_python

from adapters.conversation import CommandCall, Reply, Table
from bot.commands.answers import count, did_you_mean, paragraph, said, strong, table
from bot.commands.arguments import split_list
from bot.commands.command import Arguments, Desk, Refused
from rules.model import FeedId, RuleId, Severity
from rules.text import fold
from state import NotFound, Subscription, SubscriptionId

CONFIG = "config"
"""The origin of subscriptions that stand in vedette.yaml."""
_EVERYTHING = frozenset({"all", "any", "*"})
_ADDRESS = regex.compile(r"[a-z]+:\S{1,100}")
_NOT_FOR_IDS = regex.compile(r"[\W_]+")
_LONGEST_STEM = 40
_MOST_NAMED = 12
"""Of the known names that a refusal lists."""

FILTERS = ("rules", "severity", "languages", "feeds")


async def answer_subscribe(desk: Desk, call: CommandCall, arguments: Arguments) -> Reply:
    """Subscribe a channel to what its filters let through."""
    channel = _channel(desk, call, arguments)
    wanted = _filters(arguments, await _known(desk))
    active = await desk.store.subscriptions()
    subscription = Subscription(
        id=_free_id(channel, active),
        channel=channel,
        rules=tuple(map(RuleId, wanted["rules"])),
        min_severity=_severity(wanted["severity"]),
        languages=wanted["languages"],
        feeds=tuple(map(FeedId, wanted["feeds"])),
        origin=call.user if call.user not in ("", CONFIG) else f"user {call.user}".strip(),
    )
    twin = next((each for each in active if _tells(each) == _tells(subscription)), None)
    if twin is None:
        await desk.store.add_subscription(subscription)
    kept = twin or subscription
    return Reply(
        (
            paragraph(
                f"{channel} is {'already ' if twin else ''}subscribed as ", strong(kept.id), f": {_in_words(kept)}."
            ),
            paragraph(f"unsubscribe {kept.id} ends it."),
        ),
        data=to_jsonable_python(kept),
    )


async def answer_unsubscribe(desk: Desk, call: CommandCall, arguments: Arguments) -> Reply:
    """End subscriptions of a channel."""
    channel = _channel(desk, call, arguments)
    active = await desk.store.subscriptions()
    here = [each for each in active if each.channel == channel]
    if not arguments.words:
        raise Refused("Unsubscribe from what?", f"Give an id, or all. {_listing(here)}")
    if arguments.words[0].casefold() == "all":
        ended = [each for each in here if each.origin != CONFIG]
        if not ended:
            raise Refused(f"{channel} has no subscription made by a command.", _listing(here))
    else:
        ended = [_find(word, channel, active) for word in arguments.words]
    for each in ended:
        try:
            await desk.store.remove_subscription(each.id)
        except NotFound:
            raise Refused(f"{each.id} has ended already.", "subscriptions lists what there is.") from None
    names = [each.id for each in ended]
    return Reply(
        (paragraph("Ended: ", strong(", ".join(names)), ". What is in line already still comes."),), data=names
    )


async def answer_subscriptions(desk: Desk, call: CommandCall, arguments: Arguments) -> Reply:
    """List a channel's subscriptions, or all."""
    everywhere = bool(arguments.words) and arguments.words[0].casefold() == "all"
    if arguments.words and not everywhere:
        raise Refused(f"subscriptions takes no “{said(arguments.words[0])}”.", "Give all, or channel=PLATFORM:ADDRESS.")
    channel = None if everywhere else _channel(desk, call, arguments)
    found = await desk.store.subscriptions(channel)
    if not found:
        where = channel or "any channel"
        return Reply((paragraph(f"No subscription in {where}. subscribe makes one."),), data=[])
    return Reply((_table(found, channel),), data=to_jsonable_python(found))


def _channel(desk: Desk, call: CommandCall, arguments: Arguments) -> str:
    """Give the channel that a command is about: the one it names, or the one it was given in."""
    given = arguments.option("channel")
    if not given:
        return call.channel
    channel = given if ":" in given else f"{call.channel.partition(':')[0]}:{given}"
    if not _ADDRESS.fullmatch(channel):
        raise Refused(f"“{said(given)}” is no channel.", "Give channel=PLATFORM:ADDRESS, e.g. channel=console:desk.")
    platform = channel.partition(":")[0]
    if desk.platforms and platform not in desk.platforms:
        raise Refused(f"Nothing can be posted to {platform}.", f"Platforms: {', '.join(sorted(desk.platforms))}.")
    return channel


async def _known(desk: Desk) -> dict[str, list[str]]:
    """Give the values that each filter may have, by its name."""
    feeds = await desk.store.feeds()
    return {
        "rules": sorted(rule.id for rule in desk.rulesets.current.rules if rule.enabled),
        "severity": list(Severity),
        "languages": sorted({feed.spec.source.language for feed in feeds}),
        "feeds": sorted(feed.id for feed in feeds),
    }


def _filters(arguments: Arguments, known: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    """Read the filters. A bare word counts for the filter that knows it. Raises Refused."""
    given = {name: list(split_list(arguments.option(name))) for name in FILTERS}
    for word in (part for argument in arguments.words for part in split_list(argument)):
        given[_filter_of(word, known)].append(word)
    return {name: _checked(name, words, known[name]) for name, words in given.items()}


def _filter_of(word: str, known: Mapping[str, Collection[str]]) -> str:
    for name in FILTERS:
        if word.casefold() in known[name]:
            return name
    every = [each for names in known.values() for each in names]
    raise Refused(
        f"“{said(word)}” is no rule, severity, language or feed.",
        did_you_mean(word, every) or "Without any word everything is told; help subscribe lists the filters.",
    )


def _checked(name: str, words: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """Give the values in their right spelling; none when everything is wanted. Raises Refused."""
    wanted = [word.casefold().rstrip("+") for word in words]
    if _EVERYTHING & set(wanted):
        return ()
    for word in wanted:
        if word not in known:
            named = ", ".join(list(known)[:_MOST_NAMED]) + (", …" if len(known) > _MOST_NAMED else "")
            raise Refused(f"There is no “{said(word)}” among {name}.", did_you_mean(word, known) or f"Known: {named}")
    return tuple(dict.fromkeys(wanted))


def _severity(wanted: Sequence[str]) -> Severity:
    if len(wanted) > 1:
        raise Refused("Give one severity; it and all above it are told.", f"Severities: {', '.join(Severity)}.")
    return Severity(wanted[0]) if wanted else Severity.LOW


def _free_id(channel: str, active: Sequence[Subscription]) -> SubscriptionId:
    """Give the first free id of a channel: `console-desk-2`."""
    stem = _NOT_FOR_IDS.sub("-", fold(channel))[:_LONGEST_STEM].strip("-")
    taken = {each.id for each in active}
    return next(SubscriptionId(name) for name in (f"{stem}-{n}" for n in counting(1)) if name not in taken)


def _tells(subscription: Subscription) -> tuple[object, ...]:
    """Give what two subscriptions that tell the same have in common."""
    filters = (subscription.rules, subscription.languages, subscription.feeds)
    return (subscription.channel, subscription.min_severity, *map(frozenset, filters))


def _find(word: str, channel: str, active: Sequence[Subscription]) -> Subscription:
    """Find the subscription that a word names. Raises Refused unless a command may end it here."""
    found = next((each for each in active if each.id == word), None)
    if found is None:
        here = [each for each in active if each.channel == channel]
        raise Refused(
            f"There is no subscription {said(word)}.", did_you_mean(word, [e.id for e in here]) or _listing(here)
        )
    if found.origin == CONFIG:
        raise Refused(f"{found.id} stands in vedette.yaml.", "Take it out there, or it comes back at the next start.")
    if found.channel != channel:
        raise Refused(f"{found.id} belongs to {found.channel}.", f"Add channel={found.channel} to end it from here.")
    return found


def _listing(here: Sequence[Subscription]) -> str:
    names = ", ".join(each.id for each in here)
    return f"Here: {names}." if names else "This channel has none."


def _in_words(subscription: Subscription) -> str:
    filters = (("rules", subscription.rules), ("languages", subscription.languages), ("feeds", subscription.feeds))
    parts = [f"{name} {', '.join(values)}" for name, values in filters if values]
    if subscription.min_severity is not Severity.LOW:
        parts.append(f"severity {subscription.min_severity} and above")
    return "; ".join(parts) or "every alert"


def _table(subscriptions: Sequence[Subscription], channel: str | None) -> Table:
    rows = [
        (
            each.id,
            each.channel,
            ", ".join(each.rules) or "all",
            each.min_severity,
            ", ".join(each.languages) or "all",
            ", ".join(each.feeds) or "all",
            said(each.origin),
        )
        for each in subscriptions
    ]
    title = count(len(rows), "subscription") + (f" of {channel}" if channel else "")
    return table(title, "Id|Channel|Rules|From severity|Languages|Feeds|Made by", rows)
