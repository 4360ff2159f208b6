"""One channel's outbox: slot | claim | look up | post | settle, in order, one holder at a time.

The rate slot comes before the claim, so that only what is really in flight can be caught in the middle. Whoever
finds a delivery that may have arrived asks the platform before it posts again.
"""

import asyncio
import random
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from adapters.errors import SendFailure
from adapters.ports import MessageId, Publisher, Reason
from bot.metrics import Metrics
from bot.settings.model import Delivery
from rules.notice import Notice
from state import AlertKind, Claim, Clock, RetryLater, Store

log = structlog.get_logger(__name__)

LEASE_MARGIN_S = 30.0
"""What a claim lasts beyond the time limits of its look-up and its post."""


class Dispatcher:
    """Drain channels; the handler of the `drain` job."""

    def __init__(
        self,
        store: Store,
        publishers: Mapping[str, Publisher],
        settings: Delivery,
        clock: Clock,
        metrics: Metrics,
        dice: random.Random,
    ) -> None:
        self._store = store
        self._publishers = publishers
        self._settings = settings
        self._clock = clock
        self._metrics = metrics
        self._dice = dice
        self._free_at: dict[str, datetime] = {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Claim nothing more; what is in flight is finished by whoever waits for the job."""
        self._stopping.set()

    async def drain(self, channel: str) -> None:
        """Make the channel's due deliveries in order. Raises RetryLater for what is due later."""
        while not self._stopping.is_set():
            await self._take_slot(channel)
            claim = await self._store.claim_delivery(channel, self._lease_s())
            if claim is None:
                break
            if self._stopping.is_set():
                await self._store.give_back(claim.delivery)
                return
            await self._deliver(claim)
        due_at = None if self._stopping.is_set() else await self._store.next_attempt_at(channel)
        if due_at is not None:
            raise RetryLater(max(0.05, (due_at - self._store.now()).total_seconds()))

    def _lease_s(self) -> float:
        return 2 * self._settings.post_timeout_s + LEASE_MARGIN_S

    async def _take_slot(self, channel: str) -> None:
        """Wait until the channel's spacing since its last post has passed."""
        free_at = self._free_at.get(channel)
        if free_at is not None and (wait := (free_at - self._clock.now()).total_seconds()) > 0:
            await self._clock.sleep(wait)

    async def _deliver(self, claim: Claim) -> None:
        platform, _, address = claim.channel.partition(":")
        try:
            message = await self._post(self._find_publisher(platform), address, claim)
        except SendFailure as failure:
            await self._settle_failure(claim, failure)
        else:
            await self._store.settle_sent(claim.delivery, message)
            self._metrics.delivered(platform, "sent", "")
            self._metrics.posted((self._store.now() - _told_at(claim)).total_seconds())
            log.info("posted", channel=claim.channel, delivery=claim.delivery, kind=claim.kind, attempt=claim.attempt)
        self._free_at[claim.channel] = self._clock.now() + timedelta(seconds=self._settings.channel_spacing_s)

    def _find_publisher(self, platform: str) -> Publisher:
        try:
            return self._publishers[platform]
        except KeyError:
            raise SendFailure(Reason.NO_PUBLISHER, f"no publisher is configured for {platform!r}") from None

    async def _post(self, publisher: Publisher, address: str, claim: Claim) -> MessageId:
        """Find the post if it may be there already, else make it; a time-out is a lost answer."""
        limit = self._settings.post_timeout_s
        if claim.ambiguous:
            try:
                async with asyncio.timeout(limit):
                    found = await publisher.find(address, claim.delivery)
            except (SendFailure, TimeoutError) as error:
                raise SendFailure(Reason.LOST_ANSWER, f"could not look the post up: {error}") from error
            if found is not None:
                return found
        now = self._store.now()
        try:
            async with asyncio.timeout(limit):
                if claim.kind is not AlertKind.NEW and claim.parent is not None:
                    return await publisher.reply(address, MessageId(claim.parent), claim.content, claim.delivery, now)
                return await publisher.post(address, claim.content, claim.delivery, now)
        except TimeoutError as error:
            raise SendFailure(Reason.LOST_ANSWER, f"no answer within {limit:g} s") from error

    async def _settle_failure(self, claim: Claim, failure: SendFailure) -> None:
        reason = failure.reason
        platform = claim.channel.partition(":")[0]
        given_up = claim.attempt >= self._settings.max_attempts and reason is not Reason.RATE_LIMITED
        text = f"{reason}: {failure}" if str(failure) != reason.value else reason.value
        if given_up or not reason.retryable:
            await self._store.settle_dead(claim.delivery, text)
            self._metrics.delivered(platform, "dead", reason)
            log.error("dead letter", channel=claim.channel, delivery=claim.delivery, reason=text)
            return
        wait = self._backoff_s(claim.attempt, failure.retry_after_s)
        at = self._store.now() + timedelta(seconds=wait)
        await self._store.settle_retry(claim.delivery, text, at, ambiguous=reason.ambiguous)
        self._metrics.delivered(platform, "retry", reason)
        log.warning(
            "post failed", channel=claim.channel, delivery=claim.delivery, reason=text, again_in_s=round(wait, 1)
        )

    def _backoff_s(self, attempt: int, retry_after_s: float | None) -> float:
        """Give exponential back-off with jitter; the platform's own wish is obeyed to the full."""
        if retry_after_s is not None:
            return retry_after_s
        doubled = self._settings.backoff_s * 2.0 ** min(attempt - 1, 20)
        return min(self._settings.backoff_ceiling_s, doubled) * self._dice.uniform(0.5, 1.0)


def _told_at(claim: Claim) -> datetime:
    """Give the moment from which publish-to-post latency counts: publication if trusted, else first sight."""
    if isinstance(claim.content, Notice):
        return claim.content.at
    summary = claim.content
    if summary.published_at is None or summary.date_doubt != "none":
        return summary.seen_at
    return summary.published_at
