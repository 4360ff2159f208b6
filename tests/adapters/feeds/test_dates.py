from datetime import UTC, datetime

import feedparser
import pytest

from adapters.feeds.dates import read_date
from rules.model import DateDoubt

NOW = datetime(2024, 12, 16, 10, 0, tzinfo=UTC)
NINE = datetime(2024, 12, 16, 9, 0, tzinfo=UTC)


def read(*texts: str) -> tuple[datetime | None, DateDoubt]:
    """Read dates as feedparser hands them over."""
    stated = []
    for text in texts:
        document = f"<rss version='2.0'><channel><item><title>t</title><pubDate>{text}</pubDate></item></channel></rss>"
        [entry] = feedparser.parse(document).entries
        stated.append((text, entry.get("published_parsed")))
    return read_date(stated, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 16 Dec 2024 09:00:00 GMT",
        "Mon, 16 Dec 2024 09:00:00 UTC",
        "Mon, 16 Dec 2024 09:00:00 Z",
        "Mon, 16 Dec 2024 18:00:00 +0900",
        "Mon, 16 Dec 2024 18:00:00 +09:00",
        "Mon, 16 Dec 2024 18:00:00 GMT+0900",
        "Mon,16 Dec 2024 18:00:00 +0900",
        "16 Dec 2024 09:00 GMT",
        "Mon, 16 Dec 2024 04:00:00 EST",
        "Mon, 16 Dec 2024 18:00:00 KST",
        "Mon, 16 Dec 2024 12:00:00 MSK",
        "Mon, 16 Dec 2024 11:00:00 EET",
        "2024-12-16T09:00:00Z",
        "2024-12-16T18:00:00+09:00",
        "2024-12-16T09:00:00.123Z",
        "2024-12-16 18:00:00+09:00",
    ],
)
def test_date_when_zone_is_stated_then_utc_without_doubt(text: str) -> None:
    moment, doubt = read(text)
    assert moment is not None
    assert (moment.replace(microsecond=0), moment.tzinfo, doubt) == (NINE, UTC, DateDoubt.NONE)


@pytest.mark.parametrize(
    "text", ["2024-12-16T09:00:00", "2024-12-16 09:00:00", "Mon, 16 Dec 2024 09:00:00", "Mon, 16 Dec 2024 09:00:00 XYZ"]
)
def test_date_when_zone_is_missing_or_unknown_then_taken_as_utc_with_doubt(text: str) -> None:
    assert read(text) == (NINE, DateDoubt.NO_ZONE)


def test_date_when_day_alone_then_midnight_with_doubt() -> None:
    assert read("2024-12-16") == (datetime(2024, 12, 16, tzinfo=UTC), DateDoubt.NO_ZONE)


@pytest.mark.parametrize(
    "text", ["yesterday", "27 09 2026", "00/00/0000", "Thu, 01 Jan 1970 00:00:00 GMT", "0001-01-01T00:00:00Z"]
)
def test_date_when_it_makes_no_sense_then_none_and_unreadable(text: str) -> None:
    assert read(text) == (None, DateDoubt.UNREADABLE)


@pytest.mark.parametrize("texts", [(), ("",), ("  ", "")])
def test_date_when_none_is_stated_then_missing(texts: tuple[str, ...]) -> None:
    assert read_date([(text, None) for text in texts], NOW) == (None, DateDoubt.MISSING)


def test_date_when_a_little_ahead_then_no_doubt_and_further_ahead_then_future() -> None:
    assert read("Mon, 16 Dec 2024 10:15:00 GMT")[1] is DateDoubt.NONE
    assert read("Mon, 16 Dec 2024 10:15:01 GMT") == (datetime(2024, 12, 16, 10, 15, 1, tzinfo=UTC), DateDoubt.FUTURE)
    assert read("Mon, 16 Dec 2124 09:00:00 GMT")[1] is DateDoubt.FUTURE


def test_date_when_first_cannot_be_read_then_next_is_taken() -> None:
    assert read("soon", "Mon, 16 Dec 2024 09:00:00 GMT") == (NINE, DateDoubt.NONE)


def test_date_when_two_can_be_read_then_the_first_is_taken() -> None:
    assert read("Mon, 16 Dec 2024 09:00:00 GMT", "Mon, 16 Dec 2024 09:30:00 GMT") == (NINE, DateDoubt.NONE)
