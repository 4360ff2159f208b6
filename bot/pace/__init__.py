"""When a feed is asked next, and why. Pure: moments, header texts and dice in, a wait with reasons out."""

from bot.pace.checks import Bounds, Pace, plan_check
from bot.pace.habit import Habit, read_habit
from bot.pace.retries import plan_retry
from bot.pace.wishes import Asked, Rest, Wish, read_asked, read_count
from bot.pace.wording import say_length

__all__ = [
    "Asked",
    "Bounds",
    "Habit",
    "Pace",
    "Rest",
    "Wish",
    "plan_check",
    "plan_retry",
    "read_asked",
    "read_count",
    "read_habit",
    "say_length",
]
