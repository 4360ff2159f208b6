"""What the console has posted: in memory, or in a JSON-lines file that outlives the process."""

import errno
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from io import BufferedReader
from pathlib import Path

_REMEMBERED = 100_000
"""Posts that can be looked up; the oldest are forgotten first, though they stay in the file."""


class PostKind(StrEnum):
    """How a post stands in its channel."""

    POST = "post"
    REPLY = "reply"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Posted:
    """One post as the transcript keeps it."""

    delivery: str
    """Empty for an edit."""
    message: str
    channel: str
    kind: PostKind
    parent: str | None
    headline: str
    text: str
    posted_at: datetime


class Transcript:
    """An append-only record of posts. With a path, `add` returns once the post is on the disk."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._read_to = 0
        self._messages: dict[tuple[str, str], str] = {}
        self._headlines: dict[tuple[str, str], str] = {}

    def add(self, posted: Posted) -> None:
        """Record a post. Raises OSError; then it counts as not recorded."""
        if self._path is None:
            self._remember(asdict(posted))
        else:
            self._append(self._path, posted)

    def find(self, channel: str, delivery: str) -> str | None:
        """Give the message id of a delivery's post, by this process or another. Raises OSError."""
        self._read_on()
        return self._messages.get((channel, delivery)) if delivery else None

    def headline(self, channel: str, message: str) -> str:
        """Give the headline of a message, empty when it is not known. Raises OSError."""
        self._read_on()
        return self._headlines.get((channel, message), "")

    def _append(self, path: Path, posted: Posted) -> None:
        line = json.dumps({**asdict(posted), "posted_at": posted.posted_at.isoformat()}, ensure_ascii=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists()
        torn = self._read_on()
        with path.open("ab") as file:
            if torn:
                file.truncate(self._read_to)
            file.write(f"{line}\n".encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            _sync_folder(path.parent)
        self._read_on()

    def _read_on(self) -> bool:
        """Take in the lines written since the last look; tell whether a torn line, of a power cut, follows them."""
        if self._path is None:
            return False
        if not self._path.exists():
            self._read_to = 0
            return False
        if not self._path.is_file():
            raise OSError(errno.EINVAL, "it is not a regular file", str(self._path))
        with self._path.open("rb") as file:
            if file.seek(0, os.SEEK_END) < self._read_to:
                self._read_to = 0
            file.seek(self._read_to)
            return self._take_lines(file)

    def _take_lines(self, file: BufferedReader) -> bool:
        for line in file:
            if not line.endswith(b"\n"):
                return True
            self._read_to += len(line)
            self._remember(_parse(line))
        return False

    def _remember(self, record: dict[str, object]) -> None:
        channel, message, delivery = (str(record.get(name) or "") for name in ("channel", "message", "delivery"))
        if delivery:
            self._messages[channel, delivery] = message
        if message:
            self._headlines[channel, message] = str(record.get("headline") or "")
        for known in (self._messages, self._headlines):
            if len(known) > _REMEMBERED:
                del known[next(iter(known))]


def _parse(line: bytes) -> dict[str, object]:
    """Read one line; what is not ours reads as nothing."""
    try:
        record = json.loads(line)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _sync_folder(folder: Path) -> None:
    """Make a new file's name durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
