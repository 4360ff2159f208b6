"""What the parts of the SQLite store share."""

from datetime import datetime

from state.ports import Wakes
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
