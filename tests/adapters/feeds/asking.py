"""How the tests of fetching ask."""

import pytest

from adapters.errors import FetchFailure
from adapters.feeds import HttpFetcher
from adapters.ports import FetchRequest

FEED = b"<rss version='2.0'><channel><title>Front wire</title></channel></rss>"


def ask(url: str, *, etag: str | None = None, last_modified: str | None = None, **limits: float) -> FetchRequest:
    return FetchRequest(
        url,
        etag,
        last_modified,
        allow_private=True,
        timeout_s=limits.get("timeout_s", 10.0),
        max_bytes=int(limits.get("max_bytes", 100_000)),
        connect_timeout_s=limits.get("connect_timeout_s", 10.0),
        read_timeout_s=limits.get("read_timeout_s", 10.0),
    )


async def fail(fetcher: HttpFetcher, request: FetchRequest) -> FetchFailure:
    with pytest.raises(FetchFailure) as caught:
        await fetcher.fetch(request)
    return caught.value
