"""The line: who goes next, never faster than the network allows, and how long the others wait."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

import scripted
from building import Person, at_once, brand, hear, minutes_ago, said
from earful.cases.models import Case
from earful.channels import access
from earful.channels.models import Channel
from earful.connectors.x import X
from earful.core.pacing import Window
from earful.people.models import Agent
from earful.replies import line, outbox, writing
from earful.replies.checking import check
from earful.replies.models import Delivery, Reply
from scripted import Network

LONG = "Please take the plug out, wait a minute, and put it in again. " * 10


@pytest.fixture
def pace(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let X allow so many messages a minute: to be quick about it."""

    def allow(**most: int) -> None:
        from dataclasses import replace

        windows = {f"{name}_pace": (Window(many, 60),) for name, many in most.items()}
        monkeypatch.setattr(X, "capabilities", replace(X.capabilities, **windows))

    return allow


@pytest.fixture
def channel(db: None) -> Channel:
    return brand()


def cases(channel: Channel, count: int) -> list[Case]:
    """So many people wrote to us, oldest first."""
    people = [Person(str(700 + number), f"p{number}", f"P {number}") for number in range(count)]
    hear(channel, *(said(person, "@LumenHelp @LumenNews hello", at=minutes_ago(5)) for person in people))
    return list(Case.objects.order_by("pk"))


def answer(case: Case, agent: Agent, text: str = "", route: str = "public") -> Reply:
    text = text or f"Hello {case.customer.handle}"
    return writing.send(case, agent, route, text, seen_reply=writing.latest_reply_id(case))


def deliver(network: Network) -> int:
    return outbox.deliver_due(network.wire().run, limit=50)


def an_hour_passes() -> None:
    """Everything that was done, was done an hour earlier."""
    Delivery.objects.update(
        started_at=timezone.now() - timedelta(hours=1), ended_at=timezone.now() - timedelta(hours=1)
    )


def test_no_more_go_than_the_network_allows_and_the_rest_go_when_there_is_room(
    channel: Channel, dario: Agent, network: Network, pace: Any
) -> None:
    pace(public=3)
    for case in cases(channel, 5):
        answer(case, dario)
    assert deliver(network) == 3
    due = outbox.next_due()
    assert due is not None
    assert 55 < (due - timezone.now()).total_seconds() < 63
    an_hour_passes()
    assert deliver(network) == 2
    assert len(set(network.texts)) == 5


def test_what_was_sent_counts_whoever_sent_it_and_whatever_became_of_it(
    channel: Channel, dario: Agent, network: Network, pace: Any
) -> None:
    pace(public=4)
    replies = [answer(case, dario) for case in cases(channel, 6)]
    network.faults = [scripted.lost_after, scripted.too_many(1), scripted.answers(403, {"detail": "No."})]
    assert deliver(network) == 5
    assert Counter(Delivery.objects.values_list("outcome", flat=True)) == {
        "unsure": 1,
        "try_later": 1,
        "refused": 1,
        "sent": 2,
    }
    Delivery.objects.filter(reply=replies[0]).update(ended_at=None, outcome="")
    assert line.opens_at(line.lane_of(replies[0]), timezone.now(), 1) > timezone.now()


def test_a_worker_that_died_with_a_message_in_hand_holds_its_place_for_no_longer_than_that_takes(
    channel: Channel, dario: Agent, pace: Any
) -> None:
    pace(public=1)
    reply = answer(cases(channel, 1)[0], dario)
    lane, began = line.lane_of(reply), timezone.now() - timedelta(minutes=4)
    Delivery.objects.create(reply=reply, started_at=began)
    assert line.opens_at(lane, timezone.now(), 1) <= timezone.now()
    Delivery.objects.update(started_at=timezone.now() - timedelta(minutes=1))
    assert line.opens_at(lane, timezone.now(), 1) > timezone.now()


def test_looking_for_a_lost_answer_waits_for_no_room(
    channel: Channel, dario: Agent, network: Network, pace: Any
) -> None:
    pace(public=1)
    reply = answer(cases(channel, 1)[0], dario)
    network.faults = [scripted.lost_after]
    deliver(network)
    Reply.objects.update(due_at=timezone.now())
    assert deliver(network) == 1
    reply.refresh_from_db()
    assert reply.state == "sent"


def test_public_and_private_have_lanes_of_their_own_and_so_has_each_channel(
    channel: Channel, dario: Agent, network: Network, pace: Any
) -> None:
    pace(public=1, private=1)
    first, second = cases(channel, 2)
    other = brand(account_id="9000000002", handle="LumenNews")
    Case.objects.filter(pk=second.pk).update(channel=other)
    second.refresh_from_db()
    for case in (first, second):
        answer(case, dario)
        answer(case, dario, "Your number?", "private")
    assert deliver(network) == 4


