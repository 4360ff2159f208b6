"""Any sequence of calls gets the same answers from every store."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from rules.model import FeedId, ItemId, StoryId
from state import AlertKind, Claim, DeliveryId, Failure, PollRecord, SubscriptionId
from tests.contract.store.in_step import BRIEF, Ask, StoresInStep
from tests.store_records import (
    START,
    build_alert,
    build_item,
    build_match,
    build_poll,
    build_record,
    build_spec,
    build_subscription,
    build_told,
    find_items,
)

ITEMS = st.sampled_from(["i1", "i2", "i3", "i4"])
STORIES = st.sampled_from(["s1", "s2"])
CHANNELS = st.sampled_from(["x:1", "x:2"])
SPANS_S = st.sampled_from([0.0, 1.0, 30.0, 60.5, 3600.0])
SETTLEMENTS = st.sampled_from(["sent", "retry", "lost", "dead", "give back", "resend"])


class PollsInStep(StoresInStep):
    """Feeds, items, stories and what is read of them."""

    @rule(seconds=SPANS_S)
    def let_time_pass(self, seconds: float) -> None:
        self.runner.run(self.clock.advance(seconds))

    @rule(
        names=st.lists(st.sampled_from(["f1", "f2", "f3"]), unique=True),
        interval_s=st.sampled_from([10.0, 300.0]),
        url=st.none() | st.just("https://moved.example/"),
    )
    def configure_feeds(self, names: list[str], interval_s: float, url: str | None) -> None:
        specs = [build_spec(name, interval_s, url) for name in names]
        self.ask(lambda store: store.sync_feeds(specs))

    @rule(limit=st.integers(1, 3), lease_s=SPANS_S, recover=st.booleans())
    def claim_feeds(self, limit: int, lease_s: float, recover: bool) -> None:
        self.ask(lambda store: store.claim_due_feeds(limit, lease_s))
        if recover:
            self.ask(lambda store: store.recover())

    @rule(
        item=ITEMS,
        story=STORIES | st.just("i1"),
        shared=st.booleans(),
        title=st.sampled_from(["Toll rises to 12", "ВТРАТИ зросли", "사상자 늘어", "toll: １２"]),
        skew=st.sampled_from([0] * 8 + [1, -1]),
        aliases=st.sets(st.sampled_from([ItemId("n1"), ItemId("n2"), ItemId("i1")])),
        alert=st.none() | st.sampled_from(["a1", "a2"]),
    )
    def poll(
        self,
        item: str,
        story: str,
        shared: bool,
        title: str,
        skew: int,
        aliases: set[ItemId],
        alert: str | None,
    ) -> None:
        version = max(1, self._newest_version(item) + 1 + skew)
        stored = build_item(item, version, feed="f1", title=title, seen_at=self.clock.now())
        keys = ("shared", f"own of {story}") if shared else (f"own of {story}",)
        told = () if alert is None else (build_alert(alert, stored, story, (), AlertKind.UPDATE),)
        record = build_record(stored, story, keys, (build_match(),))
        record = replace(record, aliases=tuple(sorted(aliases)))
        poll = build_poll(record, alerts=told, feed="f1", next_poll_at=self.clock.now())
        self.ask(lambda store: store.commit_poll(poll))

    @rule(feed=st.sampled_from(["f1", "f3"]), how=st.sampled_from(["unchanged", "failed", "empty"]))
    def settle_feed(self, feed: str, how: str) -> None:
        now, name = self.clock.now(), FeedId(feed)
        calls: dict[str, Ask] = {
            "unchanged": lambda store: store.settle_unchanged(name, now),
            "failed": lambda store: store.settle_failed(name, Failure("http_status", "no answer"), now),
            "empty": lambda store: store.commit_poll(PollRecord(name, None, None, now)),
        }
        self.ask(calls[how])

    @rule(age_s=SPANS_S)
    def prune(self, age_s: float) -> None:
        before = self.clock.now() - timedelta(seconds=age_s)
        self.ask(lambda store: store.prune(before))

    @rule(word=st.sampled_from(["", "TOLL", "втрати", "사상자", "１２", "none"]), limit=st.integers(0, 3))
    def search(self, word: str, limit: int) -> None:
        self.ask(lambda store: store.search_items(word, limit))
        self.ask(lambda store: store.items_since(START, limit))
        self.ask(lambda store: store.newest_items(FeedId("wire"), limit))
        self.ask(lambda store: store.count_items())

    @invariant()
    def everything_that_can_be_read_is_equal(self) -> None:
        self.ask(lambda store: store.status())
        self.ask(lambda store: store.feeds())
        self.ask(lambda store: store.recent_alerts(3))
        keys = ["shared", "own of s1", "own of s2", "own of i1"]
        ids = [ItemId(f"{kind}{number}") for kind in "in" for number in range(1, 5)]
        self.ask(lambda store: store.known(ids, keys))
        self.ask(lambda store: store.versions(ids[0]))

    def _newest_version(self, item: str) -> int:
        known = self.runner.run(find_items(self.stores[0], [ItemId(item)]))
        return known[ItemId(item)].item.version if item in known else 0


class OutboxInStep(StoresInStep):
    """Deliveries, and the subscriptions beside them."""

    told = 0

    @rule(story=STORIES, channels=st.lists(CHANNELS, unique=True, min_size=1))
    def tell(self, story: str, channels: list[str]) -> None:
        self.told += 1
        name = f"{story}-{self.told}"
        poll = build_told(name, *channels, story=StoryId(story), seen_at=self.clock.now(), feed="f1")
        self.ask(lambda store: store.commit_poll(poll))

    @rule(channel=CHANNELS, lease_s=SPANS_S, how=st.none() | SETTLEMENTS, wait_s=SPANS_S)
    def deliver(self, channel: str, lease_s: float, how: str | None, wait_s: float) -> None:
        claim = self.ask(lambda store: store.claim_delivery(channel, lease_s))
        if isinstance(claim, Claim) and how is not None:
            self._settle(claim.delivery, how, wait_s)

    @rule(pick=st.integers(0, 4), how=SETTLEMENTS, wait_s=SPANS_S)
    def settle_any(self, pick: int, how: str, wait_s: float) -> None:
        rows = self.runner.run(self.stores[0].deliveries())
        self._settle(rows[pick].id if pick < len(rows) else DeliveryId("nobody"), how, wait_s)

    @rule(seconds=SPANS_S, event=st.sampled_from(["none", "none", "recover", "prune"]))
    def let_time_pass(self, seconds: float, event: str) -> None:
        self.runner.run(self.clock.advance(seconds))
        if event == "recover":
            self.ask(lambda store: store.recover())
        elif event == "prune":
            before = self.clock.now() - timedelta(seconds=60)
            self.ask(lambda store: store.prune(before))

    @rule(name=st.sampled_from(["p", "q"]), channel=CHANNELS, how=st.sampled_from(["add", "remove", "sync"]))
    def subscribe(self, name: str, channel: str, how: str) -> None:
        chat, configured = build_subscription(name, channel, "U1"), build_subscription(name, channel)
        calls: dict[str, Ask] = {
            "add": lambda store: store.add_subscription(chat),
            "remove": lambda store: store.remove_subscription(SubscriptionId(name)),
            "sync": lambda store: store.sync_subscriptions([configured]),
        }
        self.ask(calls[how])

    @invariant()
    def everything_that_can_be_read_is_equal(self) -> None:
        self.ask(lambda store: store.status())
        self.ask(lambda store: store.deliveries())
        self.ask(lambda store: store.due_channels())
        self.ask(lambda store: store.next_attempt_at("x:1"))
        keys = [f"link:{story}-{number}" for story in ("s1", "s2") for number in range(self.told + 1)]
        self.ask(lambda store: store.known([], keys))
        self.ask(lambda store: store.subscriptions())

    def _settle(self, delivery: DeliveryId, how: str, wait_s: float) -> None:
        due_at = self.clock.now() + timedelta(seconds=wait_s)
        calls: dict[str, Ask] = {
            "sent": lambda store: store.settle_sent(delivery, f"message of {self.clock.now()}"),
            "retry": lambda store: store.settle_retry(delivery, "unreachable", due_at, ambiguous=False),
            "lost": lambda store: store.settle_retry(delivery, "lost_answer", due_at, ambiguous=True),
            "dead": lambda store: store.settle_dead(delivery, "rejected"),
            "give back": lambda store: store.give_back(delivery),
            "resend": lambda store: store.resend(delivery),
        }
        self.ask(calls[how])


TestPollsInStep = PollsInStep.TestCase
TestPollsInStep.settings = BRIEF
TestOutboxInStep = OutboxInStep.TestCase
TestOutboxInStep.settings = BRIEF
