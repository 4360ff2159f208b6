"""Feeds that attack, polled by the real application on the real clock: each costs its own turn and nobody else's.

One run of `tests.scenario.attacks` is looked at from all sides. Some fifty attackers and a few good feeds, each with a
new entry at every request, are all due at once and again every second or as their failures let them.
"""

import asyncio
from collections import defaultdict

import pytest

from tests.scenario.attack_site import SCRIPTS
from tests.scenario.attacks import GOOD, INTERVAL_S, POLLING, WORKER_BYTES, Watch, is_running, run_attacks

LATE_S = 5.0
"""So much later than due a good feed may be polled, as in the soak, while all attackers attack on two cores.

Attackers who hold up others cost more: with one line for slow and quick requests it was 8.7 s.
"""
OWN_MB = 200.0
"""So much more memory the application may take: the documents of 8 MB that it receives at a time, twice."""
BLOCK_S = 1.0

HEAVY = {"", "too_slow", "parser_crashed"}
"""What comes of documents that are a matter of how fast the machine is; none of them is anything to others."""
EXPECTED: defaultdict[str, set[str]] = defaultdict(
    lambda: {"timeout"},  # all that drips or is silent
    {
        "billion-laughs": {""},
        "quadratic-blowup": {""},
        "external-entities": {""},
        "slow-address": {"too_slow"},
        "slow-address-again": {"too_slow"},
        "many-open-blocks": {"too_slow"},
        "many-open-blocks-again": {"too_slow"},
        "deep-nesting": HEAVY,
        "deep-json": {"parser_crashed", "too_slow"},
        "giant-attribute": HEAVY,
        "many-attributes": HEAVY,
        "many-entries": HEAVY,
        "many-slices": HEAVY,
        "out-of-memory": HEAVY - {""},
        "not-characters": {""},
        "unknown-encoding": {""},
        "stateful-encoding": {"", "not_a_feed"},
        "gzip-bomb": {"too_large"},
        "brotli-bomb": {"too_large"},
        "deflate-bomb": {"too_large"},
        "nested-bomb": {"protocol"},
        "damaged-gzip": {"protocol"},
        "ten-gigabytes": {"too_large"},
        "endless-body": {"too_large"},
        "endless-chunks": {"too_large"},
        "tiny-chunks": {"protocol"},
        "giant-header": {"protocol"},
        "thousands-of-headers": {"protocol"},
        "endless-status": {"protocol"},
        "noise": {"protocol"},
        "unasked-304": {"http_status"},
        "endless-redirects": {"too_many_redirects"},
        "redirect-file": {"bad_address"},
        "redirect-inside": {"private_address"},
        "redirect-metadata": {"private_address"},
        "redirect-wrapped": {"private_address"},
        "redirect-odd-number": {"private_address"},
        "redirect-name-inside": {"private_address"},
        "name-inside": {"private_address"},
        "name-torn": {"private_address"},
    },
)


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Watch:
    return asyncio.run(run_attacks(tmp_path_factory.mktemp("attacks")))


@pytest.mark.parametrize("feed", GOOD)
def test_good_feed_is_polled_on_time_while_all_attack(watch: Watch, feed: str) -> None:
    assert len(watch.times[feed]) > 3
    assert watch.longest_wait_s(feed) < INTERVAL_S * 1.05 + POLLING.tick_s + LATE_S
    assert watch.rows[feed].error == ""


@pytest.mark.parametrize("feed", GOOD)
def test_good_feed_loses_and_doubles_no_entry_while_all_attack(watch: Watch, feed: str) -> None:
    asked = len(watch.times[feed])
    stored = len(watch.titles[feed])
    assert asked - 1 <= stored <= watch.asked_since[feed]
    assert watch.titles[feed] == sorted(f"Report {number} of {feed}" for number in range(1, stored + 1))


@pytest.mark.parametrize("feed", [*SCRIPTS, "name-inside", "name-torn"])
def test_attack_ends_in_its_class_of_error_and_says_what_to_do(watch: Watch, feed: str) -> None:
    assert watch.failures.get(feed, "") in EXPECTED[feed]
    assert (":" in watch.rows[feed].error) == bool(watch.rows[feed].reason)


def test_what_leads_inside_is_never_asked_for(watch: Watch) -> None:
    assert set(watch.times) == {*SCRIPTS, *GOOD}


def test_memory_and_the_event_loop_stay_free(watch: Watch) -> None:
    assert watch.own_mb < OWN_MB
    assert 0 < watch.worker_mb < WORKER_BYTES / 1024**2
    assert watch.most_workers <= POLLING.workers + 1
    assert watch.longest_block_s < BLOCK_S


def test_nothing_is_left_behind(watch: Watch) -> None:
    assert watch.left_tasks == ()
    assert len(watch.processes) > 2
    assert not any(is_running(process_id) for process_id in watch.processes)
