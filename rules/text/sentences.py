"""Sentence borders in news text: English, Korean, Ukrainian, Russian.

By rule, not by model: a mark that may end a sentence does, unless what stands around it says otherwise.
"""

import re

_END = re.compile(
    r"""[.!?…]+["'”’»)\]]*(?=\s|\Z)"""  # a mark, closing quotes, white space
    r"""|[。！？]+["'”’」』)\]]*"""
    r"""|(?<=[\uac00-\ud7a3])[.!?]+(?=[\uac00-\ud7a3])"""  # Korean copy often lacks the space after 다.
    r"""|\n+"""
)
_LAST_WORD = re.compile(r"[\w.'’-]*\Z")
_NEXT = re.compile(r"""\s*["'“‘«„(\[]*\s*(\w*)""")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _words(
    "mr mrs ms messrs dr prof gen lt col maj sgt capt cmdr cpl pvt adm brig gov sen rep pres hon rev st fr no vs "
    "jan feb mar apr jun jul aug sep sept oct nov dec inc ltd co corp approx dept fig est cf e.g i.e a.m p.m "
    "т зв тзв ім вул обл напр див проф акад ген полк підп кап лейт ред стор пор просп смт о рис "
    "им ул просп см напр пер наб дер пос г м с т.н т.зв т.ч в.о и.о"
)
"""Abbreviations after which the sentence goes on, whatever follows."""
_UNITS = _words("тис млн млрд трлн грн руб коп кв км га кг тонн тыс р рр г гг ст чол чел mln bn")
"""Abbreviations after a number: a capital after them begins a sentence."""
_CLOSERS = _words("т.д т.п т.і т.п др пр ін etc")
"""Abbreviations that close an enumeration: a capital after them begins a sentence."""
_STARTERS = _words(
    "the a an he she it they we i this that these those there in on at but and by for from his her its their as after "
    "before if when while since one two some many most no not officials"
)
"""What tells, after an acronym such as U.S., that a sentence begins."""


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Give start and end of each sentence, in order, without the white space around it.

    Every character that is not white space lies in exactly one sentence.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for end in _END.finditer(text):
        if _is_border(text, start, end):
            _append_trimmed(spans, text, start, end.end())
            start = end.end()
    _append_trimmed(spans, text, start, len(text))
    return tuple(spans)


def _append_trimmed(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    part = text[start:end]
    begin = start + len(part) - len(part.lstrip())
    stop = start + len(part.rstrip())
    if begin < stop:
        spans.append((begin, stop))


def _is_border(text: str, start: int, end: re.Match[str]) -> bool:
    mark = end.group()
    if mark[0] in "\n。！？" or end.end() >= len(text):
        return True
    following = _NEXT.match(text, end.end())
    word = following.group(1) if following is not None else ""
    if word[:1].islower():
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    return _ends_after_period(text[start : end.start()], word)


def _ends_after_period(before: str, following: str) -> bool:
    """Decide for a single period with a capital, a digit or a mark after it."""
    found = _LAST_WORD.search(before)
    last = (found.group() if found is not None else "").strip("'’-.").casefold()
    if last in _UNITS and before[: len(before) - len(last)].rstrip()[-1:].isdigit():
        return not following[:1].isdigit()
    if last in _CLOSERS:
        return True
    if last in _TITLES:
        return last == "no" and not following[:1].isdigit()
    if len(last) == 1 and last.isalpha() and not _is_hangul(last):
        return False
    if re.fullmatch(r"(?:\w\.)+\w", last):
        return following.casefold() in _STARTERS
    return True


def _is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3"
