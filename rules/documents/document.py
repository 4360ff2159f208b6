"""A document: validated data, and the place of everything in it."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, model_validator
from pydantic_core import ErrorDetails

from rules.documents.tree import Node, Place, Plain, read_tree
from rules.documents.wording import follows, word
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
    written_names: ClassVar[tuple[str, ...]] = ()
    """The fields as they are written in a file."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Note the names once, not with every mapping that is read."""
        cls.written_names = tuple(info.alias or name for name, info in cls.model_fields.items())

    @model_validator(mode="before")
    @classmethod
    def _note_fields(cls, data: Any, info: ValidationInfo) -> Any:
        if isinstance(info.context, dict):
            info.context[id(data)] = cls.written_names
        return data


_Known = dict[int, tuple[str, ...]]
"""The fields that each mapping may have, by the mapping's identity."""


@dataclass(frozen=True, slots=True)
class Document(Generic[M]):
    """One file as read. `value` is None when anything in it is wrong; `root` is there when it was valid YAML."""

    path: str
    value: M | None
    problems: tuple[Problem, ...]
    root: Node | None = None

    def place(self, loc: Loc) -> Place:
        """Give the place of the value at `loc`, or of the nearest value around it that exists."""
        node, _ = self._find(loc)
        return node.place if node is not None else (1, 1)

    def key_place(self, loc: Loc) -> Place:
        """Give the place of the last key of `loc`; of the value where there is no such key."""
        parent, _ = self._find(loc[:-1])
        place = parent.keys.get(str(loc[-1])) if parent is not None and loc else None
        return place or self.place(loc)

    def extent(self, loc: Loc) -> tuple[Place, Place]:
        """Give the place of the value at `loc` and the place just behind it."""
        node, _ = self._find(loc)
        return (node.place, node.end) if node is not None else ((1, 1), (1, 1))

    def plain(self, loc: Loc) -> Plain:
        """Give the plain data at `loc`, None where there is none."""
        node, found = self._find(loc)
        return node.value if node is not None and found else None

    def problem(self, loc: Loc, message: str, hint: str = "") -> Problem:
        """Make a problem at the place of the value at `loc`."""
        return Problem(self.path, *self.place(loc), message, hint)

    def read(self, loc: Loc, model: type[S], *, field: str = "") -> tuple[S | None, tuple[Problem, ...]]:
        """Validate the part at `loc` by itself, so that one bad part does not spoil the others.

        With `field`, the part is no mapping but becomes that one field of the model.
        """
        known: _Known = {}
        plain = self.plain(loc)
        try:
            return model.model_validate({field: plain} if field else plain, context=known), ()
        except ValidationError as error:
            details = [each for each in error.errors(include_url=False) if not follows(each)]
            return None, tuple(self._located(loc, detail, known, passed=bool(field)) for detail in details)

    def _find(self, loc: Loc) -> tuple[Node | None, bool]:
        """Go down along `loc`, passing over parts that are not there; tell whether none but `<tags>` were missing."""
        node, found = self.root, True
        for part in loc:
            child = node.children.get(part) if node is not None else None
            if child is not None:
                node = child
            elif not str(part).startswith("<"):
                found = False
        return node, found

    def _located(self, base: Loc, detail: ErrorDetails, known: _Known, *, passed: bool) -> Problem:
        loc = (*base, *detail["loc"][passed:])
        at_key = detail["type"] in ("extra_forbidden", "invalid_key") or loc[-1:] == ("[key]",)
        if loc[-1:] == ("[key]",):
            loc = loc[:-1]
        place = self.key_place(loc) if at_key else self.place(loc)
        around, _ = self._find(loc[:-1])
        message, hint = word(detail, known.get(id(around.value), ()) if around is not None else ())
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
