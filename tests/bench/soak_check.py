"""What a soak has shown: the publishers' log beside the store's diary, the store beside the plan."""

import json
import sqlite3
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.soak_plan import FAULTS, Feed, Plan, is_marked, link, title

LATE_S = 5.0
EARLY_S = 0.05
"""How far the clocks of two processes on one machine may be apart."""
DIARY_S = 0.001
"""The diary's moments are whole milliseconds."""
GRACE_S = 5.0
"""An alert so young at the end may still be on its way."""

_ITEMS = "SELECT feed, link, version, title, (SELECT count(*) FROM item_version WHERE item = item.id) FROM item"
_ALERTS = "SELECT alert.kind, item.link, alert.created_at FROM alert JOIN item ON item.id = alert.item"
_DELIVERIES = """
SELECT item.link, delivery.state, delivery.attempts, delivery.created_at
FROM delivery JOIN alert ON alert.id = delivery.alert JOIN item ON item.id = alert.item
"""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as its publisher saw it."""

    at: float
    second: int
    """Of the document that it was answered with."""
    said: str
    """`ok`, `not_modified` or the class of the fault."""


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll: planned, asked, settled. None: not yet at the end."""

    due_at: float
    requests: tuple[Request, ...]
    settled_at: float | None
    failed: bool


@dataclass(slots=True)
class Expected:
    """What the store must hold of one feed."""

    items: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Version and title by link."""
    told: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Findings:
    """What was found; `late` and `problems` are broken promises in words."""

    lateness_s: list[float] = field(default_factory=list)
    settling_s: list[float] = field(default_factory=list)
    """From the request to the settled poll, of polls that succeeded."""
    answers: Counter[str] = field(default_factory=Counter)
    late: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    items: int = 0
    edited: int = 0
    told: int = 0
    latest: str = ""
    """Which feed's poll was the latest."""

    def note_lateness(self, seconds: float, feed: Feed) -> None:
        """Take one poll's lateness."""
        if not self.lateness_s or seconds > max(self.lateness_s):
            self.latest = f"w{feed.number} on {feed.host}"
        self.lateness_s.append(seconds)


def inspect(plan: Plan, folder: Path, ended_at: float) -> Findings:
    """Compare what `folder` holds with the plan; polls that were due before `ended_at` must have been asked."""
    findings = Findings()
    requests = _read_requests(folder / "wire.jsonl")
    with closing(sqlite3.connect(folder / "vedette.db")) as database:
        diary: defaultdict[int, list[tuple[float, float, int]]] = defaultdict(list)
        for name, *entry in database.execute("SELECT feed, at, due_at, failures FROM diary ORDER BY rowid"):
            diary[int(name[1:])].append((entry[0], entry[1], entry[2]))
        expected = Expected()
        for feed in plan.course:
            polls = list(_match(requests.get(feed.number, []), diary[feed.number]))
            _judge_times(findings, feed, polls, ended_at)
            _expect(expected, findings, feed, polls)
        _judge_store(findings, expected, database)
        _judge_alerts(findings, expected, database, ended_at)
    _judge_posts(findings, expected, (folder / "posts.txt").read_text("utf-8"))
    _judge_logs(findings, folder / "log.jsonl")
    return findings


def _read_requests(log: Path) -> dict[int, list[Request]]:
    requests: defaultdict[int, list[Request]] = defaultdict(list)
    for line in log.read_text("utf-8").splitlines():
        at, feed, second, said = json.loads(line)
        requests[feed].append(Request(at, second, said))
    return requests


def _match(requests: list[Request], diary: list[tuple[float, float, int]]) -> Iterator[Poll]:
    """Give a feed's polls: whatever was asked between two settlements belongs to one."""
    moments = [request.at for request in requests]
    for position, (planned_at, due_at, _) in enumerate(diary):
        begin = bisect_left(moments, planned_at + DIARY_S)
        if position + 1 == len(diary):
            yield Poll(due_at, tuple(requests[begin:]), None, failed=False)
            return
        settled_at, _, failures = diary[position + 1]
        yield Poll(
            due_at, tuple(requests[begin : bisect_left(moments, settled_at + DIARY_S)]), settled_at, failures > 0
        )


