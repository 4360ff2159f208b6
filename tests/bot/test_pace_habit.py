"""What a timeline says of a feed's habit, whenever it is asked."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pace import Timeline

NOW = datetime(2025, 1, 14, tzinfo=UTC)

minutes = st.integers(-3000, 3000)


@given(st.lists(minutes, max_size=20), st.lists(minutes, min_size=1, max_size=6))
@settings(deadline=None, max_examples=100)
def test_timeline_when_asked_again_then_says_what_a_fresh_look_says(published: list[int], looks: list[int]) -> None:
    moments = [NOW + timedelta(minutes=each) for each in published]
    timeline = Timeline(moments)
    for look in looks:
        at = NOW + timedelta(minutes=look)
        assert timeline.habit(at) == Timeline([each for each in moments if each <= at]).habit(at)
