"""Problems in files that people write: each one with its place and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a problem is: an error keeps the thing from being used, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem at one place; `line` and `column` count from 1, as editors do."""

    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    level: Level = Level.ERROR

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.path}:{self.line}:{self.column}: {self.level}: {self.message}{hint}"
