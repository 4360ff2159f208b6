"""Which hub a feed names, and as what the hub knows the feed (W3C WebSub, 4). Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from adapters.ports import Fetched

MOST_HUBS = 5
"""So many hubs of one feed are looked at."""

_LONGEST_HEADER = 8192
_LONGEST_ADDRESS = 2048
_LINK = re.compile(r'<([^<>]*+)>((?:[^,<"]|"(?:[^"\\]|\\.)*+"?+)*+)')
"""One link of a header and its parameters (RFC 8288, 3); an address may hold commas, and a quoted text too."""
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Offer:
    """A feed can be pushed by any of these hubs, under its address `topic`."""

    hubs: tuple[str, ...]
    topic: str


def read_offer(fetched: Fetched, hints: Mapping[str, str], feed_url: str) -> Offer | None:
    """Read what an answer offers: its Link headers go before its document's own links; None without a hub.

    `hints` are the parser's. A feed that does not say its own address is known by the one that is polled.
    """
    header = fetched.headers.get("link", "")[:_LONGEST_HEADER]
    hubs = list(_read(_linked(header, "hub"), fetched.url)) or list(_read(hints.get("hub", "").split(), fetched.url))
    if not hubs:
        return None
    own = [*_read(_linked(header, "self"), fetched.url), *_read(hints.get("self", "").split(), fetched.url)]
    return Offer(tuple(dict.fromkeys(hubs))[:MOST_HUBS], next(iter(own), feed_url))


def _linked(header: str, relation: str) -> Iterator[str]:
    """Give the targets of a header's links that have a relation; of several `rel` the first counts (RFC 8288, 3.3)."""
    for link in _LINK.finditer(header):
        rel = _REL.search(link[2])
        if rel is not None and relation in (rel[1] or rel[2] or "").lower().split():
            yield link[1]


def _read(links: Iterator[str] | list[str], start: str) -> Iterator[str]:
    """Give the links that are web addresses, made absolute."""
    for link in links:
        try:
            address = urljoin(start, link.strip())
            parts = urlsplit(address)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
        except ValueError:
            continue
        if usable and len(address) <= _LONGEST_ADDRESS and address.isprintable() and " " not in address:
            yield address
