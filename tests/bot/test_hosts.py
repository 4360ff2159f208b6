"""The gate of each host: so many at a time, a pause between starts, first come first, nobody else delayed."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.clock import ManualClock
from bot.hosts import HostGate, host_key

START = datetime(2025, 1, 14, 12, 0, tzinfo=UTC)


class Visits:
    """Visitors of one gate, who note when they start and stay until they are sent away or their time is over."""

    def __init__(self, clock: ManualClock, gate: HostGate) -> None:
        self.clock = clock
        self.gate = gate
        self.started: list[tuple[str, float]] = []
        self.inside: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.exits: dict[str, asyncio.Event] = {}

    async def stay(self, name: str, url: str = "https://slow.example/feed") -> None:
        """Visit until the visitor's exit opens."""
        async with self._inside(name, url):
            await self.exits.setdefault(name, asyncio.Event()).wait()

    async def pass_by(self, name: str, url: str = "https://slow.example/feed", seconds: float = 0.0) -> None:
        """Visit for so many seconds of the clock."""
        async with self._inside(name, url):
            await self.clock.sleep(seconds)

    @asynccontextmanager
    async def _inside(self, name: str, url: str) -> AsyncIterator[None]:
        async with self.gate.visit(url):
            self.started.append((name, (self.clock.now() - START).total_seconds()))
            self.inside[url] = self.inside.get(url, 0) + 1
            self.most[url] = max(self.most.get(url, 0), self.inside[url])
            try:
                yield
            finally:
                self.inside[url] -= 1


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def visits(clock: ManualClock) -> Visits:
    return Visits(clock, HostGate(clock, concurrency=2, spacing_s=1.0))


