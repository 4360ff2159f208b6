"""The composition root: settings in, a ready application out. The only module that names concrete parts."""

import asyncio
import math
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from adapters.articles import ArticleExtractor
from adapters.clock import ManualClock, SystemClock
from adapters.console import ConsolePublisher, open_console, render_reply
from adapters.conversation import Reply
from adapters.extras import can_read_articles
from adapters.feeds import FeedParser, HttpFetcher, parse_document
from adapters.ports import Extractor, Fetcher, Publisher
from bot.app import App, Parts
from bot.demo import Demo, closing_lines, open_demo
from bot.drafts import build_item
from bot.errors import ReplayInputInvalid
from bot.feedbook.desk import FeedDesk
from bot.feedbook.probing import Prober
from bot.holder import RulesetHolder
from bot.logs import collect_secrets, configure_logs
from bot.replay import EPOCH, Replay, ReplayReport, read_json_lines
from bot.settings.load import shipped_settings
from bot.settings.model import Delivery, Polling, Settings
from bot.supervise import Health
from rules import Item, Ruleset, compile_rules
from rules.model import FeedId, Source
from state import AlertKind, Clock, StateError, Store, StoreBusy, Wakes
from state.jobs import EmbeddedJobs
from state.memory import MemoryStore
from state.sqlite import open_store
from state.sqlite.backup import BackupReport, RestoreReport, backup, restore
from state.sqlite.lock import ProcessLock

Remake = Callable[[Parts], Parts]
"""Puts other parts in the place of some; tests wrap parts with it."""


DEMO_TICK_S = 0.1
"""How often the demo looks for due feeds, in real seconds at speed 1."""

OPENING = (
    "Vedette, the demo: a sample wire is served on this machine, polled, flagged by the shipped rules,\n"
    "and told here as two channels would see it. Ctrl-C ends it.\n\n"
)


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
    fetcher = HttpFetcher(user_agent=polling.user_agent)
    return Parts(
        clock=clock,
        store=build_store(settings, clock, jobs, exclusive=True),
        jobs=jobs,
        fetcher=fetcher,
        poster=fetcher,
        parser=FeedParser(workers=polling.workers, timeout_s=polling.parse_timeout_s),
        publishers={"console": ConsolePublisher(output, transcript=settings.console.transcript)},
        health=Health(SystemClock()),
        extractor=build_extractor(),
    )


def build_extractor() -> Extractor | None:
    """Make the part that reads articles, None where the extra `articles` is not installed."""
    return ArticleExtractor() if can_read_articles() else None


@asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    output: TextIO | None = None,
    remake: Remake | None = None,
    folder: Path | None = None,
) -> AsyncIterator[App]:
    """Run an application for as long as the block lasts; posts of the console go to `output`.

    Commands may edit `folder`, the one that the settings come from, if it is named.
    """
    parts = build_parts(settings, clock or SystemClock(), output or sys.stdout)
    if remake is not None:
        parts = remake(parts)
    prober = Prober(
        parts.fetcher, parts.parser, settings.polling, settings.secrets, parts.store.now, extractor=parts.extractor
    )
    desk = FeedDesk(folder, os.environ, prober)
    async with App(settings, RulesetHolder(compile_ruleset(settings)), parts, desk) as app:
        yield app


@asynccontextmanager
async def open_archive(settings: Settings) -> AsyncIterator[Store]:
    """Open the store beside a bot that may be running, for questions and small changes. Raises StateError."""
    store = build_store(settings, SystemClock(), _NoWakes(), exclusive=False)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def open_fetcher(settings: Settings) -> AsyncIterator[Fetcher]:
    """Open the fetcher alone."""
    fetcher = HttpFetcher(user_agent=settings.polling.user_agent)
    try:
        yield fetcher
    finally:
        await fetcher.close()


@asynccontextmanager
async def open_prober(settings: Settings) -> AsyncIterator[Prober]:
    """Open what looks at feeds: the fetcher, the parser and the reader of articles, without a store."""
    polling = settings.polling
    parser, extractor = FeedParser(workers=1, timeout_s=polling.parse_timeout_s), build_extractor()
    try:
        async with open_fetcher(settings) as fetcher:
            yield Prober(fetcher, parser, polling, settings.secrets, SystemClock().now, extractor=extractor)
    finally:
        await parser.close()
        if extractor is not None:
            await extractor.close()


