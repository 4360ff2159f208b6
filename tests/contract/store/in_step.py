"""Two stores that are asked the same, step by step."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize

from adapters.clock import ManualClock
from state import StateError, Store
from state.memory import MemoryStore
from state.sqlite import open_store
from tests.store_records import START, WakeLog, build_spec

BRIEF = settings(max_examples=12, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

Ask = Callable[[Store], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Failed:
    """An answer that was an error: its kind, not its words."""

    kind: type[StateError]


class StoresInStep(RuleBasedStateMachine):
    """Ask every store the same; compare what they say and what they wake."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = ManualClock(START)
        self.logs = (WakeLog(), WakeLog())
        file = Path(self.folder.name) / "vedette.db"
        self.stores: tuple[Store, ...] = (
            MemoryStore(self.clock, self.logs[0]),
            open_store(file, self.clock, self.logs[1]),
        )

    def teardown(self) -> None:
        """Close the stores."""
        for store in self.stores:
            self.runner.run(store.close())
        self.runner.close()
        self.folder.cleanup()

    @initialize()
    def configure_two_feeds(self) -> None:
        """Begin with feeds that are known."""
        self.ask(lambda store: store.sync_feeds([build_spec("f1"), build_spec("f2")]))

    def ask(self, call: Ask) -> object:
        """Give the one answer of all stores."""
        answers = [self.runner.run(_answer(call, store)) for store in self.stores]
        wakes = [log.take() for log in self.logs]
        assert answers[0] == answers[1]
        assert wakes[0] == wakes[1]
        return answers[0]


async def _answer(call: Ask, store: Store) -> object:
    try:
        return await call(store)
    except StateError as error:
        return Failed(type(error))
