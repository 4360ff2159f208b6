"""What is kept of a feed's documents."""

from datetime import UTC, datetime, timedelta

from adapters.ports import Fetched, ParsedFeed
from bot.lessons import MOMENTS, learn
from rules.model import Entry
from state import Learnt

NOW = datetime(2025, 1, 14, tzinfo=UTC)


def read(*published: datetime | None) -> ParsedFeed:
    return ParsedFeed("Wire", tuple(Entry(None, None, None, "Rain", "", "en", moment) for moment in published))


ANSWER = Fetched("https://wire.example/feed", 200, b"", None, None, "application/rss+xml")


def test_moments_when_new_then_kept_with_those_before_newest_first() -> None:
    before = Learnt((NOW - timedelta(hours=1), NOW - timedelta(hours=3)))
    learnt = learn(before, ANSWER, read(NOW, None, NOW - timedelta(hours=2)))
    assert learnt.published == tuple(NOW - timedelta(hours=each) for each in range(4))


def test_moments_when_known_then_kept_as_they_are() -> None:
    before = Learnt((NOW, NOW - timedelta(hours=1)))
    assert learn(before, ANSWER, read(NOW)).published is before.published


def test_moments_when_many_then_the_newest_are_kept() -> None:
    learnt = learn(Learnt(), ANSWER, read(*(NOW - timedelta(hours=each) for each in range(MOMENTS + 9))))
    assert learnt.published == tuple(NOW - timedelta(hours=each) for each in range(MOMENTS))
