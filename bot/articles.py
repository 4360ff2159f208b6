"""The article behind one item: its page is fetched, read, doubted, and put behind what the feed says."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from pydantic import SecretStr

from adapters.errors import ArticleFailure, ArticleReason
from adapters.ports import Extractor, Fetched, FetchRequest
from bot.request import build_article_request
from bot.settings.model import Polling
from rules.articles import Joined, is_about, is_front_page, is_long_enough, join_article
from rules.model import Item
from state import FeedSpec

Ask = Callable[[FetchRequest], Awaitable[Fetched]]
"""Asks a host when its turn has come. Raises FetchFailure."""


class ArticleReader:
    """Reads the articles of items."""

    def __init__(self, ask: Ask, extractor: Extractor, polling: Polling, secrets: Mapping[str, SecretStr]) -> None:
        self._ask = ask
        self._extractor = extractor
        self._polling = polling
        self._secrets = secrets

    async def read(self, spec: FeedSpec, item: Item) -> Joined:
        """Give an item's text with that of its article. Raises FetchFailure or ArticleFailure, never another error."""
        if not item.link:
            raise ArticleFailure(ArticleReason.NOT_A_PAGE, "the entry names no page")
        page = await self._ask(build_article_request(spec, item.link, self._polling, self._secrets))
        if is_front_page(item.link, page.url):
            raise ArticleFailure(ArticleReason.FRONT_PAGE, f"it leads to the front page {page.url[:200]}")
        article = await self._extractor.extract(page)
        # A page can be made so that comparing takes a second: on a thread, so that the event loop goes on answering.
        return await asyncio.to_thread(_join, item, article)


def _join(item: Item, article: str) -> Joined:
    """Put an article behind what the feed says, if it is the item's own. Raises ArticleFailure."""
    if not is_long_enough(article):
        message = f"{len(article)} characters are no article; it may want a login or consent"
        raise ArticleFailure(ArticleReason.TOO_SHORT, message)
    if not is_about(item.title, item.text, article):
        message = "the page says something else than the entry; it may be a wall or another page"
        raise ArticleFailure(ArticleReason.UNRELATED, message)
    joined = join_article(item.title, item.text, article)
    if joined is None:
        raise ArticleFailure(ArticleReason.NOTHING_MORE, "the article says no more than the entry")
    return joined
