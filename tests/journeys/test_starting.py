"""Starting, stopping and starting again, as a person at a terminal does."""

import os
import signal
import socket
import time
from collections.abc import Callable

import httpx
import psutil
import pytest
from running_desk import HEARS, RunningDesk, begun, free_ports, typed, wait_for


def test_ctrl_c_ends_everything_within_five_seconds_and_the_next_start_goes_on(
    make_desk: Callable[..., RunningDesk],
) -> None:
    desk = make_desk("again", from_nothing=True)
    desk.start()
    desk.say("ana_reyes", "@LumenHelp no internet since noon")
    wait_for(lambda: desk.count("SELECT count(*) FROM cases_case") == 1)
    family = desk.family()

    assert desk.interrupt() < 5
    assert not [process for process in family if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]

    desk.start()
    assert desk.count("SELECT count(*) FROM cases_case") == 1
    desk.say("ana_reyes", "@LumenHelp hello? still nothing")
    wait_for(lambda: desk.count("SELECT count(*) FROM cases_message") == 2)
    assert desk.count("SELECT count(*) FROM cases_case") == 1
    desk.stop()


@pytest.mark.parametrize("after", [0.5, 1.5, 3.0])
def test_ctrl_c_while_it_starts_ends_quietly_and_the_next_start_goes_on(
    make_desk: Callable[..., RunningDesk], after: float
) -> None:
    desk = make_desk(f"hurried-{after}", from_nothing=True)
    words = ("up", "--data", str(desk.data), "--port", str(desk.port))
    # A terminal's Ctrl-C reaches the whole group, so the desk gets one of its own here.
    with begun(*words) as starting:
        time.sleep(after)
        os.killpg(starting.pid, signal.SIGINT)
        began = time.monotonic()
        said, _ = starting.communicate(timeout=15)
    assert time.monotonic() - began < 6
    assert "Traceback" not in said
    # A busy machine may not even have come so far that there was something to stop.
    assert "Stopped" in said or not said
    assert starting.returncode in (0, 130, -signal.SIGINT), said

    desk.start()
    desk.stop()


def test_when_another_port_is_chosen_the_demos_cases_come_along(make_desk: Callable[..., RunningDesk]) -> None:
    desk = make_desk("moving")
    desk.start()
    desk.say("ana_reyes", "@LumenHelp no internet since noon")
    wait_for(lambda: desk.count("SELECT count(*) FROM cases_case") == 1)
    desk.stop()

    desk.port = free_ports()
    desk.start()
    assert desk.ask("SELECT api, site, enabled FROM channels_channel") == [(desk.pretend, desk.pretend, True)]
    desk.say("ana_reyes", "@LumenHelp hello? still nothing")
    wait_for(lambda: desk.count("SELECT count(*) FROM cases_message") == 2)
    assert desk.count("SELECT count(*) FROM cases_case") == 1
    desk.stop()


def test_a_desk_for_others_must_be_told_its_names(make_desk: Callable[..., RunningDesk]) -> None:
    desk = make_desk("open")
    said = typed("up", "--data", str(desk.data), "--port", str(desk.port), "--host", "0.0.0.0")
    assert said.returncode == 1
    assert "set EARFUL_HOSTS" in said.stderr


def test_the_pretend_x_stays_at_home_when_the_desk_does_not(
    make_desk: Callable[..., RunningDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARFUL_HOSTS", "127.0.0.1")
    # Every address of 127.0.0.0/8 is this machine: one stands in for "another way in".
    desk = make_desk("wide")
    desk.start("--host", "127.0.0.2")
    assert desk.running_file()["EARFUL_SANDBOX_URL"] == desk.pretend
    listening = {at.laddr for at in psutil.net_connections("tcp4") if at.status == psutil.CONN_LISTEN}
    assert {at for at in listening if at.port == desk.port} == {("127.0.0.2", desk.port)}
    assert {at for at in listening if at.port == desk.port + 2} == {("127.0.0.1", desk.port + 2)}
    desk.stop()


def test_when_the_desk_is_killed_nothing_of_it_lives_on(make_desk: Callable[..., RunningDesk]) -> None:
    desk = make_desk("orphans")
    desk.start()
    family = desk.family()
    assert desk.process is not None
    desk.process.send_signal(signal.SIGKILL)
    desk.process.wait()
    wait_for(lambda: not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE], 10)


def test_a_busy_port_is_named(make_desk: Callable[..., RunningDesk]) -> None:
    desk = make_desk("busy")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", desk.port + 1))
        taken.listen()
        said = typed("up", "--data", str(desk.data), "--port", str(desk.port))
    assert said.returncode == 1
    assert f"Port {desk.port + 1} is in use" in said.stderr


def test_the_doctor_names_what_could_not_be_read(make_desk: Callable[..., RunningDesk]) -> None:
    desk = make_desk("sick")
    desk.start()
    wait_for(lambda: desk.count(HEARS))
    with desk.door() as door:
        door.post("/pretend/stream/LumenHelp/send", content=b'{"data": "not a post"}\r\n').raise_for_status()
    wait_for(lambda: desk.count("SELECT count(*) FROM intake_frame WHERE aside_at IS NOT NULL"))
    said = typed("doctor", "--data", str(desk.data), "--port", str(desk.port))
    assert said.returncode == 1
    assert "put aside unread" in said.stdout
    desk.stop()


def test_a_desk_without_the_demo_starts_and_lets_its_administrator_in(make_desk: Callable[..., RunningDesk]) -> None:
    desk = make_desk("bare")
    desk.start("--no-demo")
    with httpx.Client(follow_redirects=True) as browser:
        assert browser.get(desk.enter).status_code == 200
    assert desk.ask("SELECT username FROM people_agent") == [("admin",)]
    desk.stop()


def test_a_dumped_desk_comes_back_from_its_file(make_desk: Callable[..., RunningDesk]) -> None:
    desk, other = make_desk("moved"), make_desk("moved-to")
    desk.start()
    desk.say("ana_reyes", "@LumenHelp please keep this")
    wait_for(lambda: desk.count("SELECT count(*) FROM cases_case") == 1)
    file = desk.data.parent / "desk.dump"
    assert typed("db", "dump", str(file), "--data", str(desk.data)).returncode == 0
    desk.stop()
    said = typed("db", "restore", str(file), "--data", str(other.data))
    assert said.returncode == 0, said.stderr
    other.start("--no-demo")
    assert other.count("SELECT count(*) FROM cases_case") == 1
    other.stop()
