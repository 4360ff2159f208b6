"""A made-up wire and made-up rules for it: seeded, in four languages, words drawn by Zipf's law."""

import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate

from rules.model import DateDoubt, FeedId, Item, ItemId, Source

_COMMON = {
    "en": "the of to in and said on for that with from were by after officials army front forces near city troops "
    "report region ministry defence strike killed wounded soldiers drone border town hours morning statement night "
    "command losses talks council power week bridge brigade fire village river attack rocket fighting shelling guard",
    "ko": "밝혔다 전했다 말했다 이날 군은 정부는 병력 전선 공격 사상자 부상 국방부 대변인 지역 도시 드론 포격 국경 마을 교전 "
    "발표했다 따르면 보고서 지난 오전 밤사이 피해 확인했다 관계자 회담",
    "uk": "у на та що до за під час про після військові сили фронт області місто загинули поранені удар дрон оборони "
    "повідомили міністерство ворог обстріл бригада вночі ранку населений пункт позиції втрати штурм наступ",
    "ru": "в на и что по за под во время о после военные силы фронт области город погибли ранены удар дрон обороны "
    "сообщили министерство противник обстрел бригада ночью утром населенный пункт позиции потери штурм наступление",
}
_ONSETS = {
    "en": "b br c ch d dr f fl g gr h j k kl l m n p pl pr r s sh sk sl sp st t th tr v w z",
    "ko": "가 거 고 구 기 나 너 노 누 다 더 도 두 디 라 로 루 리 마 모 무 미 바 보 부 비 사 서 소 수 시 아 어 오 우 자 저 조 주 차 초 하 호",
    "uk": "б бр в вл г гр д др ж з к кр л м н п пр р с св ст т тр ф х ц ч ш щ",
    "ru": "б бр в вл г гр д др ж з к кр л м н п пр р с св ст т тр ф х ц ч ш щ",
}
_VOWELS = {"en": "a e i o u ai ea ou", "uk": "а е и і о у я є", "ru": "а е и о у ы я э", "ko": "0"}
_CODAS = {
    "en": "- - n r l s t m nd rk st ng",
    "uk": "- - н р л с т м ск в",
    "ru": "- - н р л с т м ск в",
    "ko": "0 0 4 8 16 17 21",
}
"""For Korean: how far the syllable with this final consonant lies behind the open one."""
_ENDINGS = {"en": "- s ed ing ian", "ko": "-", "uk": "- и ів ами ська", "ru": "- ы ов ами ская"}
_STEMS = 8_000
_LANGUAGES = ("en", "en", "en", "en", "ko", "uk", "ru")
_MARKS = (".", ".", ".", ",", ",", "”", "’s", " —", ";", ")")
_MOMENT = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MadeRule:
    """Groups of terms: all but the last `excluded` must be there; `pattern` is an expression beside them."""

    name: str
    groups: tuple[tuple[str, ...], ...]
    without: tuple[str, ...] = ()
    pattern: str = ""


class Wire:
    """Draws items and rules; equal seeds draw equal ones.

    Rules take their words from the `span` most frequent ones after the common words; the fewer, the more hits.
    """

    def __init__(self, seed: int, span: int | None = None) -> None:
        self._dice = random.Random(seed)
        self._span = span
        self._words = {language: _vocabulary(language, random.Random(7)) for language in _COMMON}
        self._weights = {
            language: list(accumulate(1 / (rank + 3) for rank in range(len(words))))
            for language, words in self._words.items()
        }

    def items(self, count: int) -> list[Item]:
        """Draw items of some 120 words."""
        return [self._item(number) for number in range(count)]

    def rules(self, count: int) -> list[MadeRule]:
        """Draw rules of 2 to 5 terms, a third of them phrases; `any`, `all`, `not`, expressions."""
        return [self._rule(number) for number in range(count)]

    def _word(self, language: str) -> str:
        weights = self._weights[language]
        return self._words[language][bisect_left(weights, self._dice.random() * weights[-1])]

    def _item(self, number: int) -> Item:
        language = self._dice.choice(_LANGUAGES)
        source = Source(FeedId("wire"), "Made Wire", language, "wire")
        return Item(
            id=ItemId(str(number)),
            version=1,
            source=source,
            link=None,
            canonical_link=None,
            title=self._sentence(language, 9),
            text=" ".join(self._sentence(language, self._dice.randint(12, 24)) for _ in range(6)),
            language=language,
            published_at=_MOMENT,
            date_doubt=DateDoubt.NONE,
            seen_at=_MOMENT,
            content_hash="",
        )

    def _sentence(self, language: str, length: int) -> str:
        words = [self._word(language) for _ in range(length)]
        words[0] = words[0].capitalize()
        for place in range(1, length):
            roll = self._dice.random()
            if roll < 0.06:
                words[place] += self._dice.choice(_MARKS)
            elif roll < 0.1:
                words[place] = words[place].title()
            elif roll < 0.12:
                words[place] = f"{self._dice.randint(2, 900)} {words[place]}"
        return " ".join(words).rstrip(",;—") + "."

    def _rule(self, number: int) -> MadeRule:
        language = "en" if self._dice.random() < 0.92 else self._dice.choice(("ko", "uk", "ru"))
        terms = tuple(dict.fromkeys(self._term(language) for _ in range(self._dice.randint(2, 5))))
        roll = self._dice.random()
        name = f"rule-{number}"
        if roll < 0.1:
            counted = self._rare(language)
            return MadeRule(name, (), pattern=rf"\b\d+ {counted}")
        if roll < 0.6 or len(terms) < 3:
            return MadeRule(name, (terms,))
        if roll < 0.85:
            return MadeRule(name, (terms[:2], terms[2:]))
        return MadeRule(name, (terms[:-1],), without=terms[-1:])

    def _rare(self, language: str) -> str:
        words, common = self._words[language], len(_COMMON[language].split())
        return self._dice.choice(words[common : None if self._span is None else common + self._span])

    def _term(self, language: str) -> str:
        roll = self._dice.random()
        if roll < 0.33:
            return f"{self._rare(language)} {self._word(language)}"
        return self._rare(language) + ("*" if roll < 0.45 else "")


def _vocabulary(language: str, dice: random.Random) -> Sequence[str]:
    """Give common words first, then made-up ones with their endings."""
    made = []
    for _ in range(_STEMS):
        stem = "".join(_syllable(language, dice) for _ in range(dice.choice((2, 2, 3))))
        made += [stem + ending.strip("-") for ending in _ENDINGS[language].split()]
    dice.shuffle(made)
    return list(dict.fromkeys(_COMMON[language].split() + made))


def _syllable(language: str, dice: random.Random) -> str:
    onset, vowel, coda = (dice.choice(kind[language].split()) for kind in (_ONSETS, _VOWELS, _CODAS))
    return chr(ord(onset) + int(coda)) if language == "ko" else f"{onset}{vowel}{coda.strip('-')}"
