"""The commands that people give, answered alike in every chat and on the terminal."""

from bot.commands.command import Action, Command, Option, Permission
from bot.commands.core import CommandCore
from bot.commands.registry import COMMANDS

__all__ = ["COMMANDS", "Action", "Command", "CommandCore", "Option", "Permission"]
