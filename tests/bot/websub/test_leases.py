import random
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.websub.leases import (
    DAY_S,
    LONGEST_LEASE_S,
    SOONEST_RENEWAL_S,
    ask,
    confirm,
    deny,
    fail,
    is_awaited,
    is_gone,
    leave,
    miss,
    open_lease,
    read_lease_s,
    retry_wait_s,
)
from rules.model import FeedId
from state import HubLease, HubLeaseState
from tests.even_dice import EvenDice
from tests.leases import build_lease
from tests.store_records import START, at

WISH_S = 7 * DAY_S


def confirmed(lease_s: float = 7 * DAY_S, **changes: object) -> HubLease:
    lease = confirm(ask(build_lease(), START), f"{lease_s:.0f}", WISH_S, START, EvenDice())
    return replace(lease, **changes)  # type: ignore[arg-type]


def test_open_when_two_leases_are_made_then_nothing_of_them_can_be_guessed_from_the_other() -> None:
    first, second = (open_lease(FeedId("wire"), "https://hub.example/", "t", "o", START) for _ in range(2))
    assert len({first.id, second.id, first.token, second.token, first.secret, second.secret}) == 6
    assert first.token not in repr(first)
    assert first.secret not in repr(first)


def test_ask_when_nothing_is_confirmed_then_each_next_request_comes_later_and_says_why() -> None:
    lease, waits = build_lease(), []
    for _ in range(10):
        lease = ask(lease, lease.due_at)
        assert lease.asked_at is not None
        waits.append((lease.due_at - lease.asked_at).total_seconds())
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (1800.0, 76800.0)
    assert lease.error == "the hub took the request and has not confirmed it"


def test_fail_when_a_request_failed_then_it_is_asked_again_after_the_wait() -> None:
    asked = ask(build_lease(), START)
    failed = fail(asked, START, "no answer", 300.0, at(5))
    assert (failed.asked_at, failed.due_at, failed.failures, failed.error) == (None, at(305), 1, "no answer")


def test_fail_when_the_hub_has_confirmed_meanwhile_then_nothing_changes() -> None:
    lease = confirmed()
    assert fail(lease, START, "no answer", 300.0, at(5)) is lease


@pytest.mark.parametrize(
    ("failures", "status", "retry_after_s", "wait_s"),
    [
        pytest.param(0, None, None, 300.0, id="no answer"),
        pytest.param(0, 503, None, 300.0, id="broken"),
        pytest.param(0, 404, None, 3600.0, id="refused"),
        pytest.param(0, 429, None, 300.0, id="busy"),
        pytest.param(0, 429, 900.0, 900.0, id="busy, with a wish"),
        pytest.param(0, 503, 9e9, 86400.0, id="an unreasonable wish"),
        pytest.param(3, 503, None, 2400.0, id="again and again"),
        pytest.param(1000, 503, None, 86400.0, id="for ever"),
    ],
)
def test_wait_when_a_hub_fails_then_it_suits_the_failure(
    failures: int, status: int | None, retry_after_s: float | None, wait_s: float
) -> None:
    assert retry_wait_s(build_lease(failures=failures), status, retry_after_s, EvenDice()) == wait_s


@pytest.mark.parametrize(
    ("lease", "seconds", "awaited"),
    [
        pytest.param(build_lease(), 0, False, id="not asked"),
        pytest.param(ask(build_lease(), START), 86000, True, id="asked"),
        pytest.param(confirmed(), 600, True, id="confirmed a moment ago, so our answer may be lost"),
        pytest.param(confirmed(), 601, False, id="confirmed"),
        pytest.param(leave(ask(build_lease(), START), START), 0, False, id="left"),
        pytest.param(ask(leave(confirmed(), START), START), 0, False, id="being left"),
        pytest.param(deny(build_lease(), "", START), 0, False, id="denied"),
        pytest.param(ask(deny(build_lease(), "", START), at(DAY_S)), DAY_S, True, id="asked again after a denial"),
    ],
)
def test_confirmation_when_a_hub_asks_back_then_wanted_only_if_it_was_asked(
    lease: HubLease, seconds: float, awaited: bool
) -> None:
    assert is_awaited(lease, at(seconds)) is awaited


