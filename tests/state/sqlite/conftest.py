from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.clock import ManualClock
from state.sqlite import SqliteStore, open_store
from tests.store_records import START, WakeLog, build_spec


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vedette.db"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def wakes() -> WakeLog:
    return WakeLog()


@pytest.fixture
async def store(path: Path, clock: ManualClock, wakes: WakeLog) -> AsyncIterator[SqliteStore]:
    """An exclusive store that knows one feed, `wire`."""
    store = open_store(path, clock, wakes, exclusive=True)
    await store.sync_feeds([build_spec()])
    yield store
    await store.close()
