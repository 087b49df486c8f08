"""Everything at once: answers lost and broken by chance, streams torn, processes killed at any moment. Every post is
stored and in a case once, every reply is out once, and the desk's ledger is the pretend X's bill.

400 posts and 25 replies; with EARFUL_NIGHTLY=1 it is 10,000 and 500, and EARFUL_CHAOS="posts,replies" says otherwise.
EARFUL_CHAOS_SEED throws other dice: what goes wrong is drawn from them, when it does also depends on the machine.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
import pytest
from running_desk import HEARS, RunningDesk, quietly, wait_for

USUAL = "10000,500" if os.environ.get("EARFUL_NIGHTLY") else "400,25"
POSTS, REPLIES = (int(number) for number in os.environ.get("EARFUL_CHAOS", USUAL).split(","))
SEED = int(os.environ.get("EARFUL_CHAOS_SEED", "2026"))
# X takes no more than a hundred posts of one account in a quarter of an hour.
BRANDS = ["LumenHelp", *(f"LumenHelp{number}" for number in range(2, REPLIES // 80 + 2))]
PEOPLE = max(REPLIES, POSTS // 4)
CHUNK, PAUSE_S = 50, 0.4
# A process that dies again and again rests longer each time: whoever kills for ever lets nobody work.
KILLS = 10 + POSTS // 200
# Somebody may have been asked for a minute before the dice struck, and is asked again in a minute.
PATIENCE_S = 300.0

# Let out, and said to have failed. That is free at X; the desk finds it out, and enters it.
REFUSED_AFTER = "POST /2/tw"
DIAL: list[dict[str, Any]] = [
    {"on": REFUSED_AFTER, "chances": {"refuse_after": 0.05}},
    {
        "on": "POST /2/tweets",
        "chances": {
            "lost_answer": 0.1, "lost_request": 0.05, "garbage": 0.05, "status": 0.1, "slow": 0.2,
        },
        "seconds": 0.3,
    },
    {
        "on": "GET /2/",
        "chances": {"lost_answer": 0.05, "lost_request": 0.05, "garbage": 0.02, "status": 0.05, "slow": 0.1},
        "seconds": 0.2,
    },
    {"on": "a line", "chances": {"torn_line": 0.003, "twice": 0.02}},
]  # fmt: skip
LINK = """
from earful.supervisor.preparing import link_practice_brand
for name in {names}:
    link_practice_brand({{"username": name, "name": name, "kind": "brand", "deletes": True}})
"""
ANSWER = """
from earful.cases.models import Case
from earful.people.models import Agent
from earful.replies import writing
agent = Agent.objects.get(username="dario")
for brand, most in {shares}.items():
    cases = Case.objects.filter(channel__handle=brand)
    left = most - cases.filter(replies__isnull=False).count()
    for case in cases.filter(replies=None).order_by("pk")[:left]:
        text = f"Hello! We are on it and write again within the hour. Your number is {{case.pk}}."
        writing.send(case, agent, "public", text, seen_reply=writing.latest_reply_id(case))
