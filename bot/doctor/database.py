"""The database: whether it can be read and written, and is whole."""

import os
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from bot.doctor.findings import Finding, failed, ok, warning
from bot.settings.quantities import format_count
from state import StateError

BUSY_TIMEOUT_S = 5.0
AREA = "database"


def check_database(path: Path | None) -> list[Finding]:
    """Judge the store's file without changing it; a store in memory has none."""
    if path is None:
        return [warning(AREA, "the store is in memory", "name a file under `store:` to keep items over a restart")]
    if not path.exists():
        return [ok(AREA, f"{path} is not there yet; the first start makes it"), *_check_access(path.parent)]
    try:
        complaint = _quick_check(path)
    except sqlite3.Error as error:
        return [failed(AREA, f"{path} cannot be read: {error}", "put a backup back with `vedette restore`")]
    if complaint != "ok":
        return [failed(AREA, f"{path} is damaged: {complaint}", "put a backup back with `vedette restore`")]
    return [ok(AREA, f"{path} is whole, {format_count(_size(path))}"), *_check_access(path)]


async def check_schema(open_store: Callable[[], Awaitable[object]]) -> Finding:
    """Judge whether this version can work with the store, by opening it."""
    try:
        await open_store()
    except StateError as error:
        return failed(AREA, str(error), "see the line above; `vedette restore` puts a backup back")
    return ok(AREA, "this version of Vedette can work with it")


def check_holder(is_running: bool) -> Finding:
    """Tell whether a bot is at work on the store."""
    return ok(AREA, "a bot is running on it" if is_running else "no bot is running on it")


def _quick_check(path: Path) -> str:
    """Ask SQLite whether the file is whole: `ok`, or its first complaint. Raises sqlite3.Error."""
    address = f"file:{quote(str(path))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_S)) as connection:
        return str(connection.execute("pragma quick_check(1)").fetchone()[0])


def _size(path: Path) -> int:
    beside = (path, path.with_name(f"{path.name}-wal"))
    return sum(each.stat().st_size for each in beside if each.exists())


def _check_access(path: Path) -> list[Finding]:
    if os.access(path, os.W_OK):
        return []
    return [failed(AREA, f"{path} cannot be written by this user", "correct its owner or its permissions")]
