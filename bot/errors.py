"""Errors of the application.

BotError
    WebPortBusy          another program listens on the local web port
    WebAddressUnusable   the local web address cannot be listened on
    ReplayInputInvalid   a file for `replay` cannot be read
    EditRefused          an edit of `vedette.yaml` cannot be made
    FeedUnknown          no feed has the id that was given
    ProbeImpossible      feeds cannot be asked from here
    OpmlInvalid          a file of subscriptions cannot be read
"""

from collections.abc import Sequence

from rules.problems import Problem


class BotError(Exception):
    """The application could not do what was asked."""


class WebPortBusy(BotError):
    """Another program listens on the local web port."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"{host}:{port} is taken by another program (perhaps another Vedette): "
            "give `web.port` another number in vedette.yaml, 0 to let the system choose, or null to turn it off"
        )
        self.host = host
        self.port = port


class WebAddressUnusable(BotError):
    """The local web address cannot be listened on."""

    def __init__(self, host: str, port: int, cause: OSError) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {cause.strerror or cause}; correct `web` in vedette.yaml")
        self.host = host
        self.port = port


class ReplayInputInvalid(BotError):
    """A file for `replay` cannot be read."""


class EditRefused(BotError):
    """An edit of `vedette.yaml` cannot be made; the file is as it was. `problems` are those that it would have had."""

    def __init__(self, reason: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__("\n".join((reason, *(f"  {problem}" for problem in problems))))
        self.reason = reason
        self.problems = tuple(problems)


class FeedUnknown(BotError):
    """No feed has the id that was given."""

    def __init__(self, feed: str, hint: str) -> None:
        super().__init__(f"there is no feed '{feed[:80]}': {hint}")
        self.feed = feed
        self.hint = hint


class ProbeImpossible(BotError):
    """Feeds cannot be asked from here."""


class OpmlInvalid(BotError):
    """A file of subscriptions cannot be read."""
