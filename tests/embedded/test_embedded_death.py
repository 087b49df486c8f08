"""Whoever is killed, nothing committed is lost, nothing is left running, and the next start works."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from earful.embedded import Binaries, Cluster, DataLock, EmbeddedError, leftovers
from earful.embedded.leftovers import postmaster, socket_in_use
from embedded.rig import of_source, servers, within


def told_until_killed(desk: list[str], data: Path, choice: str) -> list[int]:
    """Run a desk, kill it in the middle of its writing, and return the rows that it said were committed."""
    with subprocess.Popen([*desk, str(data), choice], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(50)]
        process.kill()
        return told + [int(line) for line in process.stdout if line.endswith("\n")]


def test_killing_the_desk_leaves_no_server_and_loses_no_row(desk: list[str], data: Path, binaries: Binaries) -> None:
    told: list[int] = []
    for _ in range(5):
        told += told_until_killed(desk, data, binaries.source)
        assert within(5, lambda: not servers(data / "postgres"))
    with Cluster(data, binaries) as cluster, psycopg.connect(cluster.dsn()) as connection:
        found = {number for (number,) in connection.execute("SELECT number FROM told")}
    # Of each killed desk one row may be committed whose number it had no time left to say.
    assert set(told) <= found
    assert len(found) - len(told) <= 5


def test_a_start_right_after_the_desk_was_killed_waits_for_its_server_to_end(desk: list[str], data: Path) -> None:
    told = told_until_killed(desk, data, "wheel")
    with Cluster(data, of_source("wheel")) as cluster, psycopg.connect(cluster.dsn()) as connection:
        row = connection.execute("SELECT count(*) FROM told").fetchone()
    assert row is not None
    assert row[0] in (len(told), len(told) + 1)


def test_the_lock_of_a_dead_server_that_nobody_reaped_does_not_hinder_a_start(one_cluster: Cluster) -> None:
    one_cluster.start()
    (lock,) = sockets(one_cluster).glob(".s.PGSQL.*.lock")
    text = lock.read_text()
    one_cluster.stop()
    owner = one_cluster.folder.stat().st_uid
    with subprocess.Popen(["true"], user=owner if os.geteuid() == 0 else None) as dead:
        os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)
        lock.parent.mkdir(mode=0o700, exist_ok=True)
        lock.write_text("\n".join([str(dead.pid), *text.splitlines()[1:]]) + "\n")
        for path in (lock.parent, lock):
            os.chown(path, owner, -1)
        one_cluster.start()
        assert one_cluster.alive()


def test_a_start_right_after_everything_was_killed_works(desk: list[str], data: Path, binaries: Binaries) -> None:
    for _ in range(3):
        with subprocess.Popen([*desk, str(data), binaries.source], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline()
            for pid in [*servers(data / "postgres"), process.pid]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
    with Cluster(data, binaries) as cluster:
        assert cluster.alive()


def test_the_server_comes_back_after_it_was_killed_itself(cluster: Cluster) -> None:
    cluster.start()
    with psycopg.connect(cluster.dsn("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        kill_server(cluster)
    cluster.start()
    with psycopg.connect(cluster.dsn("postgres")) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_backend_that_works_on_without_its_server_is_ended(one_cluster: Cluster) -> None:
    one_cluster.start()
    connection = psycopg.connect(one_cluster.dsn("postgres"))
    backend = connection.info.backend_pid
    connection.pgconn.send_query(b"DO 'BEGIN LOOP NULL; END LOOP; END'")
    assert within(5, lambda: psutil.Process(backend).cpu_times().user > 0.05)
    kill_server(one_cluster)
    assert backend in servers(one_cluster.folder)
    one_cluster.start()
    assert backend not in servers(one_cluster.folder)
    connection.close()


def sockets(cluster: Cluster) -> Path:
    folder = socket_in_use(cluster.folder)
    assert folder is not None
    return folder


def kill_server(cluster: Cluster) -> None:
    pid = postmaster(cluster.folder)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert within(5, lambda: not cluster.alive())


@pytest.mark.parametrize("living", [False, True], ids=["of nobody", "of another program"])
def test_a_stale_pid_file_does_not_hinder_a_start(cluster: Cluster, living: bool) -> None:
    cluster.start()
    file = cluster.folder / "postmaster.pid"
    text = file.read_text()
    cluster.stop()
    owner = cluster.folder.stat().st_uid
    stranger = subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None)
    try:
        if not living:
            stranger.kill()
            stranger.wait()
        file.write_text("\n".join([str(stranger.pid), *text.splitlines()[1:]]) + "\n")
        os.chown(file, owner, -1)
        cluster.start()
        assert cluster.alive()
    finally:
        stranger.kill()
        stranger.wait()


def test_a_second_start_on_the_same_data_is_refused_with_the_pid(one_cluster: Cluster, data: Path) -> None:
    one_cluster.start()
    second = Cluster(data, one_cluster.binaries)
    with pytest.raises(EmbeddedError, match=rf"Another Earful \(process {os.getpid()}\)"):
        second.start()
    assert second.dsn() == one_cluster.dsn()
    assert one_cluster.alive()


def test_a_server_that_somebody_else_started_is_left_alone_and_named(
    one_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "LEAVING", 0.2)
    owner = one_cluster.folder.stat().st_uid
    command = [one_cluster.binaries.bin / "postgres", "-D", one_cluster.folder, "-c", "listen_addresses="]
    server = subprocess.Popen(
        [*command, "-c", f"unix_socket_directories={one_cluster.folder}"],
        cwd="/",
        stderr=subprocess.DEVNULL,
        user=owner if os.geteuid() == 0 else None,
    )
    try:
        assert within(5, lambda: postmaster(one_cluster.folder) == server.pid)
        with pytest.raises(EmbeddedError, match=f"process {server.pid}"):
            one_cluster.start()
        assert server.poll() is None
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(10)


def test_the_data_lock_names_its_holder_and_dies_with_it(desk: list[str], data: Path) -> None:
    with subprocess.Popen([*desk, str(data), "wheel"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(EmbeddedError, match=rf"Another Earful \(process {process.pid}\) is running"):
            DataLock(data).acquire()
        process.kill()
    with DataLock(data) as lock:
        assert lock.held()
    assert within(5, lambda: not servers(data / "postgres"))
