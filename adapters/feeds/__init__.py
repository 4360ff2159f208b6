"""Feeds: fetched over HTTP, read in processes of their own.

The names are loaded when first asked for: a parser process needs neither the fetcher nor its library, which are a good
part of its memory and of its time to start.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adapters.feeds.document import parse_document
    from adapters.feeds.fetch import HttpFetcher
    from adapters.feeds.parse import FeedParser

__all__ = ["FeedParser", "HttpFetcher", "parse_document"]


def __getattr__(name: str) -> Any:
    """Load a public name. Raises AttributeError for any other."""
    module = {"FeedParser": "parse", "HttpFetcher": "fetch", "parse_document": "document"}.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)
