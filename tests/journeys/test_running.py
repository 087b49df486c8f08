"""A desk that runs, as a person at a terminal uses it."""

import json
import os
import re
import signal
from pathlib import Path

import httpx
from running_desk import HEARS, RunningDesk, quietly, typed, wait_for

from shared import shared


def test_what_is_said_once_the_desk_is_announced_comes_by_the_stream(desk: RunningDesk) -> None:
    assert "Listening … " in desk.log.read_text()
    assert desk.count(HEARS)


def test_an_agent_is_added_and_let_in_by_a_link(desk: RunningDesk) -> None:
    here = ("--data", str(desk.data))
    added = typed("agent", "add", "noor", "--name", "Noor Haddad", *here)
    assert added.returncode == 0, added.stderr
    assert desk.ask("SELECT last_name, initials FROM people_agent WHERE username = 'noor'") == [("Haddad", "NH")]
    again = typed("agent", "link", "noor", *here)
    for said in (added, again):
        (link,) = re.findall(r"http://\S+/enter/\S+", said.stdout)
        with httpx.Client(follow_redirects=True) as browser:
            assert browser.get(link).status_code == 200
    for words in (("add", "noor"), ("link", "nobody_here")):
        refused = typed("agent", *words, *here)
        assert refused.returncode == 1
        assert refused.stderr.startswith("earful: ")
        assert "Traceback" not in refused.stderr


def test_a_database_that_dies_while_it_recovers_is_started_again(desk: RunningDesk) -> None:
    before = desk.count("SELECT count(*) FROM people_agent")
    for _ in range(3):
        killed = desk.pid_of("database")
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda killed=killed: desk.runs("database") not in (0, killed), 60, desk.ended)
    wait_for(lambda: quietly(lambda: desk.count("SELECT count(*) FROM people_agent")) == before, 60, desk.ended)


def test_a_second_desk_on_the_same_data_is_refused_in_one_sentence(desk: RunningDesk) -> None:
    said = typed("up", "--data", str(desk.data), "--port", str(desk.port + 10))
    assert said.returncode == 1
    assert "Another Earful" in said.stderr
    assert "Traceback" not in said.stderr


def test_the_doctor_finds_a_running_desk_well(desk: RunningDesk) -> None:
    said = typed("doctor", "--data", str(desk.data), "--port", str(desk.port))
    assert said.returncode == 0, said.stdout
    assert "A desk is running on this data" in said.stdout
    assert "Every channel hears" in said.stdout


def test_an_account_is_linked_by_its_tokens_and_then_heard(desk: RunningDesk) -> None:
    with desk.door() as door:
        given = door.post("/pretend/accounts", json={"username": "OrbitCare", "name": "Orbit", "kind": "brand"}).json()
    words = ("link", "--data", str(desk.data), "--api", desk.pretend, "--site", desk.pretend)
    wrong = typed(*words, said=f"{given['app_token']}\nnonsense\n")
    assert wrong.returncode == 1
    assert "did not accept" in wrong.stderr
    linked = typed(*words, said=f"{given['app_token']}\n{given['user_token']}\n")
    assert linked.returncode == 0, linked.stderr
    assert "@OrbitCare" in linked.stdout
    assert given["user_token"] not in str(desk.ask("SELECT * FROM channels_channel"))
    post = desk.say("tom_okafor", "@OrbitCare where are you?")
    wait_for(lambda: desk.count("SELECT count(*) FROM posts_post WHERE network_id = %s", post))


def _said_to_a_brand_or_by_it(line: str) -> bool:
    """Whether the desk hears a line of a replay: for what it does not, the replay waits until it gives that up."""
    post = json.loads(line)
    return bool(post["author"] == post["brand"] or re.search(rf"@{post['brand']}\b", post["text"], re.IGNORECASE))


def test_replaying_the_same_file_twice_changes_nothing(desk: RunningDesk, tmp_path: Path) -> None:
    file = tmp_path / "heard.jsonl"
    every = shared("data", "replay", "ibm_care_replay.jsonl").read_text().splitlines(keepends=True)
    file.write_text("".join(filter(_said_to_a_brand_or_by_it, every)))
    tables = (
        "SELECT (SELECT count(*) FROM posts_post), (SELECT count(*) FROM cases_case), "
        "(SELECT count(*) FROM cases_message)"
    )
    first = typed("replay", str(file), "--data", str(desk.data), "--limit", "60", "--rate", "100")
    assert first.returncode == 0, first.stderr
    assert "60 of them new" in first.stdout
    assert "Heard  60 of them" in first.stdout
    before = desk.ask(tables)
    second = typed("replay", str(file), "--data", str(desk.data), "--limit", "60", "--rate", "100")
    assert second.returncode == 0, second.stderr
    assert " 0 of them new" in second.stdout
    assert desk.ask(tables) == before
