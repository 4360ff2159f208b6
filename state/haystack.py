"""What searches look into."""

from rules.identity import Wording


def build_haystack(wording: Wording) -> str:
    """Give a folded title and text, apart by a line end, which no folded needle has."""
    return f"{wording.title}\n{wording.text}"
