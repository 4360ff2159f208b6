"""Folding: one spelling for all that readers take for the same, with the way back to the original.

NFKC, casefold, NFKC (Unicode 15, section 3.13, "compatibility caseless matching"), and besides: invisible characters
and stress marks removed, white space runs as one space without any at the ends, one apostrophe, one double quote, one
dash, е for ё.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence

_REMOVED_LETTERS = "\u034f\u115f\u1160\u3164\ufe0e\ufe0f\uffa0"
"""Invisible, though Unicode counts them as letters or marks."""
_REMOVED = re.compile(f"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff{_REMOVED_LETTERS}]+")
_MARKS = "\u0307\u0301"
"""The dot that lower-casing İ leaves behind; the stress mark, where it did not compose into a letter."""
_TYPOGRAPHY = tuple(zip("’‘“”–—«»", '\'\'""--""', strict=True))
"""What alone keeps most English news from being ASCII, which is much faster to work on."""
_VARIANTS = (
    *((variant, "'") for variant in "\u201b\u02bc\u02b9\u2032`"),
    *((variant, '"') for variant in "\u201e\u201f"),
    *((variant, "-") for variant in "\u2010\u2011\u2012\u2015\u2043\u2212"),
    ("ё", "е"),
)
_BREAKS = "\n\t\r\x0b\x0c\x1c\x1d\x1e\x1f"


def fold(text: str) -> str:
    """Give the spelling that two texts share when a reader takes them for the same. Folding twice changes nothing."""
    folded, _ = _fold(text)
    return folded


def _fold(text: str) -> tuple[str, bool]:
    """Fold, and tell whether that was surely one character for one: where every step kept the length."""
    plain = text if text.isascii() else _replaced(text, _TYPOGRAPHY)
    if plain.isascii():
        folded = plain.lower().replace("`", "'")
        squeezed = same = not any(map(folded.__contains__, _BREAKS))
    else:
        # What is printable has no white space but plain spaces, and of invisible characters a known few.
        squeezed = plain.isprintable()
        folded, same = _fold_wide(plain, printable=squeezed)
    folded = folded.strip() if squeezed and "  " not in folded else " ".join(folded.split())
    return folded, same and len(folded) == len(text)


def _replaced(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    for variant, plain in pairs:
        text = text.replace(variant, plain)
    return text


def _fold_wide(text: str, *, printable: bool = False) -> tuple[str, bool]:
    """Fold without regard to white space, and tell whether characters are as many and in place."""
    if not printable or any(map(text.__contains__, _REMOVED_LETTERS)):
        text = _REMOVED.sub("", text)
    normal = unicodedata.normalize("NFKC", text.replace("\u00b4", "'"))
    cased = unmarked = normal.casefold()
    for mark in _MARKS:
        if mark in cased:
            unmarked = unmarked.replace(mark, "")
    folded = unicodedata.normalize("NFKC", unmarked)
    # Casefolding never makes a character vanish: an equal length means one for one.
    same = printable and normal == text and len(cased) == len(text) and folded == cased
    if not same:
        folded = _replaced(folded, _TYPOGRAPHY)
    return _replaced(folded, _VARIANTS), same


def _attaches(character: str) -> bool:
    """Tell whether a character may change or join the one before it when both are normalised."""
    if _REMOVED.match(character):
        return True
    first = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", character).casefold())[:1]
    return unicodedata.category(first).startswith("M") or "\u1160" <= first <= "\u11ff"


def _is_plain(character: str) -> bool:
    """Tell whether a character folds to exactly one, whatever stands around it."""
    folded, _ = _fold_wide(character)
    return len(folded) == 1 and not folded.isspace() and not _attaches(character)


def _plain_class() -> str:
    """Spell the plain characters of the scripts that we mostly read, as a regular expression's class."""
    blocks = ((0x21, 0x17F), (0x370, 0x52F), (0x2010, 0x2027), (0x2030, 0x205E), (0x20A0, 0x20BF), (0x3041, 0x30FF))
    plain = [code for first, last in blocks for code in range(first, last + 1) if _is_plain(chr(code))]
    return "".join(re.escape(chr(code)) for code in plain) + "\uac00-\ud7a3\u4e00-\u9fff "


_ODD_RUN = re.compile(f"[^{_plain_class()}](?:[^{_plain_class()}]| )*")
"""Where folding may be other than one character for one, but for spaces; takes all spaces after it."""
_ODD_OR_SPACES = re.compile(f"(?:\\A | {{2,}}|[^{_plain_class()}])(?:[^{_plain_class()}]| )*")
"""The same, and runs of spaces: slower to look for."""


class Folded:
    """A folded text with the way back to the original.

    The way back is computed when first asked for: most texts match nothing and never need it.
    """

    __slots__ = ("_one_to_one", "_pieces", "_starts", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = original
        self.text, self._one_to_one = _fold(original)
        self._starts: list[int] = []
        self._pieces: list[tuple[int, int, bool]] = []

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give start and end in the original of the folded text's `[start:end]`, which must not be empty.

        Where one original character became several, or several one, the whole of them is given.
        """
        if self._one_to_one:
            return start, end
        if not self._starts:
            self._map()
        first = bisect_right(self._starts, start) - 1
        origin, _, exact = self._pieces[first]
        begin = origin + (start - self._starts[first] if exact else 0)
        last = bisect_right(self._starts, end - 1) - 1
        origin, stop, exact = self._pieces[last]
        return begin, origin + end - self._starts[last] if exact else stop

    def _map(self) -> None:
        """List the pieces: stretches of one character for one, and single groups in between."""
        at = position = 0
        spaced = "  " in self.original or self.original.startswith(" ")
        for run in (_ODD_OR_SPACES if spaced else _ODD_RUN).finditer(self.original):
            start = max(position, run.start() - 1)  # what an odd character may attach to
            if start > position:
                self._add(at, position, start, exact=True)
                at += start - position
            for begin, end, length in _groups(self.original, start, run.end()):
                self._add(at, begin, end, exact=False)
                at += length
            position = run.end()
        self._add(at, position, len(self.original), exact=True)

    def _add(self, at: int, begin: int, end: int, *, exact: bool) -> None:
        self._starts.append(at)
        self._pieces.append((begin, end, exact))


def _groups(original: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Cut one odd run into groups that fold by themselves: start, end, folded length (never 0)."""
    open_space = start == 0
    for begin, stop in _clusters(original, start, end):
        folded, _ = _fold_wide(original[begin:stop])
        while stop > begin + 1 and _REMOVED.match(original[stop - 1]):
            stop -= 1
        for part in re.findall(r"\s+|\S+", folded):
            if not part.isspace():
                open_space = False
                yield begin, stop, len(part)
            elif not open_space:
                open_space = True
                yield begin, stop, 1


def _clusters(original: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for position in range(start + 1, end):
        if not _attaches(original[position]):
            yield begin, position
            begin = position
    yield begin, end
