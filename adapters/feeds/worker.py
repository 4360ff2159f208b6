"""The process that reads feed documents: `python -m adapters.feeds.worker MEMORY_BYTES LIMIT_S`.

A task is what is asked, as JSON, and the document's bytes; the answer is JSON (`adapters.frames`).
"""

import sys
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from adapters.errors import ParseFailure, ParseReason
from adapters.feeds.document import read_document
from adapters.frames import resident_bytes, serve
from adapters.ports import ParsedFeed
from rules.model import Source

_WORN_BYTES = 160 * 1024 * 1024
"""A process that holds more after a document is replaced: what feedparser leaves behind is never given back."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked beside the document's bytes, which are a frame of their own."""

    content_type: str
    url: str
    source: Source
    now: datetime
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


def answer(task: bytes, body: bytes) -> bytes:
    """Give the answer to a task."""
    return ANSWER.dump_json(_read(TASK.validate_json(task), body))


def _read(task: Task, body: bytes) -> Answer:
    try:
        reading = read_document(
            body, task.content_type, task.url, task.source, task.now, places=task.places, others=task.others
        )
    except ParseFailure as failure:
        return Answer(None, None, failure.reason, str(failure), worn=_is_worn())
    return Answer(reading.feed, reading.marks, worn=_is_worn())


def _is_worn() -> bool:
    return resident_bytes() > _WORN_BYTES


if __name__ == "__main__":
    serve(answer, int(sys.argv[1]), float(sys.argv[2]))
