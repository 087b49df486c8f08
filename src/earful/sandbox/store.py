"""One SQLite file, opened once and used from one thread: the event loop's.

Write-ahead log with `synchronous=NORMAL`: a commit has reached the kernel before it returns, so killing the
process loses nothing that was acknowledged. Only a machine that loses power may forget its last moments,
which is a price a practice network can pay; a sync to disk for each post would cost more than the rest of the
post together.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

Value = str | int | float | None

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -4096",
    "PRAGMA busy_timeout = 5000",
)

# Columns that came after a table: the table, the column, and what it is.
GROWN = (
    ("request_tokens", "level", "TEXT NOT NULL DEFAULT 'read'"),
    ("posts", "facts", "TEXT NOT NULL DEFAULT '{}'"),
    ("messages", "kind", "TEXT NOT NULL DEFAULT 'MessageCreate'"),
    ("messages", "media", "INTEGER NOT NULL DEFAULT 0"),
    ("messages", "people", "TEXT NOT NULL DEFAULT ''"),
)


class Store:
    """The open file. Every method runs at once on the calling thread; none of them awaits."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        for pragma in PRAGMAS:
            self.connection.execute(pragma)
        self.connection.executescript(files(__package__).joinpath("schema.sql").read_text())
        self._grow()

    def rows(self, sql: str, *values: Value) -> list[sqlite3.Row]:
        """All rows of a question, in its own order."""
        return self.connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Value) -> sqlite3.Row | None:
        """The first row of a question, or None."""
        found: sqlite3.Row | None = self.connection.execute(sql, values).fetchone()
        return found

    def number(self, sql: str, *values: Value) -> int:
        """The single number that a question answers; an empty answer counts as 0."""
        found = self.row(sql, *values)
        return int(found[0] or 0) if found else 0

    def write(self, sql: str, *values: Value) -> int:
        """Carry out one statement; returns how many rows it touched."""
        return self.connection.execute(sql, values).rowcount

    @contextmanager
    def together(self) -> Iterator[None]:
        """Everything written inside is kept or undone as one; inside another `together` it simply joins."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def remember(self, name: str, value: str) -> None:
        """Keep a note under a name, in place of an older one."""
        self.write("INSERT INTO notebook VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", name, value)

    def recall(self, name: str) -> str | None:
        """The note kept under a name."""
        found = self.row("SELECT value FROM notebook WHERE name = ?", name)
        return str(found["value"]) if found else None

    def _grow(self) -> None:
        """Give the tables of an older file the columns that they lack."""
        for table, column, kind in GROWN:
            if column not in [row["name"] for row in self.rows(f"PRAGMA table_info({table})")]:
                self.connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")

    def last_id(self) -> int:
        """The newest id ever given out, so that ids keep rising after a restart."""
        tables = (
            "accounts",
            "apps",
            "grants",
            "posts",
            "messages",
            "rules",
            "subscriptions",
            "told",
            "webhooks",
            "uploads",
            "jobs",
            "fates",
        )
        newest = [self.number(f"SELECT max(id) FROM {table}") for table in tables]  # noqa: S608  # nosec B608 - names above
        return max(newest)

    def close(self) -> None:
        """Close the file; the write-ahead log is folded into it."""
        self.connection.close()
