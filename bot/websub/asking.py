"""Requests to hubs: to push a feed, for longer, or no more."""

import random
from dataclasses import replace

import structlog

from adapters.errors import FetchFailure
from adapters.ports import FetchRequest, FormAnswer, Poster
from bot.request import build_request
from bot.settings.model import Settings
from bot.websub.book import LeaseBook
from bot.websub.leases import ask, fail, is_gone, retry_wait_s
from state import HubLease, HubLeaseId, HubLeaseState, Jobs, Store

log = structlog.get_logger(__name__)

PATH = "websub"
"""The first part of a callback's path; what a reverse proxy lets through."""

MOST_DUE = 200
"""So many leases are looked at in one round of the upkeep."""

_HIDDEN = "[...]"


class HubAsker:
    """Asks hubs for what is due; `ask` is the handler of the `hub` job, `upkeep` wakes it."""

    def __init__(
        self,
        store: Store,
        jobs: Jobs,
        poster: Poster,
        book: LeaseBook,
        settings: Settings,
        dice: random.Random,
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._poster = poster
        self._book = book
        self._settings = settings
        self._feeds = {each.source.feed: each for each in settings.feeds}
        self._dice = dice

    async def upkeep(self) -> None:
        """Wake a job for each lease whose time has come. Raises StateError."""
        for lease in await self._store.due_hub_leases(MOST_DUE):
            self._jobs.enqueue("hub", lease)

    async def ask(self, lease: str) -> None:
        """Ask the hub of one lease, if it is still due. Raises StateError."""
        now = self._store.now()
        asked = await self._book.change(HubLeaseId(lease), lambda each: ask(each, now) if each.due_at <= now else each)
        if asked is None or asked.asked_at != now:
            return
        if is_gone(asked, now):
            await self._book.drop(asked.id)
            return
        try:
            request = self._build(asked)
            answer = await self._poster.post(request, build_form(asked, self._settings.websub.lease_s))
        except FetchFailure as failure:
            await self._settle_failure(asked, str(failure), failure.status, failure.retry_after_s)
            return
        if 200 <= answer.status < 300:
            log.debug("hub was asked", feed=asked.feed, hub=asked.hub, status=answer.status)
        else:
            await self._settle_failure(asked, tell_answer(answer, asked), answer.status, answer.retry_after_s)

    def _build(self, lease: HubLease) -> FetchRequest:
        """Build the request: the limits, the proxy and the trust of the feed; nothing of what its own host gets."""
        spec = self._feeds.get(lease.feed)
        if spec is None:
            return FetchRequest(lease.hub)
        request = build_request(spec, self._settings.polling, self._settings.secrets)
        return replace(request, url=lease.hub, headers={}, login=None)

    async def _settle_failure(
        self, asked: HubLease, error: str, status: int | None, retry_after_s: float | None
    ) -> None:
        now = self._store.now()
        assert asked.asked_at is not None
        wait_s = retry_wait_s(asked, status, retry_after_s, self._dice)
        asked_at, said = asked.asked_at, hide(error, asked)
        lease = await self._book.change(asked.id, lambda each: fail(each, asked_at, said, wait_s, now))
        if lease is not None and lease.asked_at is None and lease.error:
            wait = round(wait_s)
            log.warning("hub took no request", feed=lease.feed, hub=lease.hub, error=lease.error, again_in_s=wait)


def build_form(lease: HubLease, lease_s: float) -> dict[str, str]:
    """Give the fields of a request (W3C WebSub, 5.1); whoever leaves needs no secret."""
    leaving = lease.state is HubLeaseState.LEAVING
    form = {
        "hub.mode": "unsubscribe" if leaving else "subscribe",
        "hub.topic": lease.topic,
        "hub.callback": f"{lease.origin}/{PATH}/{lease.token}",
    }
    return form if leaving else form | {"hub.lease_seconds": f"{lease_s:.0f}", "hub.secret": lease.secret}


def tell_answer(answer: FormAnswer, lease: HubLease) -> str:
    """Say what a hub answered that did not take a request."""
    said = " ".join(answer.text.split())[:150]
    told = f": {said}" if said and "<" not in said else ""
    return hide(f"the hub answered HTTP {answer.status}{told}", lease)


def hide(text: str, lease: HubLease) -> str:
    """Take a lease's token and secret out of what others say, who may repeat them."""
    return text.replace(lease.token, _HIDDEN).replace(lease.secret, _HIDDEN)
