"""A cluster is made, serves, stops and comes back; nobody else can reach it."""

import os
import stat
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from earful.embedded import Binaries, Cluster, EmbeddedError
from earful.embedded.leftovers import postmaster
from earful.embedded.place import STATE
from embedded.rig import ask


def test_rows_are_there_after_stop_and_start(data: Path, binaries: Binaries) -> None:
    cluster = Cluster(data, binaries)
    assert cluster.create_if_missing()
    assert not cluster.create_if_missing()
    cluster.start()
    assert cluster.ensure_database("desk")
    assert not cluster.ensure_database("desk")
    ask(cluster, "CREATE TABLE kept AS SELECT 7 AS number", "desk")
    cluster.stop()
    assert not cluster.alive()
    cluster.start()
    assert cluster.alive()
    assert ask(cluster, "SELECT number FROM kept", "desk") == 7
    cluster.stop()


def test_the_server_is_safe_and_small(cluster: Cluster) -> None:
    cluster.start()
    expected = {
        "server_encoding": "UTF8",
        "data_checksums": "on",
        "fsync": "on",
        "synchronous_commit": "on",
        "shared_buffers": "64MB",
        "jit": "off",
    }
    assert {name: ask(cluster, f"SHOW {name}") for name in expected} == expected


def test_nothing_listens_on_tcp_and_the_socket_is_private(cluster: Cluster) -> None:
    cluster.start()
    server = psutil.Process(postmaster(cluster.folder))
    for process in [server, *server.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # an autovacuum worker may come and go
            assert process.net_connections(kind="inet") == []
    sockets = Path(psycopg.conninfo.conninfo_to_dict(cluster.dsn())["host"])
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.folder.stat().st_mode) == 0o700
    assert cluster.folder.stat().st_uid == server.uids().effective != 0


def test_a_long_data_path_does_not_hinder_the_socket(data: Path, binaries: Binaries) -> None:
    far = data / ("a-rather-long-name-" * 6) / ("another-long-name-" * 6)
    far.mkdir(parents=True)
    for folder in (far.parent, far):
        folder.chmod(0o711)
    with Cluster(far, binaries) as cluster:
        assert ask(cluster, "SELECT 1") == 1
        assert len(str(cluster.folder)) > 200


def test_a_data_folder_behind_a_closed_door_is_served_without_opening_it(tmp_path: Path, binaries: Binaries) -> None:
    door = tmp_path / "closed"
    door.mkdir(mode=0o700)
    with Cluster(door / "data", binaries) as cluster:
        assert ask(cluster, "SELECT 1") == 1
    again = Cluster(door / "data", binaries)
    assert again.folder == cluster.folder
    assert stat.S_IMODE(door.stat().st_mode) == 0o700
    if os.geteuid() != 0:
        assert cluster.folder == door / "data" / "postgres"
        return
    assert cluster.folder.is_relative_to(STATE)
    assert (door / "data" / "postgres.where").read_text().strip() == str(cluster.folder)
    subprocess.run(["rm", "-r", str(cluster.folder.parent)], check=True)
    with pytest.raises(EmbeddedError, match="which is gone"):
        Cluster(door / "data", binaries)


def test_the_server_outlives_the_thread_that_started_it(one_cluster: Cluster) -> None:
    thread = threading.Thread(target=one_cluster.start)
    thread.start()
    thread.join()
    ask(one_cluster, "SELECT pg_sleep(0.2)")
    assert one_cluster.alive()


def test_a_server_that_cannot_start_says_why(one_cluster: Cluster) -> None:
    (one_cluster.folder / "global" / "pg_control").rename(one_cluster.folder / "lost")
    with pytest.raises(EmbeddedError, match="pg_control"):
        one_cluster.start()
    assert not one_cluster.alive()


def test_statements_stay_out_of_the_log(one_cluster: Cluster) -> None:
    one_cluster.start()
    with pytest.raises(psycopg.Error):
        ask(one_cluster, "SELECT 'a private word'::int")
    with pytest.raises(psycopg.Error):
        ask(one_cluster, "SELECT 1 FROM nowhere WHERE 'secret-of-ines' = ''")
    assert "secret-of-ines" not in one_cluster.log.read_text()


def test_a_large_log_is_turned_over(one_cluster: Cluster) -> None:
    one_cluster.log.write_bytes(b"old\n" * 1_300_000)
    one_cluster.start()
    assert one_cluster.log.stat().st_size < 100_000
    assert one_cluster.log.with_name("postgres.log.1").stat().st_size == 5_200_000


def test_a_folder_that_somebody_else_laid_for_the_socket_is_refused(one_cluster: Cluster, tmp_path: Path) -> None:
    sockets = Path(psycopg.conninfo.conninfo_to_dict(one_cluster.dsn())["host"])
    sockets.rmdir()
    sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(EmbeddedError, match="nobody else may hold our socket"):
            one_cluster.start()
    finally:
        sockets.unlink()
