"""A page's bytes to its article's text. The only module that imports trafilatura, and only worker processes import it.

What the header says of the charset counts first, then a mark or a `meta` element in the page, then what fits.
"""

from charset_normalizer import from_bytes
from lxml.etree import LxmlError
from trafilatura import extract
from w3lib.encoding import html_to_unicode

from rules.text import clean

_MOST = 120_000
"""Characters that are given; twice what an item takes."""
_SAMPLE_BYTES = 20_000
"""So much of a page without any charset is looked at to guess it."""


def extract_text(body: bytes, content_type: str) -> str:
    """Give an article's paragraphs, each on a line of its own; empty when the page has none."""
    _, page = html_to_unicode(content_type or None, body, auto_detect_fun=_guess)
    if content_type.partition(";")[0].strip().lower() == "text/plain":
        return tidy("\n".join(" ".join(each.split()) for each in clean(page).split("\n\n")))[:_MOST]
    try:
        text = extract(page, include_comments=False, include_tables=True, favor_precision=True)
    except (LxmlError, RecursionError, ValueError):
        return ""
    return tidy(text or "")[:_MOST]


def tidy(text: str) -> str:
    """Give lines with single spaces, without empty ones and without what does not show."""
    lines = (" ".join(line.split()) for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line)


def _guess(body: bytes) -> str | None:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(body[:_SAMPLE_BYTES]).best()
        return best.encoding if best is not None else None
    return "utf-8"
