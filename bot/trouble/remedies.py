"""What to do about each kind of failure and trouble, for `feeds show`; docs/feeds.md has the same at length."""

from collections.abc import Mapping
from types import MappingProxyType

from adapters.errors import FetchReason, ParseReason
from rules.model import FeedId
from state import TroubleKind

_OF_REASONS: Mapping[str, str] = MappingProxyType(
    {
        FetchReason.DNS: "see whether the host's name is right, and whether names resolve on this machine",
        FetchReason.REFUSED: "wait; when it lasts, see whether the publisher's site is up",
        FetchReason.TLS: "see the certificate in a browser and tell the publisher; see whether our clock is right",
        FetchReason.TIMEOUT: "wait; when it lasts, raise polling.timeout or polling.read_timeout",
        FetchReason.STATUS: "401, 403: see whether it wants a login or a key (auth, headers); 404: look for its new"
        " address with `vedette feeds add SITE --dry-run`; 429: give it a longer interval; 5xx: wait",
        FetchReason.ROBOT_CHECK: "name yourself in polling.user_agent and ask the publisher to let you in",
        FetchReason.GONE: "`vedette feeds accept ID` switches it off, `vedette feeds remove ID` takes it out",
        FetchReason.TOO_LARGE: "raise polling.max_size if it is a feed, or look for a smaller one",
        FetchReason.PRIVATE_ADDRESS: "write `allow_private: true` if it is inside your network and you trust it",
        FetchReason.BAD_ADDRESS: "correct its `url`",
        FetchReason.REDIRECTS: "open it in a browser and write the address where it ends",
        FetchReason.PROTOCOL: "wait; when it lasts, the publisher's server is broken: tell them",
        FetchReason.PROXY: "see whether the proxy of polling.proxy, or of the feed, runs and lets you through",
        FetchReason.NOT_CONFIGURED: "set the variable that is named, in the environment or in .env, and start anew",
        ParseReason.EMPTY: "wait; when it lasts, tell the publisher",
        ParseReason.HTML: "`vedette feeds add SITE --dry-run` looks for the feed of a page; write its address",
        ParseReason.LOGIN: "give the feed a login or a key (auth, headers)",
        ParseReason.CONSENT: "look for another address of the feed; Vedette consents to nothing",
        ParseReason.FORWARDING: "write the address that the page sends its readers to",
        ParseReason.NOT_A_FEED: "see in a browser what the address gives, and write that of a feed",
        ParseReason.TOO_SLOW: "raise polling.parse_timeout if it is a feed, or look for a smaller one",
        ParseReason.CRASHED: "keep the document and report it; other feeds go on",
    }
)
"""By reason; the robot check of a page with a status of success is that of fetching."""

_OF_TROUBLES: Mapping[TroubleKind, str] = MappingProxyType(
    {
        TroubleKind.FAILING: "see the reason of the last failure",
        TroubleKind.GONE: "`vedette feeds accept ID` switches it off, `vedette feeds remove ID` takes it out",
        TroubleKind.MOVED: "`vedette feeds accept ID` writes the new address",
        TroubleKind.SILENT: "see in a browser whether the publisher has moved its feed or given it up",
        TroubleKind.EMPTIED: "see in a browser whether the publisher has moved its feed or given it up",
        TroubleKind.LOST: "give the feed a shorter interval",
        TroubleKind.REISSUED: "nothing: what is known again is not told again",
        TroubleKind.CLOCK: "when many feeds say so, set this machine's clock; else tell the publisher",
    }
)


def remedy_failure(reason: str, feed: FeedId) -> str:
    """Say what to do about a feed's failure; empty for a kind that is not known."""
    return _OF_REASONS.get(reason, "").replace("ID", feed)


def remedy_trouble(kind: TroubleKind, feed: FeedId) -> str:
    """Say what to do about a feed's trouble."""
    return _OF_TROUBLES[kind].replace("ID", feed)