async def begin(*visitors: Coroutine[None, None, None]) -> list[asyncio.Task[None]]:
    """Send visitors on their way, in this order."""
    tasks = [asyncio.create_task(visitor) for visitor in visitors]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def end(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel visitors and wait until they have left."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_starts_at_one_host_are_spaced_and_in_order(visits: Visits, clock: ManualClock) -> None:
    tasks = await begin(*(visits.pass_by(name) for name in "abcd"))
    await clock.advance(10)
    await asyncio.gather(*tasks)
    assert visits.started == [("a", 0), ("b", 1), ("c", 2), ("d", 3)]


async def test_no_more_than_the_limit_ask_one_host_at_a_time(visits: Visits, clock: ManualClock) -> None:
    tasks = await begin(*(visits.stay(name) for name in "abcd"))
    await clock.advance(60)
    assert [name for name, _ in visits.started] == ["a", "b"]
    visits.exits["a"].set()
    await clock.advance(0)
    assert visits.started[2:] == [("c", 60)]
    await end(tasks)


async def test_slow_host_delays_nobody_else(visits: Visits, clock: ManualClock) -> None:
    slow = await begin(*(visits.stay(f"slow {number}") for number in range(50)))
    await clock.advance(5)
    quick = await begin(*(visits.pass_by(f"quick {number}", f"https://{number}.example/") for number in range(50)))
    await asyncio.gather(*quick)
    assert visits.started[2:] == [(f"quick {number}", 5) for number in range(50)]
    await end(slow)


async def test_host_that_rested_is_asked_at_once(visits: Visits, clock: ManualClock) -> None:
    await visits.pass_by("a")
    await clock.advance(1)
    await visits.pass_by("b")
    assert visits.started == [("a", 0), ("b", 1)]


async def test_pause_holds_although_everybody_had_left(visits: Visits, clock: ManualClock) -> None:
    await visits.pass_by("a")
    await clock.advance(0.4)
    tasks = await begin(visits.pass_by("b"), visits.pass_by("elsewhere", "https://other.example/"))
    await clock.advance(2)
    await asyncio.gather(*tasks)
    assert visits.started == [("a", 0), ("elsewhere", 0.4), ("b", 1)]


async def test_gate_without_spacing_only_counts(clock: ManualClock) -> None:
    visits = Visits(clock, HostGate(clock, concurrency=3, spacing_s=0.0))
    tasks = await begin(*(visits.stay(name) for name in "abcd"))
    assert visits.started == [("a", 0), ("b", 0), ("c", 0)]
    await end(tasks)


@pytest.mark.parametrize("victim", [0, 1, 2, 3, 4])
async def test_cancelled_visitor_leaves_its_place_to_the_next(visits: Visits, clock: ManualClock, victim: int) -> None:
    """0 is inside, 1 waits for the pause, the others stand in line."""
    tasks = await begin(*(visits.pass_by(str(number), seconds=0.5) for number in range(5)))
    await end([tasks[victim]])
    await clock.advance(10)
    await asyncio.gather(*tasks, return_exceptions=True)
    assert [name for name, _ in visits.started if name != str(victim)] == [str(n) for n in range(5) if n != victim]
    await clock.advance(2)
    await visits.pass_by("last")
    assert visits.gate.hosts == 1


async def test_visitor_cancelled_while_the_seats_are_taken_loses_no_seat(visits: Visits, clock: ManualClock) -> None:
    tasks = await begin(*(visits.stay(name) for name in "abcd"))
    await clock.advance(5)
    await end([tasks[2]])
    visits.exits["a"].set()
    visits.exits["b"].set()
    more = await begin(visits.stay("e"))
    await clock.advance(5)
    assert [name for name, _ in visits.started] == ["a", "b", "d", "e"]
    await end([*tasks, *more])


async def test_failing_visitor_gives_its_seat_back(visits: Visits, clock: ManualClock) -> None:
    stays = await begin(visits.stay("a"))
    for _ in range(2):
        await clock.advance(1)
        with pytest.raises(OSError, match="no route"):
            async with visits.gate.visit("https://slow.example/feed"):
                raise OSError("no route")
    await clock.advance(1)
    await end([*await begin(visits.stay("after")), *stays])
    assert visits.started == [("a", 0), ("after", 3)]


async def test_visitor_is_told_whether_others_want_the_same_host(visits: Visits, clock: ManualClock) -> None:
    async with visits.gate.visit("https://slow.example/feed") as others_wait:
        assert not others_wait
        tasks = await begin(visits.stay("b"), visits.stay("elsewhere", "https://other.example/"))
    await clock.advance(5)
    async with visits.gate.visit("https://slow.example/feed") as others_wait:
        assert others_wait
    await end(tasks)


async def test_host_that_is_asked_again_within_its_pause_is_not_forgotten(visits: Visits, clock: ManualClock) -> None:
    await visits.pass_by("a")
    tasks = await begin(visits.stay("b"), visits.stay("c"))
    await clock.advance(60)
    await visits.pass_by("elsewhere", "https://other.example/")
    tasks += await begin(visits.stay("d"))
    await clock.advance(60)
    assert [name for name, _ in visits.started] == ["a", "b", "c", "elsewhere"]
    await end(tasks)


async def test_hosts_that_nobody_asks_are_forgotten(visits: Visits, clock: ManualClock) -> None:
    for number in range(500):
        await visits.pass_by("once", f"https://{number}.example/")
        await clock.advance(0.1)
    assert visits.gate.hosts <= 11
    await clock.advance(60)
    await visits.pass_by("last")
    assert visits.gate.hosts == 1


async def test_clock_that_was_set_back_makes_nobody_wait_longer_than_a_pause() -> None:
    class Wall(ManualClock):
        """A wall clock that somebody sets back."""

        back = False

        def now(self) -> datetime:
            """Give the time, a year earlier once it was set back."""
            return super().now().replace(year=2024) if self.back else super().now()

    wall = Wall(START)
    gate = HostGate(wall, spacing_s=1.0)
    async with gate.visit("https://slow.example/"):
        wall.back = True
        visitor = asyncio.create_task(Visits(wall, gate).pass_by("after"))
        await wall.until_sleeping()
        wall.set(START.replace(second=1))
        await asyncio.wait_for(visitor, 5)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.floats(0, 4), st.booleans()), max_size=12),
    st.integers(1, 3),
    st.sampled_from([0.0, 0.5, 1.0]),
)
@settings(deadline=None, max_examples=50)
def test_limits_hold_for_any_visitors(
    visitors: list[tuple[int, float, bool]], concurrency: int, spacing_s: float
) -> None:
    async def scene() -> None:
        clock = ManualClock(START)
        visits = Visits(clock, HostGate(clock, concurrency, spacing_s))
        urls = [f"https://{host}.example/" for host, _, _ in visitors]
        tasks = await begin(*(visits.pass_by(url, url, stay) for url, (_, stay, _) in zip(urls, visitors, strict=True)))
        await clock.advance(0.7)
        await end([task for task, (_, _, cancelled) in zip(tasks, visitors, strict=True) if cancelled])
        await clock.advance(200)
        assert all(task.done() for task in tasks)
        for url in set(urls):
            starts = [at for name, at in visits.started if name == url]
            assert visits.most.get(url, 0) <= concurrency
            assert all(later - earlier >= spacing_s - 1e-5 for earlier, later in pairwise(starts))

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://News.Example/rss?x=1", "news.example"),
        ("http://news.example:80/rss", "news.example"),
        ("https://user:word@news.example./rss", "news.example"),
        ("http://127.0.0.1:8080/feed", "127.0.0.1:8080"),
        ("http://[::1]:8080/feed", "::1:8080"),
        ("https://news.example:99999/rss", "https://news.example:99999/rss"),
        ("http://[broken/rss", "http://[broken/rss"),
    ],
)
def test_host_of_an_address_is_told_whatever_its_spelling(url: str, key: str) -> None:
    assert host_key(url) == key


@pytest.mark.parametrize(("concurrency", "spacing_s"), [(0, 1.0), (1, -1.0)])
def test_gate_that_could_let_nobody_in_is_refused(clock: ManualClock, concurrency: int, spacing_s: float) -> None:
    with pytest.raises(ValueError, match="at least one"):
        HostGate(clock, concurrency, spacing_s)
