"""Edits of the `feeds` list in the text of `vedette.yaml`, made where they belong: all other text stays as it is.

An edit is text spliced in or cut out at the marks of the YAML nodes, never a dump. Each is read again before it is
given out: were anything but the wanted feed changed by it, it would be refused.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from bot.errors import EditRefused
from bot.settings.lines import Lines
from bot.settings.scalars import scalar
from bot.settings.schema import VedetteFile
from rules.documents import load_document
from rules.documents.tree import Node, Place

_DASH = re.compile(r" *-(?=\s|\Z)")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
"""An anchor and a tag, which may stand before a value."""
_BY_HAND = "edit it by hand; nothing was changed"

Feeds = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A feed to be written: its keys in their order, and a remark that becomes a comment."""

    fields: Mapping[str, object]
    remark: str = ""


def add_feeds(path: str, text: str, feeds: Sequence[NewFeed]) -> str:
    """Give the text with feeds added, each behind the last one of its language, else at the end. Raises EditRefused."""
    if feeds and not _Page(path, text).feeds:
        text = _edit(path, text, lambda page: page.begin(feeds[0]), lambda _: [dict(feeds[0].fields)])
        feeds = feeds[1:]
    wanted = [dict(feed.fields) for feed in feeds]
    return _edit(path, text, lambda page: page.add(feeds), lambda old: [*old, *wanted])


def remove_feed(path: str, text: str, feed: str) -> str:
    """Give the text without a feed; comments above it stay. Raises EditRefused."""
    return _edit(path, text, lambda page: page.remove(feed), lambda old: [e for e in old if e.get("id") != feed])


def switch_feed(path: str, text: str, feed: str, *, enabled: bool) -> str:
    """Give the text with a feed switched on or off. Raises EditRefused."""

    def switched(old: Feeds) -> Feeds:
        return [{**each, "enabled": enabled} if each.get("id") == feed else each for each in old]

    return _edit(path, text, lambda page: page.switch(feed, enabled=enabled), switched)


def move_feed(path: str, text: str, feed: str, *, url: str) -> str:
    """Give the text with a feed at another address. Raises EditRefused."""

    def moved(old: Feeds) -> Feeds:
        return [{**each, "url": url} if each.get("id") == feed else each for each in old]

    return _edit(path, text, lambda page: page.move(feed, url), moved)


def _edit(path: str, text: str, splice: "Callable[[_Page], str]", expect: Callable[[Feeds], Feeds]) -> str:
    page = _Page(path, text)
    wanted = {**page.plain, "feeds": expect(deepcopy(page.feeds))}
    edited = splice(page)
    after = load_document(path, edited, VedetteFile)
    if after.problems or _comparable(after.plain(())) != _comparable(wanted):
        raise EditRefused(f"{path} is written in a way that cannot be edited safely: {_BY_HAND}")
    return edited


def _comparable(plain: Any) -> dict[str, Any]:
    """Give what a file's data mean: the order of feeds, and what is said although it is the default, do not count."""
    feeds = [{**each, "enabled": each.get("enabled", True)} for each in plain.get("feeds") or ()]
    return {**plain, "feeds": sorted(feeds, key=lambda feed: str(feed.get("id")))}


