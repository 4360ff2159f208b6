"""What hubs get to hear over real HTTP, and what of theirs is believed."""

import asyncio
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import aiohttp
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.clock import ManualClock
from bot.metrics import Metrics, Snapshot
from bot.settings.load import shipped_settings
from bot.settings.model import Polling, WebSub
from bot.websub import Callback, LeaseBook, Mailbox
from bot.websub.callback import MOST_UPLOADS
from bot.websub.leases import ask, confirm, leave
from rules.model import FeedId
from state import HubLease, HubLeaseState
from state.errors import StoreCorrupt
from state.memory import MemoryStore
from tests.even_dice import EvenDice
from tests.leases import HUB, ORIGIN, TOPIC, build_lease
from tests.store_records import START, WakeLog, at

WIRE = FeedId("wire")
BODY = b"<rss version='2.0'/>"
LARGEST = 1000


class Engine(WakeLog):
    """Jobs that are written down instead of run."""

    def handle(self, kind: str, handler: object, *, concurrency: int) -> None:
        raise NotImplementedError

    async def run(self) -> None:
        raise NotImplementedError

    async def settle(self) -> None:
        raise NotImplementedError

    async def close(self, limit_s: float) -> None:
        raise NotImplementedError


class BrokenStore(MemoryStore):
    """A store whose file cannot be read."""

    async def find_hub_lease(self, token: str) -> HubLease | None:
        raise StoreCorrupt("the file is damaged")


@dataclass(slots=True)
class Door:
    """A callback with what stands behind it."""

    store: MemoryStore
    clock: ManualClock
    address: str
    client: aiohttp.ClientSession
    metrics: Metrics
    mailbox: Mailbox
    wakes: Engine
    told: list[structlog.typing.EventDict] = field(default_factory=list)

    async def have(self, lease: HubLease) -> HubLease:
        await self.store.put_hub_lease(replace(lease, revision=1))
        return lease

    async def lease(self) -> HubLease:
        (lease,) = await self.store.hub_leases()
        return lease

    async def get(self, mode: str, token: str = "token-of-lease", **query: str) -> tuple[int, str]:
        fields = {"mode": mode, "topic": TOPIC, "challenge": "prove it", "lease_seconds": "86400"} | query
        params = {f"hub.{name}": value for name, value in fields.items() if value}
        async with self.client.get(f"{self.address}/websub/{token}", params=params) as response:
            assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            return response.status, await response.text()

    async def post(self, body: object = BODY, token: str = "token-of-lease", **headers: str) -> int:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.client.post(f"{self.address}/websub/{token}", data=body, headers=sent) as response:
            return response.status

    def counted(self, outcome: str) -> float:
        text = self.metrics.expose(Snapshot(START, None, 0, {})).decode()
        name = f'vedette_pushes_total{{outcome="{outcome}"}} '
        return next((float(line.removeprefix(name)) for line in text.splitlines() if line.startswith(name)), 0.0)


async def open_door(store_class: type[MemoryStore], timeout_s: float) -> AsyncIterator[Door]:
    clock, wakes = ManualClock(START), Engine()
    store, metrics, mailbox, dice = store_class(clock, wakes), Metrics(), Mailbox(), EvenDice()
    settings = replace(
        shipped_settings(),
        websub=WebSub(ORIGIN, frozenset({WIRE})),
        polling=Polling(max_bytes=LARGEST, timeout_s=timeout_s),
    )
    callback = Callback(store, wakes, LeaseBook(store, settings.websub, dice), mailbox, settings, metrics, dice)
    app = web.Application()
    app.add_routes(callback.routes())
    server = TestServer(app)
    await server.start_server(auto_decompress=False)
    async with aiohttp.ClientSession() as client:
        with structlog.testing.capture_logs() as told:
            yield Door(store, clock, str(server.make_url("")).rstrip("/"), client, metrics, mailbox, wakes, told)
    await server.close()


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async for door in open_door(MemoryStore, 20.0):
        yield door


def asked() -> HubLease:
    return ask(build_lease(), START)


def active() -> HubLease:
    return confirm(asked(), "86400", 86400.0, START, EvenDice())


def sign(lease: HubLease, body: bytes = BODY) -> dict[str, str]:
    return {"X_Hub_Signature": f"sha256={hmac.new(lease.secret.encode(), body, 'sha256').hexdigest()}"}


async def test_confirm_when_it_was_asked_for_then_the_challenge_comes_back_and_the_lease_begins(door: Door) -> None:
    await door.have(asked())
    assert await door.get("subscribe", challenge="<b>&é") == (200, "<b>&é")
    lease = await door.lease()
    assert (lease.state, lease.lease_until, lease.due_at) == (HubLeaseState.ACTIVE, at(86400), at(64800))


async def test_confirm_when_the_hub_asks_twice_then_it_gets_the_same_answer(door: Door) -> None:
    await door.have(asked())
    assert await door.get("subscribe") == (200, "prove it")
    assert await door.get("subscribe") == (200, "prove it")


