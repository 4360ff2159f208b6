from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.errors import FetchFailure, FetchReason
from adapters.ports import Fetched, FetchRequest
from bot.doctor.findings import Verdict
from bot.doctor.network import Answer, ask_feeds, check_answers, check_clock, clock_skew_s, one_per_host
from bot.request import build_request
from bot.settings.model import Polling
from rules.model import FeedId, Source
from state import Access, FeedSpec, Given

NOW = datetime(2026, 1, 5, 12, 0, 30, tzinfo=UTC)
DATE = "Mon, 05 Jan 2026 12:00:00 GMT"


def spec(feed: str, url: str) -> FeedSpec:
    return FeedSpec(Source(FeedId(feed), feed, "en", "wire"), url, 300.0)


class ScriptedFetcher:
    """Answers from a table: an error to raise, or headers."""

    def __init__(self, answers: dict[str, FetchFailure | dict[str, str]]) -> None:
        self.answers = answers
        self.requests: list[FetchRequest] = []

    async def fetch(self, request: FetchRequest) -> Fetched:
        self.requests.append(request)
        answer = self.answers[request.url]
        if isinstance(answer, FetchFailure):
            raise answer
        return Fetched(request.url, 200, b"", None, None, "text/xml", headers=answer, elapsed_s=0.4)

    async def close(self) -> None:
        return None


def test_of_each_host_the_first_feed_is_asked_up_to_a_limit() -> None:
    feeds = [
        spec("a", "https://a.org/1"),
        spec("b", "https://A.org/2"),
        spec("c", "https://c.org"),
        spec("d", "https://d.org"),
    ]
    assert [each.source.feed for each in one_per_host(feeds, 2)] == ["a", "c"]


def build(spec: FeedSpec) -> FetchRequest:
    return build_request(spec, Polling(timeout_s=60.0), {})


async def test_a_feed_whose_secret_is_missing_is_told_and_not_asked() -> None:
    fetcher = ScriptedFetcher({})
    locked = replace(spec("a", "https://a.org"), access=Access(user="desk", password=Given(variable="A_PASSWORD")))
    (answer,) = await ask_feeds(fetcher, [locked], build, lambda: NOW)
    assert (answer.failure, "A_PASSWORD" in answer.message) == (FetchReason.NOT_CONFIGURED, True)
    assert not fetcher.requests


async def test_answers_come_in_the_order_of_the_feeds_with_skew_or_failure() -> None:
    gone = FetchFailure(FetchReason.STATUS, "404 Not Found", status=404)
    fetcher = ScriptedFetcher({"https://a.org": {"date": DATE}, "https://b.org": gone, "https://c.org": {}})
    done: list[int] = []
    feeds = [spec(name, f"https://{name}.org") for name in "abc"]
    answers = await ask_feeds(fetcher, feeds, build, lambda: NOW, lambda: done.append(1))
    assert [(each.feed, each.failure, each.skew_s) for each in answers] == [
        ("a", None, 30.0),
        ("b", FetchReason.STATUS, None),
        ("c", None, None),
    ]
    assert len(done) == 3
    assert all(request.timeout_s <= 10 for request in fetcher.requests)


@pytest.mark.parametrize(
    ("date", "skew"),
    [(DATE, 30.0), ("Mon, 05 Jan 2026 12:00:00 -0000", 30.0), ("Mon, 05 Jan 2026 13:00:00 +0100", 30.0), ("x", None)],
)
def test_the_skew_is_measured_against_the_date_header(date: str, skew: float | None) -> None:
    assert clock_skew_s(date, NOW) == skew


def test_some_failures_are_warnings_with_advice_and_the_rest_is_well() -> None:
    bad = Answer("b", "b.org", FetchReason.DNS, "no such host")
    well, failure = check_answers([Answer("a", "a.org", elapsed_s=1.25), bad])
    assert (well.verdict, well.message) == (Verdict.OK, "1 of 2 hosts answer, the slowest in 1.2 s")
    assert (failure.verdict, failure.message) == (Verdict.WARNING, "feed 'b': no such host")
    assert "DNS" in failure.advice


def test_no_answer_at_all_is_a_failure() -> None:
    (finding,) = check_answers([Answer("b", "b.org", FetchReason.TIMEOUT, "nothing came")])
    assert finding.verdict is Verdict.FAILED
    assert "none of 1 hosts answers" in finding.message


def test_no_feeds_is_a_warning() -> None:
    assert [finding.verdict for finding in check_answers([])] == [Verdict.WARNING]


@pytest.mark.parametrize("reason", list(FetchReason))
def test_every_reason_has_advice(reason: FetchReason) -> None:
    findings = check_answers([Answer("a", "a.org"), Answer("b", "b.org", reason, "text")])
    assert findings[1].advice


@pytest.mark.parametrize(
    ("skews", "verdict"),
    [
        pytest.param([0, 1, 900], Verdict.OK, id="one server of three is wrong"),
        pytest.param([45, 44, 0], Verdict.WARNING, id="45 seconds"),
        pytest.param([-3600], Verdict.FAILED, id="an hour behind"),
        pytest.param([], Verdict.WARNING, id="nobody told"),
    ],
)
def test_the_clock_is_judged_by_the_middle_server(skews: list[float], verdict: Verdict) -> None:
    answers = [Answer("a", "a.org", skew_s=timedelta(seconds=skew).total_seconds()) for skew in skews]
    assert check_clock(answers).verdict is verdict
