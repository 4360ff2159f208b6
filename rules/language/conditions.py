"""What a rule asks of an item: frozen trees of conditions, lists resolved, fields settled on the leaves."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Border(IntEnum):
    """What may not stand next to one end of a term."""

    NONE = 0
    WORD = 1
    """A letter or digit of a script that writes spaces between words."""
    HANGUL = 2
    """A Hangul syllable."""
    SPACE = 3
    """Anything but white space or the end of the field."""


class Scope(StrEnum):
    """Where a leaf looks."""

    ANYWHERE = "title and text"
    TITLE = "title"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Term:
    """A word, phrase or prefix: `literal` is folded, with spaces for hyphens."""

    written: str
    literal: str
    before: Border
    after: Border
    prefix: bool = False
    """Whether the match runs on to the end of the word."""
    exact: str = ""
    """When not empty: the original must read like this, case included."""


@dataclass(frozen=True, slots=True)
class AnyTerm:
    """At least one of the terms stands there; `name` is the list they came from, if any."""

    terms: tuple[Term, ...]
    scope: Scope = Scope.ANYWHERE
    name: str = ""


@dataclass(frozen=True, slots=True)
class Expression:
    """A regular expression for folded text; each of its matches contains one of `literals`."""

    written: str
    pattern: str
    literals: tuple[str, ...]
    scope: Scope = Scope.ANYWHERE


@dataclass(frozen=True, slots=True)
class SourceIs:
    """The item's language or something about its source is one of the values, compared without case."""

    attribute: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part holds at least."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many of the parts hold."""

    count: int
    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Near:
    """Each part stands in one field with at most `words` words between the first and the last of them."""

    words: int
    ordered: bool
    parts: "tuple[AnyTerm | Expression, ...]"


Condition = AnyTerm | Expression | SourceIs | AllOf | AnyOf | Not | AtLeast | Near
