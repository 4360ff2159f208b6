"""The local web port: is the process alive, is it ready, what does it count. For the machine, not for the public."""

import asyncio
import errno
from collections.abc import Iterable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.errors import WebAddressUnusable, WebPortBusy
from bot.holder import RulesetHolder
from bot.metrics import Metrics, Snapshot
from bot.settings.model import Web
from bot.supervise import Health
from state.errors import StateError
from state.ports import Store
from state.rows import StoreStatus

STORE_LIMIT_S = 5.0
"""How long a request waits for the store before it counts as not answering."""

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Vedette</title>
<h1>Vedette</h1>
<ul>
<li><a href="/healthz">healthz</a>: is every loop of the process alive
<li><a href="/readyz">readyz</a>: is the bot at work
<li><a href="/metrics">metrics</a>: what it counts, for Prometheus
</ul>
"""


class WebServer:
    """Serve `/healthz`, `/readyz` and `/metrics`, and what else `routes` names, between `start` and `stop`."""

    def __init__(
        self,
        settings: Web,
        store: Store,
        rulesets: RulesetHolder,
        health: Health,
        metrics: Metrics,
        routes: Iterable[web.RouteDef] = (),
    ) -> None:
        self._settings = settings
        self._store = store
        self._rulesets = rulesets
        self._health = health
        self._metrics = metrics
        self._routes = tuple(routes)
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str | None:
        """Give `http://host:port` as it really is, None while nothing is served."""
        if self._runner is None or not self._runner.addresses:
            return None
        host, port = self._runner.addresses[0][:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def start(self) -> None:
        """Begin to serve, unless the port is None. Raises WebPortBusy, WebAddressUnusable."""
        host, port = self._settings.host, self._settings.port
        if port is None:
            return
        app = web.Application()
        app.add_routes(
            [
                web.get("/", self._show_links),
                web.get("/healthz", self._show_health),
                web.get("/readyz", self._show_readiness),
                web.get("/metrics", self._show_metrics),
                *self._routes,
            ]
        )
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0, auto_decompress=False)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            await runner.cleanup()
            if error.errno == errno.EADDRINUSE:
                raise WebPortBusy(host, port) from error
            raise WebAddressUnusable(host, port, error) from error
        self._runner = runner

    async def stop(self) -> None:
        """Serve nothing more; does nothing when nothing is served."""
        if (runner := self._runner) is not None:
            self._runner = None
            await runner.cleanup()

    async def _show_links(self, request: web.Request) -> web.Response:
        return web.Response(text=_PAGE, content_type="text/html")

    async def _show_health(self, request: web.Request) -> web.Response:
        late = self._health.late()
        return _answer([f"{name}: no sign of life for {silence_s:.0f} s" for name, silence_s in late.items()])

    async def _show_readiness(self, request: web.Request) -> web.Response:
        reasons = []
        if await self._read_status() is None:
            reasons.append("the store does not answer")
        if not self._health.has_beaten("tick"):
            reasons.append("the first tick is not done")
        if not self._rulesets.current.rules:
            reasons.append("no rule is active")
        return _answer(reasons)

    async def _show_metrics(self, request: web.Request) -> web.Response:
        snapshot = Snapshot(
            now=self._store.now(),
            status=await self._read_status(),
            rules=len(self._rulesets.current.rules),
            failures=self._health.failures,
        )
        body = self._metrics.expose(snapshot)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _read_status(self) -> StoreStatus | None:
        try:
            async with asyncio.timeout(STORE_LIMIT_S):
                return await self._store.status()
        except (StateError, TimeoutError):
            return None


def _answer(troubles: list[str]) -> web.Response:
    """Say `ok`, or 503 with one trouble a line."""
    if not troubles:
        return web.Response(text="ok\n")
    return web.Response(status=503, text="".join(f"{trouble}\n" for trouble in troubles))
