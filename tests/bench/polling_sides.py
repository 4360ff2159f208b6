"""One reader of the wire in a process of its own: `python -m tests.bench.polling_sides NAME ADDRESS FEEDS`.

It polls all feeds once for each line that it gets, and answers each with a line of JSON: CPU seconds of the process
and its children, wall seconds, and the peak of memory in bytes, children included.
"""

import asyncio
import json
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from io import StringIO
from pathlib import Path

from adapters.clock import ManualClock
from adapters.feeds import FeedParser
from bot.logs import configure_logs
from bot.loops import run
from bot.settings.load import shipped_settings
from bot.settings.model import Logs, Polling, Settings, Web
from bot.wiring import open_app
from rules.model import FeedId, Source
from state import FeedSpec

INTERVAL_S = 300.0
SIDES = ("product", "reader")
Poll = Callable[[], Awaitable[tuple[int, ...]]]
"""Polls all feeds once, and gives the children that live."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one round cost."""

    cpu_s: float
    wall_s: float
    peak_bytes: int


@asynccontextmanager
async def open_product(folder: Path, address: str, feeds: int) -> AsyncIterator[Poll]:
    """Run the whole application, with its rules, store and parser process; time is moved by hand."""
    settings = _settings(folder, address, feeds)
    clock = ManualClock(datetime(2025, 1, 14, tzinfo=UTC))
    configure_logs(Logs(level="error"), sys.stderr, ())
    async with open_app(settings, clock=clock, output=StringIO()) as app:
        parser = app.parts.parser
        assert isinstance(parser, FeedParser)

        async def poll() -> tuple[int, ...]:
            await clock.advance(2 * INTERVAL_S)
            await app.scheduler.tick()
            await app.parts.jobs.settle()
            return parser.process_ids

        yield poll


def _settings(folder: Path, address: str, feeds: int) -> Settings:
    specs = (
        FeedSpec(
            Source(FeedId(f"wire-{n}"), f"Wire {n}", "en", "wire"),
            f"{address}/feed/{n}",
            INTERVAL_S,
            allow_private=True,
        )
        for n in range(feeds)
    )
    return replace(
        shipped_settings(),
        folder=folder,
        store=f"sqlite:///{folder / 'vedette.db'}",
        feeds=tuple(specs),
        subscriptions=(),
        polling=Polling(tick_s=3600.0, adaptive=False, host_concurrency=64, host_spacing_s=0.0),
        web=Web(port=None),
    )


@asynccontextmanager
async def open_reader(folder: Path, address: str, feeds: int) -> AsyncIterator[Poll]:
    """Run lemon24/reader with its defaults."""
    reader = import_module("reader").make_reader(str(folder / "reader.db"))
    for number in range(feeds):
        reader.add_feed(f"{address}/feed/{number}")

    async def poll() -> tuple[int, ...]:
        reader.update_feeds(scheduled=False)
        return ()

    yield poll
    reader.close()


async def _serve(name: str, address: str, feeds: int) -> None:
    opened = open_product if name == "product" else open_reader
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), address, feeds) as poll:
            children: tuple[int, ...] = ()
            while await asyncio.to_thread(sys.stdin.readline):
                cpu_s, wall_s = _cpu_s(children), time.perf_counter()
                children = await poll()
                cost = Cost(_cpu_s(children) - cpu_s, time.perf_counter() - wall_s, _peak_bytes(children))
                print(json.dumps(asdict(cost)), flush=True)


def _cpu_s(children: tuple[int, ...]) -> float:
    """Give the CPU time of this process, of its children that ended, and of those that live."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime + child_cpu_s(children)


def child_cpu_s(children: tuple[int, ...]) -> float:
    """Give the CPU time of processes that live (/proc/PID/schedstat, first field: nanoseconds)."""
    return sum(int(Path(f"/proc/{child}/schedstat").read_text("ascii").split()[0]) for child in children) / 1e9


def _peak_bytes(children: tuple[int, ...]) -> int:
    """Add the peaks of this process and its children; pages that they share count twice."""
    names = ("self", *map(str, children))
    return sum(_peak_of(Path(f"/proc/{name}/status").read_text("ascii", "replace")) for name in names)


def _peak_of(status: str) -> int:
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    run(_serve(sys.argv[1], sys.argv[2], int(sys.argv[3])))
