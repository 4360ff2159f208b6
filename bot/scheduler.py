"""The clock of the application: APScheduler fires tick, sweep and the rest; rows say what is due."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.settings.model import Settings
from bot.supervise import Health
from bot.trouble.reporter import Reporter
from state import Jobs, Store

Work = Callable[[], Awaitable[None]]

CLAIM_LIMIT = 2000
"""How many due feeds one tick claims at the most."""

REPORT_S = 20.0
"""How often the operator is told what is wrong, in real seconds."""

HOUSEKEEP_S = 3600.0
"""How often old items are pruned, in real seconds."""


UPKEEP_S = 15.0
"""How often leases of hubs are looked at, in real seconds."""

STOP_S = 5.0
"""How long the end waits for what was fired, in real seconds."""


class Scheduler:
    """Fire `tick`, `sweep`, `report`, `housekeep` and `upkeep` at their intervals of real time."""

    def __init__(self, store: Store, jobs: Jobs, settings: Settings, health: Health, upkeep: Work) -> None:
        self._store = store
        self._jobs = jobs
        self._settings = settings
        self._health = health
        self.upkeep = upkeep
        self.report = Reporter(store, settings.operator).report
        self._fired: set[asyncio.Task[None]] = set()
        # That a firing is skipped while the last one still runs is how coalescing works, and no news.
        logger = logging.getLogger(f"{__name__}.clockwork")
        logger.setLevel(logging.ERROR)
        self._clockwork = AsyncIOScheduler(timezone=UTC, logger=logger)

    def start(self) -> None:
        """Begin firing; the first tick and sweep come at once."""
        tick_s = self._settings.polling.tick_s
        self._add("tick", self.tick, tick_s)
        self._add("sweep", self.sweep, min(5.0, tick_s * 5))
        self._add("report", self.report, REPORT_S)
        self._add("housekeep", self.housekeep, HOUSEKEEP_S)
        self._add("upkeep", self.upkeep, UPKEEP_S)
        self._clockwork.start()

    async def stop(self) -> None:
        """Fire nothing more, and let what was fired come to its end."""
        if not self._clockwork.running:
            return
        self._clockwork.pause()
        if self._fired:
            await asyncio.wait(self._fired, timeout=STOP_S)
        self._clockwork.shutdown(wait=False)

    async def tick(self) -> None:
        """Claim the feeds that are due; the store wakes their polls."""
        polling = self._settings.polling
        lease_s = 60.0 + 2 * (polling.timeout_s + polling.parse_timeout_s) + polling.article_budget_s
        await self._store.claim_due_feeds(CLAIM_LIMIT, lease_s)

    async def sweep(self) -> None:
        """Wake the channels that have something due, whoever forgot them."""
        for channel in await self._store.due_channels():
            self._jobs.enqueue("drain", channel)

    async def housekeep(self) -> None:
        """Delete what is older than the retention."""
        await self._store.prune(self._store.now() - timedelta(days=self._settings.retention_days))

    def _add(self, name: str, work: Work, every_s: float) -> None:
        watched = self._health.watch(name, work, every_s)

        async def fire() -> None:
            task = asyncio.current_task()
            assert task is not None
            self._fired.add(task)
            try:
                await watched()
            finally:
                self._fired.discard(task)

        self._clockwork.add_job(
            fire,
            IntervalTrigger(seconds=every_s, timezone=UTC),
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC),
        )
