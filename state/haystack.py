"""What searches look into."""

from rules.model import Item
from rules.text import fold


def build_haystack(item: Item) -> str:
    """Give an item's folded title and text, apart by a line end, which no folded needle has."""
    return f"{fold(item.title)}\n{fold(item.text)}"
