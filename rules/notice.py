"""What the bot tells its operators of itself, as opposed to what it tells desks of the news."""

from dataclasses import dataclass
from datetime import datetime

from rules.model import Severity
from rules.summary import Summary


@dataclass(frozen=True, slots=True)
class Notice:
    """A message about the watch itself: a feed that broke, one that is back, a rule that was set aside."""

    title: str
    lines: tuple[str, ...]
    """What is wrong and what to do, one thing a line."""
    severity: Severity
    at: datetime
    """Aware, UTC."""


Content = Summary | Notice
"""What a publisher posts."""


def headline_text(content: Content) -> str:
    """Give what a content is headed by, without its styling."""
    return content.title if isinstance(content, Notice) else "".join(span.text for span in content.headline)
