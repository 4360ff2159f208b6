"""What is new in a document since the last one: the least that has to be read of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from adapters.errors import ParseFailure, ParseReason
from adapters.feeds.slices import Reading, Sliced, hash_body
from adapters.ports import Fetched, ParsedFeed, Seen
from rules.model import Source

Read = Callable[[bytes, tuple[int, ...], tuple[str, ...]], Awaitable[Reading]]
"""Reads a document, or one assembled from slices: its bytes, the places of its entries in the whole document counted
from 1 (all of them when empty), and the marks of the whole document's other entries. Raises ParseFailure."""


async def read_news(fetched: Fetched, source: Source, seen: Seen | None, read: Read) -> ParsedFeed:
    """Read what is new in a body that was fetched. Raises ParseFailure, never another error of its own."""
    body = fetched.body or b""
    context = "\0".join((fetched.content_type, fetched.url, source.language)).encode("utf-8", "surrogatepass")
    whole = hash_body(body, context)
    if seen is not None and seen.body == whole:
        return _nothing_new(seen)
    sliced = Sliced.of(body, context)
    if seen is not None and sliced is not None:
        feed = await _read_slices(sliced, whole, seen, read)
        if feed is not None:
            return feed
    reading = await read(body, (), ())
    known = Seen(reading.feed.title, whole, len(reading.feed.entries), hints=reading.feed.hints)
    if sliced is not None and reading.marks is not None and len(reading.marks) == len(sliced.digests):
        known = sliced.remember(known, reading.marks)
    return replace(reading.feed, seen=known)


async def _read_slices(sliced: Sliced, whole: bytes, seen: Seen, read: Read) -> ParsedFeed | None:
    """Read the new slices alone; None when that would not do."""
    numbers = sliced.find_new(seen)
    if numbers is None or len(numbers) == len(sliced.digests):
        return None
    if not numbers:
        return _nothing_new(sliced.update(seen, whole, ()))
    places = tuple(number + 1 for number in numbers)
    try:
        reading = await read(sliced.assemble(numbers), places, sliced.known_marks(seen))
    except ParseFailure as failure:
        if failure.reason in {ParseReason.TOO_SLOW, ParseReason.CRASHED}:
            raise  # a document that does harm gets one turn
        return None
    if reading.marks is None or len(reading.marks) != len(numbers):
        return None
    updated = sliced.update(seen, whole, reading.marks)
    return replace(
        reading.feed,
        title=seen.title,
        hints=seen.hints,
        seen=updated,
        skipped_slices=len(sliced.digests) - len(numbers),
    )


def _nothing_new(seen: Seen) -> ParsedFeed:
    return ParsedFeed(seen.title, (), seen=seen, unchanged=True, skipped_slices=seen.count, hints=seen.hints)
