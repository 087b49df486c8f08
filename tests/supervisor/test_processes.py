"""Processes kept alive, and ended without leftovers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from earful.supervisor.processes import HEALTHY_SECONDS, LONGEST_PAUSE, Process, Supervisor
from shared import ROOT

KEEPER = Path(__file__).with_name("keeper.py")
PATIENCE = 15.0


@contextmanager
def keeping(*commands: str) -> Iterator[subprocess.Popen[str]]:
    """A supervisor process that keeps these shell commands running; killed at the end, if it still lives."""
    keeper = subprocess.Popen(
        [sys.executable, str(KEEPER), *commands],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert keeper.stdout is not None
        assert keeper.stdout.readline() == "running\n"
        yield keeper
    finally:
        keeper.kill()
        keeper.wait()
        if keeper.stdout:
            keeper.stdout.close()


def until(happened: Callable[[], bool]) -> None:
    """Wait until it has happened; fails after fifteen seconds."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def pids(folder: Path, count: int) -> list[int]:
    """What `count` children wrote into the folder, each its process id in a file."""
    until(lambda: sum(file.read_text().endswith("\n") for file in folder.iterdir()) == count)
    return [int(file.read_text()) for file in folder.iterdir()]


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_what_dies_is_started_again_after_a_pause_that_grows(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    with keeping(f"date +%s.%N >> {starts}; exit 3"):
        until(lambda: starts.exists() and len(starts.read_text().splitlines()) >= 3)
    first, second, third = map(float, starts.read_text().splitlines()[:3])
    assert 0.4 < second - first < 2
    assert 0.9 < third - second < 4
    assert third - second > second - first


def test_pauses_double_up_to_half_a_minute_and_health_forgets_them() -> None:
    process = Process("any", ["true"], started=time.monotonic())
    assert [process.pause() for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]
    process.started = time.monotonic() - HEALTHY_SECONDS - 1
    assert process.pause() == 0.5


def test_what_lives_is_left_alone(tmp_path: Path) -> None:
    with keeping(f"echo $$ > {tmp_path}/one; sleep 60"):
        [pid] = pids(tmp_path, 1)
        time.sleep(0.8)
        assert pids(tmp_path, 1) == [pid]
        assert not gone(pid)


def test_stopping_ends_all_within_five_seconds_the_deaf_and_their_children_too(tmp_path: Path) -> None:
    obedient = f"echo $$ > {tmp_path}/one; exec sleep 60"
    deaf = f"trap '' TERM; echo $$ > {tmp_path}/two; sh -c 'echo $$ > {tmp_path}/three; sleep 60'"
    with keeping(obedient, deaf) as keeper:
        running = pids(tmp_path, 3)
        began = time.monotonic()
        keeper.send_signal(signal.SIGTERM)
        assert keeper.wait(10) == 0
        assert time.monotonic() - began < 5
        until(lambda: all(map(gone, running)))


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    commands = [f"echo $$ > {tmp_path}/{name}; exec sleep 60" for name in ("one", "two")]
    with keeping(*commands) as keeper:
        running = pids(tmp_path, 2)
        keeper.kill()
        keeper.wait()
        until(lambda: all(map(gone, running)))


def test_ctrl_c_reaches_the_supervisor_alone(tmp_path: Path) -> None:
    with keeping(f"echo $$ > {tmp_path}/one; exec sleep 60") as keeper:
        [pid] = pids(tmp_path, 1)
        assert os.getpgid(pid) == pid != os.getpgid(keeper.pid)


def test_a_program_that_is_not_there_is_told_at_once() -> None:
    with pytest.raises(FileNotFoundError):
        Supervisor().start(Process("none", ["/no/such/program"]))


def test_a_program_that_vanishes_while_it_is_kept_stops_nothing_else(tmp_path: Path) -> None:
    vanishing = tmp_path / "vanishing"
    vanishing.write_text("#!/bin/sh\nrm $0\nexit 1\n")
    vanishing.chmod(0o755)
    rounds: list[int] = []
    supervisor = Supervisor(lambda: rounds.append(1) if len(rounds) < 6 else supervisor.stop())
    supervisor.start(Process("vanishing", [str(vanishing)]))
    supervisor.run()
    supervisor.end_all()
    assert not vanishing.exists()
    assert supervisor.processes[0].deaths >= 2
