"""The process that reads feed documents: `python -m adapters.feeds.worker MEMORY_BYTES`.

It takes tasks on standard input and answers on standard output, each message in one or two frames: a length of four
bytes, big-endian, and so many bytes. An empty frame says that it is ready. It ends when its input ends, and by a crash
when memory runs out.
"""

import gc
import os
import signal
import struct
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from pydantic import TypeAdapter

from adapters.errors import ParseFailure, ParseReason
from adapters.feeds.document import read_document
from adapters.ports import ParsedFeed
from rules.model import Source

LENGTH = struct.Struct(">I")
_GRACE_S = 5.0
_WORN_BYTES = 160 * 1024 * 1024
"""A process that holds more after a document is replaced: what feedparser leaves behind is never given back."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked beside the document's bytes, which are a frame of their own."""

    content_type: str
    url: str
    source: Source
    now: datetime
    limit_s: float
    places: tuple[int, ...] = ()
    """Where the document is made of slices: the places of its entries in the whole one."""
    others: tuple[str, ...] = ()
    """The marks of the whole one's other entries."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A feed and the marks of its slices, or a failure's reason and message."""

    feed: ParsedFeed | None
    marks: tuple[str, ...] | None = None
    reason: ParseReason | None = None
    message: str = ""
    worn: bool = False
    """The process has grown large: give it nothing more."""


TASK = TypeAdapter(Task)
ANSWER = TypeAdapter(Answer)


def main() -> None:
    """Serve until the input ends. What the terminal sends to stop the application is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _limit_memory(int(sys.argv[1]))
    gc.freeze()  # what was imported stays: no collection need look at it
    try:
        _serve(sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        sys.exit(1)  # nobody is left to tell


def frame(data: bytes) -> bytes:
    """Put its length before a message."""
    return LENGTH.pack(len(data)) + data


def _serve(tasks: BinaryIO, answers: BinaryIO) -> None:
    _send(answers, b"")
    while (head := _receive(tasks)) is not None:
        answer = _answer(TASK.validate_json(head), _receive(tasks) or b"")
        _send(answers, ANSWER.dump_json(answer))


def _answer(task: Task, body: bytes) -> Answer:
    _set_alarm(task.limit_s + _GRACE_S)
    try:
        reading = read_document(
            body, task.content_type, task.url, task.source, task.now, places=task.places, others=task.others
        )
        return Answer(reading.feed, reading.marks, worn=_is_worn())
    except ParseFailure as failure:
        return Answer(None, None, failure.reason, str(failure), worn=_is_worn())
    finally:
        _set_alarm(0.0)


def _send(stream: BinaryIO, data: bytes) -> None:
    stream.write(frame(data))
    stream.flush()


def _receive(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return stream.read(LENGTH.unpack(head)[0])


def _limit_memory(memory_bytes: int) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _is_worn() -> bool:
    # What /proc says now, not `ru_maxrss`: that one starts with the peak of the process that this one was forked from.
    if sys.platform != "linux":
        return False
    with open("/proc/self/statm", "rb", buffering=0) as file:
        resident_pages = int(file.read().split()[1])
    return resident_pages * os.sysconf("SC_PAGE_SIZE") > _WORN_BYTES


def _set_alarm(seconds: float) -> None:
    """Let the system end this process after a time, for when the parent is no longer there to do it."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    main()
