"""A server and a fetcher for each test; the fetcher may ask this machine."""

from collections.abc import AsyncIterator

import pytest

from adapters.feeds import HttpFetcher
from tests.feeds_server import FeedsServer


@pytest.fixture
async def server() -> AsyncIterator[FeedsServer]:
    async with FeedsServer() as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpFetcher]:
    fetcher = HttpFetcher(may_ask=lambda _: True)
    yield fetcher
    await fetcher.close()
