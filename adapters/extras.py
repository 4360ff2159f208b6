"""Which extras of the distribution are installed. Nothing of them is imported."""

from importlib.util import find_spec

ARTICLES_HINT = "install it beside Vedette: pip install 'trafilatura>=2,<3' lxml-html-clean"
"""What to do when articles cannot be read."""


def can_read_articles() -> bool:
    """Tell whether the extra `articles` is installed."""
    return all(find_spec(name) is not None for name in ("trafilatura", "lxml_html_clean"))
