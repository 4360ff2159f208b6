"""Spans of time that every store keeps alike."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from rules.model import FeedId
from state.rows import FeedSpec

FIRST_POLL_SPREAD_S = 30.0
"""The first polls of new feeds take so long, or longer where they are very many."""

FIRST_POLLS_PER_S = 50.0
"""So many whole documents a second leave a parser process time to breathe: `python -m tests.bench soak`."""


def spread_first_polls(specs: Sequence[FeedSpec], now: datetime) -> dict[FeedId, datetime]:
    """Give each new feed the moment of its first poll, within its interval, so that the start is no burst.

    They come one by one in the order of `specs`, but for the feeds of one host: beginning with the first of them,
    those are as far apart as can be, and go round.
    """
    span_s = max(FIRST_POLL_SPREAD_S, len(specs) / FIRST_POLLS_PER_S)
    hosts: defaultdict[str, list[int]] = defaultdict(list)
    for position, spec in enumerate(specs):
        hosts[urlsplit(spec.url).netloc.lower()].append(position)
    moments: dict[FeedId, datetime] = {}
    for positions in hosts.values():
        for turn, position in enumerate(positions):
            spec = specs[position]
            share = (positions[0] / len(specs) + turn / len(positions)) % 1.0
            moments[spec.source.feed] = now + timedelta(seconds=min(spec.interval_s, span_s) * share)
    return moments


def forget_keys_before(before: datetime, now: datetime) -> datetime:
    """Give the moment before which story keys are forgotten when items from before `before` are: twice as long ago."""
    return before - max(now - before, timedelta(0))
