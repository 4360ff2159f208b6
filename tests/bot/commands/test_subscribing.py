"""Channels subscribe, see what they are subscribed to, and end it."""

import asyncio
from dataclasses import replace

import pytest

from adapters.clock import ManualClock
from rules.model import Severity
from state import Subscription
from state.memory import MemoryStore
from tests.bot.commands.front import Front
from tests.store_records import START, WakeLog, build_subscription


async def _only(front: Front) -> Subscription:
    [subscription] = await front.store.subscriptions()
    return subscription


async def test_subscribe_when_nothing_is_filtered_then_the_channel_is_told_everything(front: Front) -> None:
    answer = await front.read("subscribe")
    assert "console:desk is subscribed as console-desk-1: every alert." in answer
    made = await _only(front)
    assert (made.channel, made.origin, made.min_severity) == ("console:desk", "kim", Severity.LOW)
    assert (made.rules, made.languages, made.feeds) == ((), (), ())


@pytest.mark.parametrize(
    "text",
    [
        "subscribe rules=casualties,dprk-troops severity=high languages=ko,uk feeds=wire",
        "subscribe casualties dprk-troops high ko uk wire",
        "subscribe Rules=Casualties, DPRK-troops severity=HIGH+ language=ko language=UK feed=wire",
    ],
)
async def test_subscribe_when_filters_are_given_in_any_way_then_they_are_kept(front: Front, text: str) -> None:
    answer = await front.read(text)
    made = await _only(front)
    assert (made.rules, made.min_severity) == (("casualties", "dprk-troops"), Severity.HIGH)
    assert (made.languages, made.feeds) == (("ko", "uk"), ("wire",))
    assert "rules casualties, dprk-troops; languages ko, uk; feeds wire; severity high and above." in answer


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("subscribe rules=casualites", "no “casualites” among rules", "Did you mean “casualties”?"),
        ("subscribe rules=asleep", "no “asleep” among rules", "Known: casualties, dprk-troops"),
        ("subscribe severity=urgent", "no “urgent” among severity", "Known: low, medium, high, critical"),
        ("subscribe severity=low,high", "one severity", "Severities:"),
        ("subscribe languages=fr", "no “fr” among languages", "Known: en, ko, uk"),
        ("subscribe feeds=yonhp", "no “yonhp” among feeds", "Did you mean “yonhap”?"),
        ("subscribe hihg", "“hihg” is no rule, severity, language or feed", "Did you mean “high”?"),
        ("subscribe channel=teams:x", "Nothing can be posted to teams", "Platforms: console, slack"),
        ('subscribe channel="a b"', "“a b” is no channel", "channel=PLATFORM:ADDRESS"),
    ],
)
async def test_subscribe_when_a_filter_is_unknown_then_nothing_is_made_and_the_right_one_is_suggested(
    front: Front, text: str, reason: str, hint: str
) -> None:
    answer = await front.refused(text)
    assert reason in answer
    assert hint in answer
    assert await front.store.subscriptions() == ()


async def test_subscribe_when_done_twice_then_there_is_one_subscription(front: Front) -> None:
    await front.read("subscribe languages=ko,uk")
    assert "already subscribed as console-desk-1" in await front.read("subscribe languages=uk,ko")
    await _only(front)


class _RemoteStore(MemoryStore):
    """A store that lets others run while it answers, as one behind a connection does."""

    async def subscriptions(self, channel: str | None = None) -> tuple[Subscription, ...]:
        """List, after the others had their turn."""
        found = await super().subscriptions(channel)
        await asyncio.sleep(0)
        return found


async def test_subscribe_when_many_come_at_once_then_none_takes_anothers_id() -> None:
    front = Front(store=_RemoteStore(ManualClock(START), WakeLog()))
    await asyncio.gather(*(front.read(f"subscribe {word}") for word in ("low", "high", "critical", "casualties")))
    ids = [subscription.id for subscription in await front.store.subscriptions()]
    assert ids == [f"console-desk-{number}" for number in range(1, 5)]


@pytest.mark.parametrize(
    ("channel", "subscription"),
    [("console:alerts", "console-alerts-1"), ("slack:C01AB", "slack-c01ab-1"), ("alerts", "console-alerts-1")],
)
async def test_subscribe_when_another_channel_is_named_then_that_one_is_subscribed(
    front: Front, channel: str, subscription: str
) -> None:
    await front.read(f"subscribe channel={channel}")
    assert (await _only(front)).id == subscription


async def test_subscribe_when_the_user_is_called_config_then_the_next_start_does_not_end_it(front: Front) -> None:
    await front.ask("subscribe", user="config")
    await front.store.sync_subscriptions(())
    await _only(front)


async def test_subscriptions_when_listed_then_only_this_channels_are_unless_all_are_wanted(front: Front) -> None:
    await front.read("subscribe high")
    await front.read("subscribe channel=slack:C1 ko")
    assert "console-desk-1\tconsole:desk\tall\thigh\tall\tall\tkim" in await front.read("subscriptions")
    assert "slack-c1-1" not in await front.read("subscriptions")
    assert "slack-c1-1\tslack:C1\tall\tlow\tko\tall\tkim" in await front.read("subscriptions channel=slack:C1")
    assert "2 subscriptions\n" in await front.read("subscriptions all")


async def test_subscriptions_when_there_is_none_then_it_says_how_to_make_one(front: Front) -> None:
    assert await front.read("subscriptions") == "No subscription in console:desk. subscribe makes one.\n"


async def test_unsubscribe_when_an_id_is_given_then_that_one_ends(front: Front) -> None:
    await front.read("subscribe ko")
    await front.read("subscribe uk")
    assert "Ended: console-desk-1" in await front.read("unsubscribe console-desk-1")
    assert (await _only(front)).id == "console-desk-2"


async def test_unsubscribe_when_all_are_meant_then_those_of_the_file_and_of_other_channels_stay(front: Front) -> None:
    await front.store.sync_subscriptions([build_subscription("from-file")])
    await front.read("subscribe ko")
    await front.read("subscribe uk channel=slack:C1")
    await front.read("unsubscribe all")
    assert [each.id for each in await front.store.subscriptions()] == ["from-file", "slack-c1-1"]
    assert "no subscription made by a command" in await front.refused("unsubscribe all")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("unsubscribe", "Here: from-file"),
        ("unsubscribe from-fiel", "Did you mean “from-file”?"),
        ("unsubscribe from-file", "stands in vedette.yaml"),
        ("unsubscribe elsewhere", "Add channel=slack:C1"),
    ],
)
async def test_unsubscribe_when_it_cannot_be_done_then_nothing_ends(front: Front, text: str, reason: str) -> None:
    await front.store.sync_subscriptions([build_subscription("from-file")])
    await front.store.add_subscription(replace(build_subscription("elsewhere", "slack:C1"), origin="kim"))
    assert reason in await front.refused(text)
    assert len(await front.store.subscriptions()) == 2


async def test_unsubscribe_when_the_other_channel_is_named_then_it_ends_from_here(front: Front) -> None:
    await front.read("subscribe channel=slack:C1")
    await front.read("unsubscribe slack-c1-1 channel=slack:C1")
    assert await front.store.subscriptions() == ()
