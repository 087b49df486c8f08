"""Deeds on posts that are out: asked by an agent, done by the worker once, shown only when the network said so."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError
from django.utils import timezone

import scripted
from building import LUMEN, NINA, TOMAS, at_once, hear, next_id, said
from earful.cases.models import Case
from earful.channels import access
from earful.connectors.registry import CONNECTORS
from earful.core.connector import Request, Response, Unreadable
from earful.people.models import Agent
from earful.posts.models import Post
from earful.replies import deeds, outbox, writing
from earful.replies.deeds import NotPossible
from earful.replies.models import Act, Reply
from scripted import Network, answers


def work(network: Network, times: int = 1) -> None:
    for _ in range(times):
        Act.objects.exclude(due_at=None).update(due_at=timezone.now())
        deeds.do_due(network.wire().run)


@pytest.fixture
def sent(case: Case, dario: Agent, network: Network) -> str:
    """What Dario answered, and was heard; the network's id of it."""
    reply = writing.send(case, dario, "public", "On it, Nina.", seen_reply=0)
    outbox.deliver_due(network.wire().run)
    reply.refresh_from_db()
    post, root = str(reply.sent[0]["id"]), Post.objects.get().network_id
    hear(case.channel, said(LUMEN, "On it, Nina.", id=post, answers=root, answers_person=NINA, root=root))
    return post


@pytest.fixture
def trolled(case: Case) -> str:
    """A stranger's answer in a thread that we began, which Nina's case is about; the network's id of it."""
    ours, theirs = next_id(), next_id()
    hear(case.channel, said(LUMEN, "A new tariff!", id=ours))
    asked = said(NINA, "@LumenHelp for me too?", answers=ours, answers_person=LUMEN, root=ours)
    hear(case.channel, asked, said(TOMAS, "all liars", id=theirs, answers=ours, answers_person=LUMEN, root=ours))
    return theirs


def case_of(post: str) -> Case:
    return Case.objects.get(messages__post__network_id=post)


def test_our_own_post_is_deleted_once_and_the_case_says_by_whom(sent: str, dario: Agent, network: Network) -> None:
    case = case_of(sent)
    act = deeds.ask(case, dario, "delete", sent)
    assert Post.objects.get(network_id=sent).deleted_at is None
    work(network)
    act.refresh_from_db()
    post = Post.objects.get(network_id=sent)
    assert (act.state, network.posted, post.text) == ("done", [], "")
    assert post.deleted_at is not None
    event = case.events.get(kind="post_deleted")
    assert (event.agent, event.detail["post"]) == (dario, sent)
    with pytest.raises(NotPossible):
        deeds.ask(case, dario, "delete", sent)


def test_what_was_sent_and_not_heard_yet_can_be_deleted_and_comes_back_without_words(
    case: Case, dario: Agent, network: Network
) -> None:
    writing.send(case, dario, "public", "On it, Nina.", seen_reply=0)
    outbox.deliver_due(network.wire().run)
    post, root = Reply.objects.get().sent[0]["id"], Post.objects.get().network_id
    deeds.ask(case, dario, "delete", post)
    work(network)
    hear(case.channel, said(LUMEN, "On it, Nina.", id=post, answers=root, answers_person=NINA, root=root))
    assert Post.objects.filter(network_id=post, deleted_at=None).count() == 0


def test_a_strangers_answer_in_our_thread_is_hidden_and_shown_again(
    trolled: str, dario: Agent, mara: Agent, network: Network
) -> None:
    case = case_of(trolled)
    deeds.ask(case, dario, "hide", trolled)
    assert deeds.possible(case)["unhide"] == set()
    work(network)
    assert (network.hidden, deeds.possible(case)["unhide"]) == ({trolled}, {trolled})
    deeds.ask(case, mara, "unhide", trolled)
    work(network)
    assert (network.hidden, deeds.possible(case)["unhide"]) == (set(), set())
    assert [(event.kind, event.agent) for event in case.events.filter(kind__startswith="post_").order_by("pk")] == [
        ("post_hidden", dario),
        ("post_shown", mara),
    ]


def test_only_in_a_thread_of_ours_answers_are_hidden_and_only_our_own_posts_deleted(case: Case, dario: Agent) -> None:
    theirs = Post.objects.get().network_id
    for kind, says in (("hide", "thread that we began"), ("unhide", "not hidden"), ("delete", "what we said")):
        with pytest.raises(NotPossible, match=says):
            deeds.ask(case, dario, kind, theirs)  # type: ignore[arg-type]  # each of them is one


def test_pressing_twice_or_beside_a_colleague_asks_for_one_deed(
    transactional_db: None, sent: str, dario: Agent, mara: Agent, network: Network
) -> None:
    case = case_of(sent)
    asked = at_once(*[lambda who=who: deeds.ask(case, who, "delete", sent) for who in (dario, mara, dario)])
    assert {act.pk for act in asked} == {Act.objects.get().pk}
    work(network, 2)
    assert [request.method for request in network.asked].count("DELETE") == 1


