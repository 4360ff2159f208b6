"""YAML events to plain data with the place of every key and value.

Nothing but text, numbers, true/false, null, lists and mappings is ever built. Plain scalars follow the core schema
of YAML 1.2, so `no`, `on`, `12:30` and `007` are text. Input is bounded before it is built: characters, depth, and
nodes repeated through aliases.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from rules.problems import Problem

MAX_CHARACTERS = 8_000_000
MAX_DEPTH = 60
MAX_ALIASED = 10_000
"""Nodes that all aliases of a document may repeat."""

Place = tuple[int, int]
"""Line and column, both counted from 1."""
Plain = bool | int | float | str | list["Plain"] | dict[str, "Plain"] | None

_Loader: type[yaml.CSafeLoader | yaml.SafeLoader] = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_UNREADABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|(?<!\A)\ufeff")
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]{1,3})?\Z|[-+]?\.[0-9]+\Z")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_PLAIN_TAGS = ("!", "tag:yaml.org,2002:str")
_ADVICE = (
    ("mapping values are not allowed", "a ':' stands where no key can be", "put text that contains ': ' in quotes"),
    ("could not find expected ':'", "a key lacks its ':'", "write `key: value`"),
    ("did not find expected key", "this line does not continue what stands above it", "check indentation and quotes"),
    ("found unexpected end of stream", "a quote or bracket is never closed", "close it"),
    ("did not find expected ',' or ']'", "a list in [ ] is broken or never closed", "check commas, quotes and the ]"),
    (
        "did not find expected ',' or '}'",
        "a mapping in { } is broken or never closed",
        "check commas, quotes and the }",
    ),
    ("did not find expected '-' indicator", "this line does not continue the list above it", "align it with the '-'"),
    ("undefined alias", "an alias (*name) refers to no anchor (&name) above it", "define the anchor first"),
    ("cannot start any token", "a value begins with a reserved character", "put the value in quotes"),
    ("unknown escape", "an unknown escape in double quotes", "write \\\\ for a backslash, or use single quotes"),
    ("alphabetic or numeric character", "a '*' or '&' begins an alias or anchor here", "put the value in quotes"),
)


@dataclass(slots=True)
class Node:
    """One value with its place; `value` shares its parts with the children's values."""

    place: Place
    end: Place
    """Just behind it; for a block list or mapping, where the next thing begins."""
    value: Plain
    keys: dict[str, Place] = field(default_factory=dict)
    """For a mapping: the place of each key."""
    children: "dict[str | int, Node]" = field(default_factory=dict)
    size: int = 1
    """Nodes in this subtree, repeated ones included."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A document's root, None when the text could not be read to its end, and all that is wrong with it."""

    root: Node | None
    problems: tuple[Problem, ...]


def read_tree(path: str, text: str) -> Tree:
    """Read one YAML document; an empty one is an empty mapping. Never raises: what is wrong is in `problems`."""
    refusal = _refuse(path, text)
    if refusal is not None:
        return Tree(None, (refusal,))
    builder = _Builder(path)
    try:
        for event in _events(text):
            builder.take(event)
    except _Unreadable as stop:
        return Tree(None, (*builder.problems, stop.problem))
    except yaml.YAMLError as error:
        return Tree(None, (*builder.problems, _syntax_problem(path, text, error)))
    return Tree(builder.finish(), tuple(builder.problems))


def _refuse(path: str, text: str) -> Problem | None:
    if len(text) > MAX_CHARACTERS:
        message = f"the file has {len(text):,} characters, more than the {MAX_CHARACTERS:,} that are read"
        return Problem(path, 1, 1, message, "split it into several files")
    bad = _UNREADABLE.search(text)
    if bad is None:
        return None
    at = bad.start()
    line = text.count("\n", 0, at) + 1
    message = f"an invisible control character (U+{ord(text[at]):04X}) stands here"
    return Problem(path, line, at - text.rfind("\n", 0, at), message, "delete it; is the file UTF-8 text?")


def _events(text: str) -> Iterator[yaml.Event]:
    return yaml.parse(text, Loader=_Loader)


def _syntax_problem(path: str, text: str, error: yaml.YAMLError) -> Problem:
    said = str(getattr(error, "problem", None) or "") or "it cannot be read"
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    if _char_at(text, line, column) == "\t":
        return Problem(path, line, column, "not valid YAML: a tab stands where none can be", "indent with spaces")
    for sign, message, hint in _ADVICE:
        if sign in said:
            return Problem(path, line, column, f"not valid YAML: {message}", hint)
    return Problem(path, line, column, f"not valid YAML: {said}", "check indentation, quotes and brackets")


