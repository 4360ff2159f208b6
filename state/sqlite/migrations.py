"""The schema, step by step. A step that was released is never edited: a change is a new step.

Booleans are 0 and 1, moments seconds since 1970 (UTC) as floats, `access`, `rules`, `languages`, `feeds`, `summary`,
`evidence`, `pace` and `learnt` JSON. `line` is the order in which rows were committed.

What nearly every item needs is written once: an item's row is its newest version, and only the versions before it
are in item_version; a story is named after its first item, and only the others are in the index item_reprint; only
stories that were told have a row in story, and one in story_channel for each channel; those outlive their alerts.
An item's id is its first name; only the others, and those that lead to another item by now, are in item_alias.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database, Migrations

from rules.identity import read_wording
from rules.model import Entry, FeedId, ItemId
from rules.recognition import Sign, read_signs
from state.errors import StoreCorrupt, StoreTooNew

MIGRATIONS = Migrations("vedette")

_FIRST = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "INSERT INTO meta (key, value) VALUES ('application', 'vedette')",
    """
    CREATE TABLE feed (
        id TEXT PRIMARY KEY, publisher TEXT NOT NULL, language TEXT NOT NULL, kind TEXT NOT NULL,
        country TEXT NOT NULL, state_affiliated INTEGER NOT NULL, url TEXT NOT NULL, interval_s REAL NOT NULL,
        allow_private INTEGER NOT NULL, active INTEGER NOT NULL, etag TEXT, last_modified TEXT,
        next_poll_at REAL NOT NULL, claimed_until REAL, first_polled_at REAL, last_polled_at REAL,
        failures INTEGER NOT NULL, error TEXT NOT NULL
    )
    """,
    "CREATE INDEX feed_due ON feed (next_poll_at, id) WHERE active",
    "CREATE TABLE story (id TEXT PRIMARY KEY, told_at REAL NOT NULL, seen_at REAL NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE story_channel (
        story TEXT NOT NULL REFERENCES story (id) ON DELETE CASCADE, channel TEXT NOT NULL,
        PRIMARY KEY (story, channel)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE story_key (key TEXT PRIMARY KEY, story TEXT NOT NULL, seen_at REAL NOT NULL) WITHOUT ROWID",
    "CREATE INDEX story_key_seen ON story_key (seen_at)",
    """
    CREATE TABLE item (
        line INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, story TEXT NOT NULL,
        feed TEXT NOT NULL, publisher TEXT NOT NULL, feed_language TEXT NOT NULL,
        kind TEXT NOT NULL, country TEXT NOT NULL, state_affiliated INTEGER NOT NULL,
        link TEXT, canonical_link TEXT, title TEXT NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL,
        published_at REAL, date_doubt TEXT NOT NULL, seen_at REAL NOT NULL, content_hash TEXT NOT NULL,
        ruleset TEXT NOT NULL, folded TEXT NOT NULL
    )
    """,
    "CREATE INDEX item_seen ON item (seen_at)",
    "CREATE INDEX item_reprint ON item (story) WHERE story <> id",
    """
    CREATE TABLE item_version (
        item TEXT NOT NULL REFERENCES item (id) ON DELETE CASCADE, version INTEGER NOT NULL, story TEXT NOT NULL,
        feed TEXT NOT NULL, publisher TEXT NOT NULL, feed_language TEXT NOT NULL, kind TEXT NOT NULL,
        country TEXT NOT NULL, state_affiliated INTEGER NOT NULL, link TEXT, canonical_link TEXT,
        title TEXT NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL, published_at REAL,
        date_doubt TEXT NOT NULL, seen_at REAL NOT NULL, content_hash TEXT NOT NULL, ruleset TEXT NOT NULL,
        PRIMARY KEY (item, version)
    )
    """,
    """
    CREATE TABLE match (
        item TEXT NOT NULL REFERENCES item (id) ON DELETE CASCADE, version INTEGER NOT NULL, rule TEXT NOT NULL,
        title TEXT NOT NULL, severity TEXT NOT NULL, evidence TEXT NOT NULL,
        PRIMARY KEY (item, version, rule)
    )
    """,
    """
    CREATE TABLE alert (
        line INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, story TEXT NOT NULL,
        item TEXT NOT NULL REFERENCES item (id) ON DELETE CASCADE, version INTEGER NOT NULL,
        severity TEXT NOT NULL, rules TEXT NOT NULL, summary TEXT NOT NULL, created_at REAL NOT NULL
    )
    """,
    "CREATE INDEX alert_story ON alert (story)",
    "CREATE INDEX alert_item ON alert (item)",
    """
    CREATE TABLE delivery (
        line INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        alert TEXT NOT NULL REFERENCES alert (id) ON DELETE CASCADE, subscription TEXT NOT NULL,
        channel TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, ambiguous INTEGER NOT NULL,
        reason TEXT NOT NULL, message TEXT, next_attempt_at REAL NOT NULL, created_at REAL NOT NULL, sent_at REAL
    )
    """,
    """
    CREATE INDEX delivery_open ON delivery (channel, line)
    WHERE state IN ('pending', 'sending', 'unknown')
    """,
    "CREATE INDEX delivery_state ON delivery (state, line)",
    "CREATE INDEX delivery_alert ON delivery (alert)",
    """
    CREATE TABLE subscription (
        id TEXT PRIMARY KEY, channel TEXT NOT NULL, rules TEXT NOT NULL, min_severity TEXT NOT NULL,
        languages TEXT NOT NULL, feeds TEXT NOT NULL, origin TEXT NOT NULL
    )
    """,
)


@MIGRATIONS(name="0001_first")
def _create_first_tables(database: Database) -> None:
    for statement in _FIRST:
        database.execute(statement)


@MIGRATIONS(name="0002_access")
def _add_access(database: Database) -> None:
    database.execute("ALTER TABLE feed ADD COLUMN access TEXT NOT NULL DEFAULT '{}'")


_HEALTH = (
    "ALTER TABLE feed ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE feed ADD COLUMN status INTEGER",
    "ALTER TABLE feed ADD COLUMN pace TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE feed ADD COLUMN document_at REAL",
    "ALTER TABLE feed ADD COLUMN moved_to TEXT",
    "ALTER TABLE feed ADD COLUMN learnt TEXT NOT NULL DEFAULT '{}'",
    """
    CREATE TABLE trouble (
        feed TEXT NOT NULL REFERENCES feed (id), kind TEXT NOT NULL, message TEXT NOT NULL,
        since REAL NOT NULL, told_at REAL, over_at REAL,
        PRIMARY KEY (feed, kind)
    ) WITHOUT ROWID
    """,
    # A notice is an alert about no item: SQLite lets no column become nullable, so the table is made anew, with
    # foreign keys not enforced meanwhile (https://www.sqlite.org/lang_altertable.html#otheralter).
    """
    CREATE TABLE alert_with_notices (
        line INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, story TEXT NOT NULL,
        item TEXT REFERENCES item (id) ON DELETE CASCADE, version INTEGER,
        severity TEXT NOT NULL, rules TEXT NOT NULL, summary TEXT NOT NULL, created_at REAL NOT NULL
    )
    """,
    "INSERT INTO alert_with_notices SELECT * FROM alert",
    "DROP TABLE alert",
    "ALTER TABLE alert_with_notices RENAME TO alert",
    "CREATE INDEX alert_story ON alert (story)",
    "CREATE INDEX alert_item ON alert (item)",
)


@MIGRATIONS(name="0003_health")
def _add_health(database: Database) -> None:
    for statement in _HEALTH:
        database.execute(statement)


_WEBSUB = (
    """
    CREATE TABLE hub_lease (
        id TEXT PRIMARY KEY, feed TEXT NOT NULL, hub TEXT NOT NULL, topic TEXT NOT NULL, origin TEXT NOT NULL,
        token TEXT NOT NULL UNIQUE, secret TEXT NOT NULL, state TEXT NOT NULL, created_at REAL NOT NULL,
        due_at REAL NOT NULL, asked_at REAL, verified_at REAL, lease_until REAL, failures INTEGER NOT NULL,
        error TEXT NOT NULL, pushed_at REAL, missed_at REAL, revision INTEGER NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX hub_lease_feed ON hub_lease (feed) WHERE state <> 'leaving'",
    "CREATE INDEX hub_lease_due ON hub_lease (due_at, id)",
)


