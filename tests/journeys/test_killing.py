"""Kill -9, in the middle of everything: every post stored once, every reply out exactly once, counted on both sides.

The pretend X is slow and loses answers meanwhile, so that kills fall between asking and hearing back.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable

from running_desk import RunningDesk, quietly, wait_for

POSTS = 2_000
PEOPLE = 400
REPLIES = 50

ANSWER_CASES = f"""
from earful.cases.models import Case
from earful.people.models import Agent
from earful.replies import writing
agent = Agent.objects.get(username="dario")
for case in Case.objects.order_by("pk")[:{REPLIES}]:
    text = f"Hello! We are on it and write again within the hour. Your number is {{case.pk}}."
    writing.send(case, agent, "public", text, seen_reply=writing.latest_reply_id(case))
print(agent.pk)
"""


def test_nothing_is_lost_and_nothing_doubled_when_reader_worker_and_database_are_killed(
    make_desk: Callable[..., RunningDesk],
) -> None:
    desk = make_desk("killed")
    desk.start()
    wait_for(lambda: desk.count("SELECT count(*) FROM channels_hearing WHERE ear = 'stream' AND alive_at IS NOT NULL"))
    customers = threading.Thread(target=_post_all, args=(desk,))
    customers.start()
    wait_for(lambda: (quietly(lambda: desk.count("SELECT count(*) FROM cases_case")) or 0) >= REPLIES)
    with desk.door() as door:
        door.post(
            "/pretend/faults", json={"on": "POST /2/tweets", "kind": "lost_answer", "times": 5}
        ).raise_for_status()
        slow = {"on": "POST /2/tweets", "kind": "slow", "seconds": 0.15, "times": 100}
        door.post("/pretend/faults", json=slow).raise_for_status()
    desk.inside(ANSWER_CASES)
    for role in ("worker", "reader", "worker", "database", "reader", "worker"):
        time.sleep(1.0)
        desk.kill(role)
    customers.join()
    wait_for(lambda: quietly(lambda: _stored(desk)) == POSTS, 120)
    _wait_until_all_are_out(desk)

    assert desk.count("SELECT count(DISTINCT network_id) FROM posts_post WHERE NOT ours") == POSTS
    assert desk.count("SELECT count(*) FROM cases_message WHERE role = 'customer'") == POSTS
    assert desk.count("SELECT count(*) FROM cases_case") == PEOPLE
    with desk.door() as door:
        posts = door.get("/pretend/posts", params={"username": "LumenHelp", "max_results": 500}).json()
    said = Counter(post["text"] for post in posts["posts"])
    assert len(said) == REPLIES
    assert set(said.values()) == {1}
    attempts = desk.count("SELECT count(*) FROM replies_delivery WHERE outcome = 'sent'")
    assert attempts == REPLIES


def _wait_until_all_are_out(desk: RunningDesk) -> None:
    """An attempt that a kill cut off before X took it is sent again after three looks, 43 seconds later; one that was
    cut off twice needs twice as long."""
    still = (
        "SELECT id, state, reason, attempts, looks, due_at FROM replies_reply WHERE state NOT IN ('sent', 'confirmed')"
    )
    try:
        wait_for(lambda: quietly(lambda: desk.ask(still)) == [], 200)
    except AssertionError as late:
        attempts = "SELECT reply_id, looked, outcome, reason, started_at FROM replies_delivery WHERE reply_id = ANY(%s)"
        rows = desk.ask(still)
        raise AssertionError(f"{rows}\n{desk.ask(attempts, [row[0] for row in rows])}") from late


def _stored(desk: RunningDesk) -> int:
    return desk.count("SELECT count(*) FROM posts_post WHERE NOT ours")


def _post_all(desk: RunningDesk) -> None:
    """2,000 posts of 400 people, a chunk at a time, for about ten seconds."""
    with desk.door() as door:
        for start in range(0, POSTS, 100):
            posts = [
                {
                    "username": f"person_{number % PEOPLE}",
                    "text": f"@LumenHelp post number {number}: where is my router?",
                    "key": f"killing-{number}",
                }
                for number in range(start, start + 100)
            ]
            door.post("/pretend/posts/bulk", json={"posts": posts}).raise_for_status()
            time.sleep(0.4)
