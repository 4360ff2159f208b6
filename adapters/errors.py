"""Errors of the outside world.

AdapterError
    FetchFailure    an address did not give a usable answer
    ParseFailure    a body is not a feed, or could not be parsed within its limits
    ArticleFailure  a page did not give the text of an item's article
    SendFailure     a platform did not take a message
"""

from enum import StrEnum

from adapters.ports import Reason


class FetchReason(StrEnum):
    """Why an address gave no usable answer."""

    DNS = "dns"
    REFUSED = "refused"
    TLS = "tls"
    TIMEOUT = "timeout"
    STATUS = "http_status"
    ROBOT_CHECK = "robot_check"
    """A guard in front of the publisher wants proof of a person (a challenge, a captcha)."""
    GONE = "gone"
    """The publisher says that the feed will not come back (HTTP 410)."""
    TOO_LARGE = "too_large"
    PRIVATE_ADDRESS = "private_address"
    BAD_ADDRESS = "bad_address"
    REDIRECTS = "too_many_redirects"
    PROTOCOL = "protocol"
    PROXY = "proxy"
    """The proxy cannot be reached, or refuses."""
    NOT_CONFIGURED = "not_configured"
    """A secret that the feed needs is not in the environment, so it was not asked."""


class ParseReason(StrEnum):
    """Why a body gave no entries."""

    EMPTY = "empty"
    HTML = "html_instead_of_feed"
    LOGIN = "login_page"
    CONSENT = "consent_page"
    ROBOT_CHECK = "robot_check"
    """As of the reasons of fetching, where it comes with a status of success."""
    FORWARDING = "forwarding_page"
    """A page whose readers are sent elsewhere by its markup (meta refresh)."""
    NOT_A_FEED = "not_a_feed"
    TOO_SLOW = "too_slow"
    CRASHED = "parser_crashed"


class ArticleReason(StrEnum):
    """Why a page that answered gave no article."""

    NOT_INSTALLED = "not_installed"
    NOT_A_PAGE = "not_a_page"
    NO_TEXT = "no_text"
    TOO_SLOW = "too_slow"
    CRASHED = "reader_crashed"
    FRONT_PAGE = "front_page"
    TOO_SHORT = "too_short"
    UNRELATED = "unrelated"
    NOTHING_MORE = "nothing_more"
    """The feed has told all of it."""


class AdapterError(Exception):
    """The outside world did not do what was asked."""


class FetchFailure(AdapterError):
    """An address gave no usable answer."""

    def __init__(
        self,
        reason: FetchReason,
        message: str,
        *,
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.status = status
        self.retry_after_s = retry_after_s


class ParseFailure(AdapterError):
    """A body could not be read as a feed."""

    def __init__(self, reason: ParseReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class ArticleFailure(AdapterError):
    """A page did not give the text of an item's article."""

    def __init__(self, reason: ArticleReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class SendFailure(AdapterError):
    """A platform did not take a message; `retry_after_s` is the platform's own wish."""

    def __init__(self, reason: Reason, message: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(message or reason.value)
        self.reason = reason
        self.retry_after_s = retry_after_s
