"""What the desk entered is what the pretend X billed, to the millionth of a dollar, whatever went wrong in between.

A whole desk in a process of its own (ears, reader, outbox) on one brand: mentions, posts that a rule finds, quotes,
replies, private messages, look-ups, counts, a backfill, answers in public and in private.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum
from django.utils import timezone

from building import agent, for_a_process
from earful.cases.models import Case, Stranger
from earful.channels.models import Channel, Hearing
from earful.intake import backfilling, journal
from earful.intake.models import Backfill
from earful.ledger.models import Entry, Outage, Spending
from earful.posts.models import Post
from earful.replies import writing
from earful.replies.models import Reply
from earful.rules.counting import count_on
from earful.rules.models import ListeningRule
from earful.sandbox.accounts import Profile
from earful.sandbox.posts import Draft
from earful.sandbox.world import World
from on_pretend import PATIENCE_S, linked_to, until

from sandbox.practice import Practice, practice  # isort: skip

DESK = """
import threading, time, django
django.setup()
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.listener import Listener
from earful.intake.reader import Reader
from earful.replies.working import Worker
threading.Thread(target=Listener().run, args=(threading.Event(),), daemon=True).start()
reader, worker = Reader(PostgresBelt()), Worker()
def read():
    while True:
        reader.run_once(wait=0.2)
threading.Thread(target=read, daemon=True).start()
while True:
    worker.run_once(wait=0.2)
"""


class Desk:
    """The desk's own process; killed without warning, and started again, as often as a test likes."""

    def __init__(self, pretend: Practice, channel: Channel) -> None:
        self.pretend, self.channel = pretend, channel
        self.process = self.start()

    def start(self) -> "subprocess.Popen[bytes]":
        self.process = subprocess.Popen(
            [sys.executable, "-c", DESK], env={**for_a_process(), "EARFUL_LOG_LEVEL": "error"}
        )
        return self.process

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def hears(self) -> None:
        """Wait until its stream is open: what is said from now on is heard by it."""
        since = timezone.now()
        ears = Hearing.objects.filter(channel=self.channel, ear="stream", state="ok")
        until(lambda: ears.filter(alive_at__gt=since).exists(), "the stream is not open")

    def billed(self) -> dict[str, int]:
        """By operation, in millionths of a dollar, what the pretend X billed."""
        answer = self.pretend.control.get("/pretend/ledger", params={"username": self.channel.handle})
        return {name: found["price"] for name, found in answer.json()["totals"]["by_operation"].items()}

    def at_rest(self) -> None:
        """Wait until nothing is left to do, and neither bill has grown for a while."""
        until(lambda: not busy(), "the desk does not come to rest")
        before, quiet = (-1, -1), time.monotonic()
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() - quiet < 2.5:
            assert time.monotonic() < end, "the bill grows and grows"
            if (now := (sum(self.billed().values()), entered())) != before or busy():
                before, quiet = now, time.monotonic()
            time.sleep(0.1)


def busy() -> bool:
    waiting = Reply.objects.exclude(due_at=None).exists() or Stranger.objects.exclude(due_at=None).exists()
    return waiting or journal.waiting().exists() or Backfill.objects.filter(state="running").exists()


def entered() -> int:
    return Spending.objects.aggregate(all=Sum("price"))["all"] or 0


@pytest.fixture
def desk(transactional_db: None, tmp_path: Path) -> Iterator[Desk]:
    """A desk that hears a brand on a pretend X of its own; a rule of it finds what names nobody."""
    past = World(tmp_path / "x.db", "http://past", clock=lambda: time.time() - 3_600)
    somebody = past.put_account(Profile(username="fan_of_old"))
    for number in range(30):
        past.publish(Draft(somebody, f"a wombat of the past, number {number}"))
    past.close()
    with practice(tmp_path / "x.db") as pretend:
        channel = linked_to(pretend.brand("LumenHelp"))
        # Messages are asked for once a minute: the first time, this one is there.
        pretend.say("messages", {"from": "shy_customer", "to": "LumenHelp", "text": "my number is not here"})
        ListeningRule.objects.create(name="unnamed", text="wombat -from:LumenHelp")
        running = Desk(pretend, channel)
        try:
            running.hears()
            yield running
        finally:
            running.kill()


