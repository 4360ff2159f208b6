"""troubles | report | tell: what the scheduler fires so that the operator hears of what is wrong."""

import structlog

from bot.trouble.notices import build_report
from state import Store

log = structlog.get_logger(__name__)


class Reporter:
    """Tell the operator channel what is wrong with feeds; without one, what is wrong stays to be asked for."""

    def __init__(self, store: Store, channel: str | None) -> None:
        self._store = store
        self._channel = channel

    async def report(self) -> None:
        """Put what is due to be told into the operator channel's line. Raises StateError."""
        if self._channel is None:
            return
        rows = await self._store.troubles()
        if not rows:
            return
        status = await self._store.status()
        report = build_report(rows, status.feeds, self._channel, self._store.now())
        if report.told or report.over:
            await self._store.tell(report.notices, report.told, report.over)
            log.info("operator told", notices=len(report.notices), began=len(report.told), over=len(report.over))
