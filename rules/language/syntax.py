"""Regular expressions, read by a grammar of our own so that only what can be bounded is let in.

What is understood: literals, escapes, classes, `.`, groups, alternatives, repeats, anchors, look-around.
"""

import re
from dataclasses import dataclass

from rules.text import fold

LONGEST_REPEAT = 1000
LONGEST_NESTED_REPEAT = 20
"""How often a part may be repeated that itself holds an unlimited repeat."""


class ExpressionRefused(ValueError):
    """An expression cannot be used as written; `hint` says how to mend it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Literal:
    """One character that must stand there, folded."""

    character: str


@dataclass(frozen=True, slots=True)
class Anything:
    """One character of several."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A condition on the place, without width."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts that follow each other."""

    parts: "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    parts: "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part several times; `most` is None when unlimited."""

    part: "Part"
    least: int
    most: int | None


Part = Literal | Anything | Nothing | Sequence | Choice | Repeat

_SHORTHANDS = frozenset("dDwWsS")
_BORDERS = frozenset("bBAZ")
_COUNT = re.compile(r"\{(\d{1,9})?(,)?(\d{1,9})?\}")
_NAME = re.compile(r"\?P<[A-Za-z_]\w*>")
_PROPERTY = re.compile(r"[pP]\{(\^?[\w =-]+)\}")
_NO_CASE = "matching ignores case and accents of spelling: text is folded first"


def parse_expression(written: str) -> tuple[Part, str]:
    """Read an expression; give its tree and its spelling for folded text. Raises ExpressionRefused."""
    reader = _Reader(written)
    tree = reader.choice(0)
    if reader.at < len(written):
        raise ExpressionRefused("a ')' closes nothing", r"write \) for the character itself")
    return tree, "".join(reader.out)


