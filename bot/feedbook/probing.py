"""A look at a feed as it is now, through the fetcher and the parser that polls use; nothing is stored."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from pydantic import SecretStr

from adapters.errors import AdapterError, ArticleFailure, ArticleReason, FetchFailure, ParseFailure
from adapters.extras import ARTICLES_HINT
from adapters.ports import Extractor, Fetched, Fetcher, ParsedFeed, Parser
from adapters.webpage import FeedLink
from bot.articles import ArticleReader
from bot.drafts import build_item
from bot.feedbook.discovery import Page, guess_addresses, read_page
from bot.request import build_request
from bot.settings.model import Polling
from rules import Ruleset, Trace, evaluate
from rules.articles import Joined
from rules.model import Entry, FeedId, Match, Source
from state import FeedSpec

PAUSE_S = 1.0
"""The wait between two requests to find a page's feed."""
MOST_TRIES = 12
UNSAID = "und"
"""The language of an entry that does not say it (ISO 639-2, undetermined)."""


@dataclass(frozen=True, slots=True)
class Look:
    """What came of one look: an answer or a failure to get one, then a feed or a failure to read one."""

    spec: FeedSpec
    fetched: Fetched | None = None
    parsed: ParsedFeed | None = None
    failure: AdapterError | None = None

    @property
    def language(self) -> str:
        """Give the language of most entries, empty when none says or shows one."""
        spoken = Counter(entry.language for entry in self.parsed.entries) if self.parsed else Counter[str]()
        del spoken[UNSAID]
        return spoken.most_common(1)[0][0] if spoken else ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One entry with what the rules say of it; traces where they were asked for."""

    entry: Entry
    matches: tuple[Match, ...]
    traces: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class ArticleLook:
    """What came of a look at the article of one entry: its text behind the feed's, or a failure to get it."""

    entry: Entry
    joined: Joined | None = None
    failure: AdapterError | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found at an address: a feed, or a page with its feeds, the first readable one being `look`."""

    look: Look
    page: Page | None = None
    tried: tuple[str, ...] = ()
    """The addresses that were asked besides the one given."""

    @property
    def others(self) -> tuple[FeedLink, ...]:
        """Give the page's other feeds."""
        return tuple(each for each in self.page.feeds if each.url != self.look.spec.url) if self.page else ()


class Prober:
    """Looks at feeds. `pause_s` is waited between requests to find a page's feed."""

    def __init__(
        self,
        fetcher: Fetcher,
        parser: Parser,
        polling: Polling,
        secrets: Mapping[str, SecretStr],
        now: Callable[[], datetime],
        *,
        pause_s: float = PAUSE_S,
        extractor: Extractor | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._parser = parser
        self._polling = polling
        self._secrets = secrets
        self._now = now
        self._pause_s = pause_s
        self._articles = ArticleReader(fetcher.fetch, extractor, polling, secrets) if extractor is not None else None

    async def look(self, spec: FeedSpec) -> Look:
        """Fetch and parse a feed without validators, so that everything is there to be seen."""
        try:
            fetched = await self._fetcher.fetch(build_request(spec, self._polling, self._secrets))
        except FetchFailure as failure:
            return Look(spec, failure=failure)
        try:
            return Look(spec, fetched, await self._parser.parse(fetched, spec.source, self._now()))
        except ParseFailure as failure:
            return Look(spec, fetched, failure=failure)

    async def discover(self, url: str, *, allow_private: bool = False) -> Discovery:
        """Look at an address; if it is a web page, look for its feed, one request after the other."""
        first = await self.look(unknown_feed(url, allow_private=allow_private))
        if first.parsed is not None or first.fetched is None or not first.fetched.body:
            return Discovery(first)
        answered = first.fetched
        page = read_page(answered.body or b"", answered.content_type, answered.url)
        tried: list[str] = []
        guesses = map(FeedLink, guess_addresses(answered.url))
        for candidate in list(chain(page.feeds, guesses))[:MOST_TRIES]:
            await asyncio.sleep(self._pause_s)
            tried.append(candidate.url)
            look = await self.look(unknown_feed(candidate.url, allow_private=allow_private))
            if look.parsed is not None:
                return Discovery(look, page, tuple(tried))
            if _turned_away(look):
                break
        return Discovery(first, page, tuple(tried))

    def judge(self, look: Look, ruleset: Ruleset, *, language: str = "en", explain: bool = False) -> tuple[Judged, ...]:
        """Say what each rule would say of each entry; `language` is that of entries that do not say theirs."""
        entries = look.parsed.entries if look.parsed is not None else ()
        return tuple(self._judge(look.spec.source, _spoken(each, language), ruleset, explain) for each in entries)

    async def read_article(self, look: Look, judged: Sequence[Judged]) -> ArticleLook | None:
        """Read the article of the newest entry that a rule flags, or of the newest; None when there is no entry."""
        newest = sorted(judged, key=lambda each: each.entry.published_at or self._now(), reverse=True)
        entry = next((each.entry for each in newest if each.matches), newest[0].entry if newest else None)
        if entry is None:
            return None
        try:
            return ArticleLook(entry, await self._read_article(look.spec, entry))
        except AdapterError as failure:
            return ArticleLook(entry, failure=failure)

    async def _read_article(self, spec: FeedSpec, entry: Entry) -> Joined:
        if self._articles is None:
            message = f"the extra 'articles' is not there: {ARTICLES_HINT}"
            raise ArticleFailure(ArticleReason.NOT_INSTALLED, message)
        return await self._articles.read(spec, build_item(spec.source, entry, self._now()))

    def _judge(self, source: Source, entry: Entry, ruleset: Ruleset, explain: bool) -> Judged:
        verdict = evaluate(ruleset, build_item(source, entry, self._now()), trace=explain)
        return Judged(entry, verdict.matches, verdict.traces)


def unknown_feed(url: str, *, allow_private: bool) -> FeedSpec:
    """Give a feed of which nothing is known but its address."""
    return FeedSpec(Source(FeedId("unknown"), "", UNSAID, "other"), url, 0.0, allow_private)


def _turned_away(look: Look) -> bool:
    """Tell whether the host is better left alone: it asks for that, or it cannot be reached."""
    failure = look.failure
    return isinstance(failure, FetchFailure) and (failure.status is None or failure.status in (429, 503))


def _spoken(entry: Entry, language: str) -> Entry:
    return replace(entry, language=language) if entry.language == UNSAID else entry
