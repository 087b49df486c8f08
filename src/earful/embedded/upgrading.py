"""Moving a cluster to a newer major version, by dump and restore beside it; the old one is kept."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from earful.embedded.binaries import Binaries, cluster_major, installed, of_major
from earful.embedded.cluster import USER, Cluster
from earful.embedded.lock import DataLock
from earful.embedded.place import home_of
from earful.embedded.transfer import dump, restore, sync_folder, tool
from earful.embedded.trouble import EmbeddedError, explain

NEXT = "postgres.next"
DUMP = "postgres.next.dump"

Counts = dict[str, int]  # rows by table, "schema.table"


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade did: major versions, tables and rows moved, and where the old cluster is kept."""

    old: int
    new: int
    tables: int
    rows: int
    kept: Path


def upgrade(data: Path, environ: Mapping[str, str] = os.environ) -> Upgraded | None:
    """Move the cluster of `data` to the newest major version installed; None if it has that already.

    Both versions' binaries must be there, and nobody may be using the data: its DataLock is taken here. Every
    database, role and grant moves, and the rows of every table are counted on both sides before the folders
    change names. Raises EmbeddedError; whatever fails, the old cluster stays as and where it is.
    """
    with DataLock(data):
        old, new = _versions(data, environ)
        if new.major <= old.major:
            return None
        try:
            return _move(data, old, new)
        except (OSError, psycopg.Error) as error:
            raise explain("The upgrade failed, and the old data is untouched.", str(error), data) from error
        finally:
            _discard(data)


def _versions(data: Path, environ: Mapping[str, str]) -> tuple[Binaries, Binaries]:
    major = cluster_major(data)
    if major is None:
        raise EmbeddedError(f"{data} holds no database yet: there is nothing to upgrade.")
    old = of_major(major, installed())
    return old, max([old, *installed(environ.get("EARFUL_POSTGRES", ""))], key=lambda each: each.major)


def _move(data: Path, old: Binaries, new: Binaries) -> Upgraded:
    _discard(data)
    before, after = Cluster(data, old), Cluster(data, new, name=NEXT)
    with before, after:
        _copy_roles(before, after)
        counts = {name: _copy_database(before, after, name) for name in _databases(before)}
    kept = _swap(before.folder, after.folder, old.major)
    tables = sum(len(each) for each in counts.values())
    return Upgraded(old.major, new.major, tables, sum(sum(each.values()) for each in counts.values()), kept)


def _copy_roles(before: Cluster, after: Cluster) -> None:
    script = tool(before.binaries.bin, "pg_dumpall", before.dsn("postgres"), "--globals-only")
    # Our own role is there from the beginning; what follows about it still holds.
    wanted = [line for line in script.splitlines(keepends=True) if line.rstrip() != f"CREATE ROLE {USER};"]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.writelines(wanted)
        file.flush()
        how = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={file.name}")
        tool(after.binaries.bin, "psql", after.dsn("postgres"), *how)


def _copy_database(before: Cluster, after: Cluster, name: str) -> Counts:
    after.ensure_database(name)
    file = before.folder.with_name(DUMP)
    dump(before.dsn(name), before.binaries.bin, file)
    restore(after.dsn(name), after.binaries.bin, file, owners=True)
    counted, found = _count(before.dsn(name)), _count(after.dsn(name))
    if counted != found:
        differing = sorted(key for key in counted | found if counted.get(key) != found.get(key))
        raise EmbeddedError(f"The upgrade was given up, the old data is untouched: {differing[:10]} differ.")
    _analyse(after.dsn(name))
    return found


def _databases(cluster: Cluster) -> list[str]:
    # "postgres", which initdb makes for connecting to, comes along: somebody may have put tables in it.
    with psycopg.connect(cluster.dsn("postgres")) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate")
        return [name for (name,) in rows.fetchall()]


def _count(dsn: str) -> Counts:
    with psycopg.connect(dsn) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        return {f"{schema}.{table}": _rows(connection, schema, table) for schema, table in tables}


def _rows(connection: "psycopg.Connection[tuple[object, ...]]", schema: str, table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM ONLY {}").format(sql.Identifier(schema, table))
    row = connection.execute(query).fetchone()
    return int(str(row[0])) if row else 0


def _analyse(dsn: str) -> None:
    # A restored database has no statistics: without them its first hours are slow.
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("ANALYZE")


def _swap(old: Path, new: Path, major: int) -> Path:
    kept = old.with_name(f"{old.name}-{major}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    old.rename(kept)
    try:
        new.rename(old)
    except OSError:
        kept.rename(old)
        raise
    # A death between the two renames leaves `kept` alone there: `create_if_missing` sees that and says so.
    sync_folder(old.parent)
    return kept


def _discard(data: Path) -> None:
    home = home_of(data)
    if home is not None:
        shutil.rmtree(home / NEXT, ignore_errors=True)
        for name in (f"{NEXT}.log", f"{NEXT}.lock", DUMP):
            (home / name).unlink(missing_ok=True)
