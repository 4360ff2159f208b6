"""Dates in the headers of HTTP answers, read in one way by who fetches and by who plans the next request."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LENGTH = 60
"""A longer text is no date."""


def read_http_date(value: str) -> datetime | None:
    """Read an HTTP date (RFC 9110, 5.6.7), aware, UTC; None when it is none."""
    if not value or len(value) > _LENGTH:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, IndexError, TypeError):  # all of these come out of the standard library
        return None
