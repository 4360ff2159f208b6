"""The store on one SQLite file, its schema, and its backups."""

from state.sqlite.backup import BackupReport, RestoreReport, backup, restore, verify
from state.sqlite.store import SqliteStore, open_store

__all__ = ["BackupReport", "RestoreReport", "SqliteStore", "backup", "open_store", "restore", "verify"]
