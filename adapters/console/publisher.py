"""A chat in the terminal: the first publisher, and the one that needs no account."""

import asyncio
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TextIO, TypeVar

from rich.console import Console

from adapters.console.render import open_console, plain_headline, render_content
from adapters.console.transcript import Posted, PostKind, Transcript
from adapters.errors import SendFailure
from adapters.ports import MessageId, Reason
from rules.notice import Content

Result = TypeVar("Result")


class ConsolePublisher:
    """`adapters.ports.Publisher` on a text stream, with an optional transcript file.

    A post is first recorded, then shown: a delivery that is in the transcript is never recorded twice, and one
    that could not be shown is shown when it is tried again. Without a file only this process can find its posts.
    """

    platform = "console"

    def __init__(self, output: TextIO | Console, transcript: Path | None = None) -> None:
        self._console = output if isinstance(output, Console) else open_console(output)
        self._plain = Console(file=io.StringIO(), force_terminal=False)
        self._transcript = Transcript(transcript)
        self._unshown: set[tuple[str, str]] = set()
        # One thread keeps the order of posts, and a reader that stalls (`| less`) from stalling the event loop.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="console")

    async def post(self, channel: str, content: Content, delivery: str, now: datetime) -> MessageId:
        """Post a new message; its id is the delivery's. Raises SendFailure."""
        return await self._run(lambda: self._put(channel, None, content, delivery, now))

    async def reply(self, channel: str, parent: MessageId, content: Content, delivery: str, now: datetime) -> MessageId:
        """Post a message that names the one it updates. Raises SendFailure."""
        return await self._run(lambda: self._put(channel, parent, content, delivery, now))

    async def edit(self, channel: str, message: MessageId, content: Content, now: datetime) -> None:
        """Post a message's new content, marked as edited. Raises SendFailure."""
        await self._run(lambda: self._put_edit(channel, message, content, now))

    async def find(self, channel: str, delivery: str) -> MessageId | None:
        """Look up a post that was recorded and not known to be unshown. Raises SendFailure."""
        return await self._run(lambda: self._find(channel, delivery))

    async def close(self) -> None:
        """Take no more posts; what is being written is finished."""
        self._thread.shutdown(wait=False)

    async def _run(self, work: Callable[[], Result]) -> Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except PermissionError as error:
            raise SendFailure(Reason.NO_PERMISSION, f"{error.filename} may not be written: {error.strerror}") from error
        except OSError as error:
            place = error.filename or "the console's output or transcript"
            raise SendFailure(Reason.UNREACHABLE, f"{place} cannot be written: {error.strerror}") from error

    def _put(self, channel: str, parent: MessageId | None, content: Content, delivery: str, now: datetime) -> MessageId:
        kind = PostKind.POST if parent is None else PostKind.REPLY
        about = "" if parent is None else self._transcript.headline(channel, parent)
        render = partial(render_content, content, now, channel=channel, kind=kind, parent=about)
        key = (channel, delivery)
        if self._transcript.find(channel, delivery) is None:
            text = render(self._plain)
            self._transcript.add(
                Posted(delivery, delivery, channel, kind, parent, plain_headline(content), text, posted_at=now)
            )
            self._unshown.add(key)
        if key in self._unshown:
            self._show(render(self._console))
            self._unshown.discard(key)
        return MessageId(delivery)

    def _put_edit(self, channel: str, message: MessageId, content: Content, now: datetime) -> None:
        render = partial(render_content, content, now, channel=channel, kind=PostKind.EDIT)
        text = render(self._plain)
        self._transcript.add(
            Posted("", message, channel, PostKind.EDIT, None, plain_headline(content), text, posted_at=now)
        )
        self._show(render(self._console))

    def _find(self, channel: str, delivery: str) -> MessageId | None:
        found = self._transcript.find(channel, delivery)
        return MessageId(found) if found is not None and (channel, delivery) not in self._unshown else None

    def _show(self, text: str) -> None:
        """Write a post and an empty line in what the stream's encoding can say."""
        stream = self._console.file
        encoding = getattr(stream, "encoding", None) or "utf-8"
        try:
            stream.write(f"{text}\n".encode(encoding, "replace").decode(encoding))
            stream.flush()
        except ValueError as error:
            raise SendFailure(Reason.UNREACHABLE, "the console's output is closed: start Vedette again") from error
