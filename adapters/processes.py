"""The parent's side of a worker process: started with nothing of our environment, asked, and killed when need be."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from typing import Self

from adapters.frames import LENGTH, frame

_START_S = 60.0
_STOP_S = 2.0


class WorkerProcess:
    """One process that serves frames (`adapters.frames`), with at most one task at a time."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._tasks = process.stdin
        self._answers = process.stdout

    @classmethod
    async def start(cls, module: str, *arguments: str) -> Self:
        """Run a module as a process and wait until it is ready. Raises ChildProcessError.

        It gets the import path of this one and nothing else of its environment, which holds secrets, and a session of
        its own, so that Ctrl-C does not reach it.
        """
        path = os.pathsep.join(entry for entry in sys.path if entry)
        command = (sys.executable, "-P", "-W", "ignore", "-m", module, *arguments)
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env={"PYTHONPATH": path}, start_new_session=True
            )
        except OSError as exc:
            raise _not_started(str(exc)) from exc
        worker = cls(process)
        try:
            async with asyncio.timeout(_START_S):
                await worker._receive()
        except (EOFError, ConnectionError, TimeoutError) as exc:
            raise _not_started(await worker.bury()) from exc
        except asyncio.CancelledError:
            await worker.bury()
            raise
        return worker

    @property
    def alive(self) -> bool:
        """Whether the process is known to live."""
        return self._process.returncode is None

    @property
    def process_id(self) -> int:
        """The system's number for the process."""
        return self._process.pid

    async def ask(self, head: bytes, body: bytes) -> bytes:
        """Give the answer to a task. Raises EOFError or ConnectionError when the process dies of it."""
        self._tasks.write(frame(head) + frame(body))
        await self._tasks.drain()
        return await self._receive()

    def give_way(self, nice: int) -> None:
        """Let the process run only when others leave it time, by so many steps of priority."""
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.process_id, nice)

    async def stop(self) -> None:
        """Let an idle process end by itself, or kill it after a moment."""
        self._tasks.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STOP_S):
                await self._process.wait()
        await self.bury()

    def kill(self) -> None:
        """End the process at once."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def bury(self) -> str:
        """End the process, whatever it does, release its pipes, and give the last line of its error stream."""
        self.kill()
        _, errors = await self._process.communicate()
        lines = errors.decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:200] if lines else f"exit status {self._process.returncode}"

    async def _receive(self) -> bytes:
        (length,) = LENGTH.unpack(await self._answers.readexactly(LENGTH.size))
        return await self._answers.readexactly(length)


def _not_started(detail: str) -> ChildProcessError:
    return ChildProcessError(f"a worker process does not start ({detail}): look for free memory and processes")
