"""Articles of items: whether a page's text is the article that a feed's entry announces, and how the two are joined."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from rules.model import Item
from rules.text import fold

LONGEST = 60_000
"""Characters of an item's text, of which the feed's own always stay."""
SHORTEST = 200
"""Less is no article but a wall or a teaser; a Hangul, Han or Kana character counts as two."""
_SHARE = 0.5
"""So much of what an entry says must come up in its article. In our own articles it is 0.67 and more, in walls, other
matters and other languages 0.2 and less (`tests/rules/test_articles.py`); another report on the same troops may have as
much."""
_FEWEST = 3
_OPENING = 400
"""Characters of the feed's text that are looked for in the article."""
_HEAD = 500
"""Characters of an article that may stand before its first words: a title, a byline, a date."""
_STEM = 5
"""Letters that inflections of one word have in common, nearly always."""

_WORD = re.compile(r"\w+")
_WIDE = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_CUT_OFF = re.compile(r"(?:\s*(?:…|\.{3,}|\[…\]|\[\.{3}\]))+\s*\Z")
_END = re.compile(r"""[.!?。！？…]["'”’»)\]]*\s*\Z""")
_MARKS = re.compile(r"""[^\w\s"'“‘«(\[]*\s*""")
_FRONT = re.compile(
    r"/*(?:[a-z]{2,3}(?:[-_][a-z]{2,4})?/?)?(?:(?:index|home|main|default)(?:\.\w{2,5})?)?/*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Joined:
    """A feed's text followed by the article's: `text[:article_at]` is the feed's own."""

    text: str
    article_at: int


def is_front_page(asked: str, answered: str) -> bool:
    """Tell whether a page's address led to a front page, as that of a page which is gone often does."""
    try:
        before, after = urlsplit(asked), urlsplit(answered)
    except ValueError:
        return False
    return not after.query and bool(_FRONT.fullmatch(after.path)) and not _FRONT.fullmatch(before.path)


def is_long_enough(article: str) -> bool:
    """Tell whether a text can be an article."""
    return len(article) + len(_WIDE.findall(article[:SHORTEST])) >= SHORTEST


def is_about(title: str, text: str, article: str) -> bool:
    """Tell whether an article says what an entry with this title and text announces.

    It must have at least three words of theirs, and half of them, inflected or not; short words do not count. So a page
    that asks for consent or a login, one of another matter, or one in another language is told apart.
    """
    wanted = set(_stems(f"{title}\n{text[:_OPENING]}"))
    found = len(wanted.intersection(_stems(article)))
    return found >= min(_FEWEST, len(wanted)) and found >= max(1.0, _SHARE * len(wanted))


def join_article(title: str, text: str, article: str) -> Joined | None:
    """Put an article behind a feed's text, without what title and text have said already; None when nothing is left.

    A feed's text that is cut off in a sentence gives way to the article that begins with it; any other stays to the
    letter. Both have a paragraph a line.
    """
    begun = _CUT_OFF.sub("", text)
    if begun != text or not _END.search(text):
        at = f"\n{article[: _HEAD + len(begun)]}".find(f"\n{begun}") if begun else -1
        if at >= 0 and len(begun) < min(len(article) - at, LONGEST):
            return Joined(_cut(article[at:], LONGEST), len(begun))
    rest = "\n".join(_untold(title, text, article))
    room = LONGEST - len(text) - 1
    if not rest or room <= 0:
        return None
    return Joined(f"{text}\n{_cut(rest, room)}", len(text)) if text else Joined(_cut(rest, LONGEST), 0)


def own_text(item: Item) -> str:
    """Give what the feed itself says of an item."""
    return item.text if item.article_at is None else item.text[: item.article_at]


def _untold(title: str, text: str, article: str) -> Iterator[str]:
    """Give the article's paragraphs, or what is left of them, that title and text have not told."""
    heading, told = _words(title), _words(text)
    for paragraph in article.split("\n"):
        words = _words(paragraph)
        if words.isspace() or words in told or words == heading:
            continue
        left = _after(told, paragraph) if words.startswith(told) and not told.isspace() else paragraph
        if left:
            yield left


def _after(told: str, paragraph: str) -> str:
    """Give what follows in a paragraph that begins with words that were told, if a sentence ends with them."""
    count = len(told.split())
    found = list(_WORD.finditer(paragraph))[:count]
    if len(found) < count or _words(paragraph[: found[-1].end()]) != told:
        return paragraph
    marks = _MARKS.match(paragraph, found[-1].end())
    assert marks is not None
    return paragraph[marks.end() :] if _END.search(marks[0]) else paragraph


def _words(text: str) -> str:
    """Give the words alone, in one spelling, each between spaces."""
    return f" {' '.join(_WORD.findall(fold(text)))} "


def _stems(text: str) -> Iterator[str]:
    """Give what stays of each telling word when it is inflected; Korean words stay with their first two syllables."""
    for word in _WORD.findall(fold(text)):
        if _WIDE.search(word):
            yield from (word[at : at + 2] for at in (range(len(word) - 1) if not _is_hangul(word) else (0,)))
        elif len(word) >= _STEM - 1 or word.isdecimal():
            yield word[:_STEM] if not word.isdecimal() else word


def _is_hangul(word: str) -> bool:
    return "\uac00" <= word[0] <= "\ud7a3"


def _cut(text: str, limit: int) -> str:
    """Shorten to at most `limit` characters, at a white space if there is one in the last tenth."""
    if len(text) <= limit:
        return text
    border = max(text.rfind(" ", 0, limit + 1), text.rfind("\n", 0, limit + 1))
    return text[: border if border >= limit * 0.9 else limit].rstrip()
