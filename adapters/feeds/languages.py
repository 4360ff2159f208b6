"""In which language an entry is: what its letters show, then what its feed says."""

import re
from collections.abc import Iterable

_SAMPLE = 4000
_SHARE = 0.3
"""The part of all letters that a script needs to be the text's own, not a quoted name's."""
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]+")
_UKRAINIAN = "іїєґІЇЄҐ"
_RUSSIAN = "ыэёъЫЭЁЪ"
_CODE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE | re.DOTALL)
_CYRILLIC_CODES = frozenset({"uk", "ru", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg"})


def tell_language(text: str, declared: Iterable[str | None], configured: str) -> str:
    """Give an ISO 639-1 code: Hangul is Korean, Cyrillic is told by letters that only one language has.

    Where letters do not tell, the first of `declared` that has two letters and fits them holds, then `configured`.
    """
    sample = text[:_SAMPLE]
    if _is_written_in(_HANGUL, sample):
        return "ko"
    cyrillic = _is_written_in(_CYRILLIC, sample)
    if cyrillic:
        ukrainian, russian = sum(map(sample.count, _UKRAINIAN)), sum(map(sample.count, _RUSSIAN))
        if ukrainian != russian:
            return "uk" if ukrainian > russian else "ru"
    codes = [found[1].lower() for each in declared if (found := _CODE.fullmatch((each or "").strip()))]
    codes.append(configured)
    wordless = not any(map(str.isalpha, sample))
    fitting = (code for code in codes if wordless or _fits(code, cyrillic=cyrillic))
    return next(fitting, configured)


def _is_written_in(script: re.Pattern[str], sample: str) -> bool:
    if sample.isascii():
        return False
    own = sum(map(len, script.findall(sample)))
    return own > 0 and own >= _SHARE * sum(map(str.isalpha, sample))


def _fits(code: str, *, cyrillic: bool) -> bool:
    """Tell whether a language may be written in the script found, which is not Hangul."""
    return code in _CYRILLIC_CODES if cyrillic else code != "ko" and code not in _CYRILLIC_CODES - {"sr"}
