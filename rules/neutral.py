"""Make feed text inert in a terminal, Slack and Discord without changing a word or a number.

A renderer still escapes for its platform; this is what holds when one forgets to. Markup that works only at the
start of a line (`#`, `>`, `-`) is left to the renderers, who alone know where their lines start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import quote, urlsplit

import regex

LONGEST_LINK = 2048
"""Discord refuses longer addresses in an embed, Slack those above 3000."""

# Controls, bidi and zero-width marks, lone surrogates, blank "letters" (default-ignorable).
_UNSEEN = r"[\p{Cc}\p{Cf}\p{Cs}\p{DI}]"
_BLANK_OR_UNSEEN = regex.compile(rf"(?:\s|{_UNSEEN})+")
_HARD_SPACES = "\u00a0\u202f\u2007"

# What each platform acts upon, and the look-alike that none does. Left alone: `<` and `>` of comparisons
# ("< 100", ">= 5"), `_` inside a word, a single `|`.
_ACTIVE = regex.compile(
    r"""
      @                                       # @everyone, <@U123>, <@&1>
    | <(?=[^\s\d=])                           # <!here>, <#C1>, <https://a|b>, <b>
    | (?<!^|[\s=–—-])>
    | \](?=\()                                # [text](https://...)
    | [*`~]                                   # emphasis, code, strike-through (which would turn "~600" around)
    | \|(?=\|) | (?<=\|)\|                    # ||spoiler||
    | (?<![^\W_])_ | _(?![^\W_])
    | (?<=\p{M}{4})\p{M}                      # accents piled upon accents climb over the lines above
    """,
    regex.VERBOSE,
)
_LOOK_ALIKE = {"@": "＠", "<": "‹", ">": "›", "]": "] ", "*": "∗", "`": "‵", "~": "∼", "|": "¦", "_": "＿"}

_HOST = regex.compile(r"[\w.:-]+")
_NOT_IN_LINKS = regex.compile(rf"\s|{_UNSEEN}")
_QUOTED_IN_LINKS = frozenset('<>"|\\`{}^')


@dataclass(frozen=True, slots=True)
class Neutral:
    """Inert text on one line; `offsets[i]` is where the source's position `i` has come to lie in it."""

    text: str
    offsets: tuple[int, ...]


def neutralise(source: str) -> Neutral:
    """Take out what cannot be seen, join white space, and put look-alikes for what a platform would act upon."""
    seen, first = _replaced(source, _BLANK_OR_UNSEEN, _blank)
    inert, second = _replaced(seen, _ACTIVE, lambda active: _LOOK_ALIKE.get(active, ""))
    return Neutral(inert, tuple(second[offset] for offset in first))


def visible(source: str) -> str:
    """Take out what cannot be seen and join white space, as `neutralise` does, and change nothing else."""
    return _BLANK_OR_UNSEEN.sub(lambda m: _blank(m.group()), source)


def safe_link(link: str | None) -> str | None:
    """Give the link if it is a plain web address that cannot mislead or break out of markup, else None."""
    if link is None or len(link) > LONGEST_LINK or _NOT_IN_LINKS.search(link):
        return None
    try:
        parts = urlsplit(link)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or "@" in parts.netloc:
        return None
    if not _HOST.fullmatch(parts.hostname or ""):
        return None
    return "".join(quote(c) if c in _QUOTED_IN_LINKS else c for c in link)


def _blank(run: str) -> str:
    """Give what a run of white and unseen characters becomes: nothing, a space, or the hard space it was."""
    white = "".join(c for c in run if c.isspace())
    return white if len(white) == 1 and white in _HARD_SPACES else " " * bool(white)


def _replaced(text: str, what: regex.Pattern[str], new: Callable[[str], str]) -> tuple[str, list[int]]:
    """Replace each place that the pattern finds, and map each old position to its new one."""
    pieces: list[str] = []
    widths = [1] * len(text)
    done = 0
    for found in what.finditer(text):
        start, end = found.span()
        replacement = new(found.group())
        pieces += (text[done:start], replacement)
        widths[start:end] = [len(replacement)] + [0] * (end - start - 1)
        done = end
    pieces.append(text[done:])
    return "".join(pieces), list(accumulate(widths, initial=0))
