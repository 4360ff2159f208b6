"""Each released schema is kept as a file; what was released is never edited."""

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from adapters.clock import ManualClock
from rules.identity import read_wording
from rules.model import Entry, FeedId
from rules.recognition import Sign, read_signs
from state.sqlite import open_store
from state.sqlite.migrations import MIGRATIONS, list_steps
from tests.store_records import START, WakeLog

RELEASED = Path(__file__).parent / "schemas"


def read_schema(path: Path) -> str:
    """Give every statement that made the file's tables and indexes, in one order and one spacing."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name").fetchall()
    connection.close()
    return "".join(f"{' '.join(sql.split())};\n" for (sql,) in rows if "sqlite_sequence" not in sql)


async def _open_and_close(path: Path) -> None:
    await open_store(path, ManualClock(START), WakeLog(), exclusive=True).close()


def test_released_when_listed_then_there_is_one_file_for_each_step() -> None:
    assert tuple(sorted(file.stem for file in RELEASED.glob("*.sql"))) == list_steps()


async def test_schema_when_fresh_then_equal_to_the_newest_released_one(tmp_path: Path) -> None:
    await _open_and_close(tmp_path / "fresh.db")
    assert read_schema(tmp_path / "fresh.db") == (RELEASED / f"{list_steps()[-1]}.sql").read_text()


@pytest.mark.parametrize("step", list_steps())
async def test_schema_when_migrated_from_any_release_then_equal_to_a_fresh_one(tmp_path: Path, step: str) -> None:
    await _open_and_close(tmp_path / "fresh.db")
    _write_release(tmp_path / "old.db", step)
    await _open_and_close(tmp_path / "old.db")
    assert read_schema(tmp_path / "old.db") == read_schema(tmp_path / "fresh.db")


def _write_release(path: Path, step: str) -> None:
    """Make an empty database as the release with that step as its last one left it."""
    old = Database(path)
    MIGRATIONS.ensure_migrations_table(old)
    for statement in (RELEASED / f"{step}.sql").read_text().splitlines():
        if "_sqlite_migrations" not in statement:
            old.execute(statement)
    old.table("meta").insert({"key": "application", "value": "vedette"})
    for name in list_steps()[: list_steps().index(step) + 1]:
        old.table(MIGRATIONS.migrations_table).insert({"migration_set": "vedette", "name": name, "applied_at": ""})
    old.close()


async def test_migration_when_a_table_is_made_anew_then_its_rows_and_those_that_hang_on_them_stay(
    tmp_path: Path,
) -> None:
    _write_release(tmp_path / "old.db", "0002_access")
    old = Database(tmp_path / "old.db")
    old.execute(
        "INSERT INTO item VALUES (1, 'i', 1, 's', 'f', '', '', '', '', 0, '', '', '', '', '', 0, '', 0, '', '', '')"
    )
    old.execute("INSERT INTO alert VALUES (7, 'a', 'new', 's', 'i', 1, 'high', '[]', '{}', 5.5)")
    old.execute("INSERT INTO delivery VALUES (9, 'd', 'a', 'x', 'console:desk', 'pending', 0, 0, '', NULL, 0, 0, NULL)")
    old.close()
    await _open_and_close(tmp_path / "old.db")
    new = sqlite3.connect(tmp_path / "old.db")
    assert new.execute("SELECT line, id, item, created_at FROM alert").fetchall() == [(7, "a", "i", 5.5)]
    assert new.execute("SELECT line, alert FROM delivery").fetchall() == [(9, "a")]
    assert new.execute("PRAGMA foreign_key_check").fetchall() == []
    new.close()


async def test_migration_when_items_are_stored_then_they_are_known_by_link_and_headline(tmp_path: Path) -> None:
    _write_release(tmp_path / "old.db", "0005_full_text")
    old = Database(tmp_path / "old.db")
    for line, (id_, title) in enumerate([("i", "Toll rises"), ("j", "TOLL rises")]):
        page = f"https://wire.example/{id_}"
        old.table("item").insert(dict.fromkeys(_list_columns(old), "") | {"id": id_, "line": line, "feed": "wire"})
        old.execute("UPDATE item SET canonical_link = ?, title = ? WHERE id = ?", (page, title, id_))
    old.conn.commit()
    old.close()
    await _open_and_close(tmp_path / "old.db")
    new = sqlite3.connect(tmp_path / "old.db")
    aliases = dict(new.execute("SELECT alias, item FROM item_alias").fetchall())
    new.close()
    for id_ in "ij":
        page = f"https://wire.example/{id_}"
        entry = Entry(None, page, page, "Toll rises", "", "en", None)
        signs = read_signs(FeedId("wire"), entry, read_wording("Toll rises", ""))
        assert (aliases[signs[Sign.LINK]], aliases[signs[Sign.HEADLINE]]) == (id_, "j")


def _list_columns(database: Database) -> list[str]:
    return [column.name for column in database.table("item").columns]
