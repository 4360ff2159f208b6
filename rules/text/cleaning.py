"""Cleaning: what must never reach a screen or a channel is taken out, once, when an item comes in."""

import re

_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # C0 and C1 controls
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"  # soft hyphen, joiners, fillers
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"  # zero-width and bidirectional controls
    "\ud800-\udfff\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff"  # lone surrogates, noncharacters, annotation marks
    "\U000e0000-\U000e007f]"  # tags
)


def clean(text: str) -> str:
    """Remove control, bidirectional and zero-width characters and lone surrogates.

    Every kind of line break becomes a line feed, a tab a space. What is left is safe to show as literal text in
    its own order; spacing is otherwise kept.
    """
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub("", _BREAKS.sub("\n", text).replace("\t", " "))
