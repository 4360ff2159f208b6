"""Where the feeds of a web page are: what the page says itself, and where they commonly are."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters.webpage import FeedLink, attribute, find_feeds, open_page
from bot.settings.codes import LANGUAGES

MOST_LINKS = 20
"""Feeds of a page that are listed."""
MOST_GUESSES = 10
COMMON_PATHS = ("feed", "rss", "rss.xml", "atom.xml", "feed.xml", "index.xml", "feed.json")


@dataclass(frozen=True, slots=True)
class Page:
    """What a web page says of itself: its feeds, those of comments last, and its language or an empty text."""

    feeds: tuple[FeedLink, ...]
    language: str


def read_page(body: bytes, content_type: str, url: str) -> Page:
    """Read the `<link rel="alternate">` elements of a page that was found at `url`."""
    html = open_page(body, content_type)
    feeds = find_feeds(html, url)[:MOST_LINKS]
    return Page(feeds, short_language(attribute(html.root, "lang")) if html.root is not None else "")


def guess_addresses(url: str) -> tuple[str, ...]:
    """Give the addresses on the page's host at which feeds commonly are, below the page itself first."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}/"
    below = f"{origin.rstrip('/')}{parts.path.rpartition('/')[0] if '.' in parts.path else parts.path.rstrip('/')}/"
    guesses = [f"{below}{path}" for path in COMMON_PATHS[:3]] + [f"{origin}{path}" for path in COMMON_PATHS]
    return tuple(dict.fromkeys(guess for guess in guesses if guess != url))[:MOST_GUESSES]


def short_language(code: str) -> str:
    """Give the two letters of a language such as `en-US`, empty when it is none that we know."""
    short = re.split(r"[-_]", code.strip().lower())[0]
    return short if short in LANGUAGES else ""
