"""One process at a time: a lock on a file beside the database, which ends with the process however it ends."""

import os
import sys
from pathlib import Path
from typing import Self

from state.errors import StateError, StoreBusy

if sys.platform == "win32":
    import msvcrt

    _BEYOND_THE_PID = 1024

    def _lock(descriptor: int) -> None:
        # Locked bytes cannot be read by others there, so the lock lies beyond the process id.
        os.lseek(descriptor, _BEYOND_THE_PID, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    _TAKEN: tuple[type[OSError], ...] = (PermissionError,)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    _TAKEN: tuple[type[OSError], ...] = (BlockingIOError,)


class ProcessLock:
    """The right to be the only process on one database; held until `release` or the end of the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @classmethod
    def take(cls, database: Path) -> Self:
        """Take the lock of a database file. Raises StoreBusy when another holds it, naming its process id."""
        path = database.with_name(f"{database.name}.lock")
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StateError(f"cannot open {path}: {error.strerror}; check the folder's permissions") from error
        try:
            _lock(descriptor)
        except _TAKEN as error:
            holder = os.read(descriptor, 32).decode("ascii", errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise StoreBusy(
                f"{database} is in use by the Vedette process {holder}: stop it first, or give `store` another path"
            ) from error
        except OSError as error:
            os.close(descriptor)
            raise StateError(f"cannot lock {path}: {error.strerror}; put the database on a local disk") from error
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
        return cls(descriptor)

    def release(self) -> None:
        """Let others have the database; releasing twice does nothing."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None
