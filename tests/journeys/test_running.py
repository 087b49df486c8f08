"""Starting, stopping and starting again, as a person at a terminal does."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import httpx
import psutil
import pytest
from running_desk import ROOT, RunningDesk, free_ports, quietly, wait_for

from shared import shared


def test_ctrl_c_ends_everything_within_five_seconds_and_the_next_start_goes_on(
    make_desk: Callable[..., RunningDesk],
) -> None:
    desk = make_desk("again")
    desk.start()
    with desk.door() as door:
        door.post("/pretend/posts", json={"username": "ana_reyes", "text": "@LumenHelp no internet since noon"})
    wait_for(lambda: desk.count("SELECT count(*) FROM cases_case") == 1)
    family = desk.family()

    assert desk.interrupt() < 5
    assert not [process for process in family if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]

    desk.start()
    assert desk.count("SELECT count(*) FROM cases_case") == 1
    with desk.door() as door:
        door.post("/pretend/posts", json={"username": "ana_reyes", "text": "@LumenHelp hello? still nothing"})
    wait_for(lambda: desk.count("SELECT count(*) FROM cases_message") == 2)
    assert desk.count("SELECT count(*) FROM cases_case") == 1
    desk.stop()


@pytest.mark.parametrize("after", [0.5, 1.5, 3.0])
def test_ctrl_c_while_it_starts_ends_quietly_and_the_next_start_goes_on(
    make_desk: Callable[..., RunningDesk], after: float
) -> None:
    desk = make_desk(f"hurried-{after}")
    words = ("up", "--data", str(desk.data), "--port", str(desk.port))
    # A terminal's Ctrl-C reaches the whole group, so the desk gets one of its own here.
    with _begun(*words) as starting:
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
    with desk.door() as door:
        door.post("/pretend/posts", json={"username": "ana_reyes", "text": "@LumenHelp no internet since noon"})
    wait_for(lambda: desk.count("SELECT count(*) FROM cases_case") == 1)
    desk.stop()

    desk.port = free_ports()
    desk.start()
    assert desk.ask("SELECT api, site, enabled FROM channels_channel") == [(desk.pretend, desk.pretend, True)]
    with desk.door() as door:
        door.post("/pretend/posts", json={"username": "ana_reyes", "text": "@LumenHelp hello? still nothing"})
    wait_for(lambda: desk.count("SELECT count(*) FROM cases_message") == 2)
    assert desk.count("SELECT count(*) FROM cases_case") == 1
    desk.stop()


def test_what_is_said_once_the_desk_is_announced_comes_by_the_stream(desk: RunningDesk) -> None:
    assert "Listening … " in desk.log.read_text()
    assert desk.count("SELECT count(*) FROM channels_hearing WHERE ear = 'stream' AND alive_at IS NOT NULL")


def test_a_desk_for_others_must_be_told_its_names(make_desk: Callable[..., RunningDesk]) -> None:
    desk = make_desk("open")
    said = _earful("up", "--data", str(desk.data), "--port", str(desk.port), "--host", "0.0.0.0")
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


def test_an_agent_is_added_and_let_in_by_a_link(desk: RunningDesk) -> None:
    here = ("--data", str(desk.data))
    added = _earful("agent", "add", "noor", "--name", "Noor Haddad", *here)
    assert added.returncode == 0, added.stderr
    assert desk.ask("SELECT last_name, initials FROM people_agent WHERE username = 'noor'") == [("Haddad", "NH")]
    again = _earful("agent", "link", "noor", *here)
    for said in (added, again):
        (link,) = re.findall(r"http://\S+/enter/\S+", said.stdout)
        with httpx.Client(follow_redirects=True) as browser:
            assert browser.get(link).status_code == 200
    for words in (("add", "noor"), ("link", "nobody_here")):
        refused = _earful("agent", *words, *here)
        assert refused.returncode == 1
        assert refused.stderr.startswith("earful: ")
        assert "Traceback" not in refused.stderr


def test_when_the_desk_is_killed_nothing_of_it_lives_on(make_desk: Callable[..., RunningDesk]) -> None:
    desk = make_desk("orphans")
    desk.start()
    family = desk.family()
    assert desk.process is not None
    desk.process.send_signal(signal.SIGKILL)
    desk.process.wait()
    wait_for(lambda: not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE], 10)


def test_a_database_that_dies_while_it_recovers_is_started_again(desk: RunningDesk) -> None:
    before = desk.count("SELECT count(*) FROM people_agent")
    for _ in range(3):
        killed = desk.pid_of("database")
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda killed=killed: desk.runs("database") and desk.pid_of("database") != killed, 60, desk.ended)
    wait_for(lambda: quietly(lambda: desk.count("SELECT count(*) FROM people_agent")) == before, 60, desk.ended)


def test_a_second_desk_on_the_same_data_is_refused_in_one_sentence(desk: RunningDesk) -> None:
    said = _earful("up", "--data", str(desk.data), "--port", str(desk.port + 10))
    assert said.returncode == 1
    assert "Another Earful" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_busy_port_is_named(make_desk: Callable[..., RunningDesk]) -> None:
    desk = make_desk("busy")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", desk.port + 1))
        taken.listen()
        said = _earful("up", "--data", str(desk.data), "--port", str(desk.port))
    assert said.returncode == 1
    assert f"Port {desk.port + 1} is in use" in said.stderr


def test_the_doctor_finds_a_running_desk_well(desk: RunningDesk) -> None:
    said = _earful("doctor", "--data", str(desk.data), "--port", str(desk.port))
    assert said.returncode == 0, said.stdout
    assert "A desk is running on this data" in said.stdout
    assert "Every channel hears" in said.stdout


def test_the_doctor_names_what_could_not_be_read(make_desk: Callable[..., RunningDesk]) -> None:
    desk = make_desk("sick")
    desk.start()
    wait_for(lambda: desk.count("SELECT count(*) FROM channels_hearing WHERE ear = 'stream' AND alive_at IS NOT NULL"))
    with desk.door() as door:
        door.post("/pretend/stream/LumenHelp/send", content=b'{"data": "not a post"}\r\n').raise_for_status()
    wait_for(lambda: desk.count("SELECT count(*) FROM intake_frame WHERE aside_at IS NOT NULL"))
    said = _earful("doctor", "--data", str(desk.data), "--port", str(desk.port))
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


def test_an_account_is_linked_by_its_tokens_and_then_heard(desk: RunningDesk) -> None:
    with desk.door() as door:
        given = door.post("/pretend/accounts", json={"username": "OrbitCare", "name": "Orbit", "kind": "brand"}).json()
    words = ("link", "--data", str(desk.data), "--api", desk.pretend, "--site", desk.pretend)
    wrong = _earful(*words, said=f"{given['app_token']}\nnonsense\n")
    assert wrong.returncode == 1
    assert "did not accept" in wrong.stderr
    linked = _earful(*words, said=f"{given['app_token']}\n{given['user_token']}\n")
    assert linked.returncode == 0, linked.stderr
    assert "@OrbitCare" in linked.stdout
    assert given["user_token"] not in str(desk.ask("SELECT * FROM channels_channel"))
    with desk.door() as door:
        post = door.post("/pretend/posts", json={"username": "tom_okafor", "text": "@OrbitCare where are you?"}).json()
    wait_for(lambda: desk.count("SELECT count(*) FROM posts_post WHERE network_id = %s", post["id"]))


def test_replaying_the_same_file_twice_changes_nothing(desk: RunningDesk) -> None:
    file = shared("data", "replay", "ibm_care_replay.jsonl")
    tables = (
        "SELECT (SELECT count(*) FROM posts_post), (SELECT count(*) FROM cases_case), "
        "(SELECT count(*) FROM cases_message)"
    )
    first = _earful("replay", str(file), "--data", str(desk.data), "--limit", "60", "--rate", "100")
    assert first.returncode == 0, first.stderr
    assert "60 of them new" in first.stdout
    before = desk.ask(tables)
    second = _earful("replay", str(file), "--data", str(desk.data), "--limit", "60", "--rate", "100")
    assert second.returncode == 0, second.stderr
    assert " 0 of them new" in second.stdout
    assert desk.ask(tables) == before


def test_a_dumped_desk_comes_back_from_its_file(make_desk: Callable[..., RunningDesk]) -> None:
    desk, other = make_desk("moved"), make_desk("moved-to")
    desk.start()
    with desk.door() as door:
        door.post("/pretend/posts", json={"username": "ana_reyes", "text": "@LumenHelp please keep this"})
    wait_for(lambda: desk.count("SELECT count(*) FROM cases_case") == 1)
    file = desk.data.parent / "desk.dump"
    assert _earful("db", "dump", str(file), "--data", str(desk.data)).returncode == 0
    desk.stop()
    said = _earful("db", "restore", str(file), "--data", str(other.data))
    assert said.returncode == 0, said.stderr
    other.start("--no-demo")
    assert other.count("SELECT count(*) FROM cases_case") == 1
    other.stop()


def _earful(*words: str, said: str = "") -> "subprocess.CompletedProcess[str]":
    command, environ = _command(*words)
    return subprocess.run(command, env=environ, input=said, capture_output=True, text=True, timeout=120, cwd="/")


def _begun(*words: str) -> "subprocess.Popen[str]":
    command, environ = _command(*words)
    pipe, merged = subprocess.PIPE, subprocess.STDOUT
    return subprocess.Popen(
        command, env=environ, stdout=pipe, stderr=merged, text=True, cwd="/", start_new_session=True
    )


def _command(*words: str) -> tuple[list[str], dict[str, str]]:
    environ = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "EARFUL_DATA")}
    environ |= {"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200"}
    return [sys.executable, "-P", "-m", "earful.cli", *words], environ
