"""The outbox."""

import sqlite3
from datetime import datetime

from state.errors import NotFound
from state.rows import AlertId, AlertKind, Claim, DeliveryId, DeliveryRow, DeliveryState, SubscriptionId
from state.sql import load_statements
from state.sqlite.columns import Parameters, from_moment, to_content, to_delivery, to_moment
from state.sqlite.part import Part

_SQL = load_statements("deliveries")
_FEEDS = load_statements("feeds")


class Deliveries(Part):
    """`state.ports.DeliveryStore`."""

    async def due_channels(self) -> tuple[str, ...]:
        """List channels whose head of line can be claimed now, longest waiting line first."""
        rows = await self._file.read(lambda connection: connection.execute(_SQL["list_due_channels"]).fetchall())
        return tuple(row["channel"] for row in rows)

    async def claim_delivery(self, channel: str, lease_s: float) -> Claim | None:
        """Claim the head of a channel's line, or None."""

        def claim(connection: sqlite3.Connection) -> tuple[sqlite3.Row, sqlite3.Row] | None:
            row = connection.execute(_SQL["claim_head"], {"channel": channel, "lease_s": lease_s}).fetchone()
            if row is None:
                return None
            told = {"alert": row["alert"], "channel": channel}
            return row, connection.execute(_SQL["find_claimed_alert"], told).fetchone()

        found = await self._file.write(claim)
        return None if found is None else _to_claim(*found)

    async def next_attempt_at(self, channel: str) -> datetime | None:
        """Tell when the channel's head of line is due, None for an empty line."""
        row = await self._file.read(
            lambda connection: connection.execute(_SQL["find_head_due"], {"channel": channel}).fetchone()
        )
        return None if row is None else to_moment(row["next_attempt_at"])

    async def settle_sent(self, delivery: DeliveryId, message: str) -> None:
        """Mark a delivery as sent. Raises NotFound."""
        await self._end_claim("settle_sent", {"id": delivery, "message": message})

    async def settle_retry(
        self, delivery: DeliveryId, reason: str, next_attempt_at: datetime, *, ambiguous: bool
    ) -> None:
        """Put a claimed delivery back for a later attempt. Raises NotFound."""
        due_at = from_moment(next_attempt_at)
        await self._end_claim(
            "settle_retry", {"id": delivery, "reason": reason, "next_attempt_at": due_at, "ambiguous": ambiguous}
        )

    async def settle_dead(self, delivery: DeliveryId, reason: str) -> None:
        """Move a claimed delivery to the dead letters. Raises NotFound."""
        await self._end_claim("settle_dead", {"id": delivery, "reason": reason})

    async def give_back(self, delivery: DeliveryId) -> None:
        """Undo a claim whose post was never begun. Raises NotFound."""
        await self._end_claim("give_back", {"id": delivery})

    async def recover(self) -> int:
        """Turn `sending` into `unknown` and release claimed feeds; give the number of both."""

        def release(connection: sqlite3.Connection) -> int:
            deliveries = connection.execute(_SQL["recover_deliveries"]).rowcount
            return deliveries + connection.execute(_FEEDS["release_feeds"]).rowcount

        return await self._file.write(release)

    async def resend(self, delivery: DeliveryId) -> None:
        """Put a dead letter back in line and enqueue a `drain` job. Raises NotFound."""
        row = await self._file.write(lambda connection: connection.execute(_SQL["resend"], {"id": delivery}).fetchone())
        if row is None:
            raise NotFound(f"no dead letter has the id {delivery!r}")
        self._wakes.enqueue("drain", row["channel"])

    async def deliveries(self, state: DeliveryState | None = None, limit: int = 50) -> tuple[DeliveryRow, ...]:
        """List deliveries, newest first."""
        statement = _SQL["list_deliveries" if state is None else "list_deliveries_by_state"]
        parameters = {"state": state, "limit": limit}
        rows = await self._file.read(lambda connection: connection.execute(statement, parameters).fetchall())
        return tuple(map(to_delivery, rows))

    async def _end_claim(self, statement: str, parameters: Parameters) -> None:
        """End a claim; one that was lost meanwhile is left as it is."""

        def settle(connection: sqlite3.Connection) -> None:
            changed = connection.execute(_SQL[statement], parameters).rowcount
            if not changed and connection.execute(_SQL["find_delivery"], parameters).fetchone() is None:
                raise NotFound(f"no delivery has the id {parameters['id']!r}")

        await self._file.write(settle)


def _to_claim(row: sqlite3.Row, told: sqlite3.Row) -> Claim:
    kind = AlertKind(told["kind"])
    return Claim(
        delivery=DeliveryId(row["id"]),
        alert=AlertId(row["alert"]),
        subscription=SubscriptionId(row["subscription"]),
        channel=row["channel"],
        kind=kind,
        content=to_content(kind, told["summary"]),
        attempt=row["attempts"],
        ambiguous=bool(row["ambiguous"]),
        parent=told["parent"],
        created_at=to_moment(row["created_at"]),
    )