@pytest.mark.parametrize(
    ("lease", "query"),
    [
        pytest.param(asked(), {"token": "token-of-another"}, id="an unknown token"),
        pytest.param(asked(), {"topic": "https://other.example/"}, id="another topic"),
        pytest.param(asked(), {"topic": ""}, id="no topic"),
        pytest.param(asked(), {"challenge": ""}, id="no challenge"),
        pytest.param(asked(), {"challenge": "x" * 5000}, id="a huge challenge"),
        pytest.param(asked(), {"mode": "unsubscribe"}, id="leaving, which was not asked for"),
        pytest.param(asked(), {"mode": "publish"}, id="another mode"),
        pytest.param(build_lease(), {}, id="nothing was asked for"),
        pytest.param(replace(active(), verified_at=at(-601)), {}, id="confirmed long ago"),
        pytest.param(leave(active(), START), {}, id="wanted no more"),
    ],
)
async def test_confirm_when_it_was_not_asked_for_then_not_found_and_nothing_changes(
    door: Door, lease: HubLease, query: dict[str, str]
) -> None:
    await door.have(lease)
    before = await door.lease()
    status, text = await door.get(**{"mode": "subscribe"} | query)
    assert status == 404
    assert "prove it" not in text
    assert await door.lease() == before


async def test_confirm_when_it_is_left_and_the_hub_agrees_then_the_lease_is_gone(door: Door) -> None:
    await door.have(leave(active(), START))
    assert await door.get("unsubscribe") == (200, "prove it")
    assert await door.store.hub_leases() == ()


async def test_deny_when_a_hub_denies_then_noted_with_its_reason(door: Door) -> None:
    await door.have(active())
    assert (await door.get("denied", challenge="", reason="not you"))[0] == 200
    lease = await door.lease()
    assert (lease.state, lease.error) == (HubLeaseState.DENIED, "the hub denies: not you")


async def test_push_when_signed_as_agreed_then_taken_and_read_next(door: Door) -> None:
    lease = await door.have(active())
    assert await door.post(**sign(lease), Content_Type="application/atom+xml") == 202
    (parcel,) = door.mailbox.take(WIRE).parcels
    assert (parcel.lease, parcel.body, parcel.content_type) == (lease.id, BODY, "application/atom+xml")
    assert door.wakes.take() == [("push", "wire")]
    assert door.counted("accepted") == 1


@pytest.mark.parametrize("signature", [{}, {"X_Hub_Signature": "sha256=00"}, sign(build_lease(secret="another"))])
async def test_push_when_not_signed_as_agreed_then_answered_alike_and_thrown_away(
    door: Door, signature: dict[str, str]
) -> None:
    await door.have(active())
    assert await door.post(**signature) == 202
    assert door.mailbox.take(WIRE).parcels == ()
    assert door.wakes.take() == []
    assert (door.counted("accepted"), door.counted("ignored")) == (0, 1)


@pytest.mark.parametrize("lease", [None, leave(active(), START)])
async def test_push_when_nobody_wants_it_then_gone(door: Door, lease: HubLease | None) -> None:
    if lease is not None:
        await door.have(lease)
    assert await door.post(**sign(build_lease())) == 410
    assert door.mailbox.take(WIRE).parcels == ()
    assert door.counted("unknown") == 1


async def test_push_when_it_is_too_large_then_refused_however_it_is_sent(door: Door) -> None:
    async def drip() -> AsyncIterator[bytes]:
        for _ in range(LARGEST // 100 + 1):
            yield b"x" * 100

    lease = await door.have(active())
    body = b"x" * (LARGEST + 1)
    assert await door.post(body, **sign(lease, body)) == 413
    assert await door.post(drip()) == 413
    whole = b"x" * LARGEST
    assert await door.post(whole, **sign(lease, whole)) == 202
    assert (door.counted("invalid"), door.counted("accepted")) == (2, 1)


async def test_push_when_it_is_compressed_then_refused_unread(door: Door) -> None:
    lease = await door.have(active())
    assert await door.post(**sign(lease), Content_Encoding="gzip") == 415
    assert door.mailbox.take(WIRE).parcels == ()


async def test_push_when_it_never_ends_then_given_up_in_time_and_others_are_heard_meanwhile() -> None:
    stop = asyncio.Event()

    async def stall() -> AsyncIterator[bytes]:
        yield b"x"
        await stop.wait()

    async for door in open_door(MemoryStore, 0.3):
        await door.have(active())
        stalled = [asyncio.create_task(door.post(stall())) for _ in range(MOST_UPLOADS)]
        assert {await each for each in stalled} <= {408, 503}
        assert door.counted("invalid") >= 1
        assert await door.post(**sign(await door.lease())) == 202
        stop.set()


async def test_hubs_when_the_store_does_not_answer_then_asked_to_come_again() -> None:
    async for door in open_door(BrokenStore, 20.0):
        assert (await door.get("subscribe"))[0] == 503
        assert await door.post() == 503


async def test_logs_when_hubs_come_and_go_then_no_token_and_no_secret_is_in_them(door: Door) -> None:
    lease = await door.have(asked())
    await door.get("subscribe")
    await door.post()
    await door.post(**sign(lease))
    await door.get("denied", reason=f"{lease.token} {lease.secret}")
    assert len(door.told) >= 3
    text = repr(door.told) + repr(await door.lease())
    assert HUB in text
    assert lease.token not in text
    assert lease.secret not in text
