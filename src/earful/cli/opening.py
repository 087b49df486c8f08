"""A desk opened for one command: as it runs, or with its database started for the purpose."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from earful.cli.up import RUNNING, running
from earful.embedded import Cluster, DataLock, locate


@contextmanager
def opened(data: Path) -> Iterator[None]:
    """Part of the desk on this data: as it runs, or with its database started for the purpose."""
    os.environ.update({"EARFUL_DATA": str(data), "DJANGO_SETTINGS_MODULE": "earful.settings"})
    binaries = locate(data)
    if (data / RUNNING).exists():
        os.environ.update(running(data))
        yield from _set_up()
    elif binaries is None:
        yield from _set_up()
    else:
        cluster = Cluster(data, binaries)
        with DataLock(data), cluster:
            cluster.ensure_database("earful")
            os.environ["DATABASE_URL"] = cluster.dsn("earful")
            yield from _set_up()


def _set_up() -> Iterator[None]:
    import django
    from django.db import connections

    django.setup()
    try:
        yield
    finally:
        connections.close_all()
