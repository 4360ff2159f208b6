"""Whether a feed document's slices read alone as they do in the whole: checked with expat, in the worker process.

Slices stand for themselves in well-formed documents of one known encoding, where they are the children of `<channel>`
or `<feed>` and nothing that they declare outlives them. Whatever else there may be is read whole each time.
"""

import codecs
import re
from dataclasses import dataclass
from xml.parsers import expat

from adapters.feeds.slices import Cut, cut

_PATHS = frozenset({("rss", "channel", "item"), ("feed", "entry")})
_PARENTS = frozenset(path[:-1] for path in _PATHS)
_DEEPEST = 1 + max(map(len, _PATHS))
_IDLE_IN_HEAD = frozenset(
    {
        "title",
        "description",
        "subtitle",
        "tagline",
        "category",
        "image",
        "logo",
        "icon",
        "id",
        "lastBuildDate",
        "pubDate",
    }
    | {"updated", "modified", "generator", "docs", "ttl", "copyright", "rights", "managingEditor", "webMaster"}
)
"""Elements of a feed that feedparser files away and never looks at for an entry."""
_IDLE_IN_ENTRY = frozenset({"category", "author", "creator", "contributor", "comments", "commentRss"})
"""Elements of an entry that say nothing which is read of it."""
_INNER = frozenset({"name", "email", "uri", "url"})
_INNER_IN_HEAD = _INNER | {"title", "link", "description", "width", "height"}
"""What an idle element may hold; there are publishers who put an entry's link inside its author."""
_SEPARATOR = " "
_DECLARED = re.compile(rb"\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.:-]+)[\"']")
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_ASCII = "ascii"
_KNOWN = frozenset(
    {
        "utf-8",
        "cp1250",
        "cp1251",
        "cp1252",
        "koi8-r",
        "koi8-u",
        "iso8859-1",
        "iso8859-2",
        "iso8859-5",
        "euc_kr",
        "cp949",
    }
)
"""Encodings without states in which the bytes of `<`, `>` and quotes mean just that."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A document whose slices stand for themselves."""

    count: int
    begin: int
    """Where its bytes have the first entry."""
    idle: tuple[tuple[int, int], ...]
    """Where they have elements that make no difference to its entries, in order."""

    def lighten(self, body: bytes, *, head: bool) -> bytes:
        """Give the document without idle elements, in its entries and if wanted in its head."""
        kept, at = [], 0
        for start, end in self.idle:
            if head or start > self.begin:
                kept.append(body[at:start])
                at = end
        return b"".join((*kept, body[at:]))


def read_outline(body: bytes, content_type: str) -> Outline | None:
    """Read where a document has its entries; None when its slices do not stand for themselves."""
    encoding = _tell_encoding(body, content_type)
    if encoding is None:
        return None
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        return None
    document = (body if encoding == "utf-8" else text.encode()).removeprefix(codecs.BOM_UTF8)
    found = cut(document)
    if found is None or b"xml:base" in document:
        return None
    walk = _Walk(document, found)
    if walk.spans != list(found.spans):
        return None
    return Outline(len(found.spans), found.spans[0][0], tuple(walk.idle) if document == body else ())


def _tell_encoding(body: bytes, content_type: str) -> str | None:
    """Give the one encoding that a document has by its header, its declaration and its first bytes."""
    declared = _DECLARED.match(body.removeprefix(codecs.BOM_UTF8))
    header = _CHARSET.search(content_type)
    labels = [found[1] for found in (header,) if found] + [found[1].decode() for found in (declared,) if found]
    labels += ["utf-8"] if body.startswith(codecs.BOM_UTF8) else []
    try:
        names = {codecs.lookup(label).name for label in labels} - {_ASCII}
    except LookupError:
        return None
    [name] = names if len(names) == 1 else ["utf-8"] if not names else [""]
    return name if name in _KNOWN else None


class _Walk:
    """Where expat finds the entries; nowhere in a document that is not well-formed or has something unusual."""

    def __init__(self, document: bytes, found: Cut) -> None:
        self.spans: list[tuple[int, int]] = []
        self.idle: list[tuple[int, int]] = []
        self._document = document
        self._begin, self._ends = found.spans[0][0], {end for _, end in found.spans}
        self._end = found.spans[-1][1]
        self._path: list[str] = []
        self._start = self._idle_start = self._idle_depth = 0
        self._inner: frozenset[str] = _INNER
        self._declares = False
        self._parser = expat.ParserCreate("utf-8", _SEPARATOR)
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.StartNamespaceDeclHandler = self._declare
        try:
            self._parser.Parse(document, True)
        except (expat.ExpatError, _Unusual):
            self.spans = []

    def _open(self, name: str, _attributes: dict[str, str]) -> None:
        name = name.rpartition(_SEPARATOR)[2]
        parents = tuple(self._path) if len(self._path) < _DEEPEST else ()
        self._path.append(name)
        declares, self._declares = self._declares, False
        if parents in _PARENTS:
            self._start = self._parser.CurrentByteIndex
            self._begin_idle(_IDLE_IN_HEAD, _INNER_IN_HEAD, declares=declares)
        elif parents in _PATHS:
            self._begin_idle(_IDLE_IN_ENTRY, _INNER, declares=declares)
        elif name not in self._inner:
            self._idle_depth = 0

    def _close(self, _name: str) -> None:
        at = self._parser.CurrentByteIndex  # the end tag's beginning, but the end of a tag that is both
        if len(self._path) == self._idle_depth:
            if self._document.startswith(b"</", at) and not self._document.startswith(b"/>", at - 2):
                self.idle.append((self._idle_start, self._document.index(b">", at) + 1))
            self._idle_depth = 0
        elif tuple(self._path) in _PATHS:
            self.spans.append((self._start, at if at in self._ends else self._document.index(b">", at) + 1))
        self._path.pop()

    def _begin_idle(self, names: frozenset[str], inner: frozenset[str], *, declares: bool) -> None:
        idle = self._path[-1] in names and self._parser.CurrentByteIndex < self._end
        self._idle_depth = len(self._path) if idle and not declares else 0
        self._idle_start = self._parser.CurrentByteIndex
        self._inner = inner

    def _declare(self, prefix: str | None, _uri: str) -> None:
        # feedparser remembers a prefix for the rest of the document.
        self._declares, self._idle_depth = True, 0
        if prefix and self._begin <= self._parser.CurrentByteIndex < self._end:
            raise _Unusual


class _Unusual(Exception):
    """Something that entries share although it stands in one of them."""
