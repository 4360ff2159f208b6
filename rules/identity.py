"""Identity: which versions say the same, and which items tell one story word for word."""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from rules.text import fold

_WORD = re.compile(r"\w+")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_GENERIC_WORDS = (
    "live update updates latest breaking news briefing brief bulletin blog liveblog coverage watch video photos "
    "pictures gallery podcast newsletter headlines recap roundup summary follow read more here key events moments "
    "today morning evening daily weekly day week monday tuesday wednesday thursday friday saturday sunday "
    "the a an of on in at to for and or from with by is are as our your all what we know so far s "
    "속보 실시간 뉴스 오늘 주요 종합 포토 영상 단독 "
    "онлайн новини новина головне стрічка оновлюється фото відео наживо дайджест підсумки сьогодні "
    "за на у в і та про "
    "новости новость главное лента обновляется видео прямой эфир дайджест итоги сегодня и о по с"
)
"""What outlets call their running pages, and words that tell nothing by themselves."""
_GENERIC = frozenset(_GENERIC_WORDS.split())
_TITLE_ALONE = 5
"""Telling words that make a title telling by itself."""
_TITLE_WITH_TEXT = (3, 8)
"""Telling words of a title, and of title and text together, that make both telling."""
_TEXT_ALONE = 25
"""Telling words of title and text that outweigh a generic title."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A folded title and text, made once for all that compares them: hash, story keys, searches."""

    title: str
    text: str


def read_wording(title: str, text: str) -> Wording:
    """Fold a title and a text."""
    return Wording(fold(title), fold(text))


def content_hash(wording: Wording) -> str:
    """Hash what a version says: equal when title and text differ in case, spacing or spelling of characters only."""
    return _digest("content", wording.title, wording.text)


def story_keys(canonical_link: str | None, wording: Wording) -> tuple[str, ...]:
    """Give the keys that exact reprints of a page share: `link:...` and, for a telling text, `text:...`.

    A front page is no link of a story; a short or generic text ("Live updates") is no text of one.
    """
    keys = []
    if canonical_link and leads_to_a_page(canonical_link):
        keys.append(f"link:{_digest('link', canonical_link)}")
    title, text = _WORD.findall(wording.title), _WORD.findall(wording.text)
    if _is_telling(title, text):
        keys.append(f"text:{_digest('text', *title, '', *text)}")
    return tuple(keys)


def is_telling(wording: Wording) -> bool:
    """Tell whether a wording says so much that no other report has it by chance."""
    return _is_telling(_WORD.findall(wording.title), _WORD.findall(wording.text))


def telling_words(wording: Wording) -> frozenset[str]:
    """Give the different words of a wording that tell something."""
    return frozenset((*_WORD.findall(wording.title), *_WORD.findall(wording.text))) - _GENERIC


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def leads_to_a_page(link: str) -> bool:
    """Tell a page's address from that of a site, whose front page is."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return True
    return bool(parts.path.strip("/") or parts.query)


def _is_telling(title: list[str], text: list[str]) -> bool:
    heading = _telling(title)
    total = heading + _telling(text)
    enough, with_text = _TITLE_WITH_TEXT
    return heading >= _TITLE_ALONE or (heading >= enough and total >= with_text) or total >= _TEXT_ALONE


def _telling(words: list[str]) -> float:
    """Count telling words; Korean writes with one word what English needs more for: two syllables count as one."""
    return sum(max(1.0, len(_HANGUL.findall(word)) / 2) for word in words if word not in _GENERIC)