def somebody_says(desk: Desk, round: str) -> None:
    """A morning: people name the brand, speak of it, answer and quote each other; each of their posts is heard."""
    say, us = desk.pretend.post, f"@{desk.channel.handle}"
    said = [say(f"cust_{round}{number}", f"{us} my router is dead, number {number}") for number in range(6)]
    found = [say(f"fan_{round}{number}", f"a wombat named lumen {number}") for number in range(5)]
    said.append(say(f"cust_{round}0", f"{us} still dead", reply_to=found[0]["id"]))
    said.append(say(f"fan_{round}1", "as she says, wombat", quote=found[1]["id"]))
    ids = {post["id"] for post in (*said, *found)}
    until(lambda: Post.objects.filter(network_id__in=ids).count() == len(ids), "not all was heard")


def somebody_answers(desk: Desk, dario: Any, text: str) -> None:
    """Every case that waits is answered: in private where it was private, else in public, in two parts sometimes."""
    for case in Case.objects.filter(waiting_since__isnull=False).order_by("pk"):
        route = "private" if case.private and not case.found_by_rule else "public"
        said = f"{text} {case.pk}" + (f" Please restart router {case.pk}, and tell us." * 9 if case.pk % 3 == 0 else "")
        try:
            writing.keep_draft(case, dario, route, said)
            writing.send(case, dario, route, said, seen_reply=0, anyway=True)
        except writing.NotSendable:
            pass


def equal(desk: Desk) -> None:
    billed = desk.billed()
    assert sum(billed.values()) > 0
    by_kind = dict(Spending.objects.values_list("kind").annotate(all=Sum("price")).order_by())
    assert entered() == sum(billed.values()), (billed, by_kind)
    assert not Outage.objects.exists()


def test_a_mixed_run_is_entered_as_it_was_billed(desk: Desk) -> None:
    dario = agent()
    somebody_says(desk, "a")
    somebody_answers(desk, dario, "We are on it.")
    count_on(desk.channel, "wombat", now=timezone.now())
    until(lambda: not Reply.objects.exclude(due_at=None).exists(), "not all answers went out")
    rule = ListeningRule.objects.get()
    last = timezone.now() - timedelta(minutes=1)
    backfilling.begin(
        rule, desk.channel, since=last - timedelta(hours=2), until=last, price_cap=Decimal(5), agent=dario
    )
    somebody_says(desk, "b")
    polled = Hearing.objects.filter(channel=desk.channel, ear="mentions", heard_at__gt=timezone.now())
    until(polled.exists, "the mentions are not asked for")
    desk.at_rest()
    equal(desk)
    assert set(Spending.objects.values_list("purpose", flat=True)) >= {
        "enrichment", "rules", "reconciliation", "mentions", "messages", "sending",
    }  # fmt: skip
    assert Spending.objects.filter(rule=rule.pk).exists()


def test_lost_and_broken_answers_change_nothing_in_that(desk: Desk) -> None:
    dario = agent()
    desk.pretend.fault("GET /2/users", "lost_answer")
    for _ in range(2):
        desk.pretend.fault("POST /2/tweets", "lost_answer")
    somebody_says(desk, "a")
    somebody_answers(desk, dario, "We are on it.")
    end = time.monotonic() + PATIENCE_S
    while busy() and time.monotonic() < end:
        # Nobody wants to wait for a minute until people are looked up again.
        Stranger.objects.filter(due_at__gt=timezone.now(), leased_until=None).update(due_at=timezone.now())
        time.sleep(0.2)
    desk.at_rest()
    equal(desk)


def test_a_desk_that_is_killed_again_and_again_enters_each_thing_once(desk: Desk) -> None:
    dario = agent()
    somebody_says(desk, "a")
    somebody_answers(desk, dario, "We are on it.")
    for number in range(4):
        desk.pretend.fault("POST /2/tweets", "slow", seconds=0.4)
        time.sleep(0.15 + 0.2 * number)
        desk.kill()
        desk.start()
    desk.hears()
    somebody_says(desk, "b")
    desk.at_rest()
    equal(desk)


def test_a_count_that_was_cut_off_is_told_apart(desk: Desk) -> None:
    desk.pretend.fault("GET /2/tweets/counts/recent", "lost_answer")
    with pytest.raises(Exception, match="could not be reached"):
        count_on(desk.channel, "wombat", now=timezone.now())
    desk.at_rest()
    unsure = Entry.objects.filter(sure=False).aggregate(all=Sum("price"))["all"]
    assert entered() + unsure == sum(desk.billed().values())
