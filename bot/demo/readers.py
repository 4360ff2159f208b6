"""What the readers of the sample wire have taken in, as their conditional requests tell.

A reader stores a feed's validators together with its items, so a request that carries the newest validator proves
that the items are stored.
"""

from collections.abc import Mapping
from datetime import datetime

from bot.demo.wire import Wire


class Readers:
    """Who has read up to where; one reader in the demo."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._read_to: dict[str, datetime | None] = {}

    @property
    def read_to(self) -> Mapping[str, datetime | None]:
        """Give, for each feed that was confirmed, the change that it was read up to."""
        return self._read_to

    def confirm(self, feed: str, changed_at: datetime | None) -> None:
        """Note that a feed has been read up to that change. Called by the server."""
        self._read_to[feed] = changed_at

    def have_all(self, now: datetime) -> bool:
        """Tell whether every feed has been read up to its last change by now. Called by the clock."""
        return all(
            outlet.id in self._read_to and self._read_to[outlet.id] == self._wire.changed_at(outlet.id, now)
            for outlet in self._wire.feeds
        )
