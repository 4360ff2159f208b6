"""A feeds server in a thread of its own, for programs that run a loop themselves."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.feeds_server import FeedsServer


@contextmanager
def serving() -> Iterator[FeedsServer]:
    """Serve for as long as the block lasts."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = FeedsServer()
    try:
        asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(10)
        yield server
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
