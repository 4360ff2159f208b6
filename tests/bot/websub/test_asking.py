"""Requests to hubs: when, with what, and what becomes of each answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest
from pydantic import SecretStr

from adapters.clock import ManualClock
from adapters.errors import FetchFailure, FetchReason
from adapters.ports import FetchRequest, FormAnswer
from bot.settings.load import shipped_settings
from bot.settings.model import Polling, WebSub
from bot.websub import HubAsker, LeaseBook
from bot.websub.leases import FAREWELLS, ask, confirm, leave
from rules.model import FeedId
from state import Access, FeedSpec, Given, HubLease, HubLeaseState
from state.jobs import EmbeddedJobs
from state.memory import MemoryStore
from tests.even_dice import EvenDice
from tests.leases import HUB, ORIGIN, TOPIC, build_lease
from tests.store_records import START, at, build_spec

WIRE = FeedId("wire")
ACTIVE = confirm(ask(build_lease(), START), "864000", 864000.0, START, EvenDice())
ACCESS = Access(
    headers=(("X-Key", Given("hush")),),
    user="desk",
    password=Given(variable="PASSWORD"),
    proxy=Given("http://proxy.example:3128"),
)


@dataclass(slots=True)
class Poster:
    """A hub that answers as it is told to."""

    answer: FormAnswer | FetchFailure = field(default_factory=lambda: FormAnswer(HUB, 202, ""))
    posts: list[tuple[FetchRequest, Mapping[str, str]]] = field(default_factory=list)

    async def post(self, request: FetchRequest, form: Mapping[str, str]) -> FormAnswer:
        self.posts.append((request, form))
        if isinstance(self.answer, FetchFailure):
            raise self.answer
        return self.answer


class Asking:
    """An asker with what stands behind it."""

    def __init__(self, spec: FeedSpec | None = None, secrets: Mapping[str, str] | None = None) -> None:
        self.clock = ManualClock(START)
        self.jobs = EmbeddedJobs(self.clock)
        self.store = MemoryStore(self.clock, self.jobs)
        self.poster = Poster()
        settings = replace(
            shipped_settings(),
            feeds=(spec or build_spec(),),
            polling=Polling(timeout_s=7.0),
            websub=WebSub(ORIGIN, frozenset({WIRE}), lease_s=3600.0),
            secrets={name: SecretStr(value) for name, value in (secrets or {}).items()},
        )
        book = LeaseBook(self.store, settings.websub, EvenDice())
        self.asker = HubAsker(self.store, self.jobs, self.poster, book, settings, EvenDice())

    async def ask(self, lease: HubLease) -> HubLease | None:
        """Have a lease and ask its hub; give what became of it."""
        await self.store.put_hub_lease(replace(lease, revision=1))
        await self.asker.ask(lease.id)
        return next(iter(await self.store.hub_leases()), None)


async def test_ask_when_a_lease_is_due_then_everything_that_the_hub_needs_is_sent() -> None:
    asking = Asking()
    lease = await asking.ask(build_lease())
    assert lease is not None
    assert (lease.asked_at, lease.due_at, lease.failures) == (START, at(1800), 0)
    [(request, form)] = asking.poster.posts
    assert request == FetchRequest(HUB, timeout_s=7.0)
    assert form == {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.callback": f"{ORIGIN}/websub/token-of-lease",
        "hub.lease_seconds": "3600",
        "hub.secret": "secret-of-lease",
    }


async def test_ask_when_the_feed_has_a_proxy_and_secrets_then_the_hub_is_asked_through_it_and_gets_none() -> None:
    spec = replace(build_spec(), access=ACCESS, allow_private=True)
    asking = Asking(spec, {"PASSWORD": "hush"})
    await asking.ask(build_lease())
    [(request, _)] = asking.poster.posts
    assert (request.proxy, request.allow_private) == ("http://proxy.example:3128", True)
    assert (request.headers, request.login) == ({}, None)


async def test_ask_when_a_secret_of_the_feed_is_not_set_then_the_hub_waits_with_the_feed() -> None:
    asking = Asking(replace(build_spec(), access=ACCESS))
    lease = await asking.ask(build_lease())
    assert asking.poster.posts == []
    assert lease is not None
    assert "PASSWORD is not set" in lease.error


async def test_ask_when_a_lease_is_not_due_then_nothing_is_sent() -> None:
    asking = Asking()
    await asking.ask(build_lease(due_at=at(1)))
    await asking.asker.ask("no such lease")
    assert asking.poster.posts == []


async def test_ask_when_a_lease_holds_then_it_goes_on_while_it_is_renewed() -> None:
    asking = Asking()
    await asking.clock.advance(648000)
    lease = await asking.ask(ACTIVE)
    assert lease is not None
    assert (lease.state, lease.asked_at, lease.is_active(asking.clock.now())) == (
        HubLeaseState.ACTIVE,
        at(648000),
        True,
    )


@pytest.mark.parametrize(
    ("answer", "wait_s", "error"),
    [
        pytest.param(FormAnswer(HUB, 500, ""), 300.0, "the hub answered HTTP 500", id="broken"),
        pytest.param(FormAnswer(HUB, 503, "", 900.0), 900.0, "the hub answered HTTP 503", id="busy"),
        pytest.param(
            FormAnswer(HUB, 404, "hub.topic\nis not  known"),
            3600.0,
            "the hub answered HTTP 404: hub.topic is not known",
            id="refused",
        ),
        pytest.param(FormAnswer(HUB, 404, "<html>no</html>"), 3600.0, "the hub answered HTTP 404", id="a page"),
        pytest.param(
            FormAnswer(HUB, 302, ""), 300.0, "the hub answered HTTP 302", id="a redirect that is not followed"
        ),
        pytest.param(
            FormAnswer(HUB, 400, "token-of-lease secret-of-lease"),
            3600.0,
            "the hub answered HTTP 400: [...] [...]",
            id="that repeats our secrets",
        ),
        pytest.param(FetchFailure(FetchReason.DNS, "the name is not known"), 300.0, "the name is not known", id="dns"),
        pytest.param(
            FetchFailure(FetchReason.TLS, "no to secret-of-lease"), 300.0, "no to [...]", id="that repeats our secret"
        ),
    ],
)
async def test_ask_when_a_hub_does_not_take_it_then_asked_again_later_and_said_why(
    answer: FormAnswer | FetchFailure, wait_s: float, error: str
) -> None:
    asking = Asking()
    asking.poster.answer = answer
    lease = await asking.ask(build_lease())
    assert lease is not None
    assert (lease.asked_at, lease.due_at, lease.failures, lease.error) == (None, at(wait_s), 1, error)


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_ask_when_a_hub_takes_it_with_any_success_then_it_is_waited_for(status: int) -> None:
    asking = Asking()
    asking.poster.answer = FormAnswer(HUB, status, "")
    lease = await asking.ask(build_lease())
    assert lease is not None
    assert (lease.asked_at, lease.failures) == (START, 0)


async def test_leave_when_the_lease_holds_then_the_hub_is_told_without_a_secret() -> None:
    asking = Asking()
    await asking.ask(leave(ACTIVE, START))
    [(_, form)] = asking.poster.posts
    callback = f"{ORIGIN}/websub/token-of-lease"
    assert form == {"hub.mode": "unsubscribe", "hub.topic": TOPIC, "hub.callback": callback}


@pytest.mark.parametrize(
    "lease",
    [
        pytest.param(leave(build_lease(), START), id="nothing held"),
        pytest.param(leave(replace(ACTIVE, lease_until=START), START), id="it is over"),
        pytest.param(replace(leave(ACTIVE, START), failures=FAREWELLS), id="the hub was told often enough"),
    ],
)
async def test_leave_when_there_is_nothing_to_tell_then_forgotten(lease: HubLease) -> None:
    asking = Asking()
    assert await asking.ask(lease) is None
    assert asking.poster.posts == []


async def test_upkeep_when_leases_are_due_then_each_is_asked() -> None:
    asking = Asking()
    asked: list[str] = []

    async def handle(key: str) -> None:
        asked.append(key)

    for name, due_s in (("a", 0), ("b", 60), ("c", -5)):
        await asking.store.put_hub_lease(build_lease(name, name, due_at=at(due_s)))
    asking.jobs.handle("hub", handle, concurrency=1)
    await asking.asker.upkeep()
    waiting = [key for kind, key, _ in asking.jobs._early if kind == "hub"]
    assert (waiting, asked) == (["c", "a"], [])
