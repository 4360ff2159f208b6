"""Text by lines as YAML counts them: places to offsets, and what stands around an offset."""

import re
from bisect import bisect_right

from rules.documents.tree import Place

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""Line breaks of YAML 1.1, which libyaml counts."""


class Lines:
    """A text and where each of its lines begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]

    @property
    def newline(self) -> str:
        """Give the line break that the text uses."""
        found = _BREAK.search(self.text)
        return found[0] if found is not None else "\n"

    def offset(self, place: Place) -> int:
        """Give the offset of a place."""
        line, column = place
        start = self._starts[line - 1] if line <= len(self._starts) else len(self.text)
        return min(start + column - 1, len(self.text))

    def line_start(self, offset: int) -> int:
        """Give where the line of an offset begins."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Give where the line behind that of an offset begins."""
        after = bisect_right(self._starts, offset)
        return self._starts[after] if after < len(self._starts) else len(self.text)

    def line_above(self, offset: int) -> str:
        """Give the line above that of an offset, empty for the first."""
        start = self.line_start(offset)
        return self.text[self.line_start(start - 1) : start] if start else ""

    def skip_comments(self, start: int, *, deeper_than: int) -> int:
        """Go from a line's start over lines that hold a comment indented by more than so many columns."""
        while (line := self.text[start : self.line_end(start)]).strip().startswith("#"):
            if len(line) - len(line.lstrip(" ")) <= deeper_than:
                break
            start += len(line)
        return start

    def skip_blank(self, start: int) -> int:
        """Go from a line's start over empty lines."""
        while (line := self.text[start : self.line_end(start)]) and not line.strip():
            start += len(line)
        return start
