"""The outbox: exactly one post for one intent, whatever the network says or leaves unsaid."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import InterfaceError, OperationalError
from django.utils import timezone

import scripted
from building import LUMEN, NINA, hear, next_id, said
from earful.cases.models import Case
from earful.channels import access
from earful.channels.models import Credentials
from earful.core.connector import Request, Response
from earful.people.models import Agent
from earful.posts.models import Post
from earful.replies import attempt, by_hand, outbox, writing
from earful.replies.models import Delivery, Reply
from scripted import Network, answers

LONG = "Please take the plug out, wait a minute, and put it in again. " * 10


@pytest.fixture
def reply(case: Case, dario: Agent) -> Reply:
    """Dario's answer, queued."""
    return writing.send(case, dario, "public", "On it, Nina.", seen_reply=0)


@pytest.fixture
def thread(case: Case, dario: Agent) -> Reply:
    """An answer in three parts, queued."""
    queued = writing.send(case, dario, "public", LONG, seen_reply=0)
    assert len(queued.parts) == 3
    return queued


def work(network: Network, times: int = 1) -> None:
    """Let a worker make so many rounds, each when the next thing is due."""
    for _ in range(times):
        Reply.objects.exclude(due_at=None).update(due_at=timezone.now(), leased_until=None)
        outbox.deliver_due(network.wire().run, limit=1)


def told(reply: Reply) -> tuple[str, str]:
    reply.refresh_from_db()
    return reply.state, reply.reason


def outcomes(reply: Reply) -> list[tuple[int, bool, str]]:
    """Every attempt: the part, whether it only looked, what came of it."""
    return list(reply.deliveries.order_by("pk").values_list("part", "looked", "outcome"))


def seconds_until_due(reply: Reply) -> float:
    reply.refresh_from_db()
    assert reply.due_at is not None
    return (reply.due_at - timezone.now()).total_seconds()


def test_what_is_queued_goes_out_under_the_customers_post(reply: Reply, network: Network) -> None:
    answered = Post.objects.get().network_id
    work(network)
    assert told(reply) == ("sent", "")
    [post] = network.posted
    assert (post["text"], post["reply"]) == ("On it, Nina.", {"in_reply_to_tweet_id": answered})
    assert reply.link == f"http://127.0.0.1:9/LumenHelp/status/{post['id']}"
    assert (reply.due_at, reply.leased_until) == (None, None)
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.network_id, delivery.ended_at is not None) == (
        "sent",
        post["id"],
        True,
    )


def test_a_sent_answer_sets_the_case_waiting_and_is_recorded(reply: Reply, network: Network, dario: Agent) -> None:
    work(network)
    case = Case.objects.get()
    assert (case.status, case.waiting_since, case.unanswered) == ("waiting", None, 0)
    assert case.first_answered_at is not None
    event = case.events.get(kind="answered")
    assert (event.agent, event.detail) == (dario, {"reply": reply.pk})


def test_a_customer_who_wrote_after_the_answer_still_waits(reply: Reply, network: Network) -> None:
    later = timezone.now() + timedelta(seconds=30)
    hear(reply.case.channel, said(NINA, "@LumenHelp and now it smells", at=later))
    work(network)
    case = Case.objects.get()
    assert (case.category, case.waiting_since, case.unanswered) == ("open", later, 1)


def test_nothing_is_sent_before_it_is_due(reply: Reply, network: Network) -> None:
    Reply.objects.update(due_at=timezone.now() + timedelta(seconds=60))
    assert outbox.deliver_due(network.wire().run) == 0
    due = outbox.next_due()
    assert due is not None
    assert 50 < (due - timezone.now()).total_seconds() < 61


def test_a_private_answer_goes_to_the_person(case: Case, dario: Agent, network: Network) -> None:
    reply = writing.send(case, dario, "private", "Your number?", seen_reply=0)
    work(network)
    assert told(reply) == ("sent", "")
    assert network.posted[0]["private"]
    assert reply.sent == [{"id": f"dm-{network.posted[0]['id']}", "link": ""}]


