"""Every publisher with a way to read its channels back; a new platform joins by one more entry in `OPENERS`."""

import io
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.console import ConsolePublisher
from adapters.ports import Publisher
from tests.fake_platform import FakePlatform


@dataclass(frozen=True, slots=True)
class Trial:
    """A publisher, and what people see in a channel of it: the text of each message, in order."""

    publisher: Publisher
    read: Callable[[str], list[str]]


Opener = Callable[[Path], AbstractAsyncContextManager[Trial]]


@asynccontextmanager
async def _open_console(folder: Path, transcript: Path | None = None) -> AsyncIterator[Trial]:
    screen = io.StringIO()
    publisher = ConsolePublisher(screen, transcript)

    def read(channel: str) -> list[str]:
        cards = screen.getvalue().split("\n\n")
        return [card for card in cards if f"  {channel}" in card.partition("\n")[0]]

    yield Trial(publisher, read)
    await publisher.close()


def _open_console_with_transcript(folder: Path) -> AbstractAsyncContextManager[Trial]:
    return _open_console(folder, folder / "posts.jsonl")


@asynccontextmanager
async def _open_fake(folder: Path) -> AsyncIterator[Trial]:
    publisher = FakePlatform()
    yield Trial(publisher, publisher.headlines)
    await publisher.close()


OPENERS: dict[str, Opener] = {
    "console": _open_console,
    "console-with-transcript": _open_console_with_transcript,
    "fake": _open_fake,
}
