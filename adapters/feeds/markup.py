"""HTML to plain text: blocks on lines of their own, nothing that does not show."""

import re

from selectolax.lexbor import LexborHTMLParser

from rules.text import clean

_UNSHOWN = ["script", "style", "noscript", "template", "iframe", "object", "svg", "select", "button", "textarea"]
_BLOCKS = re.compile(
    "address|article|aside|blockquote|br|caption|dd|details|div|dl|dt|figcaption|figure|footer|form|h[1-6]|header|hr|li"
    "|main|nav|ol|p|pre|section|summary|table|tr|ul"
)
_CELLS = frozenset({"td", "th"})
_PARAGRAPH = re.compile(r"\n\s*\n")


def read_html(html: str) -> str:
    """Give what a reader sees: white space as single spaces, each block on its own line, no empty lines."""
    document = LexborHTMLParser(" ".join(html.split()))
    document.strip_tags(_UNSHOWN)
    if document.body is None:
        return ""
    for node in list(document.body.traverse()):
        if _BLOCKS.fullmatch(node.tag or ""):
            node.insert_before("\n")
            node.insert_after("\n")
        elif node.tag in _CELLS:
            node.insert_after(" ")
    return _tidy(document.body.text())


def read_plain(text: str) -> str:
    """Give plain text in the same form: an empty line parts paragraphs, other line breaks are mere wrapping."""
    return _tidy("\n".join(" ".join(paragraph.split()) for paragraph in _PARAGRAPH.split(clean(text))))


def cut(text: str, limit: int) -> str:
    """Shorten to at most `limit` characters, at a white space if there is one in the last tenth."""
    if len(text) <= limit:
        return text
    head = text[: limit + 1]
    border = max(head.rfind(" "), head.rfind("\n"))
    return head[: border if border >= limit * 0.9 else limit].rstrip()


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line)
