"""A server and a fetcher for each test."""

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
    fetcher = HttpFetcher()
    yield fetcher
    await fetcher.close()
