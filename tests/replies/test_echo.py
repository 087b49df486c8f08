"""Our own posts, heard on the network, settle at once what would else have to be looked for."""

import pytest
from django.utils import timezone

import scripted
from building import LUMEN, NINA, hear, next_id, said
from earful.cases.models import Case
from earful.core.connector import Request, Response
from earful.people.models import Agent
from earful.posts.models import Post
from earful.replies import outbox, writing
from earful.replies.models import Reply
from scripted import Network

LONG = "Please take the plug out, wait a minute, and put it in again. " * 10


def work(network: Network, times: int = 1) -> None:
    for _ in range(times):
        Reply.objects.exclude(due_at=None).update(due_at=timezone.now(), leased_until=None)
        outbox.deliver_due(network.wire().run, limit=1)


def told(reply: Reply) -> str:
    reply.refresh_from_db()
    return reply.state


def echo(network: Network, number: int = 0, **changed: str) -> bytes:
    """A post of ours as the stream tells it."""
    post, root = network.posted[number], Post.objects.order_by("pk")[0].network_id
    above = post["reply"]["in_reply_to_tweet_id"]
    told = {"text": post["text"], "id": post["id"], "answers": above, "root": root} | changed
    return said(LUMEN, told.pop("text"), answers_person=NINA, **told)


@pytest.fixture
def lost(case: Case, dario: Agent, network: Network) -> Reply:
    """An answer that is out, and the network's word on it was lost."""
    reply = writing.send(case, dario, "public", "On it, Nina.", seen_reply=0)
    network.faults = [scripted.lost_after]
    outbox.deliver_due(network.wire().run)
    assert told(reply) == "unsure"
    return reply


def test_an_answer_in_doubt_is_settled_by_being_heard_without_a_look(lost: Reply, network: Network) -> None:
    hear(lost.case.channel, echo(network))
    assert told(lost) == "confirmed"
    assert (lost.sent[0]["id"], lost.reason) == (network.posted[0]["id"], "")
    assert lost.link.endswith(f"/LumenHelp/status/{network.posted[0]['id']}")
    work(network, 3)
    assert (network.sends, network.looks) == (1, 0)
    found = lost.deliveries.order_by("pk").values_list("looked", "outcome", "network_id")
    assert list(found) == [(False, "unsure", ""), (True, "sent", network.posted[0]["id"])]
    event = Case.objects.get().events.get(kind="answered")
    assert (event.agent, event.detail) == (lost.agent, {"reply": lost.pk})


def test_the_part_of_a_thread_in_doubt_is_settled_and_the_next_goes_under_it(
    case: Case, dario: Agent, network: Network
) -> None:
    thread = writing.send(case, dario, "public", LONG, seen_reply=0)
    network.faults = [lambda network, request: network.take(request), scripted.lost_after]
    work(network, 2)
    assert told(thread) == "unsure"
    hear(case.channel, echo(network), echo(network, 1))
    assert (told(thread), len(thread.sent)) == ("queued", 2)
    work(network)
    assert told(thread) == "sent"
    assert network.texts == thread.parts
    assert network.posted[2]["reply"] == {"in_reply_to_tweet_id": network.posted[1]["id"]}


def test_whoever_looks_at_this_moment_writes_nothing(lost: Reply, network: Network) -> None:
    def heard_meanwhile(network: Network, request: Request) -> Response:
        hear(lost.case.channel, echo(network))
        return network.show(request)

    network.look_faults = [heard_meanwhile]
    work(network)
    assert told(lost) == "confirmed"
    assert len(lost.sent) == 1
    assert list(lost.deliveries.order_by("pk").values_list("looked", "outcome")) == [(False, "unsure"), (True, "sent")]
    assert Case.objects.get().events.filter(kind="answered").count() == 1


def test_what_was_looked_for_in_vain_and_heard_then_is_not_sent_again(lost: Reply, network: Network) -> None:
    network.shows = False
    work(network, 2)
    Reply.objects.exclude(due_at=None).update(due_at=timezone.now(), leased_until=None)
    outbox.deliver_due(network.wire().run, limit=1)
    assert told(lost) == "try_later"
    hear(lost.case.channel, echo(network))
    assert told(lost) == "confirmed"
    work(network)
    assert network.sends == 1


@pytest.mark.parametrize(
    "changed", [{"text": "On it, Nina!"}, {"answers": "1900000000000000000"}], ids=["other words", "another post"]
)
def test_another_post_of_ours_settles_nothing(lost: Reply, network: Network, changed: dict[str, str]) -> None:
    hear(lost.case.channel, echo(network, id=next_id(), **changed))
    assert told(lost) == "unsure"


def test_an_answer_that_was_never_asked_for_is_not_settled_by_the_same_words(
    case: Case, dario: Agent, network: Network
) -> None:
    reply = writing.send(case, dario, "public", "On it, Nina.", seen_reply=0)
    root = Post.objects.get().network_id
    hear(case.channel, said(LUMEN, "On it, Nina.", answers=root, answers_person=NINA, root=root))
    assert told(reply) == "queued"
