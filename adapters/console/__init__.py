"""A chat in the terminal: posts, and the answers to commands."""

from adapters.console.publisher import ConsolePublisher
from adapters.console.render import open_console, render_content, render_reply

__all__ = ["ConsolePublisher", "open_console", "render_content", "render_reply"]