def test_a_rate_limit_is_waited_for_as_long_as_the_network_says(reply: Reply, network: Network) -> None:
    network.faults = [scripted.too_many(minutes=7)]
    work(network)
    assert told(reply)[0] == "try_later"
    assert 6.5 * 60 < seconds_until_due(reply) < 7.5 * 60
    assert outbox.deliver_due(network.wire().run) == 0
    work(network)
    assert told(reply) == ("sent", "")
    assert network.sends == 2


def test_a_request_that_never_left_is_sent_again_without_a_look(reply: Reply, network: Network) -> None:
    network.faults = [scripted.lost_before] * 3
    work(network)
    assert 3 < seconds_until_due(reply) < 6
    work(network, 2)
    assert 50 < seconds_until_due(reply) < 61
    work(network)
    assert told(reply) == ("sent", "")
    assert (network.looks, network.texts) == (0, ["On it, Nina."])


def test_spent_credit_is_a_pause_and_no_refusal(reply: Reply, network: Network) -> None:
    network.faults = [answers(402, {"title": "CreditsDepleted"})]
    work(network)
    assert told(reply)[0] == "try_later"
    assert 14 * 60 < seconds_until_due(reply) < 16 * 60


@pytest.mark.parametrize(
    ("status", "detail", "outcome", "reason"),
    [
        (403, "The author has not mentioned you", "by_hand", "only a person"),
        (403, "You are not permitted to perform this action.", "refused", "not permitted"),
        (404, "Not Found", "refused", "deleted"),
        (400, "Your text is odd", "refused", "Your text is odd"),
    ],
)
def test_a_refusal_is_shown_and_the_words_are_kept(
    reply: Reply, network: Network, status: int, detail: str, outcome: str, reason: str
) -> None:
    network.faults = [answers(status, {"detail": detail, "title": "No"})]
    work(network, 2)
    assert told(reply)[0] == "refused"
    assert reason in reply.reason
    assert outcomes(reply) == [(0, False, outcome)]
    assert detail in reply.deliveries.get().raw
    assert Case.objects.get().waiting_since is not None
    assert writing.edit_again(reply, reply.agent).text == "On it, Nina."  # type: ignore[arg-type]  # it has one


@pytest.mark.parametrize(
    "fault",
    [
        scripted.lost_after,
        lambda network, request: (network.take(request), scripted.reply(503, b"upstream"))[1],
        lambda network, request: (network.take(request), scripted.reply(201, b"<html>"))[1],
        lambda network, request: (network.take(request), scripted.reply(200, {"data": {}}))[1],
        answers(403, {"detail": "You are not allowed to create a Tweet with duplicate content."}),
    ],
    ids=["lost answer", "503", "garbage", "no id", "duplicate"],
)
def test_in_doubt_it_looks_before_it_sends_again_and_adopts_what_it_finds(
    reply: Reply, network: Network, fault: scripted.Fault
) -> None:
    network.faults = [fault]
    work(network)
    assert told(reply)[0] == "unsure"
    assert 2 < seconds_until_due(reply) < 4
    if not network.posted:
        network.take(_request(reply))
    work(network)
    assert told(reply) == ("sent", "")
    assert (network.sends, network.looks) == (1, 1)
    assert reply.sent[0]["id"] == network.posted[0]["id"]
    [(part, looked, first), found] = outcomes(reply)
    assert (part, looked, found) == (0, False, (0, True, "sent"))
    assert first in ("unsure", "duplicate")


def test_a_private_answer_in_doubt_is_looked_for_in_the_conversation(
    case: Case, dario: Agent, network: Network
) -> None:
    reply = writing.send(case, dario, "private", "Your number?", seen_reply=0)
    network.faults = [scripted.lost_after]
    work(network, 2)
    assert told(reply) == ("sent", "")
    assert len(network.posted) == 1