def test_what_is_asked_against_what_is_under_way_waits(trolled: str, dario: Agent, network: Network) -> None:
    case = case_of(trolled)
    deeds.ask(case, dario, "hide", trolled)
    work(network)
    deeds.ask(case, dario, "unhide", trolled)
    with pytest.raises(NotPossible):
        deeds.ask(case, dario, "hide", trolled)


@pytest.mark.parametrize(
    "fault",
    [
        scripted.lost_before,
        scripted.lost_on_the_way,
        scripted.too_many(minutes=3),
        answers(503, b""),
        answers(200, b"<html>"),
        answers(402, {}),
    ],
    ids=["never left", "lost", "429", "503", "no sense", "402"],
)
def test_trouble_puts_it_off_and_it_is_done_in_the_end(
    sent: str, dario: Agent, network: Network, fault: scripted.Fault
) -> None:
    act = deeds.ask(case_of(sent), dario, "delete", sent)
    network.step_faults = [fault]
    work(network)
    act.refresh_from_db()
    assert (act.state, bool(act.reason)) == ("queued", True)
    assert act.due_at is not None
    assert act.due_at > timezone.now()
    assert Post.objects.get(network_id=sent).deleted_at is None
    work(network)
    act.refresh_from_db()
    assert (act.state, act.reason) == ("done", "")


def stumbles(network: Network, request: Request) -> Response:
    """Something in the desk that nobody foresaw."""
    raise KeyError("unforeseen")


def cannot_be_read(network: Network, request: Request) -> Response:
    raise Unreadable("half an answer")


@pytest.mark.parametrize("fault", [stumbles, cannot_be_read])
def test_whatever_the_desk_stumbles_over_the_deed_is_put_off_with_its_reason_and_done_in_the_end(
    sent: str, dario: Agent, network: Network, fault: scripted.Fault
) -> None:
    act = deeds.ask(case_of(sent), dario, "delete", sent)
    network.step_faults = [fault]
    work(network)
    act.refresh_from_db()
    assert (act.state, act.leased_until, bool(act.reason)) == ("queued", None, True)
    assert act.due_at is not None
    assert act.due_at > timezone.now()
    work(network)
    act.refresh_from_db()
    assert (act.state, act.reason) == ("done", "")


def test_a_deed_over_which_the_desk_stumbles_lets_the_others_go_on(
    sent: str, trolled: str, dario: Agent, network: Network
) -> None:
    deeds.ask(case_of(sent), dario, "delete", sent)
    hiding = deeds.ask(case_of(trolled), dario, "hide", trolled)
    network.step_faults = [stumbles]
    work(network)
    hiding.refresh_from_db()
    assert hiding.state == "done"


@pytest.mark.parametrize("fault", [stumbles, cannot_be_read])
def test_what_is_stumbled_over_again_and_again_ends_and_a_person_is_told_to_look(
    sent: str, dario: Agent, network: Network, fault: scripted.Fault
) -> None:
    act = deeds.ask(case_of(sent), dario, "delete", sent)
    network.step_faults = [fault] * 50
    work(network, 50)
    act.refresh_from_db()
    assert (act.state, act.due_at, "Look" in act.reason) == ("refused", None, True)
    assert deeds.ask(case_of(sent), dario, "delete", sent) != act


@pytest.mark.parametrize("waits", [answers(402, {}), scripted.too_many(minutes=3)], ids=["for credit", "for a limit"])
def test_what_waited_long_for_credit_or_a_limit_is_not_given_up_for_one_stumble(
    sent: str, dario: Agent, network: Network, waits: scripted.Fault
) -> None:
    act = deeds.ask(case_of(sent), dario, "delete", sent)
    network.step_faults = [*[waits] * (2 * deeds.MOST_STUMBLES), stumbles]
    work(network, 2 * deeds.MOST_STUMBLES + 1)
    act.refresh_from_db()
    assert (act.state, act.attempts) == ("queued", 1)
    work(network)
    act.refresh_from_db()
    assert act.state == "done"


@pytest.mark.parametrize("away", [OperationalError, InterfaceError])
def test_a_database_that_is_away_is_no_stumble_over_a_deed(
    sent: str, dario: Agent, network: Network, away: type[Exception]
) -> None:
    def gone(network: Network, request: Request) -> Response:
        raise away("the connection is closed")

    act = deeds.ask(case_of(sent), dario, "delete", sent)
    network.step_faults = [gone]
    with pytest.raises(away):
        work(network)
    act.refresh_from_db()
    assert (act.state, act.reason, act.attempts) == ("queued", "", 0)


def test_what_was_done_before_the_desk_stumbled_is_done_once(sent: str, dario: Agent, network: Network) -> None:
    def does_it_and_stumbles(network: Network, request: Request) -> Response:
        network.do(request)
        raise KeyError("unforeseen")

    deeds.ask(case_of(sent), dario, "delete", sent)
    network.step_faults = [does_it_and_stumbles]
    work(network, 2)
    assert case_of(sent).events.filter(kind="post_deleted").count() == 1


