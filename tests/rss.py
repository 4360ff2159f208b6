"""RSS documents for tests, written from a list of pieces."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry, undated unless said otherwise; without a link it gets one made from its guid."""

    guid: str
    title: str
    text: str = ""
    at: datetime | None = None
    link: str | None = None


def write_rss(pieces: Iterable[Piece], *, title: str = "A wire", language: str = "en", **more: str) -> bytes:
    """Write an RSS 2.0 document with the pieces in the given order; `more` are elements of the channel."""
    root = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(root, "channel")
    _add(channel, title=title, link="https://wire.example/", language=language, **more)
    for piece in pieces:
        item = ElementTree.SubElement(channel, "item")
        link = piece.link if piece.link is not None else f"https://wire.example/{piece.guid}"
        _add(item, guid=piece.guid, title=piece.title, link=link, description=piece.text)
        if piece.at is not None:
            _add(item, pubDate=format_datetime(piece.at))
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _add(parent: ElementTree.Element, **texts: str) -> None:
    for name, text in texts.items():
        ElementTree.SubElement(parent, name).text = text
