"""What every belt promises."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Queue

import pytest
from django.db import DatabaseError, connection, transaction

from building import at_once, brand, carried
from earful.channels.models import Channel
from earful.intake import journal
from earful.intake.belts import Belt, Carried
from earful.intake.belts.memory import MemoryBelt
from earful.intake.belts.postgres import PostgresBelt

Ways = tuple[Belt, Belt, Callable[[], list[tuple[bytes, str]]]]


@pytest.fixture(params=["memory", "postgres"])
def ways(request: pytest.FixtureRequest, transactional_db: None) -> Ways:
    """One belt by two hands (a belt of PostgreSQL is one object a thread), and what was put aside on it."""
    if request.param == "memory":
        belt = MemoryBelt()
        return belt, belt, lambda: [(frame.body, reason) for frame, reason in belt.set_aside]
    return (
        PostgresBelt(),
        PostgresBelt(),
        lambda: [(bytes(frame.body), frame.reason) for frame in journal.aside().order_by("id")],
    )


@pytest.fixture
def channel(transactional_db: None) -> Channel:
    return brand()


def taken(belt: Belt, most: int = 100) -> list[bytes]:
    with belt.take(most) as batch:
        return [frame.body for frame in batch]


def lot(channel: Channel, *bodies: bytes) -> list[Carried]:
    return carried(channel, bodies)


def test_frames_come_in_the_order_in_which_they_were_put(ways: Ways, channel: Channel) -> None:
    belt, _, _ = ways
    belt.put(lot(channel, b"1", b"2"))
    belt.put(lot(channel, b"3"))
    assert taken(belt, 2) == [b"1", b"2"]
    assert taken(belt) == [b"3"]
    assert taken(belt) == []


def test_what_a_frame_knows_of_itself_travels_with_it(ways: Ways, channel: Channel) -> None:
    belt, _, _ = ways
    [put] = lot(channel, b"\x00\xff raw")
    belt.put([put])
    with belt.take(1) as [frame]:
        assert (frame.channel, frame.ear, frame.body, frame.heard_at) == (
            put.channel,
            put.ear,
            put.body,
            put.heard_at,
        )
        assert frame.id > 0


def test_nothing_is_lost_when_the_taker_raises(ways: Ways, channel: Channel) -> None:
    belt, _, aside = ways
    belt.put(lot(channel, b"1", b"2", b"3"))
    with suppress(ZeroDivisionError), belt.take(2) as batch:
        belt.aside([(batch[0], "not to be")])
        raise ZeroDivisionError
    assert aside() == []
    assert taken(belt) == [b"1", b"2", b"3"]


def test_two_takers_never_hold_the_same_frame(ways: Ways, channel: Channel) -> None:
    belt, other, _ = ways
    belt.put(lot(channel, *(b"%d" % number for number in range(40))))
    both_hold = threading.Barrier(2)

    def hold(hand: Belt) -> list[bytes]:
        with hand.take(15) as batch:
            both_hold.wait(10)
            return [frame.body for frame in batch]

    first, second = at_once(lambda: hold(belt), lambda: hold(other))
    assert len(first) == len(second) == 15
    assert not set(first) & set(second)
    assert len(taken(belt)) == 10


def test_what_is_put_aside_is_gone_for_good_and_kept_with_its_reason(ways: Ways, channel: Channel) -> None:
    belt, _, aside = ways
    belt.put(lot(channel, b"good", b"bad"))
    with belt.take(10) as batch:
        belt.aside([(batch[1], "not a kind we know")])
    assert taken(belt) == []
    assert aside() == [(b"bad", "not a kind we know")]


def test_a_frame_put_aside_twice_in_one_take_is_kept_once(ways: Ways, channel: Channel) -> None:
    belt, _, aside = ways
    belt.put(lot(channel, b"bad"))
    with belt.take(10) as batch:
        belt.aside([(batch[0], "first")])
        belt.aside([(batch[0], "second")])
    assert [body for body, _ in aside()] == [b"bad"]


def test_a_waiter_wakes_when_another_thread_puts(ways: Ways, channel: Channel) -> None:
    belt, other, _ = ways
    belt.wait(0)

    def put() -> None:
        time.sleep(0.2)
        other.put(lot(channel, b"1"))
        connection.close()

    threading.Thread(target=put, daemon=True).start()
    began = time.monotonic()
    belt.wait(10)
    assert time.monotonic() - began < 5
    assert taken(belt) == [b"1"]


def test_a_waiter_with_nothing_to_come_waits_no_longer_than_asked(ways: Ways) -> None:
    belt, _, _ = ways
    belt.wait(0)
    began = time.monotonic()
    belt.wait(0.1)
    assert time.monotonic() - began < 2


def test_what_was_put_while_nobody_waited_wakes_the_next_waiter_at_once(ways: Ways, channel: Channel) -> None:
    belt, other, _ = ways
    belt.wait(0)
    at_once(lambda: other.put(lot(channel, b"1")))
    Channel.objects.count()  # a statement in between swallows a notification, unless it is kept
    began = time.monotonic()
    belt.wait(10)
    assert time.monotonic() - began < 5


def test_a_put_that_is_rolled_back_never_was(channel: Channel) -> None:
    belt = PostgresBelt()
    with suppress(ZeroDivisionError), transaction.atomic():
        belt.put(lot(channel, b"1"))
        raise ZeroDivisionError
    assert taken(belt) == []


def test_a_frame_is_not_there_for_others_before_the_commit(channel: Channel) -> None:
    with transaction.atomic():
        PostgresBelt().put(lot(channel, b"1"))
        assert at_once(lambda: taken(PostgresBelt())) == [[]]
    assert taken(PostgresBelt()) == [b"1"]


def test_a_database_that_goes_away_while_somebody_waits_is_away_as_at_any_other_time(transactional_db: None) -> None:
    """Whoever waits expects a DatabaseError of Django's, and the driver has errors of its own."""
    sessions: Queue[int] = Queue()

    def wait() -> None:
        belt = PostgresBelt()
        belt.wait(0.0)
        sessions.put(connection.connection.info.backend_pid)
        belt.wait(10.0)

    def end_the_session() -> None:
        session = sessions.get(timeout=10)
        time.sleep(0.5)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [session])

    ended, _ = at_once(wait, end_the_session)
    assert isinstance(ended, DatabaseError)
