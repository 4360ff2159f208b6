"""Each test here runs on every store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.clock import ManualClock
from state import Store
from state.memory import MemoryStore
from state.sqlite import open_store
from tests.store_records import START, WakeLog, build_spec


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def wakes() -> WakeLog:
    return WakeLog()


@pytest.fixture(params=["memory", "sqlite"])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock, wakes: WakeLog
) -> AsyncIterator[Store]:
    made: Store
    if request.param == "memory":
        made = MemoryStore(clock, wakes)
    else:
        made = open_store(tmp_path / "vedette.db", clock, wakes, exclusive=True)
    yield made
    await made.close()


@pytest.fixture
async def wired(store: Store) -> Store:
    """A store that knows one feed, `wire`."""
    await store.sync_feeds([build_spec()])
    return store
