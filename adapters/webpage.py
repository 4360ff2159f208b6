"""What a web page says of itself: the feeds that it links to."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

_READ_BYTES = 1_000_000
_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_ASIDE = re.compile("comment|댓글|коментар|комментар", re.IGNORECASE)
"""What the feeds of readers' comments are called."""


@dataclass(frozen=True, slots=True)
class FeedLink:
    """An address at which a feed is or may be, and the name that a page gives it."""

    url: str
    title: str = ""


def open_page(body: bytes, content_type: str) -> LexborHTMLParser:
    """Read a page's beginning; what fits no charset is replaced."""
    found = _CHARSET.search(content_type.encode("utf-8", "replace")) or _CHARSET.search(body[:2048])
    try:
        text = body[:_READ_BYTES].decode(found[1].decode("ascii") if found else "utf-8", "replace")
    except (LookupError, ValueError):
        text = body[:_READ_BYTES].decode("utf-8", "replace")
    return LexborHTMLParser(text)


def find_feeds(page: LexborHTMLParser, url: str) -> tuple[FeedLink, ...]:
    """Give the feeds that a page found at `url` links to as its alternates, each once, those of comments last."""
    base = page.css_first("base[href]")
    start = (join(url, attribute(base, "href")) if base is not None else "") or url
    links = (_read_link(node, start) for node in page.css("link[href]") if _is_feed(node))
    found = {each.url: each for each in links if each is not None}
    return tuple(sorted(found.values(), key=_is_aside))


def attribute(node: LexborNode, name: str) -> str:
    """Give an attribute's value, empty when it has none."""
    return node.attributes.get(name) or ""


def join(base: str, link: str) -> str:
    """Give an absolute web address, empty when it is none."""
    try:
        joined = urljoin(base, link.strip())
        return joined if urlsplit(joined).scheme in ("http", "https") and urlsplit(joined).hostname else ""
    except ValueError:
        return ""


def _is_feed(node: LexborNode) -> bool:
    kind = attribute(node, "type").partition(";")[0].strip().lower()
    alternate = "alternate" in attribute(node, "rel").lower().split()
    if kind == "application/json":  # a feed's old type, and that of many things that are none
        return alternate and "feed" in attribute(node, "href").lower()
    return alternate and kind in _TYPES


def _read_link(node: LexborNode, base: str) -> FeedLink | None:
    url = join(base, attribute(node, "href"))
    return FeedLink(url, " ".join(attribute(node, "title").split())[:200]) if url else None


def _is_aside(link: FeedLink) -> bool:
    return bool(_ASIDE.search(f"{link.url} {link.title}"))
