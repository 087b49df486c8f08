"""Several workers at once, and the clockwork below them."""

import threading
import time
from collections import Counter
from datetime import timedelta
from queue import Queue

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from building import LUMEN, NINA, Person, agent, at_once, brand, carried, hear, minutes_ago, said
from earful import clockwork
from earful.cases.models import Case
from earful.core.connector import Request, Response
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.reader import Reader
from earful.posts.models import Post
from earful.replies import outbox, writing
from earful.replies.models import Delivery, Reply
from earful.replies.working import Worker
from scripted import Network


def queued(count: int) -> list[Reply]:
    """So many people wrote to us, and each has an answer queued."""
    people = [Person(str(700 + number), f"p{number}", f"P {number}") for number in range(count)]
    hear(brand(), *(said(person, "@LumenHelp hello", at=minutes_ago(5)) for person in people))
    dario = agent()
    return [
        writing.send(case, dario, "public", f"Hello {case.customer.handle}", seen_reply=0)
        for case in Case.objects.select_related("customer")
    ]


def deliver_all(network: Network) -> int:
    wire, delivered = network.wire(), 0
    while brought := outbox.deliver_due(wire.run, limit=3):
        delivered += brought
    return delivered


def test_two_workers_send_forty_replies_once_each(transactional_db: None) -> None:
    replies, network = queued(40), Network()
    assert sum(at_once(*[lambda: deliver_all(network)] * 2)) == 40
    assert Counter(network.texts) == Counter(reply.text for reply in replies)
    assert set(Reply.objects.values_list("state", flat=True)) == {"sent"}
    assert Delivery.objects.count() == 40


def test_a_worker_takes_over_only_when_it_is_alone(transactional_db: None) -> None:
    [reply] = queued(1)
    Reply.objects.update(leased_until=timezone.now() + timedelta(minutes=1))
    living, asked = threading.Event(), threading.Event()

    def first() -> int:
        released = outbox.take_over()
        Reply.objects.update(leased_until=timezone.now() + timedelta(minutes=1))
        living.set()
        asked.wait(10)
        return released

    def second() -> list[int]:
        living.wait(10)
        beside = outbox.take_over()
        asked.set()
        return [beside]

    assert at_once(first, second) == [1, [0]]
    assert at_once(outbox.take_over) == [1]
    reply.refresh_from_db()
    assert reply.leased_until is None


def test_a_worker_that_starts_anew_leaves_alone_what_an_older_one_has_in_hand(transactional_db: None) -> None:
    queued(1)
    older_lives, done = threading.Event(), threading.Event()

    def older() -> None:
        outbox.take_over()
        older_lives.set()
        done.wait(10)

    def newer_then_newest() -> list[int]:
        older_lives.wait(10)
        outbox.take_over()
        connection.close()  # the newer one dies, another starts in its place; the older one still works
        Reply.objects.update(leased_until=timezone.now() + timedelta(minutes=1))
        released = outbox.take_over()
        done.set()
        return [released]

    assert at_once(older, newer_then_newest)[1] == [0]


def test_the_echo_and_the_networks_answer_at_the_same_moment_end_confirmed(transactional_db: None) -> None:
    replies, network = queued(12), Network()
    channel = replies[0].case.channel
    belt = PostgresBelt()
    roots = dict(Post.objects.values_list("author__handle", "network_id"))

    def echoes(network: Network, request: Request) -> Response:
        taken = network.take(request)
        post = network.posted[-1]
        root = roots[post["text"].split()[1]]
        belt.put(carried(channel, [said(LUMEN, post["text"], id=post["id"], answers=root, root=root)]))
        return taken

    network.faults = [echoes] * 12
    finished = threading.Event()

    def read() -> None:
        reader = Reader(PostgresBelt())
        while reader.read_batch().frames or not finished.is_set():
            pass

    def deliver() -> int:
        try:
            return deliver_all(network)
        finally:
            finished.set()

    assert at_once(deliver, read) == [12, None]
    assert set(Reply.objects.values_list("state", flat=True)) == {"confirmed"}
    assert set(Case.objects.values_list("status", flat=True)) == {"waiting"}
    assert all(case.events.filter(kind="answered").count() == 1 for case in Case.objects.all())


