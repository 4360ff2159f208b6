"""The edit that a feed's own answers ask for: the address that it has moved to, or to be asked no more. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters.errors import FetchReason
from bot.errors import EditRefused
from bot.feedbook.proposal import check_address
from bot.feedbook.standing import BookEntry, FeedReport
from bot.settings.crosscheck import address_key, is_private
from bot.settings.editing import move_feed, switch_feed
from rules.model import FeedId
from state import FeedRow, FeedSpec, TroubleKind


@dataclass(frozen=True, slots=True)
class ProposedEdit:
    """One key of a feed's entry that should say something else."""

    feed: FeedId
    key: str
    """`url` or `enabled`."""
    before: str
    after: str
    reason: str
    doubt: str = ""
    """What to know before it is made."""

    def edit(self, path: str, text: str) -> str:
        """Make the edit in the text of a file. Raises EditRefused."""
        if self.key == "url":
            return move_feed(path, text, self.feed, url=self.after)
        return switch_feed(path, text, self.feed, enabled=False)


def propose_edit(report: FeedReport) -> ProposedEdit | None:
    """Give the edit that a feed's answers ask for; None without one, or when the file has it already."""
    row, spec = report.row, report.entry.spec
    if row is None or not report.entry.enabled or address_key(row.spec.url) != address_key(spec.url):
        return None
    if row.reason == FetchReason.GONE or TroubleKind.GONE in row.troubles:
        reason = "the publisher says that it will not come back (HTTP 410)"
        doubt = f"`vedette feeds remove {report.id}` takes it out altogether"
        return ProposedEdit(report.id, "enabled", "true", "false", reason, doubt)
    if row.moved_to is None:
        return None
    reason = "it has moved for good (HTTP 301 or 308)"
    return ProposedEdit(report.id, "url", spec.url, row.moved_to, reason, _doubt_move(spec, row.moved_to))


def require_edit(report: FeedReport, book: Iterable[BookEntry]) -> ProposedEdit:
    """Give the edit that a feed's answers ask for, when it can be made. Raises EditRefused with what to do."""
    proposed = propose_edit(report)
    if proposed is None:
        raise EditRefused(_explain_absence(report))
    if proposed.key == "url":
        check_address(proposed.after)
        _refuse_move(proposed, report.entry, book)
    return proposed


def _doubt_move(spec: FeedSpec, url: str) -> str:
    if not (spec.access.user or spec.access.headers) or _origin(url) == _origin(spec.url):
        return ""
    return f"its headers and its login go to {_origin(url)} from then on: see first whether that is still its publisher"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _refuse_move(proposed: ProposedEdit, entry: BookEntry, book: Iterable[BookEntry]) -> None:
    key = address_key(proposed.after)
    same = next((each for each in book if each.id != entry.id and address_key(each.spec.url) == key), None)
    if same is not None:
        raise EditRefused(
            f"{proposed.after} is watched already as '{same.id}' ({same.place}):"
            f" `vedette feeds remove {entry.id}` takes out the feed that has moved there"
        )
    if is_private(proposed.after) and not entry.spec.allow_private:
        raise EditRefused(
            f"{proposed.after} is inside a private network and would not be asked:"
            f" ask the publisher, or write `allow_private: true` at {entry.place} if you trust it"
        )


def _explain_absence(report: FeedReport) -> str:
    row, entry = report.row, report.entry
    if not entry.enabled:
        return f"'{report.id}' is paused, so nothing is proposed for it"
    if row is None:
        return f"nothing is known of '{report.id}' yet: start the bot and let it be polled"
    if address_key(row.spec.url) != address_key(entry.spec.url):
        return _explain_other_address(report.id, row, entry)
    return f"nothing is proposed for '{report.id}': it has neither moved nor gone"


def _explain_other_address(feed: FeedId, row: FeedRow, entry: BookEntry) -> str:
    if row.moved_to is not None and address_key(row.moved_to) == address_key(entry.spec.url):
        return f"'{feed}' has its new address already ({entry.place}): a running bot takes it at its next start"
    return f"the address of '{feed}' was changed ({entry.place}) and is not polled yet: start the bot anew first"
