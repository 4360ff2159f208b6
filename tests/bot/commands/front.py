"""A front without a platform: gives commands and reads the replies as plain text."""

import io
import json

from adapters.clock import ManualClock
from adapters.console import open_console, render_reply
from adapters.conversation import CommandCall, Reply
from bot.commands import CommandCore, Permission
from bot.commands.core import everyone
from bot.feedbook.desk import FeedDesk
from bot.holder import RulesetHolder
from rules import RuleFile, compile_rules
from state import Store
from state.memory import MemoryStore
from tests.store_records import START, WakeLog

RULES = RuleFile(
    "rules.yaml",
    """
version: 1
rules:
  - {id: casualties, title: Casualties, severity: high, when: {any: [killed]}}
  - {id: dprk-troops, title: North Korean troops, severity: medium, when: {any: [troops]}}
  - {id: asleep, title: Not in force, severity: low, enabled: false, when: {any: [sleep]}}
""",
)


class Front:
    """Someone in `console:desk`, asking."""

    def __init__(self, may: Permission = everyone, store: Store | None = None, feeds: FeedDesk | None = None) -> None:
        compiled = compile_rules([RULES])
        assert not compiled.problems
        self.clock = ManualClock(START)
        self.store = store or MemoryStore(self.clock, WakeLog())
        holder = RulesetHolder(compiled.ruleset)
        self.core = CommandCore(self.store, holder, platforms={"console", "slack"}, may=may, feeds=feeds)

    async def ask(self, text: str, channel: str = "console:desk", user: str = "kim") -> Reply:
        """Give a command and check what holds for every reply: it says something, and its data is plain JSON."""
        reply = await self.core.handle(CommandCall(text, user, channel))
        assert reply.blocks
        assert json.loads(json.dumps(reply.data)) == reply.data
        return reply

    async def read(self, text: str, channel: str = "console:desk") -> str:
        """Give a command that must be answered, and read the answer."""
        reply = await self.ask(text, channel)
        assert reply.ok, shown(reply)
        return shown(reply)

    async def refused(self, text: str, channel: str = "console:desk") -> str:
        """Give a command that must be refused, and read why."""
        reply = await self.ask(text, channel)
        assert not reply.ok, shown(reply)
        return shown(reply)


def shown(reply: Reply) -> str:
    """Give a reply as a pipe gets it."""
    return render_reply(reply, START, open_console(io.StringIO()))
