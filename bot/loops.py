"""The event loop that the bot runs on: uvloop's where it is installed, which spends less on each request."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, as `asyncio.run` does; what was loaded until now is never searched for garbage."""
    gc.freeze()
    with asyncio.Runner(loop_factory=choose_loop()) as runner:
        return runner.run(main)


def choose_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Give what makes an event loop of uvloop, the extra `fast`; None where it is not installed."""
    if find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
    return factory
