"""A feed desk over a folder and a server on loopback, for tests."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from adapters.feeds import HttpFetcher, parse_document
from adapters.ports import Fetched, ParsedFeed, Seen
from bot.feedbook.desk import FeedDesk
from bot.feedbook.probing import Prober
from bot.settings.model import Polling
from rules.model import Source
from tests.bot.settings.folders import write_folder
from tests.feeds_server import Document, FeedsServer
from tests.rss import Piece, write_rss

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
RSS = write_rss(
    [
        Piece("1", "Two were killed near Kursk", "Officials said so.", datetime(2026, 1, 5, 11, tzinfo=UTC)),
        Piece("2", "Rain", "It rains.", None),
    ],
    title="Example News - World",
)


class HereParser:
    """The shipped parser without a process of its own."""

    async def parse(self, fetched: Fetched, source: Source, now: datetime, seen: Seen | None = None) -> ParsedFeed:
        """Read a body on this thread."""
        return parse_document(fetched.body or b"", fetched.content_type, fetched.url, source, now)

    async def close(self) -> None:
        """Release nothing."""


def build_prober(fetcher: HttpFetcher) -> Prober:
    """Make a prober that never waits."""
    return Prober(fetcher, HereParser(), Polling(), {}, lambda: NOW, pause_s=0.0)


def build_desk(folder: Path | None, fetcher: HttpFetcher) -> FeedDesk:
    """Make a desk."""
    return FeedDesk(folder, {}, build_prober(fetcher))


def write_book(folder: Path, server: FeedsServer, ids: Iterable[str] = ("wire",)) -> Path:
    """Write a folder that watches documents of the server."""
    lines = [
        f'  - {{id: {each}, url: "{server.url(each)}", publisher: The {each}, language: en, allow_private: true}}'
        for each in ids
    ]
    return write_folder(folder, "feeds:\n" + "\n".join(lines) + "\nsubscriptions:\n  - {id: d, channel: 'console:d'}\n")


def put_page(server: FeedsServer, name: str, *links: tuple[str, str], language: str = "uk-UA") -> None:
    """Let a name answer with a web page that names feeds, each as address and title."""
    named = "".join(f'<link rel="alternate" type="application/rss+xml" href="{u}" title="{t}">' for u, t in links)
    html = f'<!doctype html><html lang="{language}"><head>{named}</head><body>News</body></html>'
    server.put(name, document=Document(html.encode(), "text/html; charset=utf-8"))
