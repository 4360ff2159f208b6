"""From the sections of a rule to its condition tree; whatever is wrong is reported at its place."""

from collections.abc import Callable, Sequence

from rules.documents import Loc, Plain
from rules.language.conditions import (
    AllOf,
    AnyOf,
    AnyTerm,
    AtLeast,
    Condition,
    Expression,
    Near,
    Not,
    Scope,
    SourceIs,
)
from rules.language.expressions import build_expression
from rules.language.lists import File, ListBook, ListBroken, ListRefused
from rules.language.schema import AtLeastSection, ConditionSection, NearSection
from rules.language.syntax import ExpressionRefused
from rules.language.terms import TermRefused, parse_exact, parse_term
from rules.problems import Problem

MOST_LEAVES = 2_000
"""Conditions of one rule."""

Written = str | ConditionSection
_SOURCE = ("language", "publisher", "kind", "country", "feed")
_FLAT = (AnyTerm, Expression)
_OUTER = ("any", "all", "not")
_FIELDS = {"title": Scope.TITLE, "text": Scope.TEXT}


class TreeBuilder:
    """Builds the tree of one rule; ask `sound` afterwards, for a broken list spoils a tree without a problem here."""

    def __init__(self, file: File, lists: ListBook) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._lists = lists
        self._leaves = 0
        self._flaws = 0

    @property
    def sound(self) -> bool:
        """Whether what was built can be used."""
        return not self._flaws

    def build(self, written: Written | Sequence[Written], loc: Loc, scope: Scope = Scope.ANYWHERE) -> Condition:
        """Build one condition; a list stands for any of its conditions."""
        if isinstance(written, str):
            return self._term(written, loc, scope)
        if isinstance(written, ConditionSection):
            return _all_of(tuple(self._section(written, loc, scope)))
        return _any_of(self._parts(written, loc, scope))

    def inspect(self, written: Plain, loc: Loc, scope: Scope = Scope.ANYWHERE) -> None:
        """Look for problems in a condition whose form is wrong somewhere: all parts that are in form are built."""
        if isinstance(written, str) and written:
            self._term(written, loc, scope)
        elif isinstance(written, list):
            for index, part in enumerate(written):
                self.inspect(part, (*loc, index), scope)
        elif isinstance(written, dict):
            section, _ = self._file.read(loc, ConditionSection)
            if section is not None:
                self.build(section, loc, scope)
                return
            for key, part in written.items():
                self._inspect_part(key, part, (*loc, key), scope)

    def _inspect_part(self, key: str, part: Plain, loc: Loc, scope: Scope) -> None:
        if key in _OUTER:
            self.inspect(part, loc, scope)
        elif key in _FIELDS:
            self._check_field(loc, scope, _FIELDS[key])
            self.inspect(part, loc, _FIELDS[key])
        elif key in ("at_least", "near") and isinstance(part, dict):
            self.inspect(part.get("of"), (*loc, "of"), scope)
        elif key in ("exact", "expression"):
            build = self._exact if key == "exact" else self._expressions
            places = [(loc, part)] if not isinstance(part, list) else [((*loc, i), each) for i, each in enumerate(part)]
            for at, each in places:
                if isinstance(each, str) and each:
                    build(each, at, scope)

    def _report(self, loc: Loc, message: str, hint: str = "") -> None:
        self._flaws += 1
        self.problems.append(self._file.problem(loc, message, hint))

    def _parts(self, written: Sequence[Written], loc: Loc, scope: Scope) -> tuple[Condition, ...]:
        return tuple(self.build(part, (*loc, index), scope) for index, part in enumerate(written))

    def _term(self, written: str, loc: Loc, scope: Scope) -> AnyTerm:
        self._count(loc)
        try:
            if written.startswith("@"):
                return AnyTerm(self._lists.terms(written[1:]), scope, written[1:])
            return AnyTerm((parse_term(written),), scope)
        except ListBroken:
            self._flaws += 1
        except (TermRefused, ListRefused) as refused:
            self._report(loc, str(refused), refused.hint)
        return AnyTerm((), scope)

    def _count(self, loc: Loc) -> None:
        self._leaves += 1
        if self._leaves == MOST_LEAVES + 1:
            self._report(loc, f"the rule has more than {MOST_LEAVES:,} conditions", "put terms into named lists")

    def _section(self, section: ConditionSection, loc: Loc, scope: Scope) -> list[Condition]:
        builders: dict[str, Callable[[Loc], Condition]] = {
            "any_": lambda at: self.build(section.any_ or (), at, scope),
            "all_": lambda at: self._all(section.all_ or (), at, scope),
            "not_": lambda at: Not(self.build(section.not_ or (), at, scope)),
            "at_least": lambda at: self._at_least(section.at_least, at, scope),
            "near": lambda at: self._near(section.near, at, scope),
            "title": lambda at: self._in_field(section.title or (), at, scope, Scope.TITLE),
            "text": lambda at: self._in_field(section.text or (), at, scope, Scope.TEXT),
            "exact": lambda at: self._exact(section.exact or (), at, scope),
            "expression": lambda at: self._expressions(section.expression or (), at, scope),
            "state_affiliated": lambda _: SourceIs("state_affiliated", (str(section.state_affiliated).lower(),)),
            **{name: self._source_builder(section, name) for name in _SOURCE},
        }
        given = [name for name in builders if getattr(section, name) is not None]
        empty = [name.removesuffix("_") for name in section.model_fields_set if getattr(section, name) is None]
        for name in sorted(empty):
            self._report((*loc, name), f"`{name}:` is empty", "write what it asks for, or take it away")
        if not given and not empty:
            self._report(loc, "an empty condition", "write one of any, all, not, near, at_least, title, text, ...")
        return [builders[name]((*loc, name.removesuffix("_"))) for name in given]

    def _source_builder(self, section: ConditionSection, name: str) -> Callable[[Loc], Condition]:
        def build(_: Loc) -> Condition:
            return SourceIs(name, tuple(value.strip().casefold() for value in _listed(getattr(section, name))))

        return build

    def _all(self, written: Written | Sequence[Written], loc: Loc, scope: Scope) -> Condition:
        if isinstance(written, str | ConditionSection):
            return self.build(written, loc, scope)
        return _all_of(self._parts(written, loc, scope))

    def _in_field(self, written: Written | Sequence[Written], loc: Loc, outer: Scope, scope: Scope) -> Condition:
        self._check_field(loc, outer, scope)
        return self.build(written, loc, scope)

    def _check_field(self, loc: Loc, outer: Scope, scope: Scope) -> None:
        if outer not in (Scope.ANYWHERE, scope):
            self._report(loc, f"`{scope}:` stands inside `{outer}:`, so nothing can match", "take one of them away")

    def _exact(self, written: str | Sequence[str], loc: Loc, scope: Scope) -> Condition:
        self._count(loc)
        terms = []
        for index, each in enumerate(_listed(written)):
            try:
                terms.append(parse_exact(each))
            except TermRefused as refused:
                self._report(loc if isinstance(written, str) else (*loc, index), str(refused), refused.hint)
        return AnyTerm(tuple(terms), scope)

    def _expressions(self, written: str | Sequence[str], loc: Loc, scope: Scope) -> Condition:
        parts: list[Condition] = []
        for index, each in enumerate(_listed(written)):
            self._count(loc)
            try:
                parts.append(build_expression(each, scope))
            except ExpressionRefused as refused:
                self._report(loc if isinstance(written, str) else (*loc, index), str(refused), refused.hint)
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _at_least(self, section: AtLeastSection | None, loc: Loc, scope: Scope) -> Condition:
        assert section is not None
        before = self._flaws
        if isinstance(section.of, str | ConditionSection):
            whole = self.build(section.of, (*loc, "of"), scope)
            parts: tuple[Condition, ...] = (whole,)
            if isinstance(whole, AnyTerm):
                parts = tuple(AnyTerm((term,), scope) for term in whole.terms)
        else:
            parts = self._parts(section.of, (*loc, "of"), scope)
        if section.count > len(parts) and self._flaws == before:
            self._report((*loc, "count"), f"at least {section.count} of {len(parts)} can never hold", "lower the count")
        return AtLeast(section.count, parts)

    def _near(self, section: NearSection | None, loc: Loc, scope: Scope) -> Condition:
        assert section is not None
        parts: list[AnyTerm | Expression] = []
        for index, each in enumerate(section.of):
            built = _one_leaf(self.build(each, (*loc, "of", index), scope))
            if isinstance(built, _FLAT):
                parts.append(built)
            else:
                message = "`near` takes terms, lists of terms, `any:` of terms and expressions only"
                self._report((*loc, "of", index), message, "put other conditions beside it, under `all:`")
        return Near(section.words, section.ordered, tuple(parts))


def _listed(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _all_of(parts: tuple[Condition, ...]) -> Condition:
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _any_of(parts: tuple[Condition, ...]) -> Condition:
    """Join plain terms into one leaf; named lists stay whole, since other rules share them."""
    loose = [part for part in parts if isinstance(part, AnyTerm) and not part.name]
    joined = _one_leaf(AnyOf(tuple(loose))) if len(loose) > 1 else None
    if joined is None or isinstance(joined, AnyOf):
        return parts[0] if len(parts) == 1 else AnyOf(parts)
    rest = [part for part in parts if not isinstance(part, AnyTerm) or part.name]
    return AnyOf((joined, *rest)) if rest else joined


def _one_leaf(condition: Condition) -> Condition:
    """Join `any:` of terms and lists that look in one place into one leaf."""
    if not isinstance(condition, AnyOf):
        return condition
    leaves = [part for part in condition.parts if isinstance(part, AnyTerm)]
    if len(leaves) < len(condition.parts) or len({leaf.scope for leaf in leaves}) > 1:
        return condition
    return AnyTerm(tuple(dict.fromkeys(term for leaf in leaves for term in leaf.terms)), leaves[0].scope)
