"""A desk in little, to be killed: serves a data folder, and says each number once its row is committed.

python desk.py DATA EARFUL_POSTGRES
"""

import sys
from itertools import count
from pathlib import Path

import psycopg

from earful.embedded import Cluster, DataLock, locate

data, choice = Path(sys.argv[1]), sys.argv[2]
binaries = locate(data, {"EARFUL_POSTGRES": choice})
assert binaries is not None
with DataLock(data), Cluster(data, binaries) as cluster:
    cluster.ensure_database("earful")
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS told (number bigint PRIMARY KEY)")
        row = connection.execute("SELECT coalesce(max(number), 0) FROM told").fetchone()
        for number in count(row[0] + 1 if row else 1):
            connection.execute("INSERT INTO told VALUES (%s)", [number])
            print(number, flush=True)