"""


class Billed(NamedTuple):
    """An entry of either ledger; a request has no resource that both sides know."""

    brand: str
    kind: str
    of: str
    resource: str
    price: int


@pytest.fixture
def desk(make_desk: Callable[..., RunningDesk]) -> Iterator[RunningDesk]:
    """A desk that hears all brands."""
    desk = make_desk("chaos")
    desk.start()
    desk.inside(LINK.format(names=BRANDS[1:]))
    wait_for(lambda: desk.count(HEARS) == len(BRANDS))
    yield desk
    desk.stop()


def test_every_post_once_every_reply_once_and_the_ledger_is_the_bill(desk: RunningDesk) -> None:
    dice = random.Random(SEED)
    with ThreadPoolExecutor() as pool, trouble(desk, dice, pool) as struck:
        customers = pool.submit(_post_all, desk)
        wait_for(lambda: _answer_what_waits(desk) == REPLIES, POSTS / 10 + PATIENCE_S, desk.ended)
        customers.result()
        # Most are sent in the thick of it; the last ones would take for ever.
        wait_for(lambda: quietly(lambda: len(_unsent(desk)) < REPLIES / 5), POSTS / 10 + PATIENCE_S, desk.ended)
    wait_for(lambda: quietly(lambda: _stored(desk)) == POSTS, PATIENCE_S, desk.ended)
    wait_for(lambda: quietly(lambda: _unsent(desk)) == [], PATIENCE_S, desk.ended)

    assert desk.count("SELECT count(*) FROM cases_message WHERE role = 'customer'") == POSTS
    assert desk.count("SELECT count(*) FROM cases_case") == PEOPLE
    assert desk.count("SELECT count(*) FROM replies_delivery WHERE outcome = 'sent'") == REPLIES
    said = [post["text"] for brand in BRANDS for post in _posts_of(desk, brand)]
    assert len(said) == REPLIES
    assert set(Counter(said).values()) == {1}
    _the_ledger_is_the_bill(desk, struck[REFUSED_AFTER])


@contextmanager
def trouble(desk: RunningDesk, dice: random.Random, pool: Executor) -> Iterator[dict[str, int]]:
    """The dial turned up until it is left, and KILLS times a process killed or a stream cut, every second or two; how
    often each setting of the dial struck is known at the end.
    """
    over, struck = threading.Event(), dict[str, int]()
    with desk.door() as door:
        for setting in DIAL:
            door.post("/pretend/dial", json=setting | {"seed": dice.randrange(1_000_000)}).raise_for_status()
    killing = pool.submit(_kill, desk, dice, over)
    try:
        yield struck
    finally:
        over.set()
        killing.result()
        assert not desk.ended(), desk.ended()
        with desk.door() as door:
            struck.update({each["on"]: each["done"] for each in door.get("/pretend/dial").json()["dial"]})
            door.delete("/pretend/dial").raise_for_status()


def _kill(desk: RunningDesk, dice: random.Random, over: threading.Event) -> None:
    deeds: list[Callable[[], Any]] = [
        *(lambda role=role: desk.kill(role) for role in ("listener", "reader", "worker", "worker", "database")),
        lambda: _cut(desk, dice.choice(BRANDS)),
    ]
    for _ in range(KILLS):
        if over.wait(dice.uniform(1, 2.5)):
            return
        dice.choice(deeds)()


def _cut(desk: RunningDesk, brand: str) -> None:
    with desk.door() as door:
        # 404 says that the stream is not open just now.
        assert door.post(f"/pretend/stream/{brand}/cut").status_code in (200, 404)


def _post_all(desk: RunningDesk) -> None:
    """All posts, of everybody in turn, each of whom writes to one brand."""
    for start in range(0, POSTS, CHUNK):
        posts = [
            {
                "username": f"person_{number % PEOPLE}",
                "text": f"@{BRANDS[number % PEOPLE % len(BRANDS)]} post number {number}: where is my router?",
                "key": f"chaos-{number}",
            }
            for number in range(start, min(start + CHUNK, POSTS))
        ]
        with desk.door() as door:
            door.post("/pretend/posts/bulk", json={"posts": posts}).raise_for_status()
        time.sleep(PAUSE_S)


def _answer_what_waits(desk: RunningDesk) -> int:
    """Answer cases without an answer, as many as each brand shall have; how many answers there are now."""
    shares = {brand: len(range(number, REPLIES, len(BRANDS))) for number, brand in enumerate(BRANDS)}
    try:
        desk.inside(ANSWER.format(shares=shares))
        return desk.count("SELECT count(*) FROM replies_reply")
    except (AssertionError, psycopg.Error):
        # The database was killed under it. What was accepted until then is kept.
        return 0


def _stored(desk: RunningDesk) -> int:
    return desk.count("SELECT count(DISTINCT network_id) FROM posts_post WHERE NOT ours")


def _unsent(desk: RunningDesk) -> list[tuple[Any, ...]]:
    return desk.ask("SELECT id, state, reason, attempts FROM replies_reply WHERE state NOT IN ('sent', 'confirmed')")


def _posts_of(desk: RunningDesk, brand: str) -> list[dict[str, Any]]:
    with desk.door() as door:
        found: list[dict[str, Any]] = door.get("/pretend/posts", params={"username": brand, "max_results": 500}).json()[
            "posts"
        ]
    return found


def _the_ledger_is_the_bill(desk: RunningDesk, refused_after: int) -> None:
    """What is entered was billed, and what was billed is entered, if only as what may have been: a line on its way to a
    listener that was killed is billed, and heard by nobody.
    """
    wait_for(lambda: not _busy(desk), PATIENCE_S)
    billed = _billed(desk)
    more = _entered(desk, "sure") - billed
    assert {each.kind for each in more} <= {"post_create_summoned"}, more
    assert more.total() <= refused_after, more
    wait_for(lambda: not billed - _entered(desk, "true"), PATIENCE_S, lambda: str(billed - _entered(desk, "true")))


def _busy(desk: RunningDesk) -> int:
    return desk.count("SELECT count(*) FROM intake_gap WHERE state = 'waiting'") + desk.count(
        "SELECT count(*) FROM cases_stranger WHERE due_at IS NOT NULL"
    )


def _entered(desk: RunningDesk, which: str) -> Counter[Billed]:
    query = "SELECT handle, kind, of, resource, price FROM ledger_entry JOIN channels_channel c ON c.id = channel_id"
    rows = desk.ask(f"{query} WHERE {which}")
    return Counter(_one(*row) for row in rows)


def _billed(desk: RunningDesk) -> Counter[Billed]:
    found: Counter[Billed] = Counter()
    with desk.door() as door:
        for brand in BRANDS:
            after = "0"
            while after:
                page = door.get("/pretend/ledger", params={"username": brand, "limit": 5000, "after": after}).json()
                rows = page["entries"]
                found.update(_one(brand, r["kind"], r["class"], r.get("resource", ""), r["price"]) for r in rows)
                after = page.get("next", "")
    return found


def _one(brand: str, kind: str, of: str, resource: str, price: int) -> Billed:
    return Billed(brand, kind, of, "" if of == "request" else resource, price)
