"""Named lists of terms, shared by all files of a ruleset; a list may hold other lists."""

from dataclasses import dataclass

from rules.documents import Document, Loc, suggest
from rules.language.conditions import Term
from rules.language.schema import ListSection, RuleFileSection
from rules.language.terms import TermRefused, parse_exact, parse_term
from rules.problems import Problem

MOST_TERMS = 20_000
"""Terms of one list, with those of the lists in it."""

File = Document[RuleFileSection]


@dataclass(frozen=True, slots=True)
class Defined:
    """A list where it is defined; `section` is None when something in it is wrong."""

    file: File
    loc: Loc
    section: ListSection | None


class ListRefused(ValueError):
    """A list cannot be used; an empty message says that its own place has the problem already."""

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
        """Give the terms of a list and of those in it, each once. Raises ListRefused."""
        if name not in self._defined:
            raise ListRefused(f"there is no list '{name}'", suggest(name, self._defined) or "define it under `lists:`")
        if name in self._open:
            circle = " -> ".join([*self._open[self._open.index(name) :], name])
            raise ListRefused(f"the list '{name}' holds itself: {circle}", "remove one of these references")
        if name not in self._resolved:
            self._resolve(name)
        terms = self._resolved[name]
        if terms is None:
            raise ListRefused(f"the list '{name}' is set aside because of its own problems", "mend the list")
        return terms

    def _resolve(self, name: str) -> None:
        defined = self._defined[name]
        if defined.section is None or len(self._open) > 50:
            self._resolved[name] = None
            return
        self._open.append(name)
        terms: dict[Term, None] = {}
        sound = True
        for index, entry in enumerate(defined.section.entries):
            try:
                found = self._entry(entry if isinstance(entry, str) else parse_exact(entry.exact))
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

    def _entry(self, entry: str | Term) -> tuple[Term, ...]:
        if isinstance(entry, Term):
            return (entry,)
        return self.terms(entry[1:]) if entry.startswith("@") else (parse_term(entry),)
