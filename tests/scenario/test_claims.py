"""Claims that come late: a feed that waited in a long line, a feed that is no longer there."""

from pathlib import Path

from rules.model import FeedId
from tests.scenario.timeline import open_timeline


async def test_a_feed_that_is_claimed_again_while_it_waits_is_asked_once(tmp_path: Path) -> None:
    async with open_timeline(tmp_path) as timeline:
        asked = timeline.server.count("wire")
        timeline.app.parts.jobs.enqueue("poll", "wire")
        await timeline.run_due()
        assert timeline.server.count("wire") == asked
        await timeline.poll_all()
        assert timeline.server.count("wire") == asked + 1


async def test_a_feed_that_was_removed_is_forgotten(tmp_path: Path) -> None:
    async with open_timeline(tmp_path) as timeline:
        assert FeedId("wire") in timeline.app._poller._memories
        await timeline.app.parts.store.sync_feeds([])
        timeline.app.parts.jobs.enqueue("poll", "wire")
        await timeline.run_due()
        assert timeline.app._poller._memories == {}
