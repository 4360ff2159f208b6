"""Feeds: fetched over HTTP, read in processes of their own."""

from adapters.feeds.document import parse_document
from adapters.feeds.fetch import HttpFetcher
from adapters.feeds.parse import FeedParser

__all__ = ["FeedParser", "HttpFetcher", "parse_document"]
