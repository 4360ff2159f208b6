"""Terms as people write them: words, phrases, prefixes; and where their borders are."""

from dataclasses import replace

from rules.language.conditions import Border, Term
from rules.text import fold

LONGEST_TERM = 200


class TermRefused(ValueError):
    """A term cannot be matched as written; `hint` says how to mend it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def parse_term(written: str) -> Term:
    """Read a term: `*` at an end lifts the word border there, a space at an end demands white space.

    Raises TermRefused.
    """
    opens, closes = written.startswith("*"), len(written) > 1 and written.endswith("*")
    body = written[opens : len(written) - closes]
    if "*" in body:
        raise TermRefused(f"'{written}' has a * inside", "a * stands at the start or end of a term only; use `near`")
    term = _plain_term(written, body)
    return replace(
        term,
        before=Border.NONE if opens else term.before,
        after=Border.NONE if closes else term.after,
        prefix=closes,
    )


def parse_exact(written: str) -> Term:
    """Read a term that matches only as written, case included; `*` and `@` mean themselves. Raises TermRefused."""
    return replace(_plain_term(written, written), exact=" ".join(written.split()))


def is_cjk(character: str) -> bool:
    """Tell whether a character belongs to a script that attaches or does not space words: Hangul, Han, Kana."""
    if character < "\u1100":
        return False
    return (
        "\uac00" <= character <= "\ud7ff"
        or "\u2e80" <= character <= "\u9fff"
        or "\u1100" <= character <= "\u11ff"
        or "\uf900" <= character <= "\ufaff"
        or "\ua960" <= character <= "\ua97f"
        or "\U00020000" <= character <= "\U0003ffff"
    )


def is_hangul(character: str) -> bool:
    """Tell whether a character is a Hangul syllable or letter."""
    return "\uac00" <= character <= "\ud7ff" or "\u1100" <= character <= "\u11ff"


def _plain_term(written: str, body: str) -> Term:
    if len(written) > LONGEST_TERM:
        raise TermRefused(f"a term of {len(written)} characters", f"at most {LONGEST_TERM}; use several terms")
    literal = fold(body).replace("-", " ")
    if not any(map(str.isalnum, literal)):
        raise TermRefused(f"'{written}' holds no letter or digit", "write a word or phrase")
    before = Border.SPACE if body[:1].isspace() else _start_border(literal[0])
    after = Border.SPACE if body[-1:].isspace() else _end_border(literal[-1])
    return Term(written, literal, before, after)


def _start_border(character: str) -> Border:
    if is_hangul(character):
        return Border.HANGUL
    return _end_border(character)


def _end_border(character: str) -> Border:
    return Border.WORD if character.isalnum() and not is_cjk(character) else Border.NONE
