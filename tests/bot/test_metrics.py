"""What Prometheus reads after events."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import PLATFORM_LABELS, RULE_LABELS, Metrics, Snapshot
from state.rows import DeliveryState, StoreStatus

NOW = datetime(2025, 1, 1, 12, tzinfo=UTC)
STATUS = StoreStatus(
    feeds=9,
    feeds_failing=2,
    feeds_never_polled=1,
    items=50,
    stories=40,
    alerts=7,
    deliveries={
        DeliveryState.PENDING: 3,
        DeliveryState.SENDING: 1,
        DeliveryState.UNKNOWN: 1,
        DeliveryState.SENT: 20,
        DeliveryState.DEAD: 4,
    },
    oldest_open_at=NOW - timedelta(seconds=90),
    last_poll_at=NOW - timedelta(seconds=12),
)
SNAPSHOT = Snapshot(now=NOW, status=STATUS, rules=5, failures={"tick": 2, "poll": 1})


def read(metrics: Metrics, snapshot: Snapshot = SNAPSHOT) -> dict[tuple[str, ...], float]:
    """Give all samples by name and label values, those in the order of the labels' names."""
    text = metrics.expose(snapshot).decode()
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_polls_are_counted_by_outcome_and_timed_where_an_answer_came() -> None:
    metrics = Metrics()
    metrics.poll_begun(1.5)
    metrics.poll_begun(-0.5)
    metrics.poll_finished("ok", 0.25)
    metrics.poll_finished("ok", 0.5)
    metrics.poll_finished("not_modified", 0.25)
    metrics.poll_finished("failed", 20.0)
    metrics.parsed(0.125)
    samples = read(metrics)
    assert samples["vedette_polls_total", "ok"] == 2
    assert samples["vedette_polls_total", "not_modified"] == 1
    assert samples["vedette_polls_total", "failed"] == 1
    assert (samples["vedette_poll_lateness_seconds_count",], samples["vedette_poll_lateness_seconds_sum",]) == (2, 1.5)
    assert (samples["vedette_fetch_seconds_count",], samples["vedette_fetch_seconds_sum",]) == (3, 1.0)
    assert (samples["vedette_parse_seconds_count",], samples["vedette_parse_seconds_sum",]) == (1, 0.125)


def test_items_matches_and_alerts_are_counted() -> None:
    metrics = Metrics()
    metrics.items_stored(3, 1, 20)
    metrics.items_stored(0, 0, 24)
    metrics.matched("troops")
    metrics.matched("troops")
    metrics.alerted("update")
    samples = read(metrics)
    assert [samples["vedette_items_total", change] for change in ("new", "edited", "unchanged")] == [3, 1, 44]
    assert samples["vedette_matches_total", "troops"] == 2
    assert samples["vedette_alerts_total", "update"] == 1


def test_deliveries_are_counted_by_platform_outcome_and_reason() -> None:
    metrics = Metrics()
    metrics.delivered("slack", "sent", "")
    metrics.delivered("slack", "retry", "rate_limited")
    metrics.delivered("console", "sent", "")
    samples = read(metrics)
    assert samples["vedette_deliveries_total", "sent", "slack", ""] == 1
    assert samples["vedette_deliveries_total", "retry", "slack", "rate_limited"] == 1
    assert samples["vedette_deliveries_total", "sent", "console", ""] == 1


def test_latency_when_the_publication_lies_in_the_future_then_counts_as_zero() -> None:
    metrics = Metrics()
    metrics.posted(-500.0)
    metrics.posted(61.0)
    samples = read(metrics)
    assert samples["vedette_publish_to_post_seconds_sum",] == 61.0
    assert samples["vedette_publish_to_post_seconds_bucket", "1.0"] == 1
    assert samples["vedette_publish_to_post_seconds_bucket", "60.0"] == 1
    assert samples["vedette_publish_to_post_seconds_bucket", "120.0"] == 2


def test_gauges_tell_the_state_of_the_store() -> None:
    samples = read(Metrics())
    assert samples["vedette_store_up",] == 1
    assert samples["vedette_rules",] == 5
    assert samples["vedette_feeds",] == 9
    assert samples["vedette_feeds_failing",] == 2
    assert samples["vedette_feeds_never_polled",] == 1
    assert samples["vedette_open_deliveries",] == 5
    assert samples["vedette_dead_letters",] == 4
    assert samples["vedette_queue_age_seconds",] == 90
    assert samples["vedette_last_poll_age_seconds",] == 12
    assert samples["vedette_failures_total", "tick"] == 2
    assert samples["vedette_failures_total", "poll"] == 1


def test_gauges_when_nothing_is_open_and_nothing_was_polled_then_age_is_zero_and_last_poll_absent() -> None:
    status = replace(STATUS, deliveries={}, oldest_open_at=None, last_poll_at=None)
    samples = read(Metrics(), replace(SNAPSHOT, status=status))
    assert samples["vedette_queue_age_seconds",] == 0
    assert samples["vedette_open_deliveries",] == 0
    assert ("vedette_last_poll_age_seconds",) not in samples


def test_gauges_when_the_store_does_not_answer_then_counters_are_told_all_the_same() -> None:
    metrics = Metrics()
    metrics.alerted("new")
    samples = read(metrics, replace(SNAPSHOT, status=None))
    assert samples["vedette_store_up",] == 0
    assert samples["vedette_alerts_total", "new"] == 1
    assert ("vedette_feeds",) not in samples


def test_labels_when_there_are_too_many_rules_then_the_rest_count_as_other() -> None:
    metrics = Metrics()
    for number in range(RULE_LABELS + 7):
        metrics.matched(f"rule-{number}")
    metrics.matched("rule-0")
    samples = read(metrics)
    assert samples["vedette_matches_total", "other"] == 7
    assert samples["vedette_matches_total", "rule-0"] == 2
    assert sum(name == "vedette_matches_total" for name, *_ in samples) == RULE_LABELS + 1


def test_labels_when_people_invent_platforms_then_the_rest_count_as_other() -> None:
    metrics = Metrics()
    for number in range(PLATFORM_LABELS + 3):
        metrics.delivered(f"invented-{number}", "dead", "no_publisher")
    assert read(metrics)["vedette_deliveries_total", "dead", "other", "no_publisher"] == 3


def test_two_metrics_in_one_process_do_not_share_anything() -> None:
    first, second = Metrics(), Metrics()
    first.alerted("new")
    with pytest.raises(KeyError):
        read(second)["vedette_alerts_total", "new"]
