"""Catalogue feeds as YAML text for people to edit: good ones switched on, the others as comments to try."""

import json
import re
from collections.abc import Iterable

from bot.starter.catalogue import KnownFeed, Standing

LANGUAGE_NAMES = {"en": "English", "ko": "Korean", "uk": "Ukrainian", "ru": "Russian"}
_PLAIN = re.compile(r"[^\W\d_][\w./+'-]*(?: [\w./+'&-]+)*")
_ADDRESS = re.compile(r"https?://[^\s#'\"{}]+")
_READ_OTHERWISE = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})


def render_feeds(feeds: Iterable[KnownFeed]) -> str:
    """Write the items of the `feeds` list, grouped by language, indented by two spaces."""
    groups: dict[str, list[KnownFeed]] = {}
    for feed in feeds:
        groups.setdefault(feed.language, []).append(feed)
    return "\n".join(_render_group(language, group) for language, group in groups.items())


def _render_group(language: str, group: list[KnownFeed]) -> str:
    name = LANGUAGE_NAMES.get(language, language)
    good = [feed for feed in group if feed.status is Standing.GOOD]
    others = [feed for feed in group if feed.status is not Standing.GOOD]
    lines = [f"  # --- {name} {'-' * (60 - len(name))}"]
    for feed in good:
        lines += render_feed(feed)
    if others:
        lines += [f"# --- {name}, to try: take '# ' off a feed's lines, then ask `vedette doctor`.", ""]
        for feed in others:
            lines += [f"# {line}" if line else line for line in render_feed(feed)]
    return "\n".join(lines) + "\n"


def render_feed(feed: KnownFeed) -> list[str]:
    """Write one item of the `feeds` list as lines, its note as a comment, ended by an empty line."""
    fields = feed.model_dump(exclude={"name", "status", "note"}, exclude_defaults=True)
    note = [f"    # {sentence}" for sentence in _remarks(feed)]
    pairs = [f"{key}: {scalar(value)}" for key, value in fields.items()]
    return [f"  - {pairs[0]}", *note, *(f"    {pair}" for pair in pairs[1:]), ""]


def _remarks(feed: KnownFeed) -> list[str]:
    standing = "" if feed.status is Standing.GOOD else f"{feed.status.capitalize()}. "
    text = f"{standing}{feed.note}".strip()
    return [text] if text else []


def scalar(value: object) -> str:
    """Write a value so that YAML reads the same value back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    plain = _PLAIN.fullmatch(text) and text.lower() not in _READ_OTHERWISE
    return text if plain or _ADDRESS.fullmatch(text) else json.dumps(text, ensure_ascii=False)
