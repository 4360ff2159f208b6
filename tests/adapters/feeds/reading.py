"""Documents read for news on the test's own thread, and what a whole parse says of the same."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from adapters.feeds.document import read_document
from adapters.feeds.news import read_news
from adapters.feeds.slices import Reading, Sliced, cut
from adapters.ports import Fetched, ParsedFeed, Seen
from rules.model import Entry, FeedId, Source

NOW = datetime(2024, 12, 16, 12, 0, tzinfo=UTC)
URL = "https://wire.example/feed"
XML = "application/xml"
SOURCE = Source(FeedId("wire"), "A wire", "en", "wire")
DOCUMENTS = Path(__file__).parent / "documents"
SLICED = {path.stem: path.read_bytes() for path in sorted((DOCUMENTS / "sliced").iterdir())}
"""Documents of which new entries are read alone, by name."""
WHOLE = {path.stem: path.read_bytes() for path in sorted((DOCUMENTS / "whole").iterdir())}
"""Documents that are read whole each time, by name."""


@dataclass(slots=True)
class Reader:
    """Reads for news, and keeps what had to be read for it."""

    read: list[bytes] = field(default_factory=list)

    async def news(self, body: bytes, seen: Seen | None = None, content_type: str = XML) -> ParsedFeed:
        """Read what is new in a document."""

        async def read(part: bytes, places: tuple[int, ...], others: tuple[str, ...]) -> Reading:
            self.read.append(part)
            return read_document(part, content_type, URL, SOURCE, NOW, places=places, others=others)

        return await read_news(Fetched(URL, 200, body, None, None, content_type), SOURCE, seen, read)


async def learn(body: bytes, content_type: str = XML) -> Seen:
    """Give what is known once a document was read and committed."""
    seen = (await Reader().news(body, None, content_type)).seen
    assert seen is not None
    return seen


def slices(body: bytes) -> list[bytes]:
    """Give a document's slices."""
    found = cut(body)
    return [body[start:end] for start, end in found.spans] if found else []


def join(body: bytes, parts: Collection[bytes], gap: bytes = b"\n") -> bytes:
    """Give a document with other slices in place of its own."""
    sliced = Sliced.of(body, b"")
    assert sliced is not None
    return sliced.cut.head(body) + gap.join(parts) + sliced.cut.tail(body)


def whole_parse(body: bytes, content_type: str = XML) -> ParsedFeed:
    """Read all of a document."""
    return read_document(body, content_type, URL, SOURCE, NOW).feed


def new_entries(body: bytes, known: Collection[bytes], content_type: str = XML) -> list[Entry]:
    """Give the entries of the whole parse whose slices are not known."""
    feed = whole_parse(body, content_type)
    silent = {int(found[1]) for reason in feed.skipped if (found := re.match(r"entry (\d+) ", reason))}
    entries = iter(feed.entries)
    told = [None if number in silent else next(entries) for number in range(1, len(slices(body)) + 1)]
    assert next(entries, None) is None
    return [entry for entry, own in zip(told, slices(body), strict=True) if entry is not None and own not in known]
