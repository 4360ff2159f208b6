"""What a feed's documents teach: when it publishes, what it wishes, how it is served. Pure."""

from adapters.ports import Fetched, ParsedFeed
from state import Learnt

MOMENTS = 50
"""Of so many entries the moments of publication are remembered, to read a feed's habit from."""

_EXPLAINING = frozenset(
    {
        "age",
        "cache-control",
        "content-encoding",
        "content-type",
        "date",
        "etag",
        "expires",
        "last-modified",
        "retry-after",
        "server",
        "via",
        "x-cache",
    }
)
_LONGEST_HEADER = 200


def learn(before: Learnt, fetched: Fetched, parsed: ParsedFeed) -> Learnt:
    """Give what is known of a feed once a document of it was read; of long headers only the beginning."""
    fresh = {entry.published_at for entry in parsed.entries if entry.published_at is not None}
    published = before.published
    if not fresh.issubset(published):
        published = tuple(sorted(fresh.union(published), reverse=True)[:MOMENTS])
    headers = {name: value[:_LONGEST_HEADER] for name, value in fetched.headers.items() if name in _EXPLAINING}
    return Learnt(published, parsed.hints, headers)
