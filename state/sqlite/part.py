"""What the parts of the SQLite store share."""

import sqlite3
from collections.abc import Collection
from datetime import datetime

from state.ports import Wakes
from state.sql import fill_list
from state.sqlite.file import DatabaseFile


class Part:
    """One part of the store on an open file."""

    def __init__(self, file: DatabaseFile, wakes: Wakes) -> None:
        self._file = file
        self._wakes = wakes

    def now(self) -> datetime:
        """Give the store's present moment, aware, UTC."""
        return self._file.clock.now()

    async def close(self) -> None:
        """Release the file. Raises StateError."""
        await self._file.close()

    async def _find_all(self, statement: str, values: Collection[str]) -> list[sqlite3.Row]:
        """Give the rows of a statement with a list parameter, run as often as the list needs."""

        def find(connection: sqlite3.Connection) -> list[sqlite3.Row]:
            return [row for parameters in fill_list(values) for row in connection.execute(statement, parameters)]

        return await self._file.read(find)
