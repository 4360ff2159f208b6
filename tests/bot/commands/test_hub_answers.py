"""What `feeds show` tells of a feed's hub."""

from dataclasses import replace

import pytest

from bot.websub.leases import ask, confirm, deny, fail, leave, miss
from state import HubLease
from tests.bot.commands.front import Front
from tests.even_dice import EvenDice
from tests.leases import HUB, TOPIC, build_lease
from tests.store_records import START, at, build_spec

ASKED = ask(build_lease(), START)
ACTIVE = confirm(ASKED, "864000", 864000.0, START, EvenDice())


async def show(lease: HubLease) -> str:
    front = Front()
    await front.store.sync_feeds([build_spec()])
    await front.store.put_hub_lease(replace(lease, revision=1))
    answer = await front.read("feeds show wire")
    assert lease.token not in answer
    assert lease.secret not in answer
    return answer


@pytest.mark.parametrize(
    ("lease", "told"),
    [
        pytest.param(build_lease(), "pushes\tto be asked for", id="new"),
        pytest.param(ASKED, "pushes\tasked for", id="asked"),
        pytest.param(ACTIVE, "pushes\tpromised until 2024-12-26 09:00 UTC (10 d ahead)", id="active"),
        pytest.param(
            replace(ACTIVE, lease_until=at(-60)), "pushes\tlapsed at 2024-12-16 08:59 UTC (1 min ago)", id="lapsed"
        ),
        pytest.param(miss(ACTIVE, at(-3600)), "; news came without one at 2024-12-16 08:00", id="missed"),
        pytest.param(deny(ACTIVE, "not you", START), "pushes\tdenied by the hub", id="denied"),
        pytest.param(deny(ACTIVE, "not you", START), "hub's last failure\tthe hub denies: not you", id="why"),
        pytest.param(
            fail(replace(ASKED, failures=3), START, "HTTP 500", 60.0, START),
            "hub's last failure\tHTTP 500 (4 times in a row)",
            id="failing",
        ),
        pytest.param(replace(ACTIVE, pushed_at=at(-7200)), "last push\t2 h ago (2024-12-16 07:00", id="pushed"),
        pytest.param(ACTIVE, "last push\tnone yet", id="not pushed"),
    ],
)
async def test_feed_when_it_has_a_hub_then_hub_state_and_last_push_are_shown(lease: HubLease, told: str) -> None:
    answer = await show(lease)
    assert f"hub\t{HUB}" in answer
    assert f"pushed as\t{TOPIC}" in answer
    assert told in answer


async def test_feed_when_its_hub_is_left_then_nothing_is_shown_of_it() -> None:
    assert HUB not in await show(leave(ACTIVE, START))


async def test_feed_when_it_has_a_hub_then_its_data_hold_no_secret() -> None:
    front = Front()
    await front.store.sync_feeds([build_spec()])
    await front.store.put_hub_lease(replace(ACTIVE, revision=1))
    reply = await front.ask("feeds show wire")
    assert isinstance(reply.data, dict)
    assert reply.data["websub"] == {
        "hub": HUB,
        "topic": TOPIC,
        "state": "active",
        "failures": 0,
        "error": "",
        "lease_until": at(864000).isoformat(),
        "verified_at": START.isoformat(),
        "pushed_at": None,
        "missed_at": None,
        "due_at": at(648000).isoformat(),
    }
