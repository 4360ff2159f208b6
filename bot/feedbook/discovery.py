"""Where the feeds of a web page are: what the page says itself, and where they commonly are."""

import re
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.settings.codes import LANGUAGES

MOST_LINKS = 20
"""Feeds of a page that are listed."""
MOST_GUESSES = 10
COMMON_PATHS = ("feed", "rss", "rss.xml", "atom.xml", "feed.xml", "index.xml", "feed.json")
_READ_CHARACTERS = 1_000_000
_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_ASIDE = re.compile("comment|댓글|коментар|комментар", re.IGNORECASE)
"""What the feeds of readers' comments are called."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address at which a feed may be, and the name that the page gives it."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What a web page says of itself: its feeds, those of comments last, and its language or an empty text."""

    feeds: tuple[Candidate, ...]
    language: str


def read_page(body: bytes, content_type: str, url: str) -> Page:
    """Read the `<link rel="alternate">` elements of a page that was found at `url`."""
    html = LexborHTMLParser(_decode(body[:_READ_CHARACTERS], content_type))
    base = html.css_first("base[href]")
    start = _join(url, _attribute(base, "href")) if base is not None else url
    links = (_candidate(node, start or url) for node in html.css("link[href]") if _is_feed(node))
    found = {each.url: each for each in links if each is not None}
    feeds = sorted(islice(found.values(), MOST_LINKS), key=_is_aside)
    return Page(tuple(feeds), short_language(_attribute(html.root, "lang")) if html.root is not None else "")


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


def _decode(body: bytes, content_type: str) -> str:
    found = _CHARSET.search(content_type.encode("utf-8", "replace")) or _CHARSET.search(body[:2048])
    try:
        return body.decode(found[1].decode("ascii") if found else "utf-8", "replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace")


def _is_feed(node: LexborNode) -> bool:
    kind = _attribute(node, "type").partition(";")[0].strip().lower()
    if kind == "application/json":  # a feed's old type, and that of many things that are none
        return "feed" in _attribute(node, "href").lower() and "alternate" in _attribute(node, "rel").lower().split()
    return kind in _TYPES and "alternate" in _attribute(node, "rel").lower().split()


def _candidate(node: LexborNode, base: str) -> Candidate | None:
    url = _join(base, _attribute(node, "href"))
    return Candidate(url, " ".join(_attribute(node, "title").split())[:200]) if url else None


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _join(base: str, link: str) -> str:
    """Give an absolute web address, empty when it is none."""
    try:
        joined = urljoin(base, link.strip())
        return joined if urlsplit(joined).scheme in ("http", "https") and urlsplit(joined).hostname else ""
    except ValueError:
        return ""


def _is_aside(candidate: Candidate) -> bool:
    return bool(_ASIDE.search(f"{candidate.url} {candidate.title}"))
