"""Articles: the text of a web page without what surrounds it, read in a process of its own by trafilatura."""

from adapters.articles.extractor import ArticleExtractor

__all__ = ["ArticleExtractor"]