def test_after_three_fruitless_looks_it_is_sent_again(reply: Reply, network: Network) -> None:
    network.faults = [scripted.lost_on_the_way]
    work(network, 3)
    assert told(reply)[0] == "unsure"
    assert 25 < seconds_until_due(reply) < 31
    work(network, 2)
    assert told(reply) == ("sent", "")
    assert (network.sends, network.looks, network.texts) == (2, 3, ["On it, Nina."])
    assert [outcome for _, _, outcome in outcomes(reply)] == [
        "unsure",
        "unsure",
        "unsure",
        "not_found",
        "sent",
    ]


def test_a_look_that_fails_or_makes_no_sense_counts_for_nothing(reply: Reply, network: Network) -> None:
    network.faults = [scripted.lost_after]
    network.look_faults = [scripted.lost_before, answers(500, b""), answers(200, b"<html>"), answers(401, {})]
    work(network, 5)
    assert told(reply)[0] == "unsure"
    assert (reply.looks, network.sends) == (0, 1)
    work(network)
    assert told(reply) == ("sent", "")
    assert len(network.posted) == 1


def test_what_is_never_seen_is_given_to_a_person_in_the_end(reply: Reply, network: Network) -> None:
    network.faults = [scripted.lost_after] * 100
    network.shows = False
    work(network, 40)
    assert told(reply)[0] == "refused"
    assert "Look before sending again" in reply.reason
    assert network.sends == attempt.MOST_SENDS


def test_words_that_the_network_has_already_are_not_sent_again(reply: Reply, network: Network) -> None:
    network.faults = [answers(403, {"detail": "duplicate content"})] * 100
    network.shows = False
    work(network, 40)
    assert told(reply)[0] == "refused"
    assert "in other words" in reply.reason
    assert network.sends == 1


def test_an_older_message_with_the_same_words_is_not_taken_for_a_lost_one(
    case: Case, dario: Agent, network: Network
) -> None:
    first = writing.send(case, dario, "private", "Hello?", seen_reply=0)
    work(network)
    second = writing.send(case, dario, "private", "Hello?", seen_reply=first.pk)
    network.faults = [scripted.lost_before]
    work(network, 5)
    assert told(second)[0] == "sent"
    assert network.texts == ["Hello?", "Hello?"]
    first.refresh_from_db()
    assert first.sent[0]["id"] != second.sent[0]["id"]


def test_a_reply_over_which_the_desk_stumbles_does_not_hold_up_the_others(
    case: Case, dario: Agent, network: Network
) -> None:
    broken = writing.send(case, dario, "public", "First", seen_reply=0)
    well = writing.send(case, dario, "public", "Second", seen_reply=broken.pk)
    Reply.objects.filter(pk=broken.pk).update(parts=[])
    outbox.deliver_due(network.wire().run)
    assert told(well) == ("sent", "")
    assert "stumbled" in told(broken)[1]
    assert seconds_until_due(broken) > 3


def test_an_answer_by_hand_is_not_taken_from_a_colleagues_reply(
    case: Case, dario: Agent, mara: Agent, network: Network
) -> None:
    answered = Post.objects.get()
    typed = writing.send(case, dario, "public", "By hand, Nina.", seen_reply=0)
    network.faults = [answers(403, {"detail": "The author has not mentioned you"})]
    work(network)
    by_hand.hand_over(typed, dario)
    sending = writing.send(case, mara, "public", "Mara here.", seen_reply=typed.pk)
    Reply.objects.filter(pk=sending.pk).update(state="sending", attempts=1)
    Delivery.objects.create(reply=sending)
    echo = {"answers": answered.network_id, "answers_person": NINA, "root": answered.network_id}
    hear(case.channel, said(LUMEN, "Mara here.", **echo))
    assert (told(typed)[0], told(sending)[0]) == ("by_hand", "confirmed")
    hear(case.channel, said(LUMEN, "By hand, Nina.", **echo))
    assert told(typed)[0] == "confirmed"


