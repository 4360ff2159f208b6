"""Connections end with the answer, unless another request to the host is about to come."""

from dataclasses import replace

import pytest

from adapters.feeds import HttpFetcher
from tests.adapters.feeds.asking import FEED, ask
from tests.wire_server import WireServer, answer


@pytest.mark.parametrize("keep_open", [False, True])
async def test_fetch_says_whether_the_connection_is_of_further_use(fetcher: HttpFetcher, keep_open: bool) -> None:
    async with WireServer(answer(FEED)) as server:
        await fetcher.fetch(replace(ask(server.url()), keep_open=keep_open))
    assert ("Connection: close" in server.heads[0]) is not keep_open