def _char_at(text: str, line: int, column: int) -> str:
    lines = text.splitlines()
    return lines[line - 1][column - 1 : column] if line <= len(lines) else ""


class _Unreadable(Exception):
    """The rest of the document cannot be built."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read."""

    node: Node
    anchor: str | None
    key: str | None = None
    """The key whose value comes next."""
    lost: int = 0
    """Number of keys that were refused: their values are read and dropped under an invented key."""


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _end(event: yaml.Event) -> Place:
    mark = event.end_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


class _Builder:
    """Builds nodes from events; ends with one root."""

    def __init__(self, path: str) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._stack: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._aliased = 0
        self._root: Node | None = None
        self._documents = 0

    def finish(self) -> Node:
        """Give the root; a stream without a document, or with an empty one, is an empty mapping."""
        if self._root is None or self._root.value is None:
            return Node((1, 1), (1, 1), {})
        return self._root

    def take(self, event: yaml.Event) -> None:
        """Add one event."""
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._open(event, Node(_place(event), _end(event), {}))
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open(event, Node(_place(event), _end(event), []))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._stop(_place(event), "a second document begins here", "keep one document per file: remove '---'")

    def _report(self, place: Place, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self._path, *place, message, hint))

    def _stop(self, place: Place, message: str, hint: str) -> None:
        raise _Unreadable(Problem(self._path, *place, message, hint))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._check_tag(event)
        if self._awaits_key():
            self._key(event)
            return
        plain = event.implicit[0] and event.tag is None
        node = Node(_place(event), _end(event), _resolve(event.value) if plain else event.value)
        self._add(node, event.anchor)

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, node: Node) -> None:
        self._check_tag(event)
        if len(self._stack) >= MAX_DEPTH:
            self._stop(node.place, f"nested deeper than {MAX_DEPTH} levels", "flatten it")
        if self._awaits_key():
            self._report(node.place, "a key must be text, not a list or mapping", "write `key: value`")
            self._lose_key()
        self._stack.append(_Open(node, event.anchor))

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        done = self._stack.pop()
        done.node.end = _end(event)
        self._add(done.node, done.anchor)

    def _alias(self, event: yaml.AliasEvent) -> None:
        place = _place(event)
        if self._awaits_key():
            self._report(place, "an alias cannot be a key", "write the key out")
            self._lose_key()
            return
        target = self._anchors.get(event.anchor or "")
        if target is None:
            self._stop(place, f"the alias *{event.anchor} refers to nothing above it, or to itself", "write it out")
            return
        self._aliased += target.size
        if self._aliased > MAX_ALIASED:
            hint = "use fewer aliases; named lists (`lists:`) are made for this"
            self._stop(place, f"aliases repeat more than {MAX_ALIASED:,} values", hint)
        self._add(Node(place, _end(event), target.value, target.keys, target.children, target.size), None)

    def _check_tag(self, event: yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if event.tag is not None and event.tag not in _PLAIN_TAGS:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._report(_place(event), f"the tag {tag} is not understood", "remove it")

    def _awaits_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1].node.value, dict) and self._stack[-1].key is None

    def _lose_key(self) -> None:
        top = self._stack[-1]
        top.lost += 1
        top.key = f"\0{top.lost}"

    def _key(self, event: yaml.ScalarEvent) -> None:
        top, place, key = self._stack[-1], _place(event), event.value
        if event.implicit[0] and event.tag is None and not isinstance(_resolve(key), str):
            self._report(place, f"the key {key or '(empty)'} is not text", f'put it in quotes: "{key}"')
            self._lose_key()
        elif key == "<<" and event.implicit[0]:
            self._report(place, "merge keys (<<) are not understood", "write the fields out")
            self._lose_key()
        elif key in top.node.keys:
            first = top.node.keys[key][0]
            self._report(place, f"'{key}' is given twice", f"it stands in line {first} already: remove one")
            self._lose_key()
        else:
            top.key = key
            top.node.keys[key] = place

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._stack:
            self._root = node
            return
        top = self._stack[-1]
        top.node.size += node.size
        if isinstance(top.node.value, list):
            top.node.children[len(top.node.value)] = node
            top.node.value.append(node.value)
        elif isinstance(top.node.value, dict) and top.key is not None:
            if not top.key.startswith("\0"):
                top.node.children[top.key] = node
                top.node.value[top.key] = node.value
            top.key = None


def _resolve(text: str) -> Plain:
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text