def test_a_thread_handed_over_in_the_middle_is_out_when_its_last_part_is(thread: Reply, network: Network) -> None:
    work(network)
    network.faults = [answers(403, {"detail": "The author has not mentioned you"})]
    work(network)
    dario = thread.agent
    assert dario is not None
    first = network.posted[0]["id"]
    assert f"in_reply_to={first}" in by_hand.hand_over(thread, dario)
    second, root = next_id(), Post.objects.get().network_id
    echo = {"answers_person": LUMEN, "root": root}
    hear(thread.case.channel, said(LUMEN, thread.parts[0], id=first, answers=root, answers_person=NINA, root=root))
    hear(thread.case.channel, said(LUMEN, thread.parts[1], id=second, answers=first, **echo))
    assert told(thread)[0] == "by_hand"
    hear(thread.case.channel, said(LUMEN, thread.parts[2], answers=second, **echo))
    assert told(thread)[0] == "confirmed"
    assert [part["id"] for part in thread.sent][:2] == [first, second]
    assert len(thread.sent) == 3


def test_an_answer_waits_for_lost_access_and_goes_when_the_account_is_linked_again(
    reply: Reply, network: Network
) -> None:
    channel = reply.case.channel
    access.lost(channel.pk, "Taken back.")
    assert outbox.deliver_due(network.wire().run) == 0
    assert outbox.next_due() is None
    channel.seal_tokens(app="app-key", user="user-key")
    work(network)
    assert told(reply)[0] == "sent"


def test_an_answer_that_meets_lost_access_waits_and_is_not_refused(reply: Reply, network: Network) -> None:
    def taken_back(network: Network, request: Request) -> Response:
        access.lost(reply.case.channel_id, "Taken back.")
        return answers(401, {"title": "Unauthorized"})(network, request)

    network.faults = [taken_back]
    work(network)
    assert told(reply)[0] == "try_later"
    assert "link it again" in reply.reason
    reply.case.channel.seal_tokens(app="app-key", user="user-key")
    work(network)
    assert told(reply)[0] == "sent"


def test_a_lost_vault_key_is_told_and_stops_no_worker(reply: Reply, network: Network) -> None:
    Credentials.objects.update(grant_sealed="sealed with a key that is gone")
    outbox.deliver_due(network.wire().run)
    assert told(reply)[0] == "try_later"
    assert "vault key" in reply.reason
    assert network.sends == 0


def test_a_worker_that_died_in_the_middle_is_looked_after(reply: Reply, network: Network) -> None:
    class Killed(BaseException):
        pass

    def killed(network: Network, request: Request) -> Response:
        network.take(request)
        raise Killed

    network.faults = [killed]
    with pytest.raises(Killed):
        outbox.deliver_due(network.wire().run)
    assert told(reply)[0] == "sending"
    assert outcomes(reply) == [(0, False, "")]
    assert outbox.deliver_due(network.wire().run) == 0
    assert outbox.take_over() == 1
    outbox.deliver_due(network.wire().run)
    assert told(reply) == ("sent", "")
    assert (network.sends, network.looks) == (1, 1)


def test_parts_go_out_in_order_each_under_the_one_before(thread: Reply, network: Network) -> None:
    work(network, 3)
    assert told(thread) == ("sent", "")
    assert network.texts == thread.parts
    answered = [post["reply"]["in_reply_to_tweet_id"] for post in network.posted]
    assert answered == [Post.objects.get().network_id, network.posted[0]["id"], network.posted[1]["id"]]
    assert outcomes(thread) == [(0, False, "sent"), (1, False, "sent"), (2, False, "sent")]
    assert Case.objects.get().events.filter(kind="answered").count() == 1


def test_a_part_that_fails_is_resumed_and_the_thread_never_restarts(thread: Reply, network: Network) -> None:
    work(network)
    network.faults = [scripted.lost_before, scripted.lost_after, scripted.lost_on_the_way]
    work(network)
    assert told(thread)[0] == "try_later"
    assert Case.objects.get().waiting_since is not None
    work(network, 9)
    assert told(thread) == ("sent", "")
    assert network.texts == thread.parts


