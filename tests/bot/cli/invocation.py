"""Run `vedette` in-process, and folders whose bot has already been at work."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner, Result

from adapters.clock import ManualClock
from bot.cli import main
from bot.settings.load import load_folder
from bot.settings.model import Settings
from bot.wiring import build_store
from rules.identity import read_wording
from rules.model import DateDoubt, FeedId, Item, ItemId, RuleId, Severity, Source, StoryId
from rules.spans import Span
from rules.summary import Summary
from state import AlertId, AlertKind, AlertRecord, DeliveryId, DeliveryRecord, ItemRecord, PollRecord, SubscriptionId
from tests.bot.settings.folders import write_folder

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
SOURCE = Source(FeedId("wire"), "A wire", "en", "other")
HEADLINE = "Two were killed near Kursk"


def vedette(*arguments: str | Path) -> Result:
    """Run the program with these arguments; an unexpected exception is let out."""
    return CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)


def worked_folder(folder: Path) -> Path:
    """Write a folder whose store has one item, its alert, and one delivery that is a dead letter."""
    settings = load_folder(write_folder(folder), {}).settings
    assert settings is not None
    asyncio.run(_work(settings))
    return folder


class NoWakes:
    """A job engine that forgets."""

    def enqueue(self, kind: str, key: str, delay_s: float = 0.0) -> None:
        """Drop the request."""


async def _work(settings: Settings) -> None:
    store = build_store(settings, ManualClock(NOW), NoWakes(), exclusive=True)
    await store.sync_feeds(settings.feeds)
    await store.sync_subscriptions(settings.subscriptions)
    await store.commit_poll(PollRecord(FeedId("wire"), None, None, NOW, (_item(),), (_alert(),)))
    claim = await store.claim_delivery("console:desk", 60.0)
    assert claim is not None
    await store.settle_dead(claim.delivery, "no_permission")
    await store.close()


def _item() -> ItemRecord:
    item = Item(
        id=ItemId("i1"),
        version=1,
        source=SOURCE,
        link="https://example.org/1",
        canonical_link="https://example.org/1",
        title=HEADLINE,
        text="Officials said two were killed.",
        language="en",
        published_at=NOW,
        date_doubt=DateDoubt.NONE,
        seen_at=NOW,
        content_hash="h1",
    )
    return ItemRecord(item, StoryId("s1"), (), (), "r1", read_wording(item.title, item.text))


def _alert() -> AlertRecord:
    summary = Summary(
        headline=(Span(HEADLINE),),
        excerpts=(),
        publisher="A wire",
        country="",
        state_affiliated=False,
        language="en",
        link="https://example.org/1",
        published_at=NOW,
        date_doubt=DateDoubt.NONE,
        seen_at=NOW,
        severity=Severity.HIGH,
        reasons=("Losses",),
    )
    delivery = DeliveryRecord(DeliveryId("d1"), SubscriptionId("desk"), "console:desk")
    rules = (RuleId("losses"),)
    story, item = StoryId("s1"), ItemId("i1")
    return AlertRecord(AlertId("a1"), AlertKind.NEW, story, item, 1, Severity.HIGH, rules, summary, (delivery,))
