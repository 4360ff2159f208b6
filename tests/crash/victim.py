"""A Vedette process that kills itself at one chosen step: `python -m tests.crash.victim DIR [PART.METHOD WHEN NTH]`.

It is the real application from the real wiring, posting to a chat in a file. With a step, one method of one part is watched, and the process dies by SIGKILL
just before or just after its n-th call, or inside the transaction of a commit that has alerts.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from adapters.ports import Publisher
from bot.app import Parts
from bot.settings.load import load_folder
from bot.wiring import run_folder
from state import AlertRecord, PollRecord
from tests.crash.chat import FileChat


def kill() -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


class FatalAlerts(tuple[AlertRecord, ...]):
    """Alerts that end the process when the store comes to write them, its items being written already."""

    __slots__ = ()

    def __iter__(self) -> Iterator[AlertRecord]:
        kill()
        return super().__iter__()


class Tripwire:
    """Stand in for a part, passing every call on; the n-th call of one method ends the process."""

    def __init__(self, part: object, method: str, when: str, nth: int) -> None:
        self._part = part
        self._method = method
        self._when = when
        self._left = nth

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._part, name)
        if name != self._method:
            return attribute
        return self._watch(cast("Callable[..., Awaitable[object]]", attribute))

    def _watch(self, method: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def watched(*args: object, **named: object) -> object:
            self._left -= 1
            if self._left == 0 and self._when == "before":
                kill()
            if self._left == 0 and self._when == "inside":
                record = cast("PollRecord", args[0])
                args = (replace(record, alerts=FatalAlerts(record.alerts)),)
            answer = await method(*args, **named)
            if self._left == 0:
                kill()
            return answer

        return watched


def lay_tripwire(parts: Parts, where: str, when: str, nth: int) -> Parts:
    """Put a tripwire around the part that `where` ("store.commit_poll") names."""
    name, method = where.split(".")
    if name == "publisher":
        wired = {key: cast("Publisher", Tripwire(each, method, when, nth)) for key, each in parts.publishers.items()}
        return replace(parts, publishers=wired)
    changes: dict[str, Any] = {name: Tripwire(getattr(parts, name), method, when, nth)}
    return replace(parts, **changes)


def main() -> None:
    """Run until killed."""
    folder, *step = sys.argv[1:]
    settings = load_folder(Path(folder), os.environ).settings
    assert settings is not None
    chat = FileChat(settings.folder / "posts.jsonl")

    def remake(parts: Parts) -> Parts:
        parts = replace(parts, publishers={chat.platform: chat})
        return lay_tripwire(parts, step[0], step[1], int(step[2])) if step else parts

    asyncio.run(run_folder(settings, remake=remake))


if __name__ == "__main__":
    main()
