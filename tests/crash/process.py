"""Start, watch and kill real Vedette processes over one folder."""

import asyncio
import io
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.settings.load import load_folder
from bot.settings.model import Settings
from bot.wiring import open_app, open_archive
from state import DeliveryState

LIMIT_S = 60.0
"""How long a process may take for anything here; far more than it needs."""

OPEN_STATES = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN)

FOLDER = """
version: 1
store: vedette.db
rules: {{packs: [], folder: rules}}
polling: {{interval: 1s, tick: 100ms, adaptive: false, host_spacing: 0s}}
feeds:
  - {{id: wire, url: "{url}", publisher: A wire, language: en, kind: wire, allow_private: true}}
subscriptions:
  - {{id: desk, channel: "console:desk"}}
delivery: {{channel_spacing: 0s, backoff: 100ms, drain_limit: 2s}}
web: {{port: null}}
log: {{format: json}}
"""

RULES = """
version: 1
rules:
  - id: losses
    title: Losses
    severity: high
    when: {any: ["killed", "wounded"]}
    tests: [{text: "Two were killed.", match: true}]
"""


def write_folder(folder: Path, url: str) -> None:
    """Write a folder that polls one address."""
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    (folder / "rules" / "losses.yaml").write_text(RULES, encoding="utf-8")
    (folder / "vedette.yaml").write_text(FOLDER.format(url=url), encoding="utf-8")


async def run_until(
    folder: Path, condition: Callable[[], Awaitable[bool]], *, tripwire: tuple[str, str, int] | None = None
) -> int:
    """Run a process until the condition holds after one of its log lines, or until it dies; give its exit status.

    A tripwire names a part and its method, when to die (before, inside, after), and at which call.
    """
    arguments = ["-m", "tests.crash.victim", str(folder), *(str(each) for each in tripwire or ())]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    lines: list[str] = []
    try:
        async with asyncio.timeout(LIMIT_S):
            assert process.stderr is not None
            async for line in process.stderr:
                lines.append(line.decode())
                if await condition():
                    process.send_signal(signal.SIGTERM)
                    break
            lines.extend([line.decode() async for line in process.stderr])
            return await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise AssertionError("the process did not get there:\n" + "".join(lines)) from None


def read_settings(folder: Path) -> Settings:
    """Load the folder as the process does."""
    loaded = load_folder(folder, os.environ)
    assert loaded.settings is not None, loaded.problems
    return loaded.settings


async def poll_first(folder: Path) -> None:
    """Let every feed have its first poll, which tells nobody, in an application of this process."""
    async with open_app(read_settings(folder), output=io.StringIO()) as app:
        await app.scheduler.tick()
        await app.parts.jobs.settle()
        assert all(feed.first_polled_at is not None for feed in await app.parts.store.feeds())


async def is_told(folder: Path, count: int) -> bool:
    """Tell whether so many alerts are stored and no delivery is open."""
    async with open_archive(read_settings(folder)) as store:
        status = await store.status()
        return status.alerts >= count and not any(status.deliveries.get(state) for state in OPEN_STATES)
