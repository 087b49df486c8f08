"""Starting, stopping and starting again, as a person at a terminal does."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable

import httpx
import psutil
from running_desk import ROOT, RunningDesk, wait_for

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


def test_when_the_desk_is_killed_nothing_of_it_lives_on(make_desk: Callable[..., RunningDesk]) -> None:
    desk = make_desk("orphans")
    desk.start()
    family = desk.family()
    assert desk.process is not None
    desk.process.send_signal(signal.SIGKILL)
    desk.process.wait()
    wait_for(lambda: not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE], 10)


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
    environ = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "EARFUL_DATA")}
    environ |= {"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200"}
    command = [sys.executable, "-P", "-m", "earful.cli", *words]
    return subprocess.run(command, env=environ, input=said, capture_output=True, text=True, timeout=120, cwd="/")