def test_private_messages_of_all_channels_of_an_app_count_together(
    channel: Channel, dario: Agent, network: Network, pace: Any
) -> None:
    pace(private=5, app_private=1)
    first, second = cases(channel, 2)
    Case.objects.filter(pk=second.pk).update(channel=brand(account_id="9000000002", handle="LumenNews"))
    second.refresh_from_db()
    for case in (first, second):
        answer(case, dario, "Your number?", "private")
    assert deliver(network) == 1


def test_every_case_has_its_first_answer_before_any_has_its_second(
    channel: Channel, dario: Agent, network: Network, pace: Any
) -> None:
    pace(public=3)
    busy, calm, quiet = cases(channel, 3)
    for text in ("One", "Two", "Three"):
        answer(busy, dario, text)
    answer(calm, dario, "Calm")
    answer(quiet, dario, "Quiet")
    deliver(network)
    assert network.texts == ["One", "Calm", "Quiet"]


def test_a_thread_begins_when_there_is_room_for_all_of_it_and_nobody_comes_between(
    channel: Channel, dario: Agent, network: Network, pace: Any
) -> None:
    pace(public=4)
    first, second, third, fourth = cases(channel, 4)
    for case in (first, second):
        answer(case, dario)
    thread = answer(third, dario, LONG)
    assert len(thread.parts) == 3
    answer(fourth, dario)
    deliver(network)
    assert len(network.texts) == 2
    an_hour_passes()
    deliver(network)
    assert network.texts[2:] == [*thread.parts, "Hello p3"]


def test_a_thread_that_waits_lets_the_others_by(channel: Channel, dario: Agent, network: Network) -> None:
    first, second = cases(channel, 2)
    thread = answer(first, dario, LONG)
    answer(second, dario)
    network.faults = [lambda network, request: network.take(request), scripted.too_many(minutes=5)]
    deliver(network)
    assert network.texts == [thread.parts[0], "Hello p1"]


def test_two_workers_never_take_the_last_room_twice(transactional_db: None, dario: Agent, pace: Any) -> None:
    pace(public=5)
    network = Network()
    for case in cases(brand(), 12):
        answer(case, dario)
    at_once(*[lambda: deliver(network)] * 4)
    assert len(network.texts) == 5
    assert set(Reply.objects.values_list("state", "leased_until")) == {("sent", None), ("queued", None)}


def test_the_wait_is_told_honestly_with_how_many_are_before(channel: Channel, dario: Agent, pace: Any) -> None:
    pace(public=2)
    *others, asking = cases(channel, 6)
    assert check(asking, "public", "Hello", None).wait == line.Wait(timedelta(0), 0)
    for case in others:
        answer(case, dario)
    wait = check(asking, "public", "Hello", None).wait
    assert (wait.behind, round(wait.time.total_seconds())) == (5, 2 * 62)
    answer(others[0], dario, "And another thing")
    assert check(asking, "public", "Hello", None).wait.behind == 5


def test_what_was_promised_is_what_happens(channel: Channel, dario: Agent, network: Network, pace: Any) -> None:
    pace(public=2)
    *others, asking = cases(channel, 3)
    for case in others:
        answer(case, dario)
    deliver(network)
    promised = timezone.now() + check(asking, "public", "Hello", None).wait.time
    answer(asking, dario)
    due = outbox.next_due()
    assert due is not None
    assert abs((due - promised).total_seconds()) < 1


def test_a_line_that_the_network_holds_up_is_told_as_long_as_it_said(
    channel: Channel, dario: Agent, network: Network
) -> None:
    first, asking = cases(channel, 2)
    answer(first, dario)
    network.faults = [scripted.too_many(minutes=7)]
    deliver(network)
    wait = check(asking, "public", "Hello", None).wait
    assert wait.behind == 1
    assert 6.5 * 60 < wait.time.total_seconds() < 7.5 * 60


def test_nobody_in_line_for_a_channel_without_access_holds_up_another(
    channel: Channel, dario: Agent, network: Network
) -> None:
    first, second = cases(channel, 2)
    Case.objects.filter(pk=second.pk).update(channel=brand(account_id="9000000002", handle="LumenNews"))
    second.refresh_from_db()
    for case in (first, second):
        answer(case, dario)
    access.lost(channel.pk, "Taken back.")
    assert deliver(network) == 1
    assert outbox.next_due() is None
    assert "linked again" in check(first, "public", "Hello", None).waits
    assert check(second, "public", "Hello", None).waits == ""


def test_a_long_line_costs_little_to_look_at(channel: Channel, dario: Agent) -> None:
    [case] = cases(channel, 1)
    now, same = timezone.now(), {"channel": channel, "customer": case.customer, "rank_at": case.rank_at}
    times = {"opened_at": case.opened_at, "touched_at": case.touched_at}
    waiting = Case.objects.bulk_create(Case(**same, **times) for _ in range(2000))
    Reply.objects.bulk_create(
        Reply(case=each, route="public", state="queued", parts=["x"], due_at=now, approved_at=now) for each in waiting
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    began = timezone.now()
    assert len(line.heads(timezone.now())) == 1
    assert line.wait(case, "public", 1, timezone.now()).behind == 2000
    assert (timezone.now() - began).total_seconds() < 1