def test_a_thread_refused_in_the_middle_cannot_be_taken_back(thread: Reply, network: Network) -> None:
    work(network)
    network.faults = [answers(403, {"detail": "You are not permitted to reply"})]
    work(network)
    assert told(thread)[0] == "refused"
    with pytest.raises(writing.NotSendable):
        writing.edit_again(thread, thread.agent)  # type: ignore[arg-type]  # it has one
    assert urlencode({"text": thread.parts[1]}) in by_hand.by_hand_link(thread)


def test_an_answer_heard_on_the_network_is_confirmed_once(reply: Reply, network: Network) -> None:
    work(network)
    echo = _echo(reply, network)
    hear(reply.case.channel, echo)
    hear(reply.case.channel, echo)
    assert told(reply)[0] == "confirmed"
    assert Case.objects.get().events.filter(kind="answered").count() == 1


def test_an_echo_ahead_of_the_networks_answer_is_not_taken_for_another_answer(reply: Reply, network: Network) -> None:
    def echoes_first(network: Network, request: Request) -> Response:
        taken = network.take(request)
        hear(reply.case.channel, _echo(reply, network))
        return taken

    network.faults = [echoes_first]
    work(network)
    assert told(reply)[0] == "confirmed"
    assert Case.objects.get().events.filter(kind="answered").count() == 1


def test_a_thread_is_confirmed_when_its_last_part_is_heard(thread: Reply, network: Network) -> None:
    work(network, 3)
    root = Post.objects.get().network_id
    above = root
    for post in network.posted:
        assert told(thread)[0] == "sent"
        hear(thread.case.channel, said(LUMEN, post["text"], id=post["id"], answers=above, root=root))
        above = post["id"]
    assert told(thread)[0] == "confirmed"


def test_every_attempt_is_a_row(reply: Reply, network: Network) -> None:
    network.faults = [scripted.too_many(1), scripted.lost_on_the_way]
    network.look_faults = [answers(503, b"")]
    work(network, 7)
    assert told(reply)[0] == "sent"
    assert Delivery.objects.count() == network.sends + network.looks
    assert not Delivery.objects.filter(ended_at=None).exists()


def test_who_lost_the_lease_writes_nothing(reply: Reply, network: Network) -> None:
    def overtaken(network: Network, request: Request) -> Response:
        Reply.objects.update(leased_until=timezone.now() + timedelta(hours=1))
        return network.take(request)

    network.faults = [overtaken]
    work(network)
    assert told(reply)[0] == "sending"
    assert outcomes(reply) == [(0, False, "")]
    assert reply.sent == []
    assert not Case.objects.get().events.filter(kind="answered").exists()


@pytest.mark.parametrize("away", [OperationalError, InterfaceError])
def test_a_database_that_is_away_is_no_stumble_over_a_reply(
    reply: Reply, network: Network, away: type[Exception]
) -> None:
    def gone(network: Network, request: Request) -> Response:
        raise away("the connection is closed")

    network.faults = [gone]
    with pytest.raises(away):
        work(network)
    assert told(reply) == ("sending", "")
    work(network, 5)
    assert (told(reply)[0], len(network.posted)) == ("sent", 1)


def _echo(reply: Reply, network: Network) -> bytes:
    post = network.posted[0]
    root = reply.answers.network_id if reply.answers else next_id()
    return said(LUMEN, post["text"], id=post["id"], answers=root, answers_person=NINA, root=root)


def _request(reply: Reply) -> Request:
    under = reply.answers.network_id if reply.answers else ""
    said = {"text": reply.parts[0], "reply": {"in_reply_to_tweet_id": under}}
    return Request("POST", "/2/tweets", json=said)


def test_a_refused_answer_is_said_on_the_cases_row_until_somebody_sees_to_it(
    reply: Reply, network: Network, dario: Agent
) -> None:
    network.faults = [answers(403, {"detail": "The author has not mentioned you"})]
    work(network)
    assert Case.objects.get().unsent
    writing.edit_again(reply, dario)
    assert not Case.objects.get().unsent
