"""OPML, the form in which feed readers exchange subscriptions: bytes to outlines, feeds to a document.

A document comes from strangers: it is bounded in bytes, depth and number, and one with a document type is refused, so
that no entity exists that could be expanded or fetched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import NoReturn
from xml.etree import ElementTree
from xml.parsers import expat

from bot.errors import OpmlInvalid

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 64
MAX_OUTLINES = 5_000
LONGEST_VALUE = 4096

OURS = "urn:vedette:opml"
"""The XML namespace of what OPML 2.0 has no attribute for."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One subscription of a document, and the titles of the groups that it is in, from the outermost."""

    attributes: Mapping[str, str]
    """By name in lower case; those of our namespace begin with `vedette:`."""
    groups: tuple[str, ...]
    line: int

    @property
    def title(self) -> str:
        """Give the name that readers show."""
        return self.get("title") or self.get("text")

    def get(self, name: str) -> str:
        """Give an attribute on one line, empty when it is not there."""
        return " ".join(self.attributes.get(name, "").split())


def read_opml(body: bytes) -> tuple[Outline, ...]:
    """Read every outline that has an address, in document order. Raises OpmlInvalid."""
    if len(body) > MAX_BYTES:
        raise OpmlInvalid(f"it is larger than {MAX_BYTES // 1024 // 1024} MiB: split it into several files")
    reader = _Reader()
    try:
        reader.parser.Parse(body, True)
    except expat.ExpatError as error:
        raise OpmlInvalid(f"it is not well-formed XML ({error}): export it again") from error
    except (LookupError, ValueError) as error:
        raise OpmlInvalid(f"its encoding is not known ({error}): save it as UTF-8") from error
    return tuple(reader.outlines)


class _Reader:
    """Takes the parser's events."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._open
        self.parser.EndElementHandler = self._close
        self.outlines: list[Outline] = []
        self._open_names: list[str] = []
        self._groups: list[str] = []

    def _refuse_doctype(self, *_: object) -> NoReturn:
        raise OpmlInvalid("it has a document type (<!DOCTYPE>), which OPML has no use for: take it out")

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2].lower()
        if not self._open_names and name != "opml":
            raise OpmlInvalid(f"it is <{name[:40]}> and not <opml>: export subscriptions as OPML")
        if len(self._open_names) >= MAX_DEPTH:
            raise OpmlInvalid(f"its groups are nested deeper than {MAX_DEPTH} levels")
        self._open_names.append(name)
        self._groups.append("")
        if name == "outline":
            self._take(Outline(_plain_names(attributes), tuple(filter(None, self._groups)), self._line))

    def _take(self, outline: Outline) -> None:
        if not outline.get("xmlurl"):
            self._groups[-1] = outline.title
            return
        if len(self.outlines) >= MAX_OUTLINES:
            raise OpmlInvalid(f"it has more than {MAX_OUTLINES:,} subscriptions: split it into several files")
        self.outlines.append(outline)

    def _close(self, _: str) -> None:
        self._open_names.pop()
        self._groups.pop()

    @property
    def _line(self) -> int:
        return self.parser.CurrentLineNumber


def _plain_names(attributes: Mapping[str, str]) -> dict[str, str]:
    named = ((name.replace(f"{OURS} ", "vedette:"), value) for name, value in attributes.items())
    return {name.lower(): value[:LONGEST_VALUE] for name, value in named}


@dataclass(frozen=True, slots=True)
class Listed:
    """One feed as it is exported."""

    group: str
    title: str
    url: str
    site: str
    language: str
    ours: Mapping[str, str]
    """What only Vedette knows, by name."""


def write_opml(title: str, feeds: Iterable[Listed]) -> bytes:
    """Write an OPML 2.0 document, the feeds under one outline per group."""
    ElementTree.register_namespace("vedette", OURS)
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = title
    body = ElementTree.SubElement(root, "body")
    for group, members in groupby(sorted(feeds, key=lambda feed: feed.group), key=lambda feed: feed.group):
        outline = ElementTree.SubElement(body, "outline", text=group, title=group)
        for feed in members:
            ElementTree.SubElement(
                outline,
                "outline",
                {
                    "type": "rss",
                    "text": feed.title,
                    "title": feed.title,
                    "xmlUrl": feed.url,
                    "htmlUrl": feed.site,
                    "language": feed.language,
                    "category": group,
                    **{f"{{{OURS}}}{name}": value for name, value in feed.ours.items()},
                },
            )
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
