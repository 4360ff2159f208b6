"""The statements of the store, by name, in one text for SQLite and, later, PostgreSQL.

Each file is a list of `-- name: some_name`, a sentence, and the statement. Moments are seconds since 1970 (UTC) as
floats. What is used beyond what both databases have is given to them: `now_epoch()`, the moment at which the
transaction began, `instr(text, part)` and
`group_concat(text)`. A parameter written `:ids...` is a list, and then
the statement's only one (`fill_list`). What runs for every new item takes its values by place (`?`), in the order of
its columns: binding 20 values by name cost half as much again.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from itertools import islice
from types import MappingProxyType

LIST_SIZE = 32
"""How many values a list parameter takes at a time: one fixed size keeps one prepared statement."""

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_LIST = re.compile(r":\w+\.\.\.")


def load_statements(name: str) -> Mapping[str, str]:
    """Give the statements of `name`.sql by their names, without comments."""
    text = files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8")
    _, *parts = _NAME.split(text)
    return MappingProxyType({key: _read(body) for key, body in zip(parts[::2], parts[1::2], strict=True)})


def fill_list(values: Iterable[str]) -> Iterator[tuple[str | None, ...]]:
    """Give the parameters of as many runs as a list parameter needs; what is not filled is null and finds nothing."""
    rest = iter(values)
    while chunk := list(islice(rest, LIST_SIZE)):
        yield (*chunk, *[None] * (LIST_SIZE - len(chunk)))


def _read(body: str) -> str:
    lines = (line for line in body.splitlines() if not line.startswith("--"))
    statement = " ".join(" ".join(lines).split()).rstrip(";")
    # Places instead of names: SQLite looks a name up among all names before it, which cost four times the search.
    return _LIST.sub(", ".join("?" * LIST_SIZE), statement)