def test_one_question_says_what_can_be_done_to_which_posts(sent: str, trolled: str, dario: Agent) -> None:
    ours, theirs = (deeds.possible(case_of(post)) for post in (sent, trolled))
    assert (ours["delete"], ours["unhide"]) == ({sent}, set())
    assert theirs == {"delete": set(), "hide": {trolled}, "unhide": set()}


def test_a_network_is_asked_for_no_deed_that_it_does_not_know(
    sent: str, dario: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = type(CONNECTORS["x"])
    monkeypatch.setattr(x, "capabilities", replace(x.capabilities, deeds=frozenset({"hide"})))
    assert "delete" not in deeds.possible(case_of(sent))
    with pytest.raises(NotPossible):
        deeds.ask(case_of(sent), dario, "delete", sent)


def test_an_answer_that_was_lost_after_the_deed_is_asked_for_again(sent: str, dario: Agent, network: Network) -> None:
    def lost_after(network: Network, request: Request) -> Response:
        network.do(request)
        return scripted.lost_on_the_way(network, request)

    act = deeds.ask(case_of(sent), dario, "delete", sent)
    network.step_faults = [lost_after]
    work(network, 2)
    act.refresh_from_db()
    assert (act.state, act.attempts) == ("done", 2)
    assert Case.objects.get().events.filter(kind="post_deleted").count() == 1


def test_a_worker_that_dies_leaves_the_deed_to_the_next(sent: str, dario: Agent, network: Network) -> None:
    class Killed(BaseException):
        pass

    def killed(network: Network, request: Request) -> Response:
        network.do(request)
        raise Killed

    act = deeds.ask(case_of(sent), dario, "delete", sent)
    network.step_faults = [killed]
    with pytest.raises(Killed):
        work(network)
    assert deeds.do_due(network.wire().run) == 0
    outbox.take_over()
    work(network)
    act.refresh_from_db()
    assert act.state == "done"


def does_it(network: Network, request: Request) -> Response:
    return network.do(request)


@pytest.mark.parametrize("answered", [does_it, stumbles, cannot_be_read, answers(503, b""), answers(403, {})])
def test_who_lost_the_lease_of_a_deed_overwrites_nothing_of_its_successors(
    sent: str, dario: Agent, network: Network, answered: scripted.Fault
) -> None:
    """The first waited longer for its answer than its lease; the second has done it when that comes."""

    def slow(network: Network, request: Request) -> Response:
        Act.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        work(Network())
        return answered(network, request)

    act = deeds.ask(case_of(sent), dario, "delete", sent)
    Act.objects.update(attempts=deeds.MOST_STUMBLES)
    network.step_faults = [slow]
    work(network)
    act.refresh_from_db()
    assert (act.state, act.reason, act.attempts) == ("done", "", deeds.MOST_STUMBLES + 1)
    assert Case.objects.get().events.filter(kind="post_deleted").count() == 1


@pytest.mark.parametrize("answered", [does_it, stumbles, cannot_be_read, answers(503, b""), answers(403, {})])
def test_a_deed_that_another_worker_has_in_hand_stays_in_its_hand(
    sent: str, dario: Agent, network: Network, answered: scripted.Fault
) -> None:
    theirs = timezone.now() + timedelta(hours=1)

    def slow(network: Network, request: Request) -> Response:
        Act.objects.update(leased_until=theirs)
        return answered(network, request)

    act = deeds.ask(case_of(sent), dario, "delete", sent)
    network.step_faults = [slow]
    work(network)
    act.refresh_from_db()
    assert (act.state, act.leased_until, act.reason, act.attempts) == ("queued", theirs, "", 0)
    assert Post.objects.get(network_id=sent).deleted_at is None


def test_a_refusal_is_kept_with_its_reason_and_changes_nothing(sent: str, dario: Agent, network: Network) -> None:
    act = deeds.ask(case_of(sent), dario, "delete", sent)
    network.step_faults = [answers(403, {"detail": "You are not authorized to delete this Post."})]
    work(network)
    act.refresh_from_db()
    assert (act.state, "not authorized" in act.reason) == ("refused", True)
    assert Post.objects.get(network_id=sent).deleted_at is None
    assert deeds.ask(case_of(sent), dario, "delete", sent) != act


def test_without_access_it_waits_until_the_account_is_linked_again(sent: str, dario: Agent, network: Network) -> None:
    case = case_of(sent)
    act = deeds.ask(case, dario, "delete", sent)
    access.lost(case.channel_id, "Taken back.")
    work(network)
    assert deeds.next_due() is None
    case.channel.seal_tokens(app="app-key", user="user-key")
    work(network)
    act.refresh_from_db()
    assert act.state == "done"


def test_a_deed_is_due_when_the_network_says(sent: str, dario: Agent, network: Network) -> None:
    deeds.ask(case_of(sent), dario, "delete", sent)
    network.step_faults = [scripted.too_many(minutes=3)]
    work(network)
    due = deeds.next_due()
    assert due is not None
    assert timedelta(minutes=2.5) < due - timezone.now() < timedelta(minutes=3.5)
