"""`earful db`: for a person who must move."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from earful import embedded
from earful.cli.trouble import Trouble
from earful.embedded import Cluster, DataLock, locate
from earful.embedded.binaries import installed


def dump(data: Path, file: Path) -> None:
    """Write the whole database into `file`, running desk or not."""
    with _database(data) as (dsn, tools):
        embedded.dump(dsn, tools, file)
    print(f"Wrote {file} ({file.stat().st_size / 1e6:.1f} MB). Keep the key files of {data} with it.")


def restore(data: Path, file: Path) -> None:
    """Bring `file` into the database of `data`, which must be empty."""
    with _database(data) as (dsn, tools):
        embedded.restore(dsn, tools, file)
    print(f"Restored {file}. `./earful up` continues from it.")


def upgrade(data: Path) -> None:
    """Move the embedded cluster to the newest PostgreSQL that is here."""
    done = embedded.upgrade(data)
    print("The database is of the newest version already." if done is None else f"Upgraded: {done}")


@contextmanager
def _database(data: Path) -> Iterator[tuple[str, Path]]:
    """The database of a desk, started for the purpose unless it runs, and the tools that fit it."""
    binaries = locate(data)
    if binaries is None:
        tools = installed()
        if not tools:
            raise Trouble("No PostgreSQL tools are here. Install them: apt-get install -y postgresql-client")
        yield os.environ["DATABASE_URL"], tools[0].bin
        return
    cluster = Cluster(data, binaries)
    if (data / "running.json").exists():
        yield cluster.dsn("earful"), cluster.binaries.bin
        return
    with DataLock(data), cluster:
        cluster.ensure_database("earful")
        yield cluster.dsn("earful"), cluster.binaries.bin
