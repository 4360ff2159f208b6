"""Catalogue feeds as YAML text for people to edit: good ones switched on, the others as comments to try."""

from collections.abc import Iterable

from bot.settings.editing import NewFeed, render_entry
from bot.starter.catalogue import KnownFeed, Standing

LANGUAGE_NAMES = {"en": "English", "ko": "Korean", "uk": "Ukrainian", "ru": "Russian"}


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
    standing = "" if feed.status is Standing.GOOD else f"{feed.status.capitalize()}. "
    entry = NewFeed(fields, f"{standing}{feed.note}".strip())
    return [*(f"  {line}" for line in render_entry(entry)), ""]
