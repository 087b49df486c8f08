"""PostgreSQL under our own supervision, for a desk that was given no database.

    binaries = locate(data)                  # None: DATABASE_URL is given, there is nothing to run
    with DataLock(data), Cluster(data, binaries) as cluster:
        cluster.ensure_database("earful")
        ...                                  # cluster.dsn() opens it

The server listens on a Unix socket in a private folder and nowhere else, runs as an ordinary user even when
the desk is started by root, and ends with the process that started it, even when that one is killed. Linux
only.
"""

from earful.embedded.binaries import Binaries, locate
from earful.embedded.cluster import Cluster
from earful.embedded.lock import DataLock
from earful.embedded.transfer import dump, restore
from earful.embedded.trouble import EmbeddedError
from earful.embedded.upgrading import Upgraded, upgrade

__all__ = [
    "Binaries",
    "Cluster",
    "DataLock",
    "EmbeddedError",
    "Upgraded",
    "dump",
    "locate",
    "restore",
    "upgrade",
]
