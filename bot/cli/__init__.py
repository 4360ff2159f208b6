"""The command line: `vedette`. Data goes to stdout; progress and trouble go to stderr."""

from bot.cli.program import main

__all__ = ["main"]
