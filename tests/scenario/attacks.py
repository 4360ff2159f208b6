"""The real application on the real clock among attackers, watched: when it asked, what it wrote, what it took."""

import asyncio
import io
import json
import sys
import threading
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, ip_address
from itertools import pairwise
from pathlib import Path

from adapters.feeds import FeedParser, HttpFetcher
from adapters.feeds.guard import Address, AddressInfo, is_public
from bot.app import App, Parts
from bot.settings.model import Delivery, Polling, Settings, Web
from bot.wiring import open_app
from rules import RuleFile
from rules.model import FeedId, Source
from state import FeedRow, FeedSpec, Store, Subscription, SubscriptionId
from tests.scenario.attack_site import SCRIPTS
from tests.scenario.timeline import RULES

GOOD = tuple(f"good-{number}" for number in range(6))
INTERVAL_S = 1.0
RUN_S = 12.0
WORKER_BYTES = 192 * 1024 * 1024
"""The address space of a parser process here."""
POLLING = Polling(
    tick_s=0.2,
    timeout_s=4.0,
    connect_timeout_s=2.0,
    read_timeout_s=3.0,
    parse_timeout_s=3.0,
    adaptive=False,
    host_concurrency=1000,
    host_spacing_s=0.0,
)
_NAMES = {"open.example": ("127.0.0.1",), "inside.example": ("10.0.0.5",), "torn.example": ("127.0.0.1", "10.0.0.5")}
"""What the names of the internet lead to; 127.0.0.1 stands for a public address."""


@dataclass(slots=True)
class Watch:
    """What was seen of a run."""

    times: dict[str, list[float]] = field(default_factory=dict)
    """When each name was asked for, seconds."""
    rows: dict[str, FeedRow] = field(default_factory=dict)
    titles: dict[str, list[str]] = field(default_factory=dict)
    """Of the stored items of the good feeds, sorted."""
    asked_since: dict[str, int] = field(default_factory=dict)
    """How often each name was asked for once the titles were read; polling went on meanwhile."""
    failures: dict[str, str] = field(default_factory=dict)
    """The first failure's kind, by feed."""
    longest_block_s: float = 0.0
    """How long the event loop was not free at the most, less what its thread waited for a processor meanwhile."""
    own_mb: float = 0.0
    """By how much the application's memory grew at the most."""
    worker_mb: float = 0.0
    """What a parser process held at the most."""
    processes: set[int] = field(default_factory=set)
    most_workers: int = 0
    """How many of them lived at a time."""
    left_tasks: tuple[str, ...] = ()
    ended: float = 0.0

    def longest_wait_s(self, name: str) -> float:
        """Give the longest time between two requests for a name, the end of the run included."""
        moments = [*self.times[name], self.ended]
        return max(later - earlier for earlier, later in pairwise(moments))


async def run_attacks(folder: Path) -> Watch:
    """Run the application among all attackers for a while; give what was seen."""
    watch = Watch()
    before = asyncio.all_tasks()
    async with _open_site() as port:
        settings = _settings(folder, port)
        _forget_peak()
        held_kb = _read_memory("self", "VmRSS")
        async with open_app(settings, output=io.StringIO(), remake=_remake) as app:
            looking = asyncio.create_task(_look(app, watch, held_kb))
            await asyncio.sleep(RUN_S)
            watch.ended = time.monotonic()
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            watch.times = await _read_times(port)
            store = app.parts.store
            watch.rows = {str(row.id): row for row in await store.feeds()}
            watch.titles = {name: await _read_titles(store, name) for name in GOOD}
            watch.asked_since = {name: len(times) for name, times in (await _read_times(port)).items()}
    watch.left_tasks = tuple(task.get_name() for task in asyncio.all_tasks() - before)
    return watch


def is_running(process_id: int) -> bool:
    """Tell whether a process lives."""
    return Path(f"/proc/{process_id}").exists()


async def _look(app: App, watch: Watch, held_kb: int) -> None:
    """Look every few moments; what comes late of it is what the event loop was not free for."""
    parser = app.parts.parser
    assert isinstance(parser, FeedParser)
    looks = 0
    while True:
        looks += 1
        began, waited = time.monotonic(), _read_queueing_s()
        await asyncio.sleep(0.02)
        late_s = time.monotonic() - began - 0.02 - (_read_queueing_s() - waited)
        watch.longest_block_s = max(watch.longest_block_s, late_s)
        watch.own_mb = max(watch.own_mb, (_read_memory("self", "VmHWM") - held_kb) / 1024)
        watch.most_workers = max(watch.most_workers, len(parser.process_ids))
        for process_id in parser.process_ids:
            watch.processes.add(process_id)
            watch.worker_mb = max(watch.worker_mb, _read_memory(str(process_id), "VmHWM") / 1024)
        for row in await app.parts.store.feeds() if looks % 25 == 0 else ():
            if row.reason:
                watch.failures.setdefault(str(row.id), row.reason)


def _read_queueing_s() -> float:
    """Give for how long this thread was ready to run and had no processor, since it began: other programs' doing."""
    with open(f"/proc/self/task/{threading.get_native_id()}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[1]) / 1e9


def _settings(folder: Path, port: int) -> Settings:
    specs = [_spec(name, f"http://127.0.0.1:{port}/{name}", allow_private=True) for name in GOOD]
    specs += [_spec(name, f"http://open.example:{port}/{name}") for name in SCRIPTS]
    specs += [_spec(f"name-{host}", f"http://{host}.example:{port}/endless-body") for host in ("inside", "torn")]
    return Settings(
        folder=folder,
        store=f"sqlite:///{folder / 'vedette.db'}",
        feeds=tuple(specs),
        subscriptions=(Subscription(SubscriptionId("desk"), "console:desk"),),
        rule_files=(RuleFile("rules.yaml", RULES),),
        polling=POLLING,
        delivery=Delivery(channel_spacing_s=0.0, drain_limit_s=1.0),
        web=Web(port=None),
    )


def _spec(name: str, url: str, *, allow_private: bool = False) -> FeedSpec:
    return FeedSpec(Source(FeedId(name), name, "en", kind="wire"), url, INTERVAL_S, allow_private)


def _remake(parts: Parts) -> Parts:
    fetcher = HttpFetcher(lookup=_look_up, may_ask=_may_ask)
    parser = FeedParser(POLLING.workers, POLLING.parse_timeout_s, memory_bytes=WORKER_BYTES)
    return replace(parts, fetcher=fetcher, poster=fetcher, parser=parser)


def _may_ask(address: Address) -> bool:
    return address == IPv4Address("127.0.0.1") or is_public(address)


def _look_up(host: str, port: int, *_: object) -> Sequence[AddressInfo]:
    numbers = _NAMES.get(host) or (str(ip_address(host)),)
    return [(2, 1, 6, "", (number, port)) for number in numbers]


@asynccontextmanager
async def _open_site() -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.scenario.attack_site", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.kill()
        await process.communicate()


async def _read_times(port: int) -> dict[str, list[float]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /times HTTP/1.1\r\n\r\n")
    told: Mapping[str, list[float]] = json.loads((await reader.read()).partition(b"\r\n\r\n")[2])
    writer.close()
    return dict(told)


async def _read_titles(store: Store, name: str) -> list[str]:
    return sorted(item.title for item in await store.newest_items(FeedId(name), 1000))


def _forget_peak() -> None:
    """Let the system count the peak of this process's memory from now on (man 5 proc, clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")


def _read_memory(process: str, name: str) -> int:
    """Give a line of a process's status in kilobytes; 0 when it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0
