"""A feed document cut into its entries, so that only new ones are read. Bytes only: no parsing, no IO.

Most polls bring what the last one brought, apart from a date in the head. Each entry's bytes are a slice with a hash;
head and tail are the frame, hashed without what changes at each poll. Where the frame is known, new slices between
its parts read as they do in the whole document, which holds for what `adapters.feeds.structure` has confirmed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Self

from adapters.ports import ParsedFeed, Seen

_LARGEST = 2 * 1024 * 1024
_MOST = 5000
_DIGEST = 8
MARK = 16
"""Bytes of a mark (`adapters.feeds.entries`)."""
_WIDTH = _DIGEST + MARK

_TOKEN = re.compile(
    rb"""<(?:
        !--(?:[^-]++|-(?!->))*+--> | !\[CDATA\[(?:[^\]]++|\](?!\]>))*+\]\]> | \?(?:[^?]++|\?(?!>))*+\?>
        | (?P<odd>[!?])
        | (?P<close>/(?:[A-Za-z_][\w.-]*+:)?(?:item|entry)[ \t\r\n]*>)
        | (?P<open>(?:[A-Za-z_][\w.-]*+:)?(?:item|entry)
            (?:[ \t\r\n](?:[^<>"'/]|"[^"<]*"|'[^'<]*'|/(?!>))*+)?/?>)
    )""",
    re.VERBOSE,
)
"""What can begin or end an entry or hide that; `odd` is a DOCTYPE, or a comment and the like without an end."""
_VOLATILE = re.compile(
    rb"[ \t\r\n]*+(?:"
    rb"<((?:[\w.-]+:)?(?:lastBuildDate|pubDate|updated|modified|date|published))>[ -%'-;=-~\t\r\n]{0,100}+</\1>"
    rb"|<!--(?:[ -,.-~\t\r\n]|-(?!-))*+-->)"
)
"""Dates and comments in a frame: they change without saying anything."""
_SPACE = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a document's entries begin and end, in bytes, in order; white space alone parts them."""

    spans: tuple[tuple[int, int], ...]

    def head(self, body: bytes) -> bytes:
        """Give what stands before the first entry."""
        return body[: self.spans[0][0]]

    def tail(self, body: bytes) -> bytes:
        """Give what stands after the last entry."""
        return body[self.spans[-1][1] :]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says, and the marks of its entries if slices of it read as they do in the whole."""

    feed: ParsedFeed
    marks: tuple[str, ...] | None


def cut(body: bytes) -> Cut | None:
    """Find the entries of an RSS or Atom document by their tags.

    None when there are none, when anything but white space parts them, when there is a DOCTYPE, when tags do not
    pair, and when the document is too large to be looked at on the event loop.
    """
    if len(body) > _LARGEST:
        return None
    spans: list[tuple[int, int]] = []
    depth = start = end = 0
    for token in _TOKEN.finditer(body):
        kind = token.lastgroup
        if kind is None:
            continue
        if kind == "odd":
            return None
        if kind == "open":
            if depth == 0:
                start = token.start()
                if spans and body[end:start].strip(_SPACE):
                    return None
            depth += body[token.end() - 2] != ord("/")
        else:
            depth -= 1
        if depth < 0 or len(spans) >= _MOST:
            return None
        if depth == 0:
            end = token.end()
            spans.append((start, end))
    return Cut(tuple(spans)) if spans and depth == 0 else None


def hash_body(body: bytes, context: bytes) -> bytes:
    """Hash a whole document together with whatever else decides how it reads."""
    digest = blake2b(context, digest_size=16)
    digest.update(body)
    return digest.digest()


@dataclass(frozen=True, slots=True)
class Sliced:
    """A document's frame and slices as hashes, and its parts as bytes."""

    body: bytes
    cut: Cut
    frame: bytes
    digests: tuple[bytes, ...]

    @classmethod
    def of(cls, body: bytes, context: bytes) -> Self | None:
        """Cut a document and hash its parts; None when it cannot be cut."""
        found = cut(body)
        if found is None:
            return None
        frame = blake2b(context, digest_size=16)
        for part in (found.head(body), found.tail(body)):
            still = _VOLATILE.sub(b"", part)
            frame.update(b"%d\0" % len(still))
            frame.update(still)
        digests = tuple(blake2b(body[start:end], digest_size=_DIGEST).digest() for start, end in found.spans)
        return cls(body, found, frame.digest(), digests)

    def find_new(self, seen: Seen) -> tuple[int, ...] | None:
        """Give the numbers, from 0, of the slices that were not seen; None when the frame is another one."""
        if seen.frame != self.frame:
            return None
        known = _unpack(seen.slices)
        return tuple(number for number, digest in enumerate(self.digests) if digest not in known)

    def assemble(self, numbers: Sequence[int]) -> bytes:
        """Give the document with these slices only."""
        spans = self.cut.spans
        parts = (self.body[slice(*spans[number])] for number in numbers)
        return b"".join((self.cut.head(self.body), *parts, self.cut.tail(self.body)))

    def known_marks(self, seen: Seen) -> tuple[str, ...]:
        """Give the marks of the seen entries that are in this document."""
        known = _unpack(seen.slices)
        marks = (known.get(digest, b"") for digest in self.digests)
        return tuple(mark.hex() for mark in marks if any(mark))

    def remember(self, seen: Seen, marks: Sequence[str]) -> Seen:
        """Add to what is known of the whole document its frame and slices; `marks` are those of all its slices."""
        packed = (digest + _pack(mark) for digest, mark in zip(self.digests, marks, strict=True))
        return replace(seen, count=len(self.digests), frame=self.frame, slices=b"".join(packed))

    def update(self, seen: Seen, body: bytes, marks: Sequence[str]) -> Seen:
        """Give what to know of the document next time; `marks` are those of its slices that were not seen."""
        known = _unpack(seen.slices)
        fresh = [digest for digest in self.digests if digest not in known]
        known.update(zip(fresh, map(_pack, marks), strict=True))
        packed = b"".join(digest + known[digest] for digest in self.digests)
        return replace(seen, body=body, count=len(self.digests), slices=packed)


def _pack(mark: str) -> bytes:
    return bytes.fromhex(mark) or bytes(MARK)


def _unpack(packed: bytes) -> dict[bytes, bytes]:
    """Give the marks by digest."""
    places = range(0, len(packed), _WIDTH)
    return {packed[at : at + _DIGEST]: packed[at + _DIGEST : at + _WIDTH] for at in places}