def is_running(settings: Settings) -> bool:
    """Tell whether a bot runs on the settings' store. Raises StateError when that cannot be found out."""
    if settings.database is None:
        return False
    try:
        ProcessLock.take(settings.database).release()
    except StoreBusy:
        return True
    return False


def backup_store(settings: Settings, target: Path, *, overwrite: bool) -> BackupReport:
    """Copy the settings' store to a file, verified, beside a bot that may be running. Raises StateError."""
    return backup(_database(settings), target, overwrite=overwrite)


def restore_store(settings: Settings, source: Path, *, force: bool) -> RestoreReport:
    """Put a backup in the place of the settings' store, whose bot must not be running. Raises StateError."""
    return restore(source, _database(settings), SystemClock().now(), force=force)


def _database(settings: Settings) -> Path:
    if settings.database is None:
        raise StateError("the store is `memory:`, which has no file: name one under `store:` in vedette.yaml")
    return settings.database


def show_reply(reply: Reply, output: TextIO) -> None:
    """Print a command's answer as the console channel shows it."""
    output.write(render_reply(reply, SystemClock().now(), open_console(output)))


async def run_folder(settings: Settings, *, remake: Remake | None = None) -> None:
    """Run until SIGTERM or SIGINT; a second signal ends the process at once. Raises StateError, BotError."""
    configure_logs(settings.logs, sys.stderr, collect_secrets(settings.tokens, settings.secrets))
    with _stop_on_signals() as stop:
        async with open_app(settings, remake=remake, folder=settings.folder) as app:
            await app.wait(stop)


async def run_demo(output: TextIO, *, speed: float = 1.0) -> None:
    """Let the application read the sample wire to its end, in a store that is gone afterwards; then say what next.

    Posts go to `output`. SIGTERM and SIGINT end it early.
    """
    output.write(OPENING)
    with TemporaryDirectory(prefix="vedette-demo-") as folder, _stop_on_signals() as stop:
        async with open_demo(speed) as demo:
            settings = replace(
                shipped_settings(),
                store=f"sqlite:///{folder}/vedette.db",
                feeds=demo.feeds,
                subscriptions=demo.subscriptions,
                polling=Polling(
                    tick_s=DEMO_TICK_S / speed,
                    adaptive=False,
                    whole_every_s=math.inf,
                    host_concurrency=16,
                    host_spacing_s=0.0,
                ),
                delivery=Delivery(channel_spacing_s=0.0),
            )
            async with open_app(settings, clock=demo.clock, output=output) as app:
                ending = asyncio.create_task(_stop_at_end(demo, app, stop))
                await app.wait(stop)
                ending.cancel()
                status = await app.parts.store.status()
                alerts = await app.parts.store.recent_alerts(status.alerts)
    told = sum(alert.kind is AlertKind.NEW for alert in alerts)
    output.write("\n".join(("", *closing_lines(status, told), "")))
    output.flush()


async def _stop_at_end(demo: Demo, app: App, stop: asyncio.Event) -> None:
    await demo.clock.wait_finished()
    await app.parts.jobs.settle()
    stop.set()


@contextmanager
def _stop_on_signals() -> Iterator[asyncio.Event]:
    """Give an event that the first SIGTERM or SIGINT sets; a second one acts as it does by default."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask_to_stop() -> None:
        stop.set()
        forget_signals()

    def forget_signals() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask_to_stop)
    try:
        yield stop
    finally:
        forget_signals()


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
    begin = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if begin == b"[":
        raise ReplayInputInvalid(f"{path}: a JSON array is not read: give one object a line, as in JSON lines")
    if begin == b"{":
        return read_json_lines(str(path), body.decode("utf-8", errors="replace"))
    own = Source(FeedId(path.stem), path.stem, "en", kind="replay")
    source = next((each for each in sources if each.feed == path.stem), own)
    now = SystemClock().now()
    parsed = parse_document(body, "", "", source, now)
    return tuple(build_item(source, entry, entry.published_at or EPOCH) for entry in parsed.entries)