class _Page:
    """The file's text with its nodes."""

    def __init__(self, path: str, text: str) -> None:
        document = load_document(path, text, VedetteFile)
        if document.problems or document.root is None:
            raise EditRefused(f"{path} has problems and is not edited: put them right first", document.problems)
        self._path = path
        self._lines = Lines(text)
        self._root = document.root
        self._list = document.root.children.get("feeds")
        self.plain: dict[str, Any] = dict(document.root.value) if isinstance(document.root.value, dict) else {}
        self.feeds: Feeds = list(self.plain.get("feeds") or ())

    @property
    def _text(self) -> str:
        return self._lines.text

    @property
    def _list_node(self) -> Node:
        """Give the list's node; asked only where there are feeds."""
        assert self._list is not None
        return self._list

    def add(self, feeds: Sequence[NewFeed]) -> str:
        """Give the text with more feeds; there are some already."""
        added: dict[int, str] = {}
        for feed in feeds:
            position, written = self._placed(self._list_node, feed)
            added[position] = added.get(position, self._missing_break(position)) + written
        text = self._text
        for position in sorted(added, reverse=True):
            text = text[:position] + added[position] + text[position:]
        return text

    def _placed(self, listed: Node, feed: NewFeed) -> tuple[int, str]:
        """Give where a feed goes, and as what."""
        node = listed.children[self._neighbour(feed)]
        if self._is_flow(listed):
            return self._lines.offset(node.end), f", {_in_flow(feed)}"
        start, end = self._body(node)
        gap = self._lines.newline if self._is_spaced(listed) else ""
        return end, gap + self._written(feed, start - self._lines.line_start(start))

    def _missing_break(self, position: int) -> str:
        """Give the line break that the last line of the text lacks, if something goes behind it."""
        complete = position < len(self._text) or not self._text or self._text.endswith(("\n", "\r"))
        return "" if complete else self._lines.newline

    def begin(self, feed: NewFeed) -> str:
        """Give the text with its first feed: below the `feeds:` that is there, else at the end."""
        if self._list is not None:
            return self._fill_list(self._list, feed)
        end = len(self._text)
        gap = self._lines.newline if self._text.strip() else ""
        head = f"{self._missing_break(end)}{gap}feeds:{self._lines.newline}"
        return self._splice(end, end, head + self._written(feed, 2))

    def remove(self, feed: str) -> str:
        """Give the text without one feed."""
        index, node = self._find(feed)
        if self._is_flow(self._list_node):
            return self._splice(*self._flow_share(self._list_node, index), "")
        start, end = self._body(node)
        above = self._lines.line_above(start).strip()
        if not above or above.startswith("#") or index == 0:
            end = self._lines.skip_blank(end)
        return self._splice(self._lines.line_start(start), end, "")

    def switch(self, feed: str, *, enabled: bool) -> str:
        """Give the text with one feed switched on or off."""
        _, node = self._find(feed)
        if "enabled" in node.children:
            return self._set_enabled(node, enabled=enabled)
        word = f"enabled: {scalar(enabled)}"
        after = self._lines.offset(node.children["id"].end)
        if self._is_flow(node):
            return self._splice(after, after, f", {word}")
        indent = node.keys["id"][1] - 1
        end = self._lines.line_end(after)
        return self._splice(end, end, f"{self._missing_break(end)}{' ' * indent}{word}{self._lines.newline}")

    def move(self, feed: str, url: str) -> str:
        """Give the text with another address for one feed, in the quotes of the former one."""
        _, node = self._find(feed)
        start, end = self._extent(node.children["url"].place, node.children["url"].end)
        mark = self._text[start]
        if mark == "'" and mark not in url:
            return self._splice(start, end, f"'{url}'")
        is_quoted = mark == '"' or self._is_flow(node)
        return self._splice(start, end, json.dumps(url) if is_quoted else scalar(url))

    def _set_enabled(self, node: Node, *, enabled: bool) -> str:
        """Put the word in its place, or take `enabled: false` out where it stands alone, as nothing says the same."""
        start, end = self._extent(node.keys["enabled"], node.children["enabled"].end)
        if enabled and self._is_flow(node) and self._text[start - 2 : start] == ", ":
            return self._splice(start - 2, end, "")
        line = self._lines.line_start(start), self._lines.line_end(end)
        if enabled and not self._is_flow(node) and self._text[slice(*line)].strip() == self._text[start:end]:
            return self._splice(*line, "")
        return self._splice(self._lines.offset(node.children["enabled"].place), end, scalar(enabled))

    def _fill_list(self, node: Node, feed: NewFeed) -> str:
        """Put the first feed behind a `feeds:` that has none, in place of its `[]` or `null`."""
        start, end = self._extent(node.place, node.end)
        line_end = self._lines.line_end(end)
        rest = self._text[end:line_end].rstrip("\r\n")
        kept = self._text[:start].rstrip(" ") + rest
        return kept + self._lines.newline + self._written(feed, 2) + self._text[line_end:]

    def _neighbour(self, feed: NewFeed) -> int:
        """Give the index of the feed behind which a new one goes."""
        language = feed.fields.get("language")
        alike = [index for index, each in enumerate(self.feeds) if each.get("language") == language]
        return (alike or range(len(self.feeds)))[-1]

    def _find(self, feed: str) -> tuple[int, Node]:
        for index, each in enumerate(self.feeds):
            if each.get("id") == feed:
                return index, self._list_node.children[index]
        raise EditRefused(f"{self._path} has no feed '{feed}': `vedette feeds list` lists them")

    def _body(self, node: Node) -> tuple[int, int]:
        """Give where an item of a block list begins, at its dash, and where the line behind its last one begins.

        Comments below it that are indented deeper than the dash are of it.
        """
        dash = self._dash(node)
        depth = dash - self._lines.line_start(dash)
        end = self._lines.line_end(self._last(node))
        return dash, self._lines.skip_comments(end, deeper_than=depth)

    def _dash(self, node: Node) -> int:
        start = self._lines.line_start(self._lines.offset(node.place))
        while (found := _DASH.match(self._text, start)) is None:
            if start == 0:
                raise EditRefused(f"{self._path} is written in a way that cannot be edited safely: {_BY_HAND}")
            start = self._lines.line_start(start - 1)
        return found.end() - 1

    def _last(self, node: Node) -> int:
        """Give the offset of a value's last character: a block's own end mark is where the next thing begins."""
        if not node.children or self._is_alias(node) or self._is_flow(node):
            return self._lines.offset(node.end) - 1
        return max(map(self._last, node.children.values()))

    def _flow_share(self, node: Node, index: int) -> tuple[int, int]:
        """Give the extent of an item of a flow list together with one comma."""
        start, end = self._extent(node.children[index].place, node.children[index].end)
        if index + 1 < len(node.children):
            return start, self._lines.offset(node.children[index + 1].place)
        return (self._lines.offset(node.children[index - 1].end) if index else start), end

    def _is_flow(self, node: Node) -> bool:
        start = self._lines.offset(node.place)
        found = _PROPERTIES.match(self._text, start)
        return self._text[found.end() if found else start :][:1] in ("[", "{")

    def _is_alias(self, node: Node) -> bool:
        return self._text.startswith("*", self._lines.offset(node.place))

    def _is_spaced(self, node: Node) -> bool:
        """Tell whether the items of a block list have empty lines between them."""
        _, end = self._body(node.children[0])
        return len(node.children) > 1 and self._lines.skip_blank(end) != end

    def _extent(self, start: Place, end: Place) -> tuple[int, int]:
        return self._lines.offset(start), self._lines.offset(end)

    def _splice(self, start: int, end: int, text: str) -> str:
        return self._text[:start] + text + self._text[end:]

    def _written(self, feed: NewFeed, indent: int) -> str:
        return "".join(f"{' ' * indent}{line}{self._lines.newline}" for line in render_entry(feed))


def render_entry(feed: NewFeed) -> Iterable[str]:
    """Write a feed as the lines of a block list's item; its remark is a comment below the first."""
    pairs = [f"{key}: {scalar(value)}" for key, value in feed.fields.items()]
    remark = [f"  # {' '.join(feed.remark.split())}"] if feed.remark else []
    return [f"- {pairs[0]}", *remark, *(f"  {pair}" for pair in pairs[1:])]


def _in_flow(feed: NewFeed) -> str:
    """Write a feed in braces; an address goes into quotes, as some readers stumble over its `?` there."""
    pairs = ((key, json.dumps(value) if key == "url" else scalar(value)) for key, value in feed.fields.items())
    return "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
