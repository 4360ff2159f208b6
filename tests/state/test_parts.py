"""The stores are put together from parts; no part may cover another's name."""

from itertools import combinations

import pytest

from state.memory import MemoryStore
from state.sqlite import SqliteStore


@pytest.mark.parametrize("store", [MemoryStore, SqliteStore])
def test_parts_when_put_together_then_each_name_is_defined_once(store: type) -> None:
    parts = [{name for name in vars(part) if not name.startswith("__")} for part in store.__bases__]
    assert len(parts) >= 3
    assert [one & other for one, other in combinations(parts, 2) if one & other] == []
