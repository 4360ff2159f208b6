"""The composition root: settings in, a ready application out. The only module that names concrete parts."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TextIO

from adapters.feeds import FeedParser, HttpFetcher, parse_document
from state.sqlite import open_store

from adapters.clock import ManualClock, SystemClock
from adapters.console import ConsolePublisher
from adapters.ports import Publisher
from bot.app import App, Parts
from bot.decision import build_item
from bot.errors import ReplayInputInvalid
from bot.holder import RulesetHolder
from bot.replay import EPOCH, Replay, ReplayReport, read_json_lines
from bot.settings.model import Settings
from bot.supervise import Health
from rules import Item, Ruleset, compile_rules
from rules.model import FeedId, Source
from state import Clock, Store, Wakes
from state.jobs import EmbeddedJobs
from state.memory import MemoryStore

Remake = Callable[[Parts], Parts]
"""Puts other parts in the place of some; tests wrap parts with it."""


class _NoWakes:
    """Wakes for stores without an engine: whoever runs one sweeps."""

    def enqueue(self, kind: str, key: str, delay_s: float = 0.0) -> None:
        """Drop the request."""


def compile_ruleset(settings: Settings) -> Ruleset:
    """Compile the settings' rule files; rules with errors are set aside (`vedette check` lists them)."""
    return compile_rules(settings.rule_files).ruleset


def build_store(settings: Settings, clock: Clock, wakes: Wakes, *, exclusive: bool) -> Store:
    """Open the store that the settings name. Raises StateError."""
    if settings.store == "memory:":
        return MemoryStore(clock, wakes)
    return open_store(Path(settings.store.removeprefix("sqlite:///")), clock, wakes, exclusive=exclusive)


def build_parts(settings: Settings, clock: Clock, output: TextIO) -> Parts:
    """Make the parts of a running application. Raises StateError when the store cannot be had."""
    jobs = EmbeddedJobs(clock)
    polling = settings.polling
    return Parts(
        clock=clock,
        store=build_store(settings, clock, jobs, exclusive=True),
        jobs=jobs,
        fetcher=HttpFetcher(user_agent=polling.user_agent),
        parser=FeedParser(workers=polling.workers, timeout_s=polling.parse_timeout_s),
        publishers={"console": ConsolePublisher(output, transcript=settings.console.transcript)},
        health=Health(SystemClock()),
    )


@asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    output: TextIO | None = None,
    remake: Remake | None = None,
) -> AsyncIterator[App]:
    """Run an application for as long as the block lasts; posts of the console go to `output`."""
    parts = build_parts(settings, clock or SystemClock(), output or sys.stdout)
    if remake is not None:
        parts = remake(parts)
    async with App(settings, RulesetHolder(compile_ruleset(settings)), parts) as app:
        yield app


@asynccontextmanager
async def open_archive(settings: Settings) -> AsyncIterator[Store]:
    """Open the store beside a bot that may be running, for questions and small changes. Raises StateError."""
    store = build_store(settings, SystemClock(), _NoWakes(), exclusive=False)
    try:
        yield store
    finally:
        await store.close()


async def run_folder(settings: Settings, *, remake: Remake | None = None) -> None:
    """Run until SIGTERM or SIGINT; a second signal ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask_to_stop(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask_to_stop, number)
    async with open_app(settings, remake=remake) as app:
        await app.wait(stop)


async def replay_items(settings: Settings, items: Iterable[Item], output: TextIO) -> ReplayReport:
    """Replay items through the settings' rules and subscriptions; every post goes to `output`."""
    clock = ManualClock(EPOCH)
    console = ConsolePublisher(output)
    platforms = {each.channel.partition(":")[0] for each in settings.subscriptions}
    publishers: dict[str, Publisher] = dict.fromkeys(platforms, console)
    replay = Replay(MemoryStore(clock, _NoWakes()), clock, compile_ruleset(settings), publishers)
    return await replay.run(items, settings.subscriptions)


def read_replay_file(path: Path, sources: Collection[Source]) -> tuple[Item, ...]:
    """Read a file of items: JSON lines, or a saved feed document.

    A feed document counts as coming from the source in `sources` whose feed id is the file's stem, else from a
    source of its own. Raises ReplayInputInvalid or ParseFailure.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ReplayInputInvalid(f"{path}: cannot be read: {error.strerror}") from error
    if body.lstrip()[:1] == b"{":
        return read_json_lines(str(path), body.decode("utf-8", errors="replace"))
    own = Source(FeedId(path.stem), path.stem, "en", kind="replay")
    source = next((each for each in sources if each.feed == path.stem), own)
    now = SystemClock().now()
    parsed = parse_document(body, "", "", source, now)
    return tuple(build_item(source, entry, entry.published_at or EPOCH) for entry in parsed.entries)
