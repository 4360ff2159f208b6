"""The network: whether the feeds answer, and whether this machine's clock agrees with theirs."""

import asyncio
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from adapters.errors import FetchFailure, FetchReason
from adapters.ports import Fetcher, FetchRequest
from bot.doctor.findings import Finding, failed, ok, warning
from state import FeedSpec

MAX_HOSTS = 100
"""At most so many hosts are asked, one feed each."""
CONCURRENCY = 16
TIMEOUT_S = 10.0
SKEW_WARNING_S = 30.0
SKEW_FAILED_S = 600.0

_ADVICE = {
    FetchReason.DNS: "check the host's spelling and this machine's DNS",
    FetchReason.REFUSED: "check firewalls; the host may be down",
    FetchReason.TLS: "check the system's clock and certificates",
    FetchReason.TIMEOUT: "it may be slow or block this network; try again later",
    FetchReason.STATUS: "open the address in a browser: it may have moved, or block bots",
    FetchReason.ROBOT_CHECK: "ask the publisher to let your user agent in, or take another feed of theirs",
    FetchReason.GONE: "remove the feed, or look for its new address",
    FetchReason.TOO_LARGE: "raise `polling.max_size` if the feed is worth it",
    FetchReason.PRIVATE_ADDRESS: "add `allow_private: true` to the feed if you trust it",
    FetchReason.BAD_ADDRESS: "correct the feed's `url`",
    FetchReason.REDIRECTS: "open the address in a browser and take the one where it ends",
    FetchReason.PROTOCOL: "the server does not speak proper HTTP; try again later",
    FetchReason.PROXY: "check `polling.proxy` and the feed's `proxy`, and whether the proxy lets this machine through",
    FetchReason.NOT_CONFIGURED: "set the variable in the environment or in .env",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking one feed; times in seconds."""

    feed: str
    host: str
    failure: FetchReason | None = None
    message: str = ""
    elapsed_s: float = 0.0
    skew_s: float | None = None
    """How far this machine's clock is ahead of the server's; None when the server did not tell."""


def one_per_host(feeds: Iterable[FeedSpec], limit: int = MAX_HOSTS) -> tuple[FeedSpec, ...]:
    """Choose the first feed of each host, at most `limit` of them."""
    chosen: dict[str, FeedSpec] = {}
    for feed in feeds:
        chosen.setdefault(urlsplit(feed.url).hostname or "", feed)
    return tuple(chosen.values())[:limit]


async def ask_feeds(
    fetcher: Fetcher,
    feeds: Sequence[FeedSpec],
    build: Callable[[FeedSpec], FetchRequest],
    now: Callable[[], datetime],
    done: Callable[[], None] = lambda: None,
) -> tuple[Answer, ...]:
    """Ask feeds, some at a time; `done` is called after each. Answers are in the order of the feeds.

    `build` gives a feed's request, or raises FetchFailure when it cannot be asked.
    """
    slots = asyncio.Semaphore(CONCURRENCY)

    async def ask(spec: FeedSpec) -> Answer:
        async with slots:
            answer = await _ask(fetcher, spec, build, now)
        done()
        return answer

    return tuple(await asyncio.gather(*map(ask, feeds)))


async def _ask(
    fetcher: Fetcher, spec: FeedSpec, build: Callable[[FeedSpec], FetchRequest], now: Callable[[], datetime]
) -> Answer:
    feed, host = str(spec.source.feed), urlsplit(spec.url).hostname or spec.url
    try:
        request = build(spec)
        fetched = await fetcher.fetch(replace(request, timeout_s=min(request.timeout_s, TIMEOUT_S)))
    except FetchFailure as error:
        return Answer(feed, host, error.reason, str(error))
    skew = clock_skew_s(fetched.headers.get("date", ""), now())
    return Answer(feed, host, elapsed_s=fetched.elapsed_s, skew_s=skew)


def clock_skew_s(date: str, now: datetime) -> float | None:
    """Give how far `now` is ahead of an HTTP Date header, None when that cannot be read."""
    try:
        told = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (now - told.replace(tzinfo=told.tzinfo or UTC)).total_seconds()


def check_answers(answers: Sequence[Answer]) -> list[Finding]:
    """Judge the answers: each failure is a warning, and no answer at all a failure."""
    if not answers:
        return [warning("network", "there is no feed to ask", "add feeds to vedette.yaml")]
    failures = [answer for answer in answers if answer.failure is not None]
    if len(failures) == len(answers):
        first = failures[0]
        message = f"none of {len(answers)} hosts answers; {first.host}: {first.message}"
        return [failed("network", message, "check this machine's network, DNS, firewall and proxy")]
    slowest = max(answer.elapsed_s for answer in answers if answer.failure is None)
    count = len(answers) - len(failures)
    return [
        ok("network", f"{count} of {len(answers)} hosts answer, the slowest in {slowest:.1f} s"),
        *(_judge_failure(answer) for answer in failures),
    ]


def _judge_failure(answer: Answer) -> Finding:
    assert answer.failure is not None
    return warning("network", f"feed '{answer.feed}': {answer.message}", _ADVICE[answer.failure])


def check_clock(answers: Sequence[Answer]) -> Finding:
    """Judge this machine's clock by the middle one of the servers' clocks."""
    skews = [answer.skew_s for answer in answers if answer.skew_s is not None]
    if not skews:
        advice = "run the doctor where feeds can be reached"
        return warning("clock", "no server told its time, so the clock is not compared", advice)
    skew = statistics.median(skews)
    direction = "ahead of" if skew > 0 else "behind"
    message = f"the clock is {abs(skew):.0f} s {direction} {len(skews)} servers"
    advice = "set the clock (NTP): ages and retry times go by it"
    if abs(skew) >= SKEW_FAILED_S:
        return failed("clock", message, advice)
    if abs(skew) >= SKEW_WARNING_S:
        return warning("clock", message, advice)
    return ok("clock", f"the clock agrees with {len(skews)} servers")
