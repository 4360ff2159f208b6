"""A call in, a reply out: the same for every chat and the terminal."""

import asyncio
from collections.abc import Collection

from adapters.conversation import CommandCall, Reply
from bot.commands.answers import refusal
from bot.commands.arguments import parse_arguments
from bot.commands.command import Action, Command, Desk, Permission, Refused
from bot.commands.guide import find_command
from bot.commands.registry import COMMANDS
from bot.feedbook.desk import FeedDesk
from bot.holder import RulesetHolder
from state import StateError, Store, StoreBusy, StoreFull


def everyone(user: str, action: Action) -> bool:
    """Let everybody do everything."""
    return True


class CommandCore:
    """Answers commands. `platforms` are those that can be posted to, unknown when left out.

    Without `feeds`, no feed can be asked and no folder edited.
    """

    def __init__(
        self,
        store: Store,
        rulesets: RulesetHolder,
        *,
        platforms: Collection[str] = (),
        may: Permission = everyone,
        feeds: FeedDesk | None = None,
    ) -> None:
        self._desk = Desk(store, rulesets, COMMANDS, frozenset(platforms), feeds or FeedDesk())
        self._may = may
        # Changes are made one by one: each reads what there is before it writes.
        self._changes = asyncio.Lock()

    async def handle(self, call: CommandCall) -> Reply:
        """Answer any text: what cannot be done is a reply with `ok` False that says what to do."""
        name, _, rest = call.text.strip().partition(" ")
        try:
            return await self._answer(find_command(self._desk, name or "help"), rest, call)
        except Refused as refused:
            return refusal(str(refused), refused.hint)
        except StateError as error:
            return refusal(f"The store could not do it: {error}.", _advice(error))

    async def _answer(self, command: Command, rest: str, call: CommandCall) -> Reply:
        if not self._may(call.user, command.action):
            raise Refused(f"You may not use {command.name}.", "Ask whoever runs Vedette here.")
        arguments = parse_arguments(rest, command)
        if command.action is Action.READ or command.orders_itself:
            return await command.answer(self._desk, call, arguments)
        async with self._changes:
            return await command.answer(self._desk, call, arguments)


def _advice(error: StateError) -> str:
    match error:
        case StoreFull():
            return "Free some disk space and try again."
        case StoreBusy():
            return "Try again in a moment."
        case _:
            return "Ask whoever runs Vedette here to run vedette doctor."
