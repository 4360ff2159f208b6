"""Folding: one spelling for all that readers take for the same, with the way back to the original.

NFKC, casefold, NFKC (Unicode 15, section 3.13, "compatibility caseless matching"), and besides: invisible characters
and stress marks removed, white space runs as one space without any at the ends, one apostrophe, one hyphen, е for ё.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator

_REMOVED = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef]+"
)
_MARKS = "\u0307\u0301\u0300"
"""The dot that lower-casing İ leaves behind; stress marks, where they did not compose into a letter."""
_APOSTROPHES = "\u2018\u2019\u201b\u02bc\u02b9\u2032`"
_HYPHENS = "\u2010\u2011\u2012\u2212\u2043"
_BREAKS = "\n\t\r\x0b\x0c\x1c\x1d\x1e\x1f"
_WIDE_BREAKS = "\x85\u2028\u2029\u1680"


def fold(text: str) -> str:
    """Give the spelling that two texts share when a reader takes them for the same. Folding twice changes nothing."""
    if text.isascii():
        folded = text.lower().replace("`", "'")
        odd = _has_breaks(folded, _BREAKS)
    else:
        folded = _fold_wide(text)
        odd = _has_breaks(folded, _BREAKS) or _has_breaks(folded, _WIDE_BREAKS)
    return " ".join(folded.split()) if odd else folded.strip()


def _has_breaks(text: str, breaks: str) -> bool:
    return "  " in text or any(map(text.__contains__, breaks))


def _fold_wide(text: str) -> str:
    """Fold without regard to white space."""
    if _REMOVED.search(text) is not None:
        text = _REMOVED.sub("", text)
    text = unicodedata.normalize("NFKC", text.replace("\u00b4", "'")).casefold()
    for mark in _MARKS:
        text = text.replace(mark, "")
    text = unicodedata.normalize("NFKC", text).replace("ё", "е")
    for variant in _APOSTROPHES:
        text = text.replace(variant, "'")
    for variant in _HYPHENS:
        text = text.replace(variant, "-")
    return text


def _attaches(character: str) -> bool:
    """Tell whether a character may change or join the one before it when both are normalised."""
    if _REMOVED.match(character):
        return True
    first = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", character).casefold())[:1]
    return unicodedata.category(first).startswith("M") or "\u1160" <= first <= "\u11ff"


def _is_plain(character: str) -> bool:
    """Tell whether a character folds to exactly one, whatever stands around it."""
    folded = _fold_wide(character)
    return len(folded) == 1 and not folded.isspace() and not _attaches(character)


def _plain_class() -> str:
    """Spell the plain characters of the scripts that we mostly read, as a regular expression's class."""
    blocks = ((0x21, 0x17F), (0x370, 0x52F), (0x2010, 0x2027), (0x2030, 0x205E), (0x20A0, 0x20BF), (0x3041, 0x30FF))
    plain = [code for first, last in blocks for code in range(first, last + 1) if _is_plain(chr(code))]
    return "".join(re.escape(chr(code)) for code in plain) + "\uac00-\ud7a3\u4e00-\u9fff "


_ODD_RUN = re.compile(f"(?:\\A | {{2,}}|(?s:.)?[^{_plain_class()}])(?:[^{_plain_class()}]| )*")
"""Where folding is not one character for one. Such a run begins with the character that what follows may attach to,
and takes all spaces after it, so that each run can be folded by itself."""


class Folded:
    """A folded text with the way back to the original.

    `span` is computed when first asked for: most texts match nothing and never need it.
    """

    __slots__ = ("_pieces", "_starts", "original", "text")

    def __init__(self, original: str, text: str | None = None) -> None:
        """Fold `original`, or take `text` as its folded form when the caller has it already."""
        self.original = original
        self.text = fold(original) if text is None else text
        self._starts: list[int] | None = None
        self._pieces: list[tuple[int, int, bool]] = []

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give start and end in the original of the folded text's `[start:end]`, which must not be empty.

        Where one original character became several, or several one, the whole of them is given.
        """
        if len(self.text) == len(self.original) and self.original.isascii():
            return start, end
        if self._starts is None:
            self._starts = []
            self._map()
        first = bisect_right(self._starts, start) - 1
        origin, _, exact = self._pieces[first]
        begin = origin + (start - self._starts[first] if exact else 0)
        last = bisect_right(self._starts, end - 1) - 1
        origin, stop, exact = self._pieces[last]
        return begin, origin + end - self._starts[last] if exact else stop

    def _map(self) -> None:
        """List the pieces: stretches of one character for one, and single groups in between."""
        assert self._starts is not None
        at = position = 0
        for run in _ODD_RUN.finditer(self.original):
            if run.start() > position:
                self._starts.append(at)
                self._pieces.append((position, run.start(), True))
                at += run.start() - position
            for begin, end, length in _groups(self.original, run.start(), run.end()):
                self._starts.append(at)
                self._pieces.append((begin, end, False))
                at += length
            position = run.end()
        self._starts.append(at)
        self._pieces.append((position, len(self.original), True))


def _groups(original: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Cut one odd run into groups that fold by themselves: start, end, folded length (never 0)."""
    open_space = start == 0
    for begin, stop in _clusters(original, start, end):
        folded = _fold_wide(original[begin:stop])
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
