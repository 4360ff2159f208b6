"""What a new feed's entry in `vedette.yaml` would be: from the feed, the catalogue, and what a person says."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Self
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import EditRefused
from bot.settings.crosscheck import address_key
from bot.settings.editing import NewFeed
from bot.settings.fields import FeedAddress
from bot.settings.schema import FeedSection
from bot.starter.catalogue import KnownFeed
from rules.documents.wording import word
from rules.neutral import visible

_LONGEST_NAME = 80
_LONGEST_STEM = 40
_BORDER = re.compile(r"\s+[-–—·:/]+\s+|\s*[|»«>]+\s*")
_GENERIC = frozenset(
    {
        *("rss", "rss feed", "rss 2.0", "atom", "feed", "feeds", "news feed", "news", "latest", "latest news"),
        *("all news", "all", "home", "homepage", "главное", "новости", "все новости", "новини", "усі новини"),
        *("전체기사", "뉴스", "최신기사"),
    }
)
"""Parts of feeds' titles that name no outlet."""
_SERVICES = re.compile(r"(?:www\d?|feeds?|rss|api|news|m|xml)\.")
_SECOND_LEVEL = frozenset(["ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "mil", "ne", "net", "or", "org", "re"])
_OFFICIAL = re.compile(r"\.(?:gov|mil|gouv|gob|go)(?:\.[a-z]{2})?$")
_ADDRESS: TypeAdapter[str] = TypeAdapter(FeedAddress)
_KEYS = tuple(FeedSection.model_fields)


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of a feed before anybody says anything; empty where it is not."""

    url: str
    title: str = ""
    language: str = ""
    site: str = ""
    """The page that it belongs to."""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The catalogue, to be asked by address and by host."""

    by_address: Mapping[str, KnownFeed]
    by_host: Mapping[str, KnownFeed]

    @classmethod
    def of(cls, feeds: Iterable[KnownFeed]) -> Self:
        """Sort a catalogue; of several feeds of one host the first stands for them."""
        listed = tuple(feeds)
        hosts = {_host(feed.url): feed for feed in reversed(listed)}
        return cls({address_key(feed.url): feed for feed in listed}, hosts)

    def find(self, url: str) -> KnownFeed | None:
        """Give the feed of an address, if it is known."""
        return self.by_address.get(address_key(url))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A feed's entry as proposed, and what is assumed in it."""

    feed: NewFeed
    assumed: tuple[str, ...] = field(default=())

    @property
    def id(self) -> str:
        """Give its id."""
        return str(self.feed.fields["id"])


def propose(clues: Clues, given: Mapping[str, object], shelf: Shelf, taken: Collection[str]) -> Proposal:
    """Propose an entry whose id is not among `taken`; `given` goes before all else.

    Raises EditRefused when a value would not be accepted.
    """
    known = shelf.find(clues.url)
    assumed: list[str] = []
    fields = _from_catalogue(known) if known is not None else _guess(clues, shelf, assumed)
    fields |= given
    if not fields.get("language"):
        fields["language"] = "en"
        assumed.append("the feed does not say its language: en is assumed")
    if not given.get("id"):
        wanted = known.id if known is not None else _stem(clues)
        fields["id"] = _free_id(wanted, str(fields["language"]), taken)
    written = {key: fields[key] for key in _KEYS if key in fields and _is_said(key, fields[key])}
    check_fields(written)
    remark = known.note if known is not None else ""
    return Proposal(NewFeed(written, remark), tuple(assumed))


def check_address(url: str) -> None:
    """Check a feed's address. Raises EditRefused."""
    try:
        _ADDRESS.validate_python(url)
    except ValidationError as error:
        message, hint = word(error.errors(include_url=False)[0], ())
        raise EditRefused(f"{visible(url)[:100]}: {message}" + f" ({hint})" * bool(hint)) from error


def check_fields(fields: Mapping[str, object]) -> None:
    """Check a feed's values. Raises EditRefused, naming each that would not be accepted."""
    try:
        FeedSection.model_validate(dict(fields))
    except ValidationError as error:
        raise EditRefused("; ".join(map(_in_words, error.errors(include_url=False)))) from error


def _in_words(detail: ErrorDetails) -> str:
    message, hint = word(detail, _KEYS)
    return f"{detail['loc'][0]}: {message}" + f" ({hint})" * bool(hint)


def known_entry(feed: KnownFeed) -> NewFeed:
    """Give a catalogue's feed as an entry."""
    fields = {key: value for key, value in _from_catalogue(feed).items() if _is_said(key, value)}
    return NewFeed(fields, feed.note)


def _from_catalogue(feed: KnownFeed) -> dict[str, object]:
    return feed.model_dump(exclude={"name", "status", "note"})


def _is_said(key: str, value: object) -> bool:
    """Tell whether a value is worth writing: it is not the default."""
    return value != FeedSection.model_fields[key].default and value not in ("", None)


def _guess(clues: Clues, shelf: Shelf, assumed: list[str]) -> dict[str, object]:
    """Guess from the title and from other feeds of the same host."""
    host = _host(clues.url)
    sibling = shelf.by_host.get(host)
    fields: dict[str, object] = {"url": clues.url, "language": clues.language, "publisher": _outlet(clues, host)}
    if sibling is not None:
        fields |= sibling.model_dump(include={"publisher", "kind", "country", "state_affiliated"})
        fields["language"] = clues.language or sibling.language
        assumed.append(f"publisher, kind and country are those of '{sibling.id}' on the same host")
    elif _OFFICIAL.search(host):
        fields |= {"kind": "official", "state_affiliated": True}
        assumed.append(f"{host} is a state's: kind official, state-affiliated")
    if clues.kind:
        fields["kind"] = clues.kind
    return fields


def _outlet(clues: Clues, host: str) -> str:
    """Give the part of a feed's title that names the outlet, or the host."""
    parts = (" ".join(visible(part).split()) for part in _BORDER.split(clues.title))
    named = (part for part in parts if part and part.casefold() not in _GENERIC)
    return next(named, host or "unknown")[:_LONGEST_NAME].strip()


def _stem(clues: Clues) -> str:
    """Give the name of a host that people would say: `bbc` of feeds.bbc.co.uk."""
    host = _SERVICES.sub("", _host(clues.site) or _host(clues.url), count=1)
    labels = host.split(".")
    if labels[-1:] and not labels[-1].isdigit() and len(labels) > 1:
        labels.pop()
        if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
            labels.pop()
        labels = labels[-1:]
    stem = re.sub(r"[^a-z0-9]+", "-", "-".join(labels)).strip("-")
    return stem[:_LONGEST_STEM].strip("-") or "feed"


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _free_id(wanted: str, language: str, taken: Collection[str]) -> str:
    names = (wanted, f"{wanted}-{language}")
    numbered = (f"{wanted}-{number}" for number in count(2))
    return next((name for name in names if name not in taken), None) or next(n for n in numbered if n not in taken)
