"""Numbers that a text states, as written and by value, to tell what an edit changed.

Only what an update needs: digits with the separators and scale words of English, Korean, Ukrainian and Russian,
small number words, and words for vague numbers. Reading what a number counts is not done here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import regex

_SCALES = {
    "": 1, "k": 10**3, "thousand": 10**3, "million": 10**6, "billion": 10**9,
    "тис": 10**3, "тыс": 10**3, "млн": 10**6, "мільйон": 10**6, "миллион": 10**6,
    "백": 10**2, "천": 10**3, "만": 10**4, "십만": 10**5, "백만": 10**6, "천만": 10**7, "억": 10**8,
}  # fmt: skip

_WORDS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "twenty": "20",
    "два": "2", "дві": "2", "две": "2", "двоє": "2", "двое": "2", "двох": "2", "двух": "2",
    "три": "3", "троє": "3", "трое": "3", "трьох": "3", "трех": "3", "трёх": "3",
    "чотири": "4", "четверо": "4", "четыре": "4", "п'ять": "5", "п’ять": "5", "пять": "5", "пятеро": "5",
    "десять": "10", "двадцять": "20", "двадцать": "20",
    "dozen": "dozen", "dozens": "dozens", "scores": "scores", "hundreds": "hundreds", "thousands": "thousands",
    "десяток": "dozens", "десятки": "dozens", "десятків": "dozens", "десятков": "dozens",
    "сотні": "hundreds", "сотень": "hundreds", "сотни": "hundreds", "сотен": "hundreds",
    "тисячі": "thousands", "тисяч": "thousands", "тысячи": "thousands", "тысяч": "thousands",
}  # fmt: skip
_KOREAN_WORDS = {"수십": "dozens", "수백": "hundreds", "수천": "thousands", "수만": "tens of thousands", "십여": "10+"}

_THOUSANDS = r"[,.'’ \u00a0\u202f]"
_KOREAN_UNIT = r"(?:천만|백만|십만|[억만천백])"
_DIGITS = r"\d[\d,]{0,20}"
_FORM = regex.compile(
    rf"""
      (?P<other> (?<![A-Za-zЀ-ӿ])[A-Za-zЀ-ӿ]{{1,20}}-?\d+       # F-16, Т-72, mid-2024
               | \d+:\d+(?::\d+)?                            # 14:35
               | \d+(?P<mark>[./-])\d+(?P=mark)\d{{4}}\b | \d{{4}}-\d\d-\d\d )
    | (?P<korean> {_DIGITS}(?:\.\d{{1,9}})?{_KOREAN_UNIT}(?:[ ]?{_DIGITS}{_KOREAN_UNIT})*(?:{_DIGITS}(?<!,))? )
    | (?P<digits> (?:\d{{1,3}}(?:{_THOUSANDS}\d{{3}}(?!\d))+|\d+)(?:[.,]\d+)? )
      (?: [\s-]? (?P<scale> k(?!\w) | thousand | million | billion | тис | тыс | млн | мільйон | миллион )
          (?: (?<=тис|тыс|млн)\. | [a-zЀ-ӿ]* ) )?
    | (?<!\w)(?P<word> {"|".join(_WORDS)} )(?!\w)
    | (?P<vague> {"|".join(_KOREAN_WORDS)} )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_LONGEST = 40
"""A longer form is no number that people write; it stands for itself."""
_PART = regex.compile(rf"(?P<digits>\d[\d.]*)(?P<scale>{_KOREAN_UNIT}?)")
_SEPARATOR = regex.compile(rf"{_THOUSANDS}(?=\d{{3}}(?!\d))")


@dataclass(frozen=True, slots=True)
class Numeral:
    """One stated number: as written, and in one spelling for equal values."""

    written: str
    value: str


def numerals(text: str) -> Iterator[Numeral]:
    """Read the numbers of a text in reading order, repeats included."""
    for found in _FORM.finditer(text):
        if not found["other"]:
            yield Numeral(found.group(), _value(found))


def numbers(text: str) -> tuple[str, ...]:
    """Give the different numbers of a text, each as first written."""
    return numbers_only_in(text, "")


def numbers_only_in(text: str, other: str) -> tuple[str, ...]:
    """Give the different numbers, as first written, that `text` states and `other` does not."""
    known = {numeral.value for numeral in numerals(other)}
    fresh: dict[str, str] = {}
    for numeral in numerals(text):
        if numeral.value not in known:
            fresh.setdefault(numeral.value, numeral.written)
    return tuple(fresh.values())


def _value(found: regex.Match[str]) -> str:
    if len(found.group()) > _LONGEST:
        return found.group()
    if found["word"]:
        return _WORDS[found["word"].lower()]
    if found["vague"]:
        return _KOREAN_WORDS[found["vague"]]
    parts = _PART.finditer(found["korean"].replace(",", "")) if found["korean"] else (found,)
    try:
        return f"{sum(map(_scaled, parts), Decimal()).normalize():f}"
    except InvalidOperation:
        # A digit of a script that is newer than this Python's Unicode tables: it stands for itself.
        return found.group()


def _scaled(found: regex.Match[str]) -> Decimal:
    plain = _SEPARATOR.sub("", found["digits"]).replace(",", ".").rstrip(".")
    return Decimal(plain) * _SCALES[(found["scale"] or "").lower()]
