"""What is counted and measured, for Prometheus: one method per event, and the store's state at each scrape."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.decision import Decision
from state.rows import DeliveryState, StoreStatus

RULE_LABELS = 500
"""So many rules get a label of their own; the matches of all further ones count as `other`."""

PLATFORM_LABELS = 10
"""So many platforms get a label of their own; channel names are typed by people."""

_WORK_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
_LATENESS_BUCKETS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 300.0)
_LATENCY_BUCKETS = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 14400.0, 86400.0)

PollOutcome = Literal["ok", "not_modified", "failed"]
Change = Literal["new", "edited", "unchanged"]
PushOutcome = Literal["accepted", "ignored", "invalid", "unknown"]
"""Signed as agreed; not so; too large, too slow, encoded or no feed; for a callback that is not wanted."""
DeliveryOutcome = Literal["sent", "retry", "dead"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a scrape asks of the rest of the process; `status` is None when the store does not answer."""

    now: datetime
    """By the store's clock."""
    status: StoreStatus | None
    rules: int
    failures: Mapping[str, int]
    """Failures since the start, by loop or kind of job."""


class Metrics:
    """All counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._snapshot = _SnapshotCollector()
        self._rules = _Labels(RULE_LABELS)
        self._platforms = _Labels(PLATFORM_LABELS)
        polls = Counter("vedette_polls", "Polls by outcome.", ["outcome"], registry=registry)
        self._polls = {outcome: polls.labels(outcome) for outcome in get_args(PollOutcome)}
        self._pushes = Counter(
            "vedette_pushes", "Pushes of hubs by what became of them.", ["outcome"], registry=registry
        )
        self._lateness = Histogram(
            "vedette_poll_lateness_seconds",
            "From the moment a poll was due to its request.",
            registry=registry,
            buckets=_LATENESS_BUCKETS,
        )
        self._fetch = Histogram(
            "vedette_fetch_seconds", "Time to fetch a feed.", registry=registry, buckets=_WORK_BUCKETS
        )
        self._parse = Histogram(
            "vedette_parse_seconds", "Time to parse a feed.", registry=registry, buckets=_WORK_BUCKETS
        )
        items = Counter(
            "vedette_items", "Entries of polled feeds by what became of them.", ["change"], registry=registry
        )
        self._items = {change: items.labels(change) for change in get_args(Change)}
        self._articles = Counter(
            "vedette_articles", "Articles of flagged items by what came of them.", ["outcome"], registry=registry
        )
        self._matches = Counter("vedette_matches", "Matches by rule.", ["rule"], registry=registry)
        self._alerts = Counter("vedette_alerts", "Alerts by kind.", ["kind"], registry=registry)
        self._deliveries = Counter(
            "vedette_deliveries", "Attempts to deliver.", ["platform", "outcome", "reason"], registry=registry
        )
        self._latency = Histogram(
            "vedette_publish_to_post_seconds",
            "From publication (or first sight, where the date is doubtful) to the post.",
            registry=registry,
            buckets=_LATENCY_BUCKETS,
        )
        registry.register(self._snapshot)
        ProcessCollector(registry=registry)

    def poll_begun(self, late_s: float) -> None:
        """Note how long after it was due a feed is asked."""
        self._lateness.observe(max(0.0, late_s))

    def poll_finished(self, outcome: PollOutcome, seconds: float) -> None:
        """Count a poll; `seconds` is what the fetch took, and is left out where it failed."""
        self._polls[outcome].inc()
        if outcome != "failed":
            self._fetch.observe(seconds)

    def pushed(self, outcome: PushOutcome) -> None:
        """Count what came in over WebSub."""
        self._pushes.labels(outcome).inc()

    def parsed(self, seconds: float) -> None:
        """Note what parsing one document took."""
        self._parse.observe(seconds)

    def items_stored(self, new: int, edited: int, unchanged: int) -> None:
        """Count the entries of one document."""
        counts: dict[Change, int] = {"new": new, "edited": edited, "unchanged": unchanged}
        for change, count in counts.items():
            self._items[change].inc(count)

    def decided(self, decision: Decision, skipped: int = 0) -> None:
        """Count what one document changed; `skipped` of its entries were known without looking at them."""
        self.items_stored(decision.new, decision.edited, decision.unchanged + skipped)
        for record in decision.items:
            for match in record.matches:
                self.matched(match.rule)
        for alert in decision.alerts:
            self.alerted(alert.kind)

    def article_read(self, outcome: str) -> None:
        """Count one article that was wanted; `outcome` is ok, no_time, too_many or the reason of a failure."""
        self._articles.labels(outcome).inc()

    def matched(self, rule: str) -> None:
        """Count one match."""
        self._matches.labels(self._rules.label(rule)).inc()

    def alerted(self, kind: str) -> None:
        """Count one alert; `kind` is an AlertKind."""
        self._alerts.labels(kind).inc()

    def delivered(self, platform: str, outcome: DeliveryOutcome, reason: str) -> None:
        """Count one attempt; `reason` is a Reason, empty where it was sent."""
        self._deliveries.labels(self._platforms.label(platform), outcome, reason).inc()

    def posted(self, latency_s: float) -> None:
        """Note how long after its publication a report was posted; a date in the future counts as zero."""
        self._latency.observe(max(0.0, latency_s))

    def expose(self, snapshot: Snapshot) -> bytes:
        """Write everything in Prometheus' text format."""
        self._snapshot.current = snapshot
        return generate_latest(self.registry)