@pytest.mark.parametrize(
    ("stated", "lease_s"),
    [
        ("864000", 864000.0),
        (" 60 ", 60.0),
        ("99999999999999999999", LONGEST_LEASE_S),
        ("", DAY_S),
        ("0", DAY_S),
        ("000", DAY_S),
        ("-5", DAY_S),
        ("1e9", DAY_S),
        ("²", DAY_S),
        ("soon", DAY_S),
    ],
)
def test_lease_when_a_hub_states_its_length_then_nothing_is_believed_for_too_long(stated: str, lease_s: float) -> None:
    assert read_lease_s(stated, WISH_S) == lease_s


def test_lease_when_its_length_is_not_said_then_no_longer_than_was_asked_for() -> None:
    assert read_lease_s("", 3600.0) == 3600.0


@pytest.mark.parametrize(("lease_s", "share"), [(10 * DAY_S, 0.75), (3600.0, 0.75)])
def test_confirm_when_the_hub_agrees_then_renewed_well_before_the_end(lease_s: float, share: float) -> None:
    lease = confirmed(lease_s)
    assert (lease.state, lease.asked_at, lease.failures, lease.error) == (HubLeaseState.ACTIVE, None, 0, "")
    assert lease.lease_until == at(lease_s)
    assert lease.due_at == at(lease_s * share)
    assert lease.is_active(at(lease_s - 1))
    assert not lease.is_active(at(lease_s))


def test_confirm_when_the_lease_is_absurdly_short_then_the_hub_is_not_asked_all_the_time() -> None:
    lease = confirmed(2.0)
    assert (lease.lease_until, lease.due_at) == (at(2), at(SOONEST_RENEWAL_S))


def test_confirm_when_many_agree_then_their_renewals_are_spread() -> None:
    asked, dice = ask(build_lease(), START), random.Random(1)
    assert len({confirm(asked, "86400", WISH_S, START, dice).due_at for _ in range(20)}) == 20


def test_deny_when_a_hub_denies_then_the_lease_ends_and_each_next_request_comes_later() -> None:
    lease, waits = confirmed(), []
    for _ in range(5):
        lease = deny(lease, "not you", START)
        waits.append((lease.due_at - START).total_seconds() / DAY_S)
    assert waits == [1.0, 2.0, 4.0, 7.0, 7.0]
    assert not lease.is_active(START)
    assert lease.error == "the hub denies: not you"


def test_deny_when_the_lease_is_being_left_then_nothing_changes() -> None:
    lease = leave(confirmed(), START)
    assert deny(lease, "not you", START) is lease


def test_trust_when_pushes_come_then_given_and_taken_back_by_news_without_one() -> None:
    lease = confirmed()
    assert not lease.is_trusted(at(1))
    lease = replace(lease, pushed_at=at(1))
    assert lease.is_trusted(at(2))
    assert not lease.is_trusted(at(7 * DAY_S))
    assert not miss(lease, at(2)).is_trusted(at(2))


def test_miss_when_news_came_without_a_push_then_renewed_soon_and_not_too_often() -> None:
    fresh = miss(confirmed(), at(10))
    assert fresh.due_at == at(6 * 3600)
    old = miss(confirmed(), at(DAY_S))
    assert old.due_at == at(DAY_S + 600)
    assert miss(old, at(2 * DAY_S)) is old


def test_leave_when_a_lease_holds_then_the_hub_is_told_a_few_times_at_most() -> None:
    lease = leave(confirmed(), at(10))
    assert (lease.state, lease.due_at) == (HubLeaseState.LEAVING, at(10))
    requests = 0
    while not is_gone(lease := ask(lease, lease.due_at), lease.due_at - timedelta(seconds=1)):
        requests += 1
    assert requests == 3


@pytest.mark.parametrize("lease", [build_lease(), confirmed(60.0), deny(confirmed(), "", START)])
def test_leave_when_nothing_holds_then_forgotten_without_a_word(lease: HubLease) -> None:
    assert is_gone(leave(lease, at(61)), at(61))
