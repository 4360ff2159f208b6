"""The verbs of the feed book, the same for the command line and for chats."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType

from adapters.webpage import FeedLink
from bot.errors import EditRefused, FeedUnknown, ProbeImpossible
from bot.feedbook.acceptance import ProposedEdit, require_edit
from bot.feedbook.discovery import read_page
from bot.feedbook.exchange import Imported, export_feeds, import_feeds
from bot.feedbook.probing import ArticleLook, Discovery, Judged, Look, Prober, unknown_feed
from bot.feedbook.proposal import Clues, Proposal, Shelf, check_address, known_entry, propose
from bot.feedbook.standing import (
    BookEntry,
    FeedDetails,
    FeedReport,
    Filters,
    find_feed,
    read_book,
    report_feeds,
)
from bot.settings.crosscheck import address_key
from bot.settings.editing import NewFeed, add_feeds, remove_feed, switch_feed
from bot.settings.saving import Edit, Saved, edit_settings
from bot.starter.catalogue import KnownFeed, Standing, read_catalogue
from rules import Ruleset
from rules.model import FeedId
from state import FeedSpec, Store
from state.leases import find_lease

NEWEST = 5
"""Items of one feed that are shown."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A look at a feed, what the rules say, and the feeds that the page names if it was a page."""

    look: Look
    judged: tuple[Judged, ...]
    others: tuple[FeedLink, ...] = ()
    article: ArticleLook | None = None
    """Of one entry, where it was asked for."""


@dataclass(frozen=True, slots=True)
class Added:
    """A feed that was found and proposed; `saved` is None where it was only shown."""

    proposal: Proposal
    discovery: Discovery
    saved: Saved | None


@dataclass(frozen=True, slots=True)
class Changed:
    """Feeds whose entries were changed, those that were so already, and the folder by now."""

    feeds: tuple[str, ...]
    kept: tuple[str, ...]
    saved: Saved


@dataclass(frozen=True, slots=True)
class Accepted:
    """An edit that a feed's answers ask for, and the folder with it."""

    proposed: ProposedEdit
    saved: Saved
    written: bool
    """False where it was only shown."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A feed of the catalogue, and the id under which it is configured, empty when it is not."""

    feed: KnownFeed
    configured: str

    @property
    def id(self) -> FeedId:
        """Give the id in the catalogue."""
        return FeedId(self.feed.id)