@dataclass(slots=True)
class _Labels:
    """The first `limit` values of a label as they are, all later ones as `other`: series stay bounded."""

    limit: int
    seen: set[str] = field(default_factory=set)

    def label(self, value: str) -> str:
        """Give the label for a value."""
        if value in self.seen:
            return value
        if len(self.seen) >= self.limit:
            return "other"
        self.seen.add(value)
        return value


def _count_open(status: StoreStatus) -> float:
    closed = (DeliveryState.SENT, DeliveryState.DEAD)
    return sum(count for state, count in status.deliveries.items() if state not in closed)


_GAUGES: tuple[tuple[str, str, Callable[[StoreStatus], float]], ...] = (
    ("vedette_feeds", "Active feeds.", lambda status: status.feeds),
    ("vedette_feeds_failing", "Active feeds whose last poll failed.", lambda status: status.feeds_failing),
    ("vedette_feeds_never_polled", "Active feeds without a successful poll.", lambda status: status.feeds_never_polled),
    ("vedette_items_kept", "Items in the store.", lambda status: status.items),
    ("vedette_stories_kept", "Stories in the store.", lambda status: status.stories),
    ("vedette_alerts_kept", "Alerts in the store.", lambda status: status.alerts),
    ("vedette_open_deliveries", "Deliveries neither sent nor dead.", _count_open),
    ("vedette_dead_letters", "Deliveries given up.", lambda status: status.deliveries.get(DeliveryState.DEAD, 0)),
)


class _SnapshotCollector(Collector):
    """What is read at a scrape instead of being counted on the way."""

    def __init__(self) -> None:
        self.current: Snapshot | None = None

    def collect(self) -> Iterator[Metric]:
        """Give the families of the last snapshot; what the store says is left out while it does not answer."""
        if (snapshot := self.current) is None:
            return
        yield GaugeMetricFamily("vedette_store_up", "Whether the store answers.", snapshot.status is not None)
        yield GaugeMetricFamily("vedette_rules", "Active rules.", snapshot.rules)
        failures = CounterMetricFamily(
            "vedette_failures", "Unexpected errors, each followed by a restart or a later try.", labels=["loop"]
        )
        for loop, count in sorted(snapshot.failures.items()):
            failures.add_metric([loop], count)
        yield failures
        if (status := snapshot.status) is not None:
            yield from _describe_store(status, snapshot.now)


def _describe_store(status: StoreStatus, now: datetime) -> Iterator[Metric]:
    for name, text, read in _GAUGES:
        yield GaugeMetricFamily(name, text, read(status))
    age_s = 0.0 if status.oldest_open_at is None else max(0.0, (now - status.oldest_open_at).total_seconds())
    yield GaugeMetricFamily(
        "vedette_queue_age_seconds", "Age of the oldest open delivery, 0 when there is none.", age_s
    )
    if status.last_poll_at is not None:
        since_s = max(0.0, (now - status.last_poll_at).total_seconds())
        yield GaugeMetricFamily("vedette_last_poll_age_seconds", "Time since the last successful poll.", since_s)
