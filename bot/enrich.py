"""new and flagged | young | the newest | their articles, within a budget: what a feed leaves out of its entries.

Nothing here may cost an alert: whatever fails or takes too long leaves the entry as the feed has it.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog

from adapters.errors import AdapterError
from bot.articles import ArticleReader
from bot.decision import Decision, is_news
from bot.drafts import Draft, add_article
from bot.metrics import Metrics
from rules.articles import Joined
from rules.model import Item
from state import FeedRow, FeedSpec

log = structlog.get_logger(__name__)

Articles = dict[tuple[str | None, str], Joined]
"""By what they are of: an entry's link and the hash of what it says, whatever id it comes to have."""


class Enricher:
    """Gives drafts the articles of those that are new or edited, flagged and young.

    `budget_s` is the time for all articles of one poll together, `pages` how many of them are read, the newest.
    """

    def __init__(self, reader: ArticleReader, metrics: Metrics, budget_s: float, pages: int) -> None:
        self._reader = reader
        self._metrics = metrics
        self._budget_s = budget_s
        self._pages = pages

    async def enrich(self, row: FeedRow, drafts: Sequence[Draft], decision: Decision) -> Sequence[Draft]:
        """Give the drafts with what could be read of the articles that the decision calls for. Never raises."""
        flagged = (record.item for record in decision.items if record.matches)
        told = (item for item in flagged if item.link and is_news(item, row.last_polled_at))
        wanted = sorted(told, key=_published_at, reverse=True)
        if not wanted:
            return drafts
        for left in wanted[self._pages :]:
            self._tell(
                row.spec, left, "too_many", f"only the {self._pages} newest of a poll are read (`article_pages`)"
            )
        articles = await self._read_all(row.spec, wanted[: self._pages])
        return await asyncio.to_thread(_add_articles, drafts, articles)

    async def _read_all(self, spec: FeedSpec, items: Iterable[Item]) -> Articles:
        """Read articles side by side for as long as the budget lasts; what came by then counts."""
        articles: Articles = {}
        waiting = {_key(each): each for each in items}

        async def read(item: Item) -> None:
            joined = await self._read(spec, item)
            del waiting[_key(item)]
            if joined is not None:
                articles[_key(item)] = joined

        try:
            async with asyncio.timeout(self._budget_s), asyncio.TaskGroup() as group:
                for each in tuple(waiting.values()):
                    group.create_task(read(each))
        except TimeoutError:
            for each in waiting.values():
                self._tell(spec, each, "no_time", f"not read within {self._budget_s:g} s (`article_budget`)")
        return articles

    async def _read(self, spec: FeedSpec, item: Item) -> Joined | None:
        try:
            joined = await self._reader.read(spec, item)
        except AdapterError as failure:
            self._tell(spec, item, str(getattr(failure, "reason", "failed")), str(failure))
            return None
        self._metrics.article_read("ok")
        log.info("article read", feed=spec.source.feed, link=item.link, characters=len(joined.text) - joined.article_at)
        return joined

    def _tell(self, spec: FeedSpec, item: Item, outcome: str, why: str) -> None:
        """Say why an item goes on without its article."""
        self._metrics.article_read(outcome)
        log.warning("article not read", feed=spec.source.feed, link=item.link, outcome=outcome, why=why)


def _key(item: Item) -> tuple[str | None, str]:
    return item.link, item.content_hash


def _published_at(item: Item) -> datetime:
    return item.published_at or item.seen_at


def _add_articles(drafts: Iterable[Draft], articles: Articles) -> tuple[Draft, ...]:
    found = ((each, articles.get(_key(each.item))) for each in drafts)
    return tuple(add_article(each, joined) if joined is not None else each for each, joined in found)