class _Reader:
    """Reads left to right; `out` collects the spelling for folded text."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.at = 0
        self.out: list[str] = []

    def choice(self, depth: int) -> Part:
        if depth > 20:
            raise ExpressionRefused("groups are nested deeper than 20", "flatten the expression")
        parts = [self._sequence(depth)]
        while self._take("|"):
            self.out.append("|")
            parts.append(self._sequence(depth))
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _sequence(self, depth: int) -> Part:
        parts: list[Part] = []
        while self.at < len(self.written) and self.written[self.at] not in "|)":
            parts.append(self._repeat(self._atom(depth)))
        return Sequence(tuple(parts))

    def _take(self, token: str) -> bool:
        if self.written.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def _atom(self, depth: int) -> Part:
        character = self.written[self.at]
        self.at += 1
        if character == "(":
            return self._group(depth)
        if character == "[":
            return self._class()
        if character == "\\":
            return self._escape(in_class=False)
        if character in "*+?{":
            raise ExpressionRefused(f"a '{character}' repeats nothing", rf"write \{character} for the character itself")
        if character in "^$.":
            self.out.append(character)
            return Anything() if character == "." else Nothing()
        return self._literal(character)

    def _literal(self, character: str) -> Part:
        if character.isspace():
            self.out.append(character if character != " " else r"\ ")
            return Literal(character) if character == " " else Anything()
        folded = fold(character)
        if len(folded) != 1:
            raise ExpressionRefused(f"'{character}' is written '{folded}' in the text that is searched", _NO_CASE)
        self.out.append(re.escape(folded))
        return Literal(folded)

    def _escape(self, *, in_class: bool) -> Part:
        character = self.written[self.at : self.at + 1]
        self.at += 1
        if character in _SHORTHANDS:
            self.out.append(f"\\{character}")
            return Anything()
        if character in _BORDERS and not in_class:
            self.out.append(f"\\{character}")
            return Nothing()
        if character in "pP":
            return self._property()
        if character == "" or character.isalnum():
            raise ExpressionRefused(f"\\{character} is not understood", r"escape punctuation only; no back references")
        return self._literal(character)

    def _property(self) -> Part:
        found = _PROPERTY.match(self.written, self.at - 1)
        if found is None or found.group(1).lower() in ("lu", "lt", "upper", "uppercase", "uppercase_letter"):
            raise ExpressionRefused("this \\p{...} is not understood", f"as in \\p{{Hangul}} or \\p{{L}}; {_NO_CASE}")
        self.at = found.end()
        self.out.append(f"\\{found.group()}")
        return Anything()

    def _class(self) -> Part:
        self.out.append("[")
        if self._take("^"):
            self.out.append("^")
        first = self.at
        while True:
            if self.at >= len(self.written):
                raise ExpressionRefused("a '[' is never closed", "close it with ']'")
            character = self.written[self.at]
            self.at += 1
            if character == "]" and self.at > first + 1:
                self.out.append("]")
                return Anything()
            if character == "\\":
                self._escape(in_class=True)
            elif character == "-":
                self.out.append("-" if first + 1 < self.at and self.written[self.at : self.at + 1] != "]" else r"\-")
            elif character == "[":
                raise ExpressionRefused("a '[' inside a class", r"write \[ for the character itself")
            else:
                self._literal(character)

    def _group(self, depth: int) -> Part:
        self.out.append("(")
        around = next((token for token in ("?=", "?!", "?<=", "?<!") if self._take(token)), "")
        named = _NAME.match(self.written, self.at)
        if around:
            self.out.append(around)
        elif named is not None:
            self.at = named.end()
            self.out.append("?:")
        elif self._take("?>"):
            self.out.append("?>")
        elif self._take("?:") or not self.written.startswith("?", self.at):
            self.out.append("?:")
        else:
            raise ExpressionRefused(
                "this kind of (?...) is not understood", f"use (?:...), (?=...), (?!...); {_NO_CASE}"
            )
        inner = self.choice(depth + 1)
        if not self._take(")"):
            raise ExpressionRefused("a '(' is never closed", r"close it with ')', or write \( for the character itself")
        self.out.append(")")
        return Nothing() if around else inner

    def _repeat(self, part: Part) -> Part:
        start = self.at
        bounds = self._bounds()
        if bounds is None:
            return part
        if self.written[self.at : self.at + 1] in ("?", "+"):
            self.at += 1
        self.out.append(self.written[start : self.at])
        if self._bounds() is not None:
            raise ExpressionRefused("a repeat is repeated", "put the inner part in a group and limit both")
        least, most = bounds
        _check_repeat(part, least, most)
        return Repeat(part, least, most)

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return bounds
        if not self.written.startswith("{", self.at):
            return None
        found = _COUNT.match(self.written, self.at)
        if found is None or not (found.group(1) or found.group(3)):
            raise ExpressionRefused("a '{' begins no count", r"write {2,5}, or \{ for the character itself")
        self.at = found.end()
        least = int(found.group(1) or 0)
        if found.group(2) is None:
            return least, least
        return least, int(found.group(3)) if found.group(3) else None


def _check_repeat(part: Part, least: int, most: int | None) -> None:
    if max(least, most or 0) > LONGEST_REPEAT:
        raise ExpressionRefused(f"a part is repeated more than {LONGEST_REPEAT} times", "lower the count")
    if most is not None and least > most:
        raise ExpressionRefused(f"a count runs from {least} down to {most}", "swap the two numbers")
    if _repeats(part, unlimited=True) and (most is None or most > LONGEST_NESTED_REPEAT):
        hint = f"limit the outer repeat, as in {{0,5}} (at most {LONGEST_NESTED_REPEAT})"
        raise ExpressionRefused("an unlimited repeat stands inside a repeat: it could take forever", hint)
    if _repeats(part, unlimited=False) and max(least, most or 0) > LONGEST_NESTED_REPEAT:
        raise ExpressionRefused("a repeat stands inside a long repeat", f"repeat at most {LONGEST_NESTED_REPEAT} times")


def _repeats(part: Part, *, unlimited: bool) -> bool:
    if isinstance(part, Repeat):
        many = part.most is None if unlimited else max(part.least, part.most or 0) > 1
        return many or _repeats(part.part, unlimited=unlimited)
    if isinstance(part, Sequence | Choice):
        return any(_repeats(each, unlimited=unlimited) for each in part.parts)
    return False
