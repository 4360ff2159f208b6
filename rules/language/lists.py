"""Named lists of terms, shared by all files of a ruleset; a list may hold other lists."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.documents import Document, Loc, Plain, suggest
from rules.language.conditions import Term
from rules.language.schema import RuleFileSection
from rules.language.terms import TermRefused, parse_exact, parse_term
from rules.problems import Problem

MOST_TERMS = 20_000
"""Terms of one list, with those of the lists in it."""
DEEPEST = 50
"""Lists within lists."""

File = Document[RuleFileSection]


@dataclass(frozen=True, slots=True)
class Defined:
    """A list where it is defined; one that is not `sound` is known by name and its other entries are looked at."""

    file: File
    loc: Loc
    sound: bool = True


class ListBroken(Exception):
    """A list is there and cannot be used; what is wrong with it is reported where it is defined."""


class ListRefused(ValueError):
    """A list cannot be used, and who names it has to hear why."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ListBook:
    """All named lists, each resolved once, when first asked for."""

    def __init__(self, defined: dict[str, Defined]) -> None:
        self.problems: list[Problem] = []
        self._defined = defined
        self._resolved: dict[str, tuple[Term, ...] | None] = {}
        self._open: list[str] = []

    def resolve_all(self) -> None:
        """Resolve every list, so that problems of lists that no rule uses are found too."""
        for name in self._defined:
            if name not in self._resolved:
                self._resolve(name)

    def terms(self, name: str) -> tuple[Term, ...]:
        """Give the terms of a list and of those in it, each once. Raises ListRefused and ListBroken."""
        if name not in self._defined:
            raise ListRefused(f"there is no list '{name}'", suggest(name, self._defined) or "define it under `lists:`")
        if name in self._open:
            circle = " -> ".join([*self._open[self._open.index(name) :], name])
            raise ListRefused(f"the list '{name}' holds itself: {circle}", "remove one of these references")
        if name not in self._resolved:
            self._resolve(name)
        terms = self._resolved[name]
        if terms is None:
            raise ListBroken(name)
        return terms

    def _resolve(self, name: str) -> None:
        defined = self._defined[name]
        if len(self._open) > DEEPEST:
            message = f"the list '{name}' is in lists more than {DEEPEST} deep"
            self.problems.append(defined.file.problem(defined.loc, message, "write its terms where they are used"))
            self._resolved[name] = None
            return
        self._open.append(name)
        terms: dict[Term, None] = {}
        sound = defined.sound
        for index, written, is_exact in _legible_entries(defined.file.plain(defined.loc)):
            try:
                found = (parse_exact(written),) if is_exact else self._entry(written)
            except ListBroken:
                sound = False
            except (TermRefused, ListRefused) as refused:
                self.problems.append(defined.file.problem((*defined.loc, index), str(refused), refused.hint))
                sound = False
            else:
                terms.update(dict.fromkeys(found))
        self._open.pop()
        if len(terms) > MOST_TERMS:
            message = f"the list '{name}' comes to {len(terms):,} terms"
            self.problems.append(defined.file.problem(defined.loc, message, f"at most {MOST_TERMS:,}"))
            sound = False
        self._resolved[name] = tuple(terms) if sound else None

    def _entry(self, entry: str) -> tuple[Term, ...]:
        return self.terms(entry[1:]) if entry.startswith("@") else (parse_term(entry),)


def _legible_entries(written: Plain) -> Iterator[tuple[int, str, bool]]:
    """Give index and text of every entry that has the right form, and whether it matches only as written."""
    for index, entry in enumerate(written if isinstance(written, list) else ()):
        is_exact = isinstance(entry, dict)
        text = entry.get("exact") if isinstance(entry, dict) else entry
        if isinstance(text, str) and text:
            yield index, text, is_exact
