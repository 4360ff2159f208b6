"""What passes between a chat front and the command core: a call in, a platform-neutral reply out."""

from dataclasses import dataclass

from rules.summary import Span, Summary


@dataclass(frozen=True, slots=True)
class CommandCall:
    """One command as a person gave it; `text` is what follows the front's prefix, e.g. `recent 5`."""

    text: str
    user: str
    channel: str
    """`platform:address` of the channel it was given in."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of prose."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column titles, already as text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One alert shown again."""

    summary: Summary


Block = Paragraph | Table | Card


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command answers; `ok` is False for a refusal, whose text then says what to do."""

    blocks: tuple[Block, ...]
    ok: bool = True
    data: object = None
    """The same answer as plain JSON values, for scripts."""
