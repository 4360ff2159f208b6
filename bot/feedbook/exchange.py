"""Subscriptions taken from other readers, and given to them."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.errors import EditRefused
from bot.feedbook.discovery import short_language
from bot.feedbook.opml import Listed, Outline, read_opml, write_opml
from bot.feedbook.proposal import Clues, Proposal, Shelf, check_address, propose
from bot.feedbook.standing import BookEntry
from bot.settings.crosscheck import address_key
from bot.settings.quantities import format_duration
from bot.starter.catalogue import KnownFeed, read_catalogue
from rules.neutral import visible

_TITLE = "Feeds of Vedette"
_LONGEST_NAME = 80
_LONGEST_KIND = 32
_OURS = ("id", "country", "interval")


@dataclass(frozen=True, slots=True)
class Left:
    """A subscription that was not taken, and why."""

    line: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an OPML document gives: entries to add, and what is there already or cannot be taken."""

    added: tuple[Proposal, ...]
    duplicates: tuple[Left, ...]
    refused: tuple[Left, ...]


def import_feeds(body: bytes, book: Sequence[BookEntry], language: str) -> Imported:
    """Make entries of a document's subscriptions; nothing is fetched. Raises OpmlInvalid.

    `language` is that of subscriptions that do not say theirs; empty when they are to be refused.
    """
    reader = _Importer(book, language)
    for outline in read_opml(body):
        reader.take(outline)
    return Imported(tuple(reader.added), tuple(reader.duplicates), tuple(reader.refused))


class _Importer:
    """Takes subscriptions one after the other."""

    def __init__(self, book: Iterable[BookEntry], language: str) -> None:
        entries = tuple(book)
        self.added: list[Proposal] = []
        self.duplicates: list[Left] = []
        self.refused: list[Left] = []
        self._language = language
        self._shelf = Shelf.of(read_catalogue())
        self._ids = {str(each.id) for each in entries}
        self._urls = {address_key(each.spec.url): str(each.id) for each in entries}

    def take(self, outline: Outline) -> None:
        """Make an entry of one, or write down why not."""
        url = outline.get("xmlurl")
        name = visible(outline.title or url)[:_LONGEST_NAME]
        try:
            check_address(url)
            if (twin := self._urls.get(address_key(url))) is not None:
                self.duplicates.append(Left(outline.line, name, f"it is there as '{twin}'"))
                return
            proposal = self._propose(outline, url)
        except EditRefused as refused:
            self.refused.append(Left(outline.line, name, str(refused)))
            return
        self.added.append(proposal)
        self._ids.add(proposal.id)
        self._urls[address_key(url)] = proposal.id

    def _propose(self, outline: Outline, url: str) -> Proposal:
        known = self._shelf.find(url)
        language = short_language(outline.get("language")) or (known.language if known else self._language)
        if not language:
            raise EditRefused("its language is not said: --language gives one to all such feeds")
        clues = Clues(url, outline.title, language, outline.get("htmlurl"), _kind(outline))
        given = {"language": language} | _ours(outline, self._ids) | _named(outline, known)
        return propose(clues, given, self._shelf, self._ids)


def _named(outline: Outline, known: KnownFeed | None) -> dict[str, object]:
    """Give the name that its reader gave it, which goes before what we would make of it."""
    name = " ".join(visible(outline.title).split())[:_LONGEST_NAME].strip()
    return {"publisher": name} if name and known is None else {}


def _ours(outline: Outline, taken: Collection[str]) -> dict[str, object]:
    """Give what an export of ours says besides. Never `allow_private`: a file of strangers must not open the door."""
    said: dict[str, object] = {name: value for name in _OURS if (value := outline.get(f"vedette:{name}"))}
    if said.get("id") in taken:
        del said["id"]
    if outline.get("vedette:state_affiliated") == "true":
        said["state_affiliated"] = True
    if outline.get("vedette:enabled") == "false":
        said["enabled"] = False
    return said


def _kind(outline: Outline) -> str:
    """Make a kind of the category, or else of the innermost group."""
    category = outline.get("category").split(",")[0].rpartition("/")[2]
    for name in (category, *reversed(outline.groups)):
        kind = re.sub(r"[^a-z]+", "-", name.lower()).strip("-")[:_LONGEST_KIND].strip("-")
        if kind:
            return kind
    return ""


def export_feeds(book: Iterable[BookEntry]) -> bytes:
    """Write feeds as an OPML document, grouped by their kind."""
    return write_opml(_TITLE, [_listed(each) for each in book])


def _listed(entry: BookEntry) -> Listed:
    source, section = entry.spec.source, entry.section
    ours = {"id": str(entry.id), "country": source.country}
    if source.state_affiliated:
        ours["state_affiliated"] = "true"
    if section is not None and section.interval is not None:
        ours["interval"] = format_duration(section.interval)
    if not entry.enabled:
        ours["enabled"] = "false"
    said = {name: value for name, value in ours.items() if value}
    parts = urlsplit(entry.spec.url)
    return Listed(
        source.kind, source.publisher, entry.spec.url, f"{parts.scheme}://{parts.netloc}/", source.language, said
    )
