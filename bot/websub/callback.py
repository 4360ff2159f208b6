"""What hubs ask of us and bring to us, over the web port: confirmations (GET) and pushes (POST)."""

import asyncio
import random
from collections.abc import Mapping

import structlog
from aiohttp import web

from bot.metrics import Metrics
from bot.settings.model import Settings
from bot.websub.asking import PATH, hide
from bot.websub.book import LeaseBook
from bot.websub.leases import confirm, deny, is_awaited
from bot.websub.parcels import Mailbox, Parcel
from bot.websub.signature import is_signed
from state import HubLease, HubLeaseState, Jobs, StateError, Store

log = structlog.get_logger(__name__)

MOST_UPLOADS = 8
"""So many pushes are received at a time; hubs send the others again."""

_LONGEST_CHALLENGE = 4096
_LONGEST_REASON = 200


class Callback:
    """Answers hubs. Whoever does not know a token learns nothing, and is heard no further than the headers."""

    def __init__(
        self,
        store: Store,
        jobs: Jobs,
        book: LeaseBook,
        mailbox: Mailbox,
        settings: Settings,
        metrics: Metrics,
        dice: random.Random,
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._book = book
        self._mailbox = mailbox
        self._settings = settings
        self._metrics = metrics
        self._dice = dice
        self._uploads = asyncio.Semaphore(MOST_UPLOADS)

    def routes(self) -> list[web.RouteDef]:
        """List the routes to serve."""
        path = f"/{PATH}/{{token}}"
        return [web.get(path, self.confirm, allow_head=False), web.post(path, self.receive)]

    async def confirm(self, request: web.Request) -> web.Response:
        """Confirm what was asked for, and nothing else (W3C WebSub, 5.3); take a denial (5.2)."""
        try:
            lease = await self._store.find_hub_lease(request.match_info["token"])
            if lease is None or request.query.get("hub.topic") != lease.topic:
                return _plain(404, "nothing is wanted here")
            return await self._answer(lease, request.query)
        except StateError:
            return _plain(503, "come again later")

    async def _answer(self, lease: HubLease, query: Mapping[str, str]) -> web.Response:
        mode, challenge, now = query.get("hub.mode"), query.get("hub.challenge", ""), self._store.now()
        if mode == "denied":
            reason = hide(" ".join(query.get("hub.reason", "").split())[:_LONGEST_REASON], lease)
            await self._book.change(lease.id, lambda each: deny(each, reason, now))
            log.warning("hub denies a feed", feed=lease.feed, hub=lease.hub, reason=reason)
            return _plain(200, "noted")
        if not 0 < len(challenge) <= _LONGEST_CHALLENGE:
            return _plain(404, "there is no challenge")
        if mode == "subscribe" and is_awaited(lease, now):
            return await self._begin(lease, query.get("hub.lease_seconds", ""), challenge)
        if mode == "unsubscribe" and lease.state is HubLeaseState.LEAVING:
            await self._book.drop(lease.id)
            log.info("hub pushes no more", feed=lease.feed, hub=lease.hub)
            return _plain(200, challenge)
        return _plain(404, "this was not asked for")

    async def _begin(self, lease: HubLease, stated: str, challenge: str) -> web.Response:
        now, wish_s = self._store.now(), self._settings.websub.lease_s

        def begin(each: HubLease) -> HubLease:
            return confirm(each, stated, wish_s, now, self._dice) if is_awaited(each, now) else each

        begun = await self._book.change(lease.id, begin)
        if begun is None or not begun.is_active(now):
            return _plain(404, "this is wanted no more")
        log.info("hub pushes a feed", feed=begun.feed, hub=begun.hub, until=str(begun.lease_until))
        return _plain(200, challenge)

    async def receive(self, request: web.Request) -> web.Response:
        """Take a push and answer at once; what is not signed as agreed is thrown away without a word (7.1, 8)."""
        try:
            lease = await self._store.find_hub_lease(request.match_info["token"])
        except StateError:
            return _plain(503, "come again later")
        if lease is None or lease.state is HubLeaseState.LEAVING:
            self._metrics.pushed("unknown")
            return _plain(410, "nothing is wanted here")
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            self._metrics.pushed("invalid")
            return _plain(415, "send it as it is, without an encoding")
        if self._uploads.locked():
            return _plain(503, "too many at a time: come again later")
        async with self._uploads:
            return await self._take(lease, request)

    async def _take(self, lease: HubLease, request: web.Request) -> web.Response:
        try:
            body = await self._read(request)
        except TimeoutError:
            self._metrics.pushed("invalid")
            return _plain(408, "too slow")
        if body is None:
            self._metrics.pushed("invalid")
            return _plain(413, f"more than {self._settings.polling.max_bytes:,} bytes")
        signature = request.headers.get("X-Hub-Signature", "")
        if not await asyncio.to_thread(is_signed, signature, lease.secret, body):
            self._metrics.pushed("ignored")
            log.warning("push is not signed as agreed", feed=lease.feed, hub=lease.hub, signed=bool(signature))
        else:
            self._metrics.pushed("accepted")
            self._mailbox.put(lease.feed, Parcel(lease.id, body, request.headers.get("Content-Type", "")))
            self._jobs.enqueue("push", lease.feed)
        return _plain(202, "taken")

    async def _read(self, request: web.Request) -> bytes | None:
        """Read a body within the limits of a poll; None when it is too large. Raises TimeoutError."""
        if (request.content_length or 0) > self._settings.polling.max_bytes:
            return None
        body = bytearray()
        async with asyncio.timeout(self._settings.polling.timeout_s):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > self._settings.polling.max_bytes:
                    return None
        return bytes(body)


def _plain(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, headers={"X-Content-Type-Options": "nosniff"})
