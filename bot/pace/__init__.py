"""When a feed is asked next, and why. Pure: moments, header texts and dice in, a wait with reasons out."""

from bot.pace.checks import Bounds, Pace, plan_check
from bot.pace.habit import Habit, Timeline
from bot.pace.retries import plan_retry
from bot.pace.wishes import Asked, Rest, Wish, add_headers, read_count, read_hints
from bot.pace.wording import say_length

__all__ = [
    "Asked",
    "Bounds",
    "Habit",
    "Pace",
    "Rest",
    "Timeline",
    "Wish",
    "add_headers",
    "plan_check",
    "plan_retry",
    "read_count",
    "read_hints",
    "say_length",
]
