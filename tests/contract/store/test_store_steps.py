"""Any sequence of calls gets the same answers from every store."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from adapters.clock import ManualClock
from rules.model import FeedId, ItemId
from state import AlertKind, DeliveryId, PollRecord, StateError, Store, SubscriptionId
from state.memory import MemoryStore
from state.sqlite import open_store
from tests.store_records import (
    START,
    WakeLog,
    build_alert,
    build_item,
    build_match,
    build_poll,
    build_record,
    build_spec,
    build_subscription,
)

FEEDS = st.sampled_from(["f1", "f2", "f3"])
ITEMS = st.sampled_from(["i1", "i2", "i3", "i4"])
STORIES = st.sampled_from(["s1", "s2"])
KEYS = st.lists(st.sampled_from(["k1", "k2", "k3"]), unique=True, max_size=2).map(tuple)
CHANNELS = st.sampled_from(["x:1", "x:2"])
ALERTS = st.sampled_from(["a1", "a2", "a3", "a4"])
WORDS = st.sampled_from(["", "TOLL", "втрати", "사상자", "１２", "none"])
TITLES = st.sampled_from(["Toll rises to 12", "ВТРАТИ зросли", "사상자 늘어", "toll: １２"])
SPANS_S = st.sampled_from([0.0, 1.0, 30.0, 60.5, 3600.0])


@dataclass(frozen=True, slots=True)
class Failed:
    """An answer that was an error: its kind, not its words."""

    kind: type[StateError]


Ask = Callable[[Store], Awaitable[object]]


class StoresInStep(RuleBasedStateMachine):
    """Ask every store the same and compare what they say, what they wake, and all that can be read of them."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = ManualClock(START)
        self.logs = (WakeLog(), WakeLog())
        file = Path(self.folder.name) / "vedette.db"
        self.stores: tuple[Store, ...] = (
            MemoryStore(self.clock, self.logs[0]),
            open_store(file, self.clock, self.logs[1]),
        )

    def teardown(self) -> None:
        for store in self.stores:
            self.runner.run(store.close())
        self.runner.close()
        self.folder.cleanup()

    def ask(self, call: Ask) -> object:
        """Give the one answer of all stores."""
        answers = [self.runner.run(_answer(call, store)) for store in self.stores]
        wakes = [log.take() for log in self.logs]
        assert answers[0] == answers[1]
        assert wakes[0] == wakes[1]
        return answers[0]

    @initialize()
    def begin(self) -> None:
        self.configure_feeds(["f1", "f2"], 300.0, moved=False)

    @rule(seconds=SPANS_S)
    def let_time_pass(self, seconds: float) -> None:
        self.runner.run(self.clock.advance(seconds))

    @rule(names=st.lists(FEEDS, unique=True), interval_s=st.sampled_from([10.0, 300.0]), moved=st.booleans())
    def configure_feeds(self, names: list[str], interval_s: float, moved: bool) -> None:
        specs = [build_spec(name, interval_s, url="https://moved.example/" if moved else None) for name in names]
        self.ask(lambda store: store.sync_feeds(specs))

    @rule(limit=st.integers(1, 3), lease_s=SPANS_S)
    def claim_feeds(self, limit: int, lease_s: float) -> None:
        self.ask(lambda store: store.claim_due_feeds(limit, lease_s))

    @rule(
        feed=FEEDS,
        item=ITEMS,
        story=STORIES,
        keys=KEYS,
        title=TITLES,
        skew=st.sampled_from([0, 0, 0, 0, 1, -1]),
        alert=st.none() | ALERTS,
        channels=st.lists(CHANNELS, unique=True).map(tuple),
    )
    def poll(
        self,
        feed: str,
        item: str,
        story: str,
        keys: tuple[str, ...],
        title: str,
        skew: int,
        alert: str | None,
        channels: tuple[str, ...],
    ) -> None:
        version = self._newest_version(item) + 1 + skew
        stored = build_item(item, max(version, 1), feed=feed, title=title, seen_at=self.clock.now())
        record = build_record(stored, story, keys, (build_match(),))
        told = () if alert is None else (build_alert(alert, stored, story, channels, AlertKind.UPDATE),)
        poll = build_poll(record, alerts=told, feed=feed, next_poll_at=self.clock.now())
        self.ask(lambda store: store.commit_poll(poll))

    @rule(feed=FEEDS, how=st.sampled_from(["unchanged", "failed", "empty"]))
    def settle_feed(self, feed: str, how: str) -> None:
        now, name = self.clock.now(), FeedId(feed)
        calls: dict[str, Ask] = {
            "unchanged": lambda store: store.settle_unchanged(name, now),
            "failed": lambda store: store.settle_failed(name, "no answer", now),
            "empty": lambda store: store.commit_poll(PollRecord(name, None, None, now)),
        }
        self.ask(calls[how])

    @rule(channel=CHANNELS, lease_s=SPANS_S)
    def claim_delivery(self, channel: str, lease_s: float) -> None:
        self.ask(lambda store: store.claim_delivery(channel, lease_s))

    @precondition(lambda self: self._deliveries())
    @rule(
        data=st.data(),
        how=st.sampled_from(["sent", "retry", "lost", "dead", "give back", "resend"]),
        wait_s=SPANS_S,
        known=st.sampled_from([True, True, True, False]),
    )
    def settle_delivery(self, data: st.DataObject, how: str, wait_s: float, known: bool) -> None:
        delivery = data.draw(st.sampled_from(self._deliveries())) if known else DeliveryId("nobody")
        due_at = self.clock.now() + timedelta(seconds=wait_s)
        calls: dict[str, Ask] = {
            "sent": lambda store: store.settle_sent(delivery, f"message {wait_s}"),
            "retry": lambda store: store.settle_retry(delivery, "unreachable", due_at, ambiguous=False),
            "lost": lambda store: store.settle_retry(delivery, "lost_answer", due_at, ambiguous=True),
            "dead": lambda store: store.settle_dead(delivery, "rejected"),
            "give back": lambda store: store.give_back(delivery),
            "resend": lambda store: store.resend(delivery),
        }
        self.ask(calls[how])

    @rule()
    def recover(self) -> None:
        self.ask(lambda store: store.recover())

    @rule(names=st.lists(st.sampled_from(["p", "q", "r"]), unique=True), channel=CHANNELS)
    def configure_subscriptions(self, names: list[str], channel: str) -> None:
        wanted = [build_subscription(name, channel) for name in names]
        self.ask(lambda store: store.sync_subscriptions(wanted))

    @rule(name=st.sampled_from(["p", "q", "chat"]), channel=CHANNELS, end=st.booleans())
    def subscribe(self, name: str, channel: str, end: bool) -> None:
        if end:
            self.ask(lambda store: store.remove_subscription(SubscriptionId(name)))
        else:
            subscription = build_subscription(name, channel, origin="U1")
            self.ask(lambda store: store.add_subscription(subscription))

    @rule(age_s=SPANS_S)
    def prune(self, age_s: float) -> None:
        before = self.clock.now() - timedelta(seconds=age_s)
        self.ask(lambda store: store.prune(before))

    @rule(word=WORDS, limit=st.integers(0, 3))
    def search(self, word: str, limit: int) -> None:
        self.ask(lambda store: store.search_items(word, limit))
        self.ask(lambda store: store.items_since(START, limit))
        self.ask(lambda store: store.recent_alerts(limit))

    @invariant()
    def everything_that_can_be_read_is_equal(self) -> None:
        self.ask(lambda store: store.status())
        self.ask(lambda store: store.feeds())
        self.ask(lambda store: store.deliveries())
        self.ask(lambda store: store.subscriptions())
        self.ask(lambda store: store.due_channels())
        self.ask(lambda store: store.story_keys(["k1", "k2", "k3"]))
        self.ask(lambda store: store.known_items([ItemId(f"i{number}") for number in range(1, 5)]))

    def _newest_version(self, item: str) -> int:
        known = self.runner.run(self.stores[0].known_items([ItemId(item)]))
        return known[ItemId(item)].item.version if known else 0

    def _deliveries(self) -> list[DeliveryId]:
        rows = self.runner.run(self.stores[0].deliveries())
        return [row.id for row in rows]


async def _answer(call: Ask, store: Store) -> object:
    try:
        return await call(store)
    except StateError as error:
        return Failed(type(error))


StoresInStep.TestCase.settings = settings(
    max_examples=15, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestStoresInStep = StoresInStep.TestCase
