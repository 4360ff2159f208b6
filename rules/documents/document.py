"""A document: validated data, and the place of everything in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, model_validator
from pydantic_core import ErrorDetails

from rules.documents.tree import Node, Place, Plain, read_tree
from rules.documents.wording import word
from rules.problems import Problem

Loc = tuple[str | int, ...]
T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
S = TypeVar("S", bound=BaseModel)

Listed = Annotated[tuple[T, ...], Field(strict=False)]
"""A list in the file, a tuple in the value."""


class Section(BaseModel):
    """A mapping in a file: strict, frozen, unknown fields are problems with a hint."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _note_fields(cls, data: Any, info: ValidationInfo) -> Any:
        if isinstance(info.context, dict):
            info.context[id(data)] = tuple(name for name in map(_written, cls.model_fields.items()) if name)
        return data


def _written(entry: tuple[str, Any]) -> str:
    name, info = entry
    return str(info.alias or name)


@dataclass(frozen=True, slots=True)
class Document(Generic[M]):
    """One file as read. `value` is None when anything in it is wrong; `root` is there when it was valid YAML."""

    path: str
    value: M | None
    problems: tuple[Problem, ...]
    root: Node | None = None

    def place(self, loc: Loc) -> Place:
        """Give the place of the value at `loc`, or of the nearest value around it that exists."""
        *_, node = self._walk(loc)
        return node.place if node is not None else (1, 1)

    def key_place(self, loc: Loc) -> Place:
        """Give the place of the last key of `loc`; of the value where there is no such key."""
        if loc:
            *_, parent = self._walk(loc[:-1])
            if parent is not None and (place := parent.keys.get(str(loc[-1]))):
                return place
        return self.place(loc)

    def plain(self, loc: Loc) -> Plain:
        """Give the plain data at `loc`, None where there is none."""
        *_, node = self._walk(loc)
        return node.value if node is not None else None

    def problem(self, loc: Loc, message: str, hint: str = "") -> Problem:
        """Make a problem at the place of the value at `loc`."""
        return Problem(self.path, *self.place(loc), message, hint)

    def read(self, loc: Loc, model: type[S]) -> tuple[S | None, tuple[Problem, ...]]:
        """Validate the part at `loc` by itself, so that one bad part does not spoil the others."""
        known: dict[int, tuple[str, ...]] = {}
        try:
            return model.model_validate(self.plain(loc), context=known), ()
        except ValidationError as error:
            details = error.errors(include_url=False)
            return None, tuple(self._located(loc, detail, known) for detail in details)

    def _walk(self, loc: Loc) -> Iterator[Node | None]:
        """Go down along `loc`; parts that are no key or index (the tags of unions) are passed over."""
        node = self.root
        yield node
        for part in loc:
            child = node.children.get(part) if node is not None else None
            if child is not None:
                node = child
                yield node

    def _located(self, base: Loc, detail: ErrorDetails, known: dict[int, tuple[str, ...]]) -> Problem:
        loc = (*base, *detail["loc"])
        at_key = detail["type"] in ("extra_forbidden", "invalid_key") or loc[-1:] == ("[key]",)
        if loc[-1:] == ("[key]",):
            loc = loc[:-1]
        place = self.key_place(loc) if at_key else self.place(loc)
        fields = known.get(id(self.plain(loc[:-1])), ()) if loc else ()
        message, hint = word(detail, fields)
        return Problem(self.path, *place, message, hint)


def load_document(path: str, text: str, model: type[M]) -> Document[M]:
    """Read YAML text and validate it; whatever is wrong is in `problems`, sorted by place. Never raises.

    `model` is best a Section: then unknown fields come with a suggestion.
    """
    tree = read_tree(path, text)
    bare: Document[M] = Document(path, None, tree.problems, tree.root)
    if tree.root is None:
        return bare
    value, wrong = bare.read((), model)
    problems = tuple(sorted((*tree.problems, *wrong)))
    return Document(path, None if problems else value, problems, tree.root)
