"""How first polls are spread: no burst at the start, and none at one host."""

from itertools import pairwise

from state.spans import FIRST_POLLS_PER_S, spread_first_polls
from tests.store_records import START, build_spec


def test_first_polls_of_very_many_feeds_take_longer_than_usual_and_no_longer_than_the_interval() -> None:
    specs = [build_spec(f"w{number}", 300.0) for number in range(3000)]
    specs += [build_spec(f"quick{number}", 20.0) for number in range(1000)]
    moments = spread_first_polls(specs, START)
    slow = [(moments[spec.source.feed] - START).total_seconds() for spec in specs[:3000]]
    quick = [(moments[spec.source.feed] - START).total_seconds() for spec in specs[3000:]]
    assert max(later - earlier for earlier, later in pairwise(slow)) <= 1 / FIRST_POLLS_PER_S + 1e-6
    assert max(slow) > 59
    assert max(quick) < 20


def test_first_polls_at_one_host_are_as_far_apart_as_can_be() -> None:
    alone = [build_spec(f"w{number}") for number in range(20)]
    crowd = [build_spec(f"c{number}", url=f"https://Crowd.example/{number}") for number in range(10)]
    moments = spread_first_polls([*alone[:5], *crowd, *alone[5:]], START)
    times = sorted(moments[spec.source.feed] for spec in crowd)
    assert {round((later - earlier).total_seconds(), 3) for earlier, later in pairwise(times)} == {3.0}
    assert len(moments) == 30
