"""Errors of the store.

StateError
    StoreBusy       another process runs on the same file
    StoreCorrupt    the file is not a readable Vedette database
    StoreFull       the disk or quota is full; nothing was written
    StoreTooNew     the file was written by a newer version of Vedette
    StaleRead       what a decision was based on has changed meanwhile: read and decide again
    NotFound        there is no row of that id
    BackupInvalid   a backup is missing, damaged or not one of ours
"""


class StateError(Exception):
    """The store could not do what was asked."""


class StoreBusy(StateError):
    """Another Vedette process runs on this database."""


class StoreCorrupt(StateError):
    """The file is not a readable Vedette database."""


class StoreFull(StateError):
    """The disk is full; nothing was written."""


class StoreTooNew(StateError):
    """The database was written by a newer version of Vedette."""


class StaleRead(StateError):
    """What the decision was based on has changed; read and decide again."""


class NotFound(StateError):
    """There is no row of that id."""


class BackupInvalid(StateError):
    """The backup is missing, damaged or not a Vedette database."""
