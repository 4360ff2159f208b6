"""The sample wire over loopback HTTP: feeds with validators, and the article pages that their links open."""

from datetime import UTC, datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.demo.documents import feed_path, render_article, render_feed, render_index
from bot.demo.readers import Readers
from bot.demo.wire import Outlet, Wire
from rules.model import Source
from state import Clock, FeedSpec

INTERVAL_S = 15.0
"""How often a feed wants to be polled, in seconds of the story."""

_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml"}


class WireServer:
    """`async with WireServer(...) as server:` serves what the clock says is published, on a port of its own."""

    def __init__(self, wire: Wire, clock: Clock, readers: Readers) -> None:
        self._wire = wire
        self._clock = clock
        self._readers = readers
        self._runner: web.AppRunner | None = None
        self._base = ""

    @property
    def base(self) -> str:
        """Give the address, e.g. `http://127.0.0.1:43210`; empty before the start."""
        return self._base

    @property
    def feeds(self) -> tuple[FeedSpec, ...]:
        """Give the feeds as the application's settings want them."""
        return tuple(self._specify(outlet) for outlet in self._wire.feeds)

    async def __aenter__(self) -> Self:
        """Listen on a loopback port that the system chooses."""
        app = web.Application()
        app.router.add_get("/", self._show_index)
        app.router.add_get("/feeds/{feed}.xml", self._show_feed)
        app.router.add_get("/articles/{feed}/{item}", self._show_article)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self._base = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def _specify(self, outlet: Outlet) -> FeedSpec:
        source = Source(
            feed=outlet.feed,
            publisher=outlet.publisher,
            language=outlet.language,
            kind=outlet.kind,
            country=outlet.country,
            state_affiliated=outlet.state_affiliated,
        )
        return FeedSpec(source, self._base + feed_path(outlet), INTERVAL_S, allow_private=True)

    async def _show_index(self, _: web.Request) -> web.Response:
        return _build_page(render_index(self._wire.feeds))

    async def _show_feed(self, request: web.Request) -> web.Response:
        outlet = self._wire.outlet(request.match_info["feed"])
        if outlet is None:
            raise web.HTTPNotFound(text="There is no such feed on the sample wire.")
        now = self._clock.now()
        changed_at = self._wire.changed_at(outlet.id, now)
        modified_at = (changed_at or self._wire.start).astimezone(UTC)
        etag = f"{outlet.id}-{modified_at:%Y%m%dT%H%M%S}"
        response = web.Response(headers={"Cache-Control": "no-cache", "Date": format_datetime(now, usegmt=True)})
        if _is_current(request, etag, modified_at):
            self._readers.confirm(outlet.id, changed_at)
            response.set_status(304)
        else:
            response.body = render_feed(self._wire, outlet, self._base, now)
            response.content_type = _TYPES[outlet.format]
            response.charset = "utf-8"
        response.etag = etag
        response.last_modified = modified_at
        return response

    async def _show_article(self, request: web.Request) -> web.Response:
        outlet = self._wire.outlet(request.match_info["feed"])
        found = self._wire.find(request.match_info["feed"], request.match_info["item"], self._clock.now())
        if outlet is None or found is None:
            raise web.HTTPNotFound(text="The sample wire has published no such article yet.")
        return _build_page(render_article(outlet, *found))


def _is_current(request: web.Request, etag: str, modified_at: datetime) -> bool:
    """Tell whether the asker has this state already; entity tags come before dates (RFC 9110, 13.2.2)."""
    tags = request.if_none_match
    if tags is not None:
        return any(tag.value in (etag, "*") for tag in tags)
    since = request.if_modified_since
    return since is not None and since >= modified_at


def _build_page(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html", charset="utf-8", headers=_PAGE_HEADERS)