@dataclass(slots=True)
class FeedDesk:
    """The feeds of a folder. Without a folder nothing can be edited, without a prober nothing asked."""

    folder: Path | None = None
    environ: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    prober: Prober | None = None
    _edits: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Edits are made one by one."""

    async def reports(self, store: Store | None, filters: Filters) -> tuple[FeedReport, ...]:
        """List feeds with how they do. Raises EditRefused when the file has problems."""
        found = await report_feeds(await self._book(), store)
        return tuple(each for each in found if filters.admits(each))

    async def details(self, store: Store | None, feed: str) -> FeedDetails:
        """Give all that is known of a feed. Raises FeedUnknown, EditRefused."""
        report = find_feed(await report_feeds(await self._book(), store), feed)
        if store is None:
            return FeedDetails(report, ())
        lease = find_lease(await store.hub_leases(), report.id)
        troubles = tuple(row for row in await store.troubles() if row.feed == report.id and row.kind in report.troubles)
        newest, learnt = await store.newest_items(report.id, NEWEST), await store.learnt(report.id)
        return FeedDetails(report, newest, lease, learnt, troubles)

    async def probe(
        self,
        store: Store | None,
        target: str,
        ruleset: Ruleset,
        *,
        explain: bool,
        allow_private: bool = False,
        full_text: bool = False,
    ) -> Probe:
        """Look at a feed, by its id or by an address, and ask the rules. Stores nothing.

        The article of one entry is read too, where `full_text` or what the file says of the feed wants it.

        Raises FeedUnknown, ProbeImpossible, EditRefused.
        """
        prober = self._require_prober()
        spec = await self._find_spec(store, target, allow_private=allow_private)
        look = await prober.look(spec)
        language = spec.source.language if spec.source.publisher else look.language or "en"
        judged = await asyncio.to_thread(prober.judge, look, ruleset, language=language, explain=explain)
        others: tuple[FeedLink, ...] = ()
        if look.parsed is None and look.fetched is not None:
            fetched = look.fetched
            others = read_page(fetched.body or b"", fetched.content_type, fetched.url).feeds
        wants_article = full_text or spec.full_text
        return Probe(look, judged, others, await prober.read_article(look, judged) if wants_article else None)

    async def add(
        self, url: str, given: Mapping[str, object], *, dry_run: bool = False, allow_private: bool = False
    ) -> Added:
        """Find the feed of an address, propose its entry, and write it unless `dry_run`.

        Raises EditRefused, ProbeImpossible.
        """
        folder, prober = self._require_folder(), self._require_prober()
        check_address(url)
        book = await asyncio.to_thread(read_book, folder, self.environ)
        _refuse_known(url, book)
        discovery = await prober.discover(url, allow_private=allow_private)
        proposal = _propose(url, discovery, {**given, **({"allow_private": True} if allow_private else {})}, book)
        if dry_run:
            return Added(proposal, discovery, None)
        return Added(proposal, discovery, await self._edit(_adding([proposal.feed])))

    async def remove(self, feeds: Sequence[str]) -> Changed:
        """Take feeds out of the file; what the store has of them stays. Raises FeedUnknown, EditRefused."""
        await self._check_known(feeds)
        return Changed(tuple(feeds), (), await self._edit(_each(remove_feed, feeds)))

    async def switch(self, feeds: Sequence[str], *, enabled: bool) -> Changed:
        """Pause feeds, or take pauses back. Raises FeedUnknown, EditRefused."""
        book = await self._check_known(feeds)
        so_already = {each.id for each in book if each.enabled is enabled}
        changed = tuple(each for each in feeds if each not in so_already)
        saved = await self._edit(_each(partial(switch_feed, enabled=enabled), changed))
        return Changed(changed, tuple(each for each in feeds if each in so_already), saved)

    async def accept(self, store: Store | None, feed: str, *, dry_run: bool = False) -> Accepted:
        """Make the edit that a feed's answers ask for: its new address, or a pause for one that is gone.

        Raises FeedUnknown, EditRefused also where nothing is to be edited.
        """
        book = await self._check_known([feed])
        proposed = require_edit(find_feed(await report_feeds(book, store), feed), book)
        return Accepted(proposed, await self._edit(proposed.edit, dry_run=dry_run), not dry_run)

    async def suggest(self, store: Store | None, filters: Filters, *, everything: bool) -> tuple[Suggestion, ...]:
        """List feeds of the shipped catalogue, the good ones unless `everything`, marking what is configured."""
        book = [each.entry for each in await report_feeds(await self._book(), store)]
        suggestions = (_suggestion(feed, book) for feed in read_catalogue() if _is_meant(feed, filters))
        return tuple(each for each in suggestions if everything or each.feed.status is Standing.GOOD)

    async def take(self, feeds: Sequence[str]) -> Changed:
        """Add feeds of the catalogue by their ids there. Raises FeedUnknown, EditRefused."""
        known = await self.suggest(None, Filters(), everything=True)
        wanted = [find_feed(known, each) for each in dict.fromkeys(feeds)]
        new = [each.feed for each in wanted if not each.configured]
        saved = await self._edit(_adding([known_entry(feed) for feed in new]))
        return Changed(tuple(feed.id for feed in new), tuple(each.id for each in wanted if each.configured), saved)

    async def import_opml(self, body: bytes, language: str, *, dry_run: bool = False) -> tuple[Imported, Saved | None]:
        """Add the feeds of an OPML document; `language` is that of those that do not say theirs.

        Raises OpmlInvalid, EditRefused.
        """
        folder = self._require_folder()
        book = await asyncio.to_thread(read_book, folder, self.environ)
        imported = await asyncio.to_thread(import_feeds, body, book, language)
        if dry_run or not imported.added:
            return imported, None
        return imported, await self._edit(_adding([each.feed for each in imported.added]))

    async def export_opml(self) -> bytes:
        """Write the feeds of the folder as an OPML document. Raises EditRefused."""
        return export_feeds(await asyncio.to_thread(read_book, self._require_folder(), self.environ))

    async def _book(self) -> tuple[BookEntry, ...] | None:
        return None if self.folder is None else await asyncio.to_thread(read_book, self.folder, self.environ)

    async def _check_known(self, feeds: Iterable[str]) -> tuple[BookEntry, ...]:
        book = await asyncio.to_thread(read_book, self._require_folder(), self.environ)
        for feed in feeds:
            find_feed(book, feed)
        return book

    async def _edit(self, edit: Edit, *, dry_run: bool = False) -> Saved:
        async with self._edits:
            folder = self._require_folder()
            return await asyncio.to_thread(edit_settings, folder, self.environ, edit, dry_run=dry_run)

    async def _find_spec(self, store: Store | None, target: str, *, allow_private: bool) -> FeedSpec:
        """Give a feed by its id, or by its address with what the file says of it, if that has it."""
        book = [each.entry for each in await report_feeds(await self._book(), store)]
        if "://" not in target:
            if "/" in target:
                raise FeedUnknown(target, f"if it is an address, write https://{target.lstrip('/')[:80]}")
            return find_feed(book, target).spec
        check_address(target)
        known = _find_address(target, book)
        return known.spec if known is not None else unknown_feed(target, allow_private=allow_private)

    def _require_folder(self) -> Path:
        if self.folder is None:
            raise EditRefused("there is no configuration folder to edit here: start Vedette with --config DIR")
        return self.folder

    def _require_prober(self) -> Prober:
        if self.prober is None:
            raise ProbeImpossible("feeds cannot be asked from here: use `vedette feeds` on the bot's machine")
        return self.prober


def _adding(feeds: Sequence[NewFeed]) -> Edit:
    return lambda path, text: add_feeds(path, text, feeds)


def _each(edit: Callable[[str, str, str], str], feeds: Sequence[str]) -> Edit:
    """Make one edit of one for each feed."""

    def edit_all(path: str, text: str) -> str:
        for feed in dict.fromkeys(feeds):
            text = edit(path, text, feed)
        return text

    return edit_all


def _find_address(url: str, book: Iterable[BookEntry]) -> BookEntry | None:
    key = address_key(url)
    return next((each for each in book if address_key(each.spec.url) == key), None)


def _refuse_known(url: str, book: Iterable[BookEntry]) -> None:
    known = _find_address(url, book)
    if known is not None:
        raise EditRefused(f"{url} is watched already as '{known.id}' ({known.place})")


def _propose(url: str, discovery: Discovery, given: Mapping[str, object], book: Sequence[BookEntry]) -> Proposal:
    look = discovery.look
    if look.parsed is None or look.fetched is None:
        tried = f"; {len(discovery.tried)} more addresses were tried" if discovery.tried else ""
        raise EditRefused(f"no feed was found at {url}: {look.failure}{tried}")
    address = look.fetched.moved_to or look.spec.url
    _refuse_known(address, book)
    page_language = discovery.page.language if discovery.page is not None else ""
    clues = Clues(address, look.parsed.title, look.language or page_language, url if discovery.page else "")
    return propose(clues, given, Shelf.of(read_catalogue()), {each.id for each in book})


def _suggestion(feed: KnownFeed, book: Iterable[BookEntry]) -> Suggestion:
    same = next((each for each in book if each.id == feed.id), None) or _find_address(feed.url, book)
    return Suggestion(feed, same.id if same is not None else "")


def _is_meant(feed: KnownFeed, filters: Filters) -> bool:
    asked = ((filters.language, feed.language), (filters.kind, feed.kind), (filters.country.upper(), feed.country))
    return all(wanted in ("", actual) for wanted, actual in asked)
