"""What a command is: its words for people, and the function that answers it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from adapters.conversation import CommandCall, Reply
from bot.errors import BotError
from bot.feedbook.desk import FeedDesk
from bot.holder import RulesetHolder
from state import Store


class Action(StrEnum):
    """What a command does, as far as permission goes."""

    READ = "read"
    SUBSCRIBE = "subscribe"
    OPERATE = "operate"
    """Change what the bot itself does, such as sending a dead letter again."""


Permission = Callable[[str, Action], bool]
"""Whether a user may do something."""


class Refused(BotError):
    """A command that cannot be done as given; the message says why, `hint` what to do instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Arguments:
    """What followed a command's name: words in order, and options by name."""

    words: tuple[str, ...] = ()
    options: dict[str, str] | None = None

    def option(self, name: str) -> str:
        """Give an option's value, empty when it was not given."""
        return (self.options or {}).get(name, "")


@dataclass(frozen=True, slots=True)
class Option:
    """A `name=value` that a command takes."""

    name: str
    placeholder: str
    description: str


@dataclass(frozen=True, slots=True)
class Command:
    """One command, as help, the documentation and the platforms' manifests describe it."""

    name: str
    words: str
    """What stands after the name, e.g. `[N]`; empty when nothing may."""
    description: str
    """One line, at most 100 characters: Discord allows no more."""
    example: str
    answer: "Handler"
    options: tuple[Option, ...] = ()
    action: Action = Action.READ
    takes_prose: bool = False
    """Whether `a=b` counts as words when there is no option `a`."""
    orders_itself: bool = False
    """Whether it sees to it by itself that its changes are made one by one, as it may take long."""

    @property
    def usage(self) -> str:
        """Give the command's form: `search WORDS [limit=N]`."""
        options = (f"[{option.name}={option.placeholder}]" for option in self.options)
        return " ".join(part for part in (self.name, self.words, *options) if part)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the handlers of commands work with."""

    store: Store
    rulesets: RulesetHolder
    commands: tuple[Command, ...]
    platforms: frozenset[str]
    """Where posts can be made; empty when that is not known."""
    feeds: FeedDesk


Handler = Callable[[Desk, CommandCall, Arguments], Awaitable[Reply]]
