"""The outbox in memory."""

from datetime import datetime, timedelta

from state.errors import NotFound
from state.memory.tables import Delivery, Part
from state.rows import (
    Claim,
    DeliveryId,
    DeliveryRow,
    DeliveryState,
)


class Deliveries(Part):
    """`state.ports.DeliveryStore`."""

    async def due_channels(self) -> tuple[str, ...]:
        """List channels whose head of line can be claimed now, longest waiting line first."""
        heads: dict[str, Delivery] = {}
        for each in self._open_deliveries():
            heads.setdefault(each.record.channel, each)
        now = self.now()
        return tuple(channel for channel, head in heads.items() if head.due_at <= now)

    async def claim_delivery(self, channel: str, lease_s: float) -> Claim | None:
        """Claim the head of a channel's line, or None."""
        head, now = self._head(channel), self.now()
        if head is None or head.due_at > now:
            return None
        head.ambiguous = head.state is not DeliveryState.PENDING
        head.state = DeliveryState.SENDING
        head.attempts += 1
        head.due_at = now + timedelta(seconds=lease_s)
        return Claim(
            delivery=head.record.id,
            alert=head.alert.id,
            subscription=head.record.subscription,
            channel=channel,
            kind=head.alert.kind,
            content=head.alert.content,
            attempt=head.attempts,
            ambiguous=head.ambiguous,
            parent=self._find_parent(head),
            created_at=head.created_at,
        )

    async def next_attempt_at(self, channel: str) -> datetime | None:
        """Tell when the channel's head of line is due, None for an empty line."""
        head = self._head(channel)
        return None if head is None else head.due_at

    async def settle_sent(self, delivery: DeliveryId, message: str) -> None:
        """Mark a delivery as sent. Raises NotFound."""
        row = self._delivery(delivery)
        if row.state is not DeliveryState.SENT:
            row.state, row.message, row.sent_at, row.reason = DeliveryState.SENT, message, self.now(), ""

    async def settle_retry(
        self, delivery: DeliveryId, reason: str, next_attempt_at: datetime, *, ambiguous: bool
    ) -> None:
        """Put a claimed delivery back for a later attempt. Raises NotFound."""
        row = self._delivery(delivery)
        if row.state is DeliveryState.SENDING:
            row.put_back(next_attempt_at, ambiguous=ambiguous)
            row.reason = reason

    async def settle_dead(self, delivery: DeliveryId, reason: str) -> None:
        """Move a claimed delivery to the dead letters. Raises NotFound."""
        row = self._delivery(delivery)
        if row.state is DeliveryState.SENDING:
            row.state, row.reason = DeliveryState.DEAD, reason

    async def give_back(self, delivery: DeliveryId) -> None:
        """Undo a claim whose post was never begun. Raises NotFound."""
        row = self._delivery(delivery)
        if row.state is DeliveryState.SENDING:
            row.put_back(self.now(), ambiguous=row.ambiguous)
            row.attempts -= 1

    async def recover(self) -> int:
        """Turn `sending` into `unknown` and release claimed feeds; give the number of both."""
        sending = [each for each in self._open_deliveries() if each.state is DeliveryState.SENDING]
        claimed = [feed for feed in self._tables.feeds.values() if feed.claimed_until is not None]
        for each in sending:
            each.put_back(self.now(), ambiguous=True)
        for feed in claimed:
            feed.claimed_until = None
        return len(sending) + len(claimed)

    async def resend(self, delivery: DeliveryId) -> None:
        """Put a dead letter back in line and enqueue a `drain` job. Raises NotFound."""
        row = self._tables.deliveries.get(delivery)
        if row is None or row.state is not DeliveryState.DEAD:
            raise NotFound(f"no dead letter has the id {delivery!r}")
        row.put_back(self.now(), ambiguous=row.ambiguous)
        row.attempts, row.reason = 0, ""
        self._tables.waiting = dict(self._tables.deliveries)
        self._wakes.enqueue("drain", row.record.channel)

    async def deliveries(self, state: DeliveryState | None = None, limit: int = 50) -> tuple[DeliveryRow, ...]:
        """List deliveries, newest first."""
        rows = [each.to_row() for each in self._tables.deliveries.values() if state is None or each.state is state]
        return tuple(rows[::-1][:limit])

    def _head(self, channel: str) -> Delivery | None:
        return next((each for each in self._open_deliveries() if each.record.channel == channel), None)

    def _delivery(self, delivery: DeliveryId) -> Delivery:
        try:
            return self._tables.deliveries[delivery]
        except KeyError:
            raise NotFound(f"no delivery has the id {delivery!r}") from None

    def _find_parent(self, row: Delivery) -> str | None:
        story, channel = row.alert.story, row.record.channel
        return next(
            (
                each.message
                for each in self._tables.of_stories[story]
                if each.message is not None and each.record.channel == channel
            ),
            None,
        )
