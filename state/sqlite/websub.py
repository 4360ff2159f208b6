"""What hubs have promised, and what their pushes change."""

import sqlite3
from dataclasses import asdict
from datetime import datetime

from rules.model import FeedId
from state.errors import NotFound, StaleRead
from state.leases import HubLease, HubLeaseId, HubLeaseState, PushRecord
from state.rows import list_channels
from state.sql import load_statements
from state.sqlite.columns import Parameters, from_moment, to_moment, to_optional
from state.sqlite.part import Part
from state.sqlite.polls import write_news

_SQL = load_statements("websub")


class HubLeases(Part):
    """`state.leases.HubLeaseStore`."""

    async def hub_leases(self) -> tuple[HubLease, ...]:
        """List all leases by feed and id."""
        rows = await self._file.read(lambda connection: connection.execute(_SQL["list_leases"]).fetchall())
        return tuple(map(_to_lease, rows))

    async def hub_lease(self, lease: HubLeaseId) -> HubLease:
        """Give one lease. Raises NotFound."""
        found = await self._find("find_lease", {"id": lease})
        if found is None:
            raise _not_found(lease)
        return found

    async def find_hub_lease(self, token: str) -> HubLease | None:
        """Give the lease whose callback has this token, None when there is none."""
        return await self._find("find_lease_of_token", {"token": token})

    async def put_hub_lease(self, lease: HubLease) -> None:
        """Add a lease, or change the one of the revision before. Raises StaleRead, writing nothing."""
        statement = _SQL["add_lease" if lease.revision == 1 else "change_lease"]
        written = await self._file.write(lambda connection: connection.execute(statement, _from_lease(lease)).rowcount)
        if written != 1:
            raise StaleRead(f"the lease {lease.id} of feed {lease.feed!r} was changed meanwhile")

    async def drop_hub_lease(self, lease: HubLeaseId) -> None:
        """Forget a lease; does nothing for one that is not there."""
        await self._file.write(lambda connection: connection.execute(_SQL["drop_lease"], {"id": lease}))

    async def due_hub_leases(self, limit: int) -> tuple[HubLeaseId, ...]:
        """List leases whose time has come, longest overdue first."""
        rows = await self._file.read(
            lambda connection: connection.execute(_SQL["list_due_leases"], {"limit": limit}).fetchall()
        )
        return tuple(HubLeaseId(row["id"]) for row in rows)

    async def commit_push(self, record: PushRecord) -> None:
        """Write what a push brought. Raises NotFound or StaleRead, writing nothing."""

        def write(connection: sqlite3.Connection) -> None:
            if connection.execute(_SQL["note_push"], {"id": record.lease}).rowcount == 0:
                raise _not_found(record.lease)
            write_news(connection, record.items, record.alerts)

        await self._file.write(write)
        for channel in list_channels(record.alerts):
            self._wakes.enqueue("drain", channel)

    async def hasten_poll(self, feed: FeedId, at: datetime) -> None:
        """Let a feed's next poll be at that moment, if it would be later."""
        parameters: Parameters = {"id": feed, "at": from_moment(at)}
        await self._file.write(lambda connection: connection.execute(_SQL["hasten_poll"], parameters))

    async def _find(self, statement: str, parameters: Parameters) -> HubLease | None:
        row = await self._file.read(lambda connection: connection.execute(_SQL[statement], parameters).fetchone())
        return None if row is None else _to_lease(row)


def _not_found(lease: HubLeaseId) -> NotFound:
    return NotFound(f"no hub lease has the id {lease!r}")


def _from_lease(lease: HubLease) -> Parameters:
    return {name: from_moment(each) if isinstance(each, datetime) else each for name, each in asdict(lease).items()}


def _to_lease(row: sqlite3.Row) -> HubLease:
    return HubLease(
        id=HubLeaseId(row["id"]),
        feed=FeedId(row["feed"]),
        hub=row["hub"],
        topic=row["topic"],
        origin=row["origin"],
        token=row["token"],
        secret=row["secret"],
        state=HubLeaseState(row["state"]),
        created_at=to_moment(row["created_at"]),
        due_at=to_moment(row["due_at"]),
        asked_at=to_optional(row["asked_at"]),
        verified_at=to_optional(row["verified_at"]),
        lease_until=to_optional(row["lease_until"]),
        failures=row["failures"],
        error=row["error"],
        pushed_at=to_optional(row["pushed_at"]),
        missed_at=to_optional(row["missed_at"]),
        revision=row["revision"],
    )
