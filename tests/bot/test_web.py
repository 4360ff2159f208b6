"""The local web port over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
import pytest

import bot.web
from adapters.clock import ManualClock
from bot.errors import WebAddressUnusable, WebPortBusy
from bot.holder import RulesetHolder
from bot.metrics import Metrics
from bot.settings.model import Web
from bot.supervise import Health
from bot.web import WebServer
from rules import RuleFile, compile_rules
from state.errors import StoreCorrupt
from state.jobs import EmbeddedJobs
from state.memory import MemoryStore
from state.rows import StoreStatus

RULES = """
version: 1
rules:
  - id: losses
    title: Losses
    severity: low
    when: {any: ["killed"]}
    tests: [{text: "Two were killed.", match: true}]
"""


class BrokenStore(MemoryStore):
    """A store whose file cannot be read."""

    async def status(self) -> StoreStatus:
        raise StoreCorrupt("the file is damaged")


class SilentStore(MemoryStore):
    """A store that never answers."""

    async def status(self) -> StoreStatus:
        await asyncio.Event().wait()
        raise AssertionError


@dataclass(frozen=True, slots=True)
class Site:
    """A server with what it looks at."""

    server: WebServer
    clock: ManualClock
    health: Health
    metrics: Metrics
    client: aiohttp.ClientSession

    async def get(self, path: str) -> tuple[int, str]:
        async with self.client.get(f"{self.server.address}{path}") as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def serving(rules: str = RULES, store_class: type[MemoryStore] = MemoryStore) -> AsyncIterator[Site]:
    clock = ManualClock(datetime(2025, 1, 1, tzinfo=UTC))
    store = store_class(clock, EmbeddedJobs(clock))
    health, metrics = Health(clock), Metrics()
    rulesets = RulesetHolder(compile_rules([RuleFile("rules.yaml", rules)]).ruleset)
    server = WebServer(Web(port=0), store, rulesets, health, metrics)
    await server.start()
    try:
        async with aiohttp.ClientSession() as client:
            yield Site(server, clock, health, metrics, client)
    finally:
        await server.stop()
        await store.close()


async def test_healthz_when_every_loop_beats_then_is_ok() -> None:
    async with serving() as site:
        site.health.expect("tick", 1.0)
        assert await site.get("/healthz") == (200, "ok\n")


async def test_healthz_when_a_loop_is_silent_then_names_it() -> None:
    async with serving() as site:
        site.health.expect("tick", 1.0)
        site.health.expect("sweep", 60.0)
        await site.clock.advance(10)
        assert await site.get("/healthz") == (503, "tick: no sign of life for 10 s\n")
        site.health.beat("tick")
        assert await site.get("/healthz") == (200, "ok\n")


async def test_readyz_when_the_first_tick_is_done_then_is_ok() -> None:
    async with serving() as site:
        site.health.expect("tick", 1.0)
        assert await site.get("/readyz") == (503, "the first tick is not done\n")
        site.health.beat("tick")
        assert await site.get("/readyz") == (200, "ok\n")


async def test_readyz_when_no_rule_is_active_then_says_so() -> None:
    async with serving(rules="version: 1\nrules: []\n") as site:
        site.health.expect("tick", 1.0)
        site.health.beat("tick")
        assert await site.get("/readyz") == (503, "no rule is active\n")


async def test_readyz_when_the_store_is_broken_then_says_so_and_metrics_still_answer() -> None:
    async with serving(store_class=BrokenStore) as site:
        status, text = await site.get("/readyz")
        assert (status, text.splitlines()[0]) == (503, "the store does not answer")
        status, text = await site.get("/metrics")
        assert (status, "vedette_store_up 0.0\n" in text) == (200, True)


async def test_readyz_when_the_store_is_silent_then_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.web, "STORE_LIMIT_S", 0.01)
    async with serving(store_class=SilentStore) as site:
        status, text = await site.get("/readyz")
        assert (status, text.splitlines()[0]) == (503, "the store does not answer")


async def test_metrics_are_prometheus_text_with_the_store_s_state() -> None:
    async with serving() as site:
        site.metrics.alerted("new")
        site.health.fail("tick")
        async with site.client.get(f"{site.server.address}/metrics") as answer:
            text = await answer.text()
            assert answer.content_type == "text/plain"
    assert 'vedette_alerts_total{kind="new"} 1.0\n' in text
    assert 'vedette_failures_total{loop="tick"} 1.0\n' in text
    assert "vedette_feeds 0.0\n" in text
    assert "vedette_rules 1.0\n" in text


async def test_front_page_links_every_other_page() -> None:
    async with serving() as site:
        status, page = await site.get("/")
        assert status == 200
        assert all(f'href="{path}"' in page for path in ("/healthz", "/readyz", "/metrics"))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_methods_other_than_get_and_head_are_refused(method: str) -> None:
    async with serving() as site:
        for path in ("/", "/healthz", "/readyz", "/metrics"):
            async with site.client.request(method, f"{site.server.address}{path}") as answer:
                assert answer.status == 405


async def test_head_answers_like_get_without_a_body() -> None:
    async with serving() as site, site.client.head(f"{site.server.address}/healthz") as answer:
        assert (answer.status, await answer.text()) == (200, "")


async def test_start_when_the_port_is_taken_then_says_what_to_do() -> None:
    async with serving() as site:
        assert site.server.address is not None
        port = int(site.server.address.rpartition(":")[2])
        second = other_server(Web(port=port))
        with pytest.raises(WebPortBusy, match=r"web\.port") as caught:
            await second.start()
        assert (caught.value.host, caught.value.port) == ("127.0.0.1", port)
        assert second.address is None


async def test_start_when_the_host_is_not_of_this_machine_then_is_refused() -> None:
    server = other_server(Web(host="192.0.2.1", port=0))
    with pytest.raises(WebAddressUnusable, match=r"192\.0\.2\.1"):
        await server.start()


async def test_start_when_the_port_is_none_then_serves_nothing() -> None:
    server = other_server(Web(port=None))
    await server.start()
    assert server.address is None
    await server.stop()


async def test_stop_when_serving_then_frees_the_port() -> None:
    async with serving() as site:
        address = site.server.address
        await site.server.stop()
        assert site.server.address is None
        with pytest.raises(aiohttp.ClientConnectorError):
            await site.client.get(f"{address}/healthz")


async def test_requests_leave_no_trace_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with serving() as site:
        await site.get("/healthz")
    assert [record for record in caplog.records if record.name.startswith("aiohttp")] == []


def other_server(settings: Web) -> WebServer:
    clock = ManualClock(datetime(2025, 1, 1, tzinfo=UTC))
    rulesets = RulesetHolder(compile_rules([RuleFile("rules.yaml", RULES)]).ruleset)
    return WebServer(settings, MemoryStore(clock, EmbeddedJobs(clock)), rulesets, Health(clock), Metrics())
