"""What the sample wire looks like on the network: RSS and Atom documents, article pages, an index."""

import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree

from selectolax.lexbor import LexborHTMLParser

from bot.demo.wire import Outlet, Wire, WireItem, WireVersion

ATOM = "http://www.w3.org/2005/Atom"
TRACKING = "?utm_source={feed}&utm_medium=rss&utm_campaign=wire&fbclid=sample-{item}#top"

_NOTE = "Sample page of the Vedette demo. The outlet is invented, and the text was written for the demo."
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
body {{ max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font: 1.05rem/1.6 system-ui, sans-serif }}
small {{ color: #666 }}
</style>
</head>
<body>
<p><small lang="en">{note}</small></p>
{body}
</body>
</html>
"""


def feed_path(outlet: Outlet) -> str:
    """Give the path of an outlet's feed."""
    return f"/feeds/{outlet.id}.xml"


def article_path(item: WireItem) -> str:
    """Give the path of an item's own page."""
    return f"/articles/{item.feed}/{item.id}"


def link_of(wire: Wire, item: WireItem, base: str) -> str:
    """Give an item's link as its feed states it."""
    if item.link == "relative":
        return article_path(item)
    if item.link == "original":
        return base + article_path(wire.original(item)) + TRACKING.format(feed=item.feed, item=item.id)
    return base + article_path(item)


def render_feed(wire: Wire, outlet: Outlet, base: str, now: datetime) -> bytes:
    """Write an outlet's feed as it stands at a moment."""
    root = (_render_rss if outlet.format == "rss" else _render_atom)(wire, outlet, base, now)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _render_rss(wire: Wire, outlet: Outlet, base: str, now: datetime) -> ElementTree.Element:
    root = ElementTree.Element("rss", {"version": "2.0"})
    channel = ElementTree.SubElement(root, "channel")
    changed_at = wire.changed_at(outlet.id, now) or wire.start
    _add(channel, title=outlet.publisher, link=f"{base}/", description=outlet.about, language=outlet.language)
    _add(channel, lastBuildDate=format_datetime(changed_at))
    for item, version in wire.due(outlet.id, now):
        element = ElementTree.SubElement(channel, "item")
        _add(element, title=version.title, link=link_of(wire, item, base), description=to_html(version.text))
        guid = ElementTree.SubElement(element, "guid", {"isPermaLink": "false"})
        guid.text = _tag(outlet, item)
        if item.dated:
            _add(element, pubDate=format_datetime(item.at))
    return root


def _render_atom(wire: Wire, outlet: Outlet, base: str, now: datetime) -> ElementTree.Element:
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": outlet.language})
    changed_at = wire.changed_at(outlet.id, now) or wire.start
    _add(root, id=f"tag:{outlet.domain},2024:feed", title=outlet.publisher, subtitle=outlet.about)
    _add(root, updated=changed_at.isoformat())
    ElementTree.SubElement(root, "link", {"rel": "self", "href": base + feed_path(outlet)})
    author = ElementTree.SubElement(root, "author")
    _add(author, name=outlet.publisher)
    for item, version in wire.due(outlet.id, now):
        entry = ElementTree.SubElement(root, "entry")
        _add(entry, id=_tag(outlet, item), title=version.title)
        ElementTree.SubElement(entry, "link", {"rel": "alternate", "href": link_of(wire, item, base)})
        if item.dated:
            _add(entry, published=item.at.isoformat(), updated=version.at.isoformat())
        content = ElementTree.SubElement(entry, "content", {"type": "html"})
        content.text = to_html(version.text)
    return root


def render_article(outlet: Outlet, item: WireItem, version: WireVersion) -> str:
    """Write an item's page: its words as text, whatever markup its feed carries."""
    edited = f" · edited {_stamp(version.at)}" if version.at != item.at else ""
    line = f"{outlet.publisher} ({outlet.domain}) · {_stamp(item.at)}{edited}"
    body = [f"<h1>{escape(version.title)}</h1>", f"<p><small>{escape(line)}</small></p>"]
    body.extend(f"<p>{escape(paragraph)}</p>" for paragraph in to_paragraphs(version.text))
    return _render_page(outlet.language, version.title, body)


def render_index(outlets: Iterable[Outlet]) -> str:
    """Write the page that lists the feeds."""
    rows = (f'<li><a href="{feed_path(each)}">{escape(each.publisher)}</a> ({each.language})</li>' for each in outlets)
    return _render_page("en", "Sample wire", ["<h1>Sample wire</h1>", "<ul>", *rows, "</ul>"])


def to_html(text: str) -> str:
    """Give an item's text as its feed carries it: blank lines part paragraphs."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text.strip())]
    return parts[0] if len(parts) == 1 else "\n".join(f"<p>{part}</p>" for part in parts)


def to_paragraphs(text: str) -> tuple[str, ...]:
    """Give the plain words of an item's text, without scripts, paragraph by paragraph."""
    tree = LexborHTMLParser(to_html(text))
    tree.strip_tags(["script", "style"], recursive=True)
    blocks = tree.css("p, li") or [node for node in [tree.body] if node is not None]
    return tuple(words for block in blocks if (words := " ".join(block.text().split())))


def _render_page(language: str, title: str, body: Iterable[str]) -> str:
    return _PAGE.format(language=language, title=escape(title), note=_NOTE, body="\n".join(body))


def _tag(outlet: Outlet, item: WireItem) -> str:
    return f"tag:{outlet.domain},2024:{item.id}"


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _add(parent: ElementTree.Element, **texts: str) -> None:
    for name, text in texts.items():
        ElementTree.SubElement(parent, name).text = text