def test_a_reader_and_a_worker_at_one_case_never_wait_for_each_other(transactional_db: None) -> None:
    """The reader has the case and wants the reply, while the worker has a part of that reply to record."""
    hear(brand(), said(NINA, "@LumenHelp hello"))
    case, network = Case.objects.get(), Network()
    reply = writing.send(case, agent(), "public", "Please wait a minute. " * 20, seen_reply=0)
    outbox.deliver_due(network.wire().run, limit=1)
    root = Post.objects.get().network_id
    first = said(LUMEN, reply.parts[0], id=network.posted[0]["id"], answers=root, root=root)
    case_locked, taken = threading.Event(), threading.Event()

    def take_and_tell(network: Network, request: Request) -> Response:
        case_locked.wait(10)
        taken.set()
        return network.take(request)

    def read() -> int:
        with transaction.atomic():
            Case.objects.select_for_update().get()
            case_locked.set()
            taken.wait(10)
            time.sleep(0.3)
            return hear(case.channel, first).stored

    network.faults = [take_and_tell]
    assert at_once(read, lambda: outbox.deliver_due(network.wire().run, limit=1)) == [1, 1]
    assert Reply.objects.get().state == "sent"


def test_a_claim_passes_by_what_another_worker_is_claiming(transactional_db: None) -> None:
    queued(3)
    now, lease = timezone.now(), timedelta(seconds=60)
    with transaction.atomic():
        held = clockwork.claim(Reply, "TRUE", [], now=now, lease=lease, limit=2)
        [others] = at_once(lambda: clockwork.claim(Reply, "TRUE", [], now=now, lease=lease, limit=9))
    assert (len(held), len(others)) == (2, 1)
    assert not set(held) & set(others)


def test_rows_are_claimed_in_the_order_in_which_they_fell_due(db: None) -> None:
    replies = queued(3)
    for reply, minutes in zip(replies, (1, 3, 2), strict=True):
        Reply.objects.filter(pk=reply.pk).update(due_at=minutes_ago(minutes))
    due = {"now": timezone.now(), "lease": timedelta(seconds=60)}
    first = clockwork.claim(Reply, "TRUE", [], limit=2, **due)  # type: ignore[arg-type]  # a moment and a span
    assert first == [replies[1].pk, replies[2].pk]
    assert clockwork.claim(Reply, "TRUE", [], limit=2, **due) == [replies[0].pk]  # type: ignore[arg-type]  # same
    assert clockwork.claim(Reply, "TRUE", [], limit=2, **due) == []  # type: ignore[arg-type]  # same


def test_a_lease_that_ran_out_falls_due_again(db: None) -> None:
    [reply] = queued(1)
    now, lease = timezone.now(), timedelta(seconds=60)
    assert clockwork.claim(Reply, "TRUE", [], now=now, lease=lease, limit=1) == [reply.pk]
    assert clockwork.next_due(Reply, "TRUE", []) == now + lease
    assert clockwork.claim(Reply, "TRUE", [], now=now + lease, lease=lease, limit=1) == [reply.pk]


def test_what_waits_for_nothing_is_never_due(db: None) -> None:
    queued(1)
    Reply.objects.update(due_at=None)
    assert clockwork.next_due(Reply, "TRUE", []) is None


def test_a_database_that_goes_away_while_a_worker_sleeps_is_away_as_at_any_other_time(transactional_db: None) -> None:
    """Whoever runs it waits for a DatabaseError of Django's, and the driver has errors of its own."""
    sessions: Queue[int] = Queue()

    def sleep() -> None:
        connection.ensure_connection()
        sessions.put(connection.connection.info.backend_pid)
        Worker().run_once(wait=10)

    def end_its_session() -> None:
        session = sessions.get(timeout=10)
        time.sleep(3)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [session])

    ended, _ = at_once(sleep, end_its_session)
    assert isinstance(ended, DatabaseError)
