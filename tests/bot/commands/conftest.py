"""A front over a store that knows three feeds."""

import pytest

from state import FeedSpec
from tests.bot.commands.front import Front
from tests.store_records import build_source


@pytest.fixture
async def front() -> Front:
    made = Front()
    feeds = {"wire": "en", "yonhap": "ko", "ukrinform": "uk"}
    await made.store.sync_feeds(
        [FeedSpec(build_source(feed, language), f"https://{feed}.example/", 300.0) for feed, language in feeds.items()]
    )
    return made
