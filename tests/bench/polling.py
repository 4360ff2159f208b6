"""Polling beside lemon24/reader in one run: CPU time of whole rounds over feeds of twenty entries, as ratios.

The product's side is the whole application with its shipped rules, its store and its parser process, whose time
counts too. Each side and the server have processes of their own. BENCH_FEEDS sets the number of feeds (200).
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.util import find_spec
from urllib.request import urlopen

import feedparser

from adapters.feeds import FeedParser
from adapters.ports import Fetched, ParsedFeed, Seen
from rules.model import FeedId, Source
from tests.bench.polling_sides import SIDES, Cost, child_cpu_s
from tests.bench.polling_wire import write_feed

FEEDS = int(os.environ.get("BENCH_FEEDS", "200"))
ROUNDS = 5
BLOCKS = 7
BLOCK = 12
GOALS = {
    "first poll": "reader's x 0.7 or less",
    "all answer 304": "15x less",
    "unchanged, no validators": "40x less",
    "only the feed's date changed": "40x less",
    "one new entry of twenty": "",
}


@dataclass(slots=True)
class Side:
    """One reader of the wire."""

    process: subprocess.Popen[str]
    costs: dict[str, list[Cost]] = field(default_factory=dict)

    def poll(self, kind: str) -> None:
        """Let it poll all feeds once."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("poll\n")
        self.process.stdin.flush()
        self.costs.setdefault(kind, []).append(Cost(**json.loads(self.process.stdout.readline())))

    def cpu_ms(self, kind: str) -> float:
        """Give the median CPU time per feed."""
        return statistics.median(cost.cpu_s for cost in self.costs[kind]) / FEEDS * 1000

    @property
    def peak_mb(self) -> float:
        """Give the peak of memory over all rounds."""
        return max(cost.peak_bytes for costs in self.costs.values() for cost in costs) / 2**20


def run() -> None:
    """Print the ratios; without `reader` (the extra `bench`), what the product needs."""
    names = [name for name in SIDES if name == "product" or find_spec(name) is not None]
    with ExitStack() as stack:
        address = stack.enter_context(_start("polling_wire"))[1].strip()
        sides = {
            name: Side(stack.enter_context(_start("polling_sides", name, address, str(FEEDS), silent=True))[0])
            for name in names
        }
        wire = _Wire(address)
        _poll_all(wire, sides, "first poll", "conditional", 1)
        _poll_all(wire, sides, "all answer 304", "conditional", ROUNDS)
        _poll_all(wire, sides, "unchanged, no validators", "plain", ROUNDS)
        _poll_all(wire, sides, "only the feed's date changed", "dated", ROUNDS)
        _poll_all(wire, sides, "one new entry of twenty", "grown", ROUNDS)
    _print(sides)
    asyncio.run(_compare_parsing())


@dataclass(frozen=True, slots=True)
class _Wire:
    address: str

    def set(self, mode: str) -> None:
        self._get(f"/mode/{mode}")

    def count(self) -> int:
        return int(self._get("/count"))

    def _get(self, path: str) -> str:
        with urlopen(self.address + path) as answer:
            text: str = answer.read().decode()
        return text


@contextmanager
def _start(module: str, *arguments: str, silent: bool = False) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a module of this folder until the block ends, and give it with its first line."""
    command = (sys.executable, "-W", "ignore", "-m", f"tests.bench.{module}", *arguments)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process, "" if silent else process.stdout.readline()
        process.stdin.close()


def _poll_all(wire: _Wire, sides: dict[str, Side], kind: str, mode: str, rounds: int) -> None:
    """Let the sides poll in turn; the first round in a mode of several is a warm-up."""
    for round_ in range(rounds + (rounds > 1)):
        wire.set(mode)
        for number, side in enumerate(sides.values(), start=1):
            side.poll(kind)
            answers = wire.count()
            if (
                not 0 <= answers - number * FEEDS <= 1 + FEEDS // 50
            ):  # a feed or two may be polled at the start, and again
                raise SystemExit(f"{kind}: {answers} answers for {number} rounds of {FEEDS} feeds")
        if rounds > 1 and round_ == 0:
            for side in sides.values():
                del side.costs[kind]


def _print(sides: dict[str, Side]) -> None:
    print(f"{FEEDS} feeds x 20 entries; CPU ms per feed, children included, median of {ROUNDS} rounds")
    product, peer = sides["product"], sides.get("reader")
    for kind, goal in GOALS.items():
        own = product.cpu_ms(kind)
        line = f"{kind:30} vedette {own:7.3f}"
        if peer is not None:
            line += f"   reader {peer.cpu_ms(kind):7.3f}   {peer.cpu_ms(kind) / own:6.1f}x less"
        print(f"{line}   goal: {goal}" if goal else line)
    print(f"peak memory                    vedette {product.peak_mb:.0f} MB (goal: 120 MB or less)", end="")
    print(f"   reader {peer.peak_mb:.0f} MB" if peer is not None else "   reader: install the extra `bench`")


async def _compare_parsing() -> None:
    """Print what one new entry of twenty costs beside feedparser on the whole document, in alternating blocks."""
    parser = FeedParser(1, 20.0)
    slices: list[float] = []
    whole: list[float] = []
    peer: list[float] = []
    for block in range(BLOCKS):
        bodies = [write_feed(1, block * BLOCK + round_) for round_ in range(BLOCK + 1)]
        seen = (await _parse(parser, bodies[0], None)).seen
        with _timed(parser, slices):
            news = []
            for body in bodies[1:]:
                news.append(await _parse(parser, body, seen))
                seen = news[-1].seen
        with _timed(parser, whole):
            feeds = [await _parse(parser, body, None) for body in bodies[1:]]
        with _timed(parser, peer):
            for body in bodies[1:]:
                feedparser.parse(body)
        if [each.entries for each in news] != [each.entries[:1] for each in feeds]:
            raise SystemExit("one new entry of twenty: the slice and the whole document say different things")
    await parser.close()
    mine_s, whole_s, peer_s = map(statistics.median, (slices, whole, peer))
    print(f"parsing one new entry of twenty vedette {mine_s * 1e3:7.3f}", end="")
    print(f"   feedparser.parse, whole {peer_s * 1e3:.3f}   {peer_s / mine_s:.1f}x less   goal: 8x less")
    print(f"parsing all twenty             vedette {whole_s * 1e3:7.3f}   {peer_s / whole_s:.1f}x less")


@contextmanager
def _timed(parser: FeedParser, times: list[float]) -> Iterator[None]:
    """Time a block, the parser's processes included, per document."""
    began = _cpu_s(parser)
    yield
    times.append((_cpu_s(parser) - began) / BLOCK)


def _cpu_s(parser: FeedParser) -> float:
    return time.process_time() + child_cpu_s(parser.process_ids)


async def _parse(parser: FeedParser, body: bytes, seen: Seen | None) -> ParsedFeed:
    fetched = Fetched("https://wire1.example/feed", 200, body, None, None, "application/rss+xml")
    source = Source(FeedId("wire-1"), "Wire 1", "en", "wire")
    return await parser.parse(fetched, source, datetime(2025, 1, 14, tzinfo=UTC), seen)
