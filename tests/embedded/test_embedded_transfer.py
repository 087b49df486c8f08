"""A database goes into a file and comes back whole; an upgrade moves everything or nothing."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from earful.embedded import Binaries, Cluster, EmbeddedError, dump, locate, restore, upgrade
from earful.embedded.lock import DataLock
from embedded.rig import ask, copied, of_source

WHEEL = {"EARFUL_POSTGRES": "wheel"}


def test_a_dump_restores_into_an_empty_database_only(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "desk.dump"
    cluster.start()
    for name in ("desk", "copy"):
        cluster.ensure_database(name)
    ask(
        cluster,
        "CREATE TABLE kept AS SELECT n, 'grüße ' || n AS words FROM generate_series(1, 500) n",
        "desk",
    )
    dump(cluster.dsn("desk"), cluster.binaries.bin, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]
    restore(cluster.dsn("copy"), cluster.binaries.bin, file)
    assert ask(cluster, "SELECT count(*) FROM kept WHERE words = 'grüße ' || n", "copy") == 500
    with pytest.raises(EmbeddedError, match="not empty, and nothing was restored"):
        restore(cluster.dsn("copy"), cluster.binaries.bin, file)


def test_a_failed_dump_keeps_the_one_before(one_cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "desk.dump"
    file.write_text("yesterday's")
    one_cluster.start()
    with pytest.raises(EmbeddedError, match="does not exist"):
        dump(one_cluster.dsn("no such database"), one_cluster.binaries.bin, file)
    assert file.read_text() == "yesterday's"
    assert list(tmp_path.iterdir()) == [file]


def test_a_damaged_dump_leaves_the_database_empty(one_cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "desk.dump"
    one_cluster.start()
    for name in ("desk", "copy"):
        one_cluster.ensure_database(name)
    ask(
        one_cluster,
        "CREATE TABLE kept AS SELECT md5(n::text) AS words FROM generate_series(1, 5000) n",
        "desk",
    )
    dump(one_cluster.dsn("desk"), one_cluster.binaries.bin, file)
    file.write_bytes(file.read_bytes()[:-2000])
    with pytest.raises(EmbeddedError, match="pg_restore failed"):
        restore(one_cluster.dsn("copy"), one_cluster.binaries.bin, file)
    assert ask(one_cluster, "SELECT count(*) FROM pg_tables WHERE tablename = 'kept'", "copy") == 0


@pytest.fixture
def old(data: Path, made: Path) -> Iterator[Binaries]:
    """A cluster of version 16 with two databases, a role of its own and a grant to it."""
    with copied(made, data, of_source("wheel", 16)) as cluster:
        cluster.start()
        for name in ("desk", "second desk"):
            cluster.ensure_database(name)
            ask(cluster, "CREATE TABLE kept AS SELECT n FROM generate_series(1, 300) n", name)
        ask(cluster, "CREATE ROLE reader LOGIN")
        ask(cluster, "GRANT SELECT ON kept TO reader", "desk")
        cluster.stop()
        yield cluster.binaries


def test_an_upgrade_moves_every_row_role_and_grant(data: Path, old: Binaries) -> None:
    done = upgrade(data, WHEEL)
    assert done is not None
    assert (done.old, done.new, done.tables, done.rows) == (16, of_source("wheel").major, 2, 600)
    assert (done.kept / "PG_VERSION").read_text() == "16\n"
    found = locate(data, WHEEL)
    assert found is not None
    assert found.major == done.new
    with Cluster(data, found) as cluster:
        assert ask(cluster, "SELECT sum(n) FROM kept", "second desk") == 45150
        assert ask(cluster, "SELECT has_table_privilege('reader', 'kept', 'SELECT')", "desk") is True
    assert upgrade(data, WHEEL) is None
    assert sorted(path.name for path in data.iterdir()) == sorted(
        ["earful.lock", "postgres", "postgres.lock", "postgres.log", done.kept.name]
    )


def test_an_upgrade_that_fails_leaves_the_old_cluster_in_its_place(data: Path, old: Binaries) -> None:
    with Cluster(data, old) as cluster:
        ask(cluster, "CREATE FUNCTION fine(int) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT true'", "desk")
        ask(cluster, "ALTER TABLE kept ADD CHECK (fine(n))", "desk")
        # Rows that break their own check: they can be dumped, and not restored.
        ask(cluster, "CREATE OR REPLACE FUNCTION fine(int) RETURNS bool IMMUTABLE RETURN false", "desk")
    with pytest.raises(EmbeddedError, match="violates check constraint"):
        upgrade(data, WHEEL)
    with Cluster(data, old) as cluster:
        assert ask(cluster, "SELECT count(*) FROM kept", "desk") == 300
    assert not list(data.glob("postgres.next*"))
    assert not list(data.glob("postgres-*"))


def test_an_upgrade_cut_short_between_its_renames_is_not_taken_for_an_empty_start(data: Path, old: Binaries) -> None:
    (data / "postgres").rename(data / "postgres-16-20260101T000000Z")
    with pytest.raises(EmbeddedError, match="an upgrade was cut short"):
        Cluster(data, old).start()


def test_an_upgrade_needs_data_and_the_data_to_itself(data: Path) -> None:
    with pytest.raises(EmbeddedError, match="holds no database yet"):
        upgrade(data, WHEEL)
    with DataLock(data), pytest.raises(EmbeddedError, match="Another Earful"):
        upgrade(data, WHEEL)
