"""What the application asks of the outside world: fetch, parse, publish. Protocols and the values they pass."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol

from rules.model import Entry, Source
from rules.notice import Content
from rules.recognition import Sign

MessageId = NewType("MessageId", str)


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One conditional GET; sizes in bytes, times in seconds."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    allow_private: bool = False
    """Whether addresses that are not public (loopback, private, link-local ...) may be asked."""
    timeout_s: float = 20.0
    """For everything together, redirects included."""
    max_bytes: int = 8 * 1024 * 1024
    connect_timeout_s: float = 10.0
    """For one connection: name, TCP, proxy and TLS."""
    read_timeout_s: float = 10.0
    """For the wait between two pieces of an answer."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Sent to the feed's own host, and to no other host that it redirects to."""
    login: tuple[str, str] | None = field(default=None, repr=False)
    """User name and password for basic authentication, sent like `headers`."""
    proxy: str | None = field(default=None, repr=False)
    """The address of an HTTP proxy, which may hold its login; None asks directly."""
    keep_open: bool = False
    """Whether another request to the host is about to come, so that the connection is worth keeping for a moment."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A successful answer: `body` is None for 304 Not Modified."""

    url: str
    """The address that answered, after redirects."""
    status: int
    body: bytes | None
    etag: str | None
    last_modified: str | None
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)
    """Lower-case names."""
    elapsed_s: float = 0.0
    moved_to: str | None = None
    """Where the feed has moved for good, by permanent redirects alone; to be believed once the body has parsed."""


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """What a server said to a form that was sent, whether it took it or not."""

    url: str
    """The address that answered, after redirects."""
    status: int
    text: str
    """The beginning of the answer's body."""
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a parser has to know of a document to tell what is new in the next one; only parsers look inside."""

    title: str
    body: bytes
    count: int = 0
    frame: bytes = b""
    slices: bytes = b""
    hints: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document's entries in document order; `skipped` says why entries were left out."""

    title: str
    entries: tuple[Entry, ...]
    skipped: tuple[str, ...] = ()
    elapsed_s: float = 0.0
    seen: Seen | None = None
    """To be handed to the parser with the feed's next document, once these entries are committed."""
    unchanged: bool = False
    """Nothing is new since the document that was seen."""
    skipped_slices: int = 0
    """How many entries are not given again, because they were seen."""
    hints: dict[str, str] = field(default_factory=dict)
    """What the document says of when to come again: `ttl`, `sy_updateperiod`, `sy_updatefrequency`,
    `skiphours`, `skipdays`, as far as stated; those two with all their values. And of who pushes it: `hub`, `self`,
    each with addresses parted by spaces, as written."""
    shortened: tuple[str, ...] = ()
    """Says what was cut because it is too long."""
    repeats: tuple[Sign, ...] = ()
    """What several entries of the document have in common that should tell them apart."""


class Fetcher(Protocol):
    """Gets one address."""

    async def fetch(self, request: FetchRequest) -> Fetched:
        """Get an answer within the limits. Called by the poller. Raises FetchFailure, never another error."""

    async def close(self) -> None:
        """Release connections and processes. Called once at shut-down."""


class Poster(Protocol):
    """Sends a form to one address."""

    async def post(self, request: FetchRequest, form: Mapping[str, str]) -> FormAnswer:
        """Send a form as the request says, within its limits. Called when hubs are asked. Raises FetchFailure.

        An answer of any status is an answer; redirects that keep the method (307, 308) are followed.
        """


class Parser(Protocol):
    """Reads a feed document, off the event loop."""

    async def parse(self, fetched: Fetched, source: Source, now: datetime, seen: Seen | None = None) -> ParsedFeed:
        """Read a body that was fetched. Called by the poller. Raises ParseFailure, never another error.

        `seen` comes from the feed's last committed document; entries that are the same in this one may be left out.
        """

    async def close(self) -> None:
        """Release connections and processes. Called once at shut-down."""


class Extractor(Protocol):
    """Finds the article in a web page, off the event loop."""

    async def extract(self, page: Fetched) -> str:
        """Give the article's text, a paragraph a line. Called for flagged items. Raises ArticleFailure."""

    async def close(self) -> None:
        """Release connections and processes. Called once at shut-down."""


class Reason(StrEnum):
    """Why a post failed."""

    RATE_LIMITED = "rate_limited"
    UNREACHABLE = "unreachable"
    SERVER_ERROR = "server_error"
    LOST_ANSWER = "lost_answer"
    """The request may have had its effect: look the post up before trying again."""
    UNKNOWN_CHANNEL = "unknown_channel"
    NO_PERMISSION = "no_permission"
    NOT_AUTHENTICATED = "not_authenticated"
    REJECTED = "rejected"
    """The platform refuses this very message."""
    NO_PUBLISHER = "no_publisher"
    """No publisher is configured for the channel's platform."""

    @property
    def retryable(self) -> bool:
        """Tell whether a later try may succeed without anybody changing anything."""
        return self in _RETRYABLE

    @property
    def ambiguous(self) -> bool:
        """Tell whether the message may be on the platform all the same."""
        return self is Reason.LOST_ANSWER


_RETRYABLE = frozenset({Reason.RATE_LIMITED, Reason.UNREACHABLE, Reason.SERVER_ERROR, Reason.LOST_ANSWER})


class Publisher(Protocol):
    """Posts to the channels of one platform. Channels are addressed without the platform's prefix."""

    platform: str

    async def post(self, channel: str, content: Content, delivery: str, now: datetime) -> MessageId:
        """Post a new message that carries the delivery id. Called by the dispatcher. Raises SendFailure."""

    async def reply(self, channel: str, parent: MessageId, content: Content, delivery: str, now: datetime) -> MessageId:
        """Post in the thread of `parent`. Called by the dispatcher for updates. Raises SendFailure."""

    async def edit(self, channel: str, message: MessageId, content: Content, now: datetime) -> None:
        """Replace a message's content. Raises SendFailure."""

    async def find(self, channel: str, delivery: str) -> MessageId | None:
        """Look an own post up by its delivery id. Called before an ambiguous delivery is tried again.

        Raises SendFailure when the platform cannot be asked.
        """

    async def close(self) -> None:
        """Release connections and processes. Called once at shut-down."""
