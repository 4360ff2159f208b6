"""How each feed of the book does: what the file says of it, and what polling has learnt."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

from bot.errors import EditRefused, FeedUnknown
from bot.settings.editing import switch_feed
from bot.settings.folder import read_text
from bot.settings.load import SETTINGS_FILE, load_folder
from bot.settings.schema import FeedSection, VedetteFile
from rules.documents import load_document, suggest
from rules.model import FeedId, Item
from rules.problems import Problem
from state import FeedRow, FeedSpec, HubLease, Learnt, Store, TroubleKind, TroubleRow


class FeedState(StrEnum):
    """How a feed does."""

    OK = "ok"
    FAILING = "failing"
    PAUSED = "paused"
    """Switched off in the file; a bot that started before goes on until its next start."""
    NEVER_POLLED = "never-polled"


class HasId(Protocol):
    """Whatever is known by a feed's id."""

    @property
    def id(self) -> FeedId:
        """Give the feed's id."""


F = TypeVar("F", bound=HasId)


@dataclass(frozen=True, slots=True)
class BookEntry:
    """A feed as the file has it."""

    spec: FeedSpec
    section: FeedSection | None = None
    """Its entry; None where there is no file."""
    place: str = ""
    """`path:line` of its entry; empty where there is no file."""

    @property
    def id(self) -> FeedId:
        """Give the feed's id."""
        return self.spec.source.feed

    @property
    def enabled(self) -> bool:
        """Tell whether it is to be polled."""
        return self.section is None or self.section.enabled


@dataclass(frozen=True, slots=True)
class FeedReport:
    """A feed as people ask about it; `row` is None while the store does not know it."""

    entry: BookEntry
    row: FeedRow | None
    items: int

    @property
    def id(self) -> FeedId:
        """Give the feed's id."""
        return self.entry.id

    @property
    def troubles(self) -> tuple[TroubleKind, ...]:
        """Give what is wrong with the feed; nothing is with one that is not to be polled."""
        return tuple(sorted(self.row.troubles)) if self.row is not None and self.entry.enabled else ()

    @property
    def state(self) -> FeedState:
        """Tell how the feed does."""
        if not self.entry.enabled:
            return FeedState.PAUSED
        if self.row is not None and self.row.failures:
            return FeedState.FAILING
        return FeedState.OK if self.row is not None and self.row.first_polled_at else FeedState.NEVER_POLLED


@dataclass(frozen=True, slots=True)
class FeedDetails:
    """All that is known of one feed, with its newest items."""

    report: FeedReport
    newest: tuple[Item, ...]
    lease: HubLease | None = None
    """What its hub has promised, if it has one."""
    learnt: Learnt = field(default_factory=Learnt)
    """What its documents have taught."""
    troubles: tuple[TroubleRow, ...] = ()
    """What is wrong with it now, oldest first."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which feeds are meant; an empty filter lets all through."""

    state: str = ""
    language: str = ""
    kind: str = ""
    country: str = ""
    publisher: str = ""
    """Any part of the name, in any case."""
    troubled: bool = False
    """Only feeds with which something is wrong."""

    def admits(self, report: FeedReport) -> bool:
        """Tell whether a feed is meant."""
        source = report.entry.spec.source
        asked = ((self.state, report.state), (self.language, source.language), (self.kind, source.kind))
        exact = all(wanted in ("", actual) for wanted, actual in (*asked, (self.country.upper(), source.country)))
        is_meant = exact and self.publisher.casefold() in source.publisher.casefold()
        return is_meant and (not self.troubled or bool(report.troubles))


def read_book(folder: Path, environ: Mapping[str, str]) -> tuple[BookEntry, ...]:
    """Read every feed that `vedette.yaml` lists, also those that are switched off. Raises EditRefused.

    Paused ones are read by the one reader of settings too, from a text in which they are switched on.
    """
    shown = str(folder / SETTINGS_FILE)
    text = read_text(folder / SETTINGS_FILE, shown)
    if isinstance(text, Problem):
        raise EditRefused(f"{shown} cannot be read", [text])
    document = load_document(shown, text, VedetteFile)
    sections = document.value.feeds if document.value is not None else ()
    for section in sections:
        text = text if section.enabled else switch_feed(shown, text, section.id, enabled=True)
    loaded = load_folder(folder, environ, draft_text=text)
    if loaded.settings is None:
        raise EditRefused(f"{shown} has problems: put them right first", loaded.errors)
    return tuple(
        BookEntry(spec, section, f"{shown}:{document.place(('feeds', index))[0]}")
        for index, (spec, section) in enumerate(zip(loaded.settings.feeds, sections, strict=True))
    )


async def report_feeds(book: Sequence[BookEntry] | None, store: Store | None) -> tuple[FeedReport, ...]:
    """Put what the file says and what the store has learnt together; without a file the store's feeds alone."""
    rows = {row.id: row for row in await store.feeds()} if store is not None else {}
    counts = await store.count_items() if store is not None else {}
    entries = book if book is not None else [BookEntry(row.spec) for row in rows.values()]
    return tuple(FeedReport(each, rows.get(each.id), counts.get(each.id, 0)) for each in entries)


def find_feed(feeds: Iterable[F], feed: str) -> F:
    """Find a feed by its id. Raises FeedUnknown with the nearest one there is."""
    known = {each.id: each for each in feeds}
    found = known.get(FeedId(feed))
    if found is None:
        raise FeedUnknown(feed, suggest(feed, known) or "`vedette feeds list` lists them")
    return found
