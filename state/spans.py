"""Spans of time that every store keeps alike."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rules.model import FeedId
from state.rows import FeedSpec

FIRST_POLL_SPREAD_S = 30.0


def spread_first_polls(specs: Sequence[FeedSpec], now: datetime) -> dict[FeedId, datetime]:
    """Give each new feed the moment of its first poll, evenly over its interval, at most 30 s."""
    return {
        spec.source.feed: now + timedelta(seconds=min(spec.interval_s, FIRST_POLL_SPREAD_S) * position / len(specs))
        for position, spec in enumerate(specs)
    }


def forget_keys_before(before: datetime, now: datetime) -> datetime:
    """Give the moment before which story keys are forgotten when items from before `before` are: twice as long ago."""
    return before - max(now - before, timedelta(0))