def _judge_times(findings: Findings, feed: Feed, polls: list[Poll], ended_at: float) -> None:
    for poll in polls:
        findings.answers.update(request.said for request in poll.requests)
        if poll.requests:
            late_s = poll.requests[0].at - poll.due_at
        elif poll.settled_at is not None:
            findings.problems.append(f"w{feed.number}: a poll was settled without a request")
            continue
        elif (late_s := ended_at - poll.due_at) < 0:
            continue
        findings.note_lateness(late_s, feed)
        if late_s > LATE_S:
            findings.late.append(f"w{feed.number} on {feed.host}: a poll came {late_s:.1f} s late")
        if late_s < -EARLY_S:
            findings.problems.append(f"w{feed.number}: a poll came {-late_s:.1f} s early")


def _expect(expected: Expected, findings: Findings, feed: Feed, polls: list[Poll]) -> None:
    """Add what the successful polls of a feed have brought."""
    known: dict[int, tuple[int, int]] = {}
    first = True
    for poll in polls:
        if poll.settled_at is None or not poll.requests:
            continue
        last = poll.requests[-1]
        if poll.failed != (last.said in FAULTS):
            verdict = "refused" if poll.failed else "taken"
            findings.problems.append(f"w{feed.number}: an answer of the kind {last.said} was {verdict}")
        if poll.failed:
            continue
        findings.settling_s.append(poll.settled_at - last.at)
        for entry, revision in feed.visible(last.second) if last.said == "ok" else ():
            version, before = known.get(entry, (0, -1))
            known[entry] = (version + (revision != before), revision)
            if not version and not first and is_marked(feed.number, entry):
                expected.told.add(link(feed.number, entry))
        first = False
    for entry, (version, revision) in known.items():
        expected.items[link(feed.number, entry)] = (version, title(feed.number, entry, revision))


def _judge_store(findings: Findings, expected: Expected, database: sqlite3.Connection) -> None:
    left = dict(expected.items)
    findings.items = len(left)
    findings.edited = sum(version > 1 for version, _ in left.values())
    seen: set[str] = set()
    for feed, address, version, text, kept in database.execute(_ITEMS):
        if address in seen:
            findings.problems.append(f"{feed}: {address} is stored twice")
        elif address not in left:
            findings.problems.append(f"{feed}: {address} is stored and was not published, or not by then")
        elif (version, text) != left[address]:
            findings.problems.append(f"{feed}: {address} is version {version} {text!r}, not {left[address]}")
        elif kept != version - 1:
            findings.problems.append(f"{feed}: {address} has {kept} earlier versions, not {version - 1}")
        seen.add(address)
        left.pop(address, None)
    findings.problems += [f"{address} was lost" for address in left]


def _judge_alerts(findings: Findings, expected: Expected, database: sqlite3.Connection, ended_at: float) -> None:
    findings.told = len(expected.told)
    alerts = Counter(address for _, address, _ in database.execute(_ALERTS))
    _compare(findings, expected.told, alerts, "an alert")
    deliveries = list(database.execute(_DELIVERIES))
    _compare(findings, expected.told, Counter(each[0] for each in deliveries), "a delivery")
    for address, state, attempts, created_at in deliveries:
        if (state, attempts) != ("sent", 1) and created_at < ended_at - GRACE_S:
            findings.problems.append(f"{address}: its delivery is {state} after {attempts} attempts")


def _judge_posts(findings: Findings, expected: Expected, posts: str) -> None:
    posted = Counter(word for word in posts.split() if word in expected.items)
    findings.problems += [f"{address} was posted {count} times" for address, count in posted.items() if count > 1]
    findings.problems += [f"{address} was posted unasked" for address in posted if address not in expected.told]


def _judge_logs(findings: Findings, logs: Path) -> None:
    errors = Counter[str]()
    with logs.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["level"] in ("error", "critical"):
                errors[f"{record['event']}: {record.get('error', '')[:100]}"] += 1
    findings.problems += [f"logged {count} times: {event}" for event, count in errors.items()]


def _compare(findings: Findings, expected: set[str], found: Counter[str], what: str) -> None:
    findings.problems += [f"{address} has not led to {what}" for address in expected if not found[address]]
    findings.problems += [f"{address} has led to {what} unasked" for address in found if address not in expected]
    findings.problems += [f"{address} has led to {what} {count} times" for address, count in found.items() if count > 1]
