"""When a feed is asked next, and why. Pure: moments, header texts and dice in, a wait with reasons out."""

from bot.pace.checks import Bounds, Pace, plan_check
from bot.pace.habit import Habit, read_habit
from bot.pace.retries import plan_retry
from bot.pace.symptoms import Ailment, Symptom, find_loss, find_silence, find_skew
from bot.pace.wishes import Asked, Rest, Wish, read_asked

__all__ = [
    "Ailment",
    "Asked",
    "Bounds",
    "Habit",
    "Pace",
    "Rest",
    "Symptom",
    "Wish",
    "find_loss",
    "find_silence",
    "find_skew",
    "plan_check",
    "plan_retry",
    "read_asked",
    "read_habit",
]