@MIGRATIONS(name="0004_websub")
def _add_websub(database: Database) -> None:
    for statement in _WEBSUB:
        database.execute(statement)


@MIGRATIONS(name="0005_full_text")
def _add_full_text(database: Database) -> None:
    database.execute("ALTER TABLE feed ADD COLUMN full_text INTEGER NOT NULL DEFAULT 0")
    for table in ("item", "item_version"):
        database.execute(f"ALTER TABLE {table} ADD COLUMN article_at INTEGER")


@MIGRATIONS(name="0006_identity")
def _add_identity(database: Database) -> None:
    database.execute("ALTER TABLE feed ADD COLUMN repeats TEXT NOT NULL DEFAULT ''")
    database.execute("CREATE TABLE item_alias (alias TEXT PRIMARY KEY, item TEXT NOT NULL) WITHOUT ROWID")
    # What is stored already is to be known by its link and its headline from now on; the newest item has a name.
    items = database.execute("SELECT id, feed, link, canonical_link, title FROM item ORDER BY line")
    aliases = ((name, row[0]) for row in items for name in _list_names(*row[1:]))
    database.conn.executemany("INSERT OR REPLACE INTO item_alias VALUES (?, ?)", aliases)


def _list_names(feed: str, link: str | None, canonical_link: str | None, title: str) -> Iterator[ItemId]:
    entry = Entry(None, link, canonical_link, title, "", "", None)
    signs = read_signs(FeedId(feed), entry, read_wording(title, ""))
    return (name for sign, name in signs.items() if sign in (Sign.LINK, Sign.HEADLINE))


def read_schema_version(database: Database, path: Path) -> int:
    """Give the number of steps that a database has taken, 0 for an empty one.

    Raises StoreCorrupt for another program's database and StoreTooNew for a later version's.
    """
    tables = set(database.table_names()) - {MIGRATIONS.migrations_table}
    if not tables:
        return 0
    if "meta" not in tables or not _is_ours(database):
        raise StoreCorrupt(f"{path} is a database of another program: give `store` another path")
    taken = {each.name for each in MIGRATIONS.applied(database)}
    if unknown := taken - set(list_steps()):
        raise StoreTooNew(
            f"{path} was written by a newer Vedette (it knows {', '.join(sorted(unknown))}): update this one"
        )
    return len(taken)


def list_steps() -> tuple[str, ...]:
    """List the names of all steps in order."""
    empty = Database(memory=True)
    try:
        return tuple(each.name for each in MIGRATIONS.pending(empty))
    finally:
        empty.close()


def _is_ours(database: Database) -> bool:
    try:
        row = database.execute("SELECT value FROM meta WHERE key = 'application'").fetchone()
    except sqlite3.OperationalError:
        return False
    return row is not None and row[0] == "vedette"
