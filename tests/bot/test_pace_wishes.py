"""What a publisher says about being asked, in headers and in the document."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.http_dates import read_http_date
from bot.pace import Rest, Wish, add_headers, read_hints
from bot.pace.wishes import LARGEST, read_count

NOW = datetime(2025, 1, 14, 12, 0, tzinfo=UTC)
HEADERS = ["cache-control", "expires", "retry-after", "date", "age"]
HINTS = ["ttl", "sy_updateperiod", "sy_updatefrequency", "skiphours", "skipdays"]
SCRAPS = st.one_of(
    st.text(max_size=80),
    st.text("0123456789max-age=s,no che\"'; :", max_size=60),
    st.sampled_from(
        [
            "max-age=" + "9" * 5000,
            "9" * 5000,
            "Mon, 01 Jan 0001 00:00:00 +2359",
            "Fri, 31 Dec 9999 23:59:59 -2359",
            "Fri, 31 Dec 9999 23:59:59 -99999999999999999999",
            "Thu, 99 Foo 2025 99:99:99 GMT",
            "-1",
            "٣٠٠",
            "\ud800\x00",
            "=" * 500,
        ]
    ),
)


def wishes(**headers: str) -> tuple[Wish, ...]:
    """Read the wishes of headers; an underscore stands for a hyphen."""
    return add_headers({name.replace("_", "-"): value for name, value in headers.items()}, read_hints({}), NOW).wishes


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("max-age=900", 900),
        ("public, max-age=900, must-revalidate", 900),
        ("MAX-AGE = 900", 900),
        ('max-age="900"', 900),
        ("max-age=900, max-age=10", 900),
        ("max-age=0, s-maxage=300", 300),
        ("s-maxage=60,max-age=600", 600),
        ("max-age=" + "9" * 400, LARGEST),
    ],
)
def test_cache_control_with_a_lifetime_is_a_wish(value: str, seconds: float) -> None:
    assert wishes(cache_control=value) == (Wish("Cache-Control", seconds),)


@pytest.mark.parametrize(
    "value",
    [
        "no-cache, max-age=900",
        "no-store, max-age=900",
        "max-age=0",
        "max-age=-5",
        "max-age=soon",
        "max-age",
        "must-revalidate",
        "",
    ],
)
def test_cache_control_that_asks_for_freshness_is_no_wish(value: str) -> None:
    assert wishes(cache_control=value) == ()


def test_age_of_a_cached_answer_is_taken_off_its_lifetime() -> None:
    assert wishes(cache_control="max-age=900", age="600") == (Wish("Cache-Control", 300),)
    assert wishes(cache_control="max-age=900", age="1000") == ()


def test_expires_counts_from_the_answers_own_date() -> None:
    asked = wishes(expires="Tue, 14 Jan 2025 09:30:00 GMT", date="Tue, 14 Jan 2025 09:00:00 GMT")
    assert asked == (Wish("Expires", 1800),)


def test_expires_without_a_date_counts_from_now() -> None:
    assert wishes(expires="Tue, 14 Jan 2025 12:10:00 GMT") == (Wish("Expires", 600),)


@pytest.mark.parametrize("value", ["0", "-1", "Thu, 01 Jan 1970 00:00:00 GMT", "never"])
def test_expires_in_the_past_or_unreadable_is_no_wish(value: str) -> None:
    assert wishes(expires=value) == ()


@pytest.mark.parametrize("value", ["max-age=60", "no-cache"])
def test_expires_beside_a_lifetime_of_cache_control_does_not_count(value: str) -> None:
    asked = wishes(cache_control=value, expires="Wed, 15 Jan 2025 12:00:00 GMT")
    assert [wish.source for wish in asked if wish.source == "Expires"] == []


def test_expires_beside_cache_control_without_a_lifetime_counts() -> None:
    asked = wishes(cache_control="public, must-revalidate", expires="Tue, 14 Jan 2025 13:00:00 GMT")
    assert asked == (Wish("Expires", 3600),)


@pytest.mark.parametrize("value", ["120", "Tue, 14 Jan 2025 09:02:00 GMT"])
def test_retry_after_in_either_form_is_a_wish(value: str) -> None:
    assert wishes(retry_after=value, date="Tue, 14 Jan 2025 09:00:00 GMT") == (Wish("Retry-After", 120),)


def test_ttl_is_in_minutes() -> None:
    assert add_headers({}, read_hints({"ttl": " 15 "}), NOW).wishes == (Wish("ttl", 900),)


@pytest.mark.parametrize(
    ("period", "frequency", "seconds"),
    [("hourly", "2", 1800), ("daily", "", 86400), (" Daily ", "4", 21600), ("weekly", "0", 604_800)],
)
def test_update_period_is_shared_among_its_updates(period: str, frequency: str, seconds: float) -> None:
    asked = add_headers({}, read_hints({"sy_updateperiod": period, "sy_updatefrequency": frequency}), NOW)
    assert asked.wishes == (Wish("sy:updatePeriod", seconds),)


@pytest.mark.parametrize("frequency", ["1", ""])
def test_hourly_as_blogs_say_it_unasked_is_no_wish(frequency: str) -> None:
    assert add_headers({}, read_hints({"sy_updateperiod": "hourly", "sy_updatefrequency": frequency}), NOW).wishes == ()


def test_times_of_rest_are_read_from_lists_in_any_form() -> None:
    rest = add_headers({}, read_hints({"skiphours": "0 1,2;24 99", "skipdays": "Saturday, sun Holiday"}), NOW).rest
    assert rest == Rest(frozenset({0, 1, 2}), frozenset({5, 6}))


def test_feed_that_would_always_rest_does_not_rest() -> None:
    hours = " ".join(str(hour) for hour in range(24))
    assert (
        add_headers({}, read_hints({"skiphours": hours, "skipdays": "mon tue wed thu fri sat sun"}), NOW).rest == Rest()
    )


def test_rest_is_told_in_utc_whatever_zone_the_moment_has() -> None:
    delhi = datetime(2025, 1, 14, 17, 40, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    rest = Rest(frozenset({12}))
    assert rest.covers(delhi)
    assert rest.end(delhi, delhi + timedelta(hours=3)) == datetime(2025, 1, 14, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "count"), [("0", 0), (" 007 ", 7), ("9" * 5000, LARGEST), ("1.5", None), ("-1", None), ("٣", None)]
)
def test_count_is_read_or_none(text: str, count: int | None) -> None:
    assert read_count(text) == count


@pytest.mark.parametrize(
    "text", ["Tuesday, 14-Jan-25 12:00:00 GMT", "Tue Jan 14 12:00:00 2025", "Tue, 14 Jan 2025 13:00:00 +0100"]
)
def test_date_is_read_in_each_form_of_http(text: str) -> None:
    assert read_http_date(text) == NOW


@given(st.dictionaries(st.sampled_from(HEADERS), SCRAPS), st.dictionaries(st.sampled_from(HINTS), SCRAPS))
@settings(deadline=None, max_examples=300)
def test_reading_any_text_gives_only_positive_wishes(headers: dict[str, str], hints: dict[str, str]) -> None:
    asked = add_headers(headers, read_hints(hints), NOW)
    assert all(wish.wait_s > 0 for wish in asked.wishes)
    assert asked.rest.end(NOW, NOW + timedelta(days=1)) >= NOW
