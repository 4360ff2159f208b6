"""From a regular expression as written to a condition with the literals that every match must contain."""

import regex

from rules.language.conditions import Expression, Scope
from rules.language.syntax import (
    Choice,
    ExpressionRefused,
    Literal,
    Nothing,
    Part,
    Repeat,
    Sequence,
    parse_expression,
)
from rules.language.terms import is_cjk

LONGEST_EXPRESSION = 500
MOST_LITERALS = 60
_SHORTEST_LITERAL = 2

Literals = frozenset[str]


def build_expression(written: str, scope: Scope) -> Expression:
    """Check an expression and find its required literals. Raises ExpressionRefused."""
    if len(written) > LONGEST_EXPRESSION:
        raise ExpressionRefused(f"an expression of {len(written)} characters", f"at most {LONGEST_EXPRESSION}")
    tree, pattern = parse_expression(written)
    literals = _required(tree)
    if literals is None:
        raise ExpressionRefused(
            "nothing in this expression must always be there, so it would have to be tried on every text",
            "add a word of two letters or more outside of [ ], ? and *, and to each side of a |",
        )
    try:
        regex.compile(pattern)
    except (regex.error, OverflowError, RecursionError) as error:
        raise ExpressionRefused(f"not a regular expression: {error}", "check brackets and repeats") from error
    return Expression(written, pattern, tuple(sorted(literals)), scope)


def _required(part: Part) -> Literals | None:
    """Give literals of which each match contains one, the most telling such set; None when there is none."""
    if isinstance(part, Literal):
        return _usable(part.character)
    if isinstance(part, Sequence):
        return _best_of_sequence(part)
    if isinstance(part, Choice):
        return _united([_required(each) for each in part.parts])
    if isinstance(part, Repeat) and part.least > 0:
        return _required(part.part)
    return None


def _best_of_sequence(sequence: Sequence) -> Literals | None:
    candidates: list[Literals | None] = []
    run = ""
    for part in _flattened(sequence):
        if isinstance(part, Literal):
            run += part.character
        elif not isinstance(part, Nothing):
            candidates += [_usable(run), _required(part)]
            run = ""
    candidates.append(_usable(run))
    found = [each for each in candidates if each is not None]
    return max(found, key=lambda each: (min(map(len, each)), -len(each)), default=None)


def _flattened(sequence: Sequence) -> list[Part]:
    parts: list[Part] = []
    for part in sequence.parts:
        parts += _flattened(part) if isinstance(part, Sequence) else [part]
    return parts


def _united(sets: list[Literals | None]) -> Literals | None:
    united: set[str] = set()
    for each in sets:
        if each is None:
            return None
        united |= each
    return frozenset(united) if len(united) <= MOST_LITERALS else None


def _usable(run: str) -> Literals | None:
    literal = run.replace("-", " ")
    if not any(map(str.isalnum, literal)):
        return None
    if len(literal.strip()) < _SHORTEST_LITERAL and not any(map(is_cjk, literal)):
        return None
    return frozenset({literal})
