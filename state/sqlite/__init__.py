"""The store on one SQLite file, its schema, and its backups."""

from state.sqlite.store import SqliteStore, open_store

__all__ = ["SqliteStore", "open_store"]
