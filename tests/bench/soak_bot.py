"""The application under soak, in a process of its own: `python -m tests.bench.soak_bot PLAN PORT FOLDER`.

It runs until its input ends and prints a JSON line with what it needs every few seconds.
"""

import asyncio
import json
import os
import resource
import socket
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from adapters.feeds import FeedParser, HttpFetcher
from adapters.feeds.guard import AddressInfo
from bot.app import Parts
from bot.logs import configure_logs
from bot.settings.load import shipped_settings
from bot.settings.model import Delivery, Logs, Settings, Web
from bot.wiring import open_app, open_archive
from rules.model import FeedId, RuleFile, Source
from state import FeedSpec, Subscription, SubscriptionId
from tests.bench.soak_plan import MARK, Feed, Plan

TELL_S = 5.0
SAMPLE_S = 0.25
CHANNELS = 8
_PAGE = os.sysconf("SC_PAGE_SIZE")
_RULE = f"""
version: 1
rules:
  - id: marked
    title: Marked
    severity: high
    when: {{any: ["{MARK}"]}}
    tests: [{{text: "A {MARK} here.", match: true}}]
"""

_DIARY = """
CREATE TABLE diary (feed TEXT NOT NULL, at REAL NOT NULL, due_at REAL NOT NULL, failures INTEGER NOT NULL);
CREATE TRIGGER diary_begun AFTER INSERT ON feed BEGIN
    INSERT INTO diary VALUES (new.id, (julianday('now') - 2440587.5) * 86400.0, new.next_poll_at, 0);
END;
CREATE TRIGGER diary_settled AFTER UPDATE OF next_poll_at ON feed WHEN new.next_poll_at <> old.next_poll_at BEGIN
    INSERT INTO diary VALUES (new.id, (julianday('now') - 2440587.5) * 86400.0, new.next_poll_at, new.failures);
END;
"""
"""Lets the database note each plan of a next poll, whoever makes it."""


@dataclass(slots=True)
class Needs:
    """What the application has needed so far; sizes in bytes, children are parser processes."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_bytes: int = 0
    """Of the application's own process."""
    peak_children_bytes: int = 0
    """Of all its children at one moment."""
    now_bytes: int = 0
    peak_together_bytes: int = 0
    """Of the application and its children, of pages in common use their share; looked at every `TELL_S`."""
    peak_files: int = 0
    worst_stall_s: float = 0.0
    """The longest that the event loop has let a timer wait."""
    threads: int = 0


def make_settings(plan: Plan, port: int, folder: Path) -> Settings:
    """Give the default settings but for the feeds, a rule for the marked entries, and channels without spacing."""
    shipped = shipped_settings()
    return replace(
        shipped,
        folder=folder,
        store=f"sqlite:///{folder / 'vedette.db'}",
        feeds=tuple(_spec(feed, plan, port) for feed in plan.course),
        subscriptions=tuple(
            Subscription(
                SubscriptionId(f"desk{number}"),
                f"console:desk{number}",
                feeds=tuple(FeedId(f"w{feed.number}") for feed in plan.course if feed.number % CHANNELS == number),
            )
            for number in range(CHANNELS)
        ),
        rule_files=(*shipped.rule_files, RuleFile("soak.yaml", _RULE)),
        polling=replace(shipped.polling, adaptive=False),
        delivery=Delivery(channel_spacing_s=0.0, drain_limit_s=2.0),
        web=Web(port=None),
    )


def look_up(host: str, port: int, *_: object) -> Sequence[AddressInfo]:
    """Resolve the soak's names to this machine, and no other name."""
    if not host.endswith((".test", "127.0.0.1")):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port))]


def _spec(feed: Feed, plan: Plan, port: int) -> FeedSpec:
    source = Source(FeedId(f"w{feed.number}"), f"Wire {feed.number}", "en", "wire")
    scheme = "https" if plan.certificate else "http"
    return FeedSpec(source, f"{scheme}://{feed.host}:{port}/feed/{feed.number}", feed.interval_s, allow_private=True)


async def _run(plan: Plan, port: int, folder: Path) -> None:
    settings = make_settings(plan, port, folder)
    async with open_archive(settings):
        pass
    with closing(sqlite3.connect(folder / "vedette.db")) as database:
        database.executescript(_DIARY)
    with ExitStack() as stack:
        logs = stack.enter_context((folder / "log.jsonl").open("w"))
        posts = stack.enter_context((folder / "posts.txt").open("w"))
        configure_logs(Logs(format="json"), logs, ())
        async with open_app(settings, output=posts, remake=_use_names) as app:
            parser = app.parts.parser
            assert isinstance(parser, FeedParser)
            sampling = asyncio.create_task(_sample(parser))
            await asyncio.to_thread(sys.stdin.read)
            sampling.cancel()


def _use_names(parts: Parts) -> Parts:
    return replace(parts, fetcher=HttpFetcher(lookup=look_up))


async def _sample(parser: FeedParser) -> None:
    needs = Needs()
    loop = asyncio.get_running_loop()
    began, told = loop.time(), 0.0
    while True:
        wake_at = loop.time() + SAMPLE_S
        await asyncio.sleep(SAMPLE_S)
        needs.worst_stall_s = max(needs.worst_stall_s, loop.time() - wake_at)
        children = [_resident(str(child)) for child in parser.process_ids]
        needs.now_bytes = _resident("self")
        needs.peak_bytes = max(needs.peak_bytes, needs.now_bytes)
        needs.peak_children_bytes = max(needs.peak_children_bytes, sum(children))
        needs.peak_files = max(needs.peak_files, len(os.listdir("/proc/self/fd")))
        needs.wall_s = loop.time() - began
        if needs.wall_s >= told + TELL_S:
            told = needs.wall_s
            needs.cpu_s = time.process_time() + _children_cpu_s(parser)
            together = sum(map(_proportional, ("self", *map(str, parser.process_ids))))
            needs.peak_together_bytes = max(needs.peak_together_bytes, together)
            print(json.dumps(asdict(needs)), flush=True)


def _resident(process: str) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * _PAGE
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _proportional(process: str) -> int:
    """Give a process's memory, of pages that several processes have in use its share."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _children_cpu_s(parser: FeedParser) -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = ended.ru_utime + ended.ru_stime
    for child in parser.process_ids:
        try:
            total += int(Path(f"/proc/{child}/schedstat").read_text("ascii").split()[0]) / 1e9
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total


if __name__ == "__main__":
    asyncio.run(_run(Plan.from_json(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
