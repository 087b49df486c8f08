"""What is known before anybody types: by which route, why not, whom it notifies, and what is chosen beside it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

import scripted
from building import LUMEN, NINA, TOMAS, YUKI, hear, message, next_id, said
from earful.cases.models import Case
from earful.core.connector import OutOfCredit
from earful.ledger import credit
from earful.people.models import Agent, Identity
from earful.posts.models import Post
from earful.replies import outbox, writing
from earful.replies.answering import SHUT_FOR, answerable
from earful.replies.checking import check
from earful.replies.models import Reply, Route, ShutDoor
from earful.replies.writing import Aside
from priced import priced
from scripted import Network, answers

PUBLIC, PRIVATE = Route.PUBLIC, Route.PRIVATE
LONG = "Please take the plug out, wait a minute, and put it in again. " * 10


def route(case: Case, way: str) -> tuple[str, str]:
    flight = check(case, way, "Hello", None).preflight
    return flight.route, flight.reason


def work(network: Network, times: int = 1) -> None:
    for _ in range(times):
        Reply.objects.exclude(due_at=None).update(due_at=timezone.now(), leased_until=None)
        outbox.deliver_due(network.wire().run)


@pytest.fixture
def crowded(case: Case) -> Case:
    """Nina named two others beside us."""
    hear(case.channel, said(NINA, "@LumenHelp @tomas_brandl @yuki_arai look at this"))
    return case


def test_whom_an_answer_would_notify_is_told_without_us_and_the_customer(crowded: Case) -> None:
    notified = check(crowded, PUBLIC, "Hi", None).notifies
    assert [(person.id, person.handle) for person in notified] == [(TOMAS.id, "tomas_brandl"), (YUKI.id, "yuki_arai")]
    assert check(crowded, PRIVATE, "Hi", None).notifies == []


def test_who_is_left_out_is_kept_on_the_draft_and_left_out_of_every_part(
    crowded: Case, dario: Agent, network: Network
) -> None:
    chosen = Aside(frozenset({TOMAS.id, NINA.id, "999"}))
    draft = writing.keep_draft(crowded, dario, PUBLIC, LONG, chosen)
    assert draft.without == [{"id": TOMAS.id, "handle": "tomas_brandl"}]
    writing.send(crowded, dario, PUBLIC, LONG, seen_reply=0)
    work(network, 3)
    assert [post["reply"]["exclude_reply_user_ids"] for post in network.posted] == [[TOMAS.id]] * 3


def test_words_that_are_kept_alone_leave_the_choices_as_they_are(crowded: Case, dario: Agent) -> None:
    writing.keep_draft(crowded, dario, PUBLIC, "Hi", Aside(frozenset({TOMAS.id}), invite=True))
    draft = writing.keep_draft(crowded, dario, PUBLIC, "Hi there")
    assert (len(draft.without), draft.invite) == (1, True)
    assert writing.keep_draft(crowded, dario, PUBLIC, "Hi", Aside()).without == []


def left_out(network: Network) -> list[list[str]]:
    """Whom each post that is out does not notify."""
    return [post["reply"].get("exclude_reply_user_ids", []) for post in network.posted]


def test_who_is_left_out_stays_so_when_a_reply_is_taken_back_edited_and_sent_again(
    crowded: Case, dario: Agent, network: Network
) -> None:
    sent = writing.send(crowded, dario, PUBLIC, "Hi", seen_reply=0, aside=Aside(frozenset({TOMAS.id})))
    again = writing.edit_again(sent, dario)
    assert again.without == [{"id": TOMAS.id, "handle": "tomas_brandl"}]
    writing.keep_draft(crowded, dario, PUBLIC, "Hi there")
    writing.send(crowded, dario, PUBLIC, "Hi there", seen_reply=0)
    work(network)
    assert left_out(network) == [[TOMAS.id]]


@pytest.mark.parametrize(
    "fault",
    [
        scripted.lost_before,
        scripted.lost_on_the_way,
        scripted.too_many(minutes=1),
        answers(503, b""),
        answers(402, {}),
    ],
    ids=["never left", "lost", "429", "503", "402"],
)
def test_who_is_left_out_stays_so_after_an_attempt_that_failed(
    crowded: Case, dario: Agent, network: Network, fault: scripted.Fault
) -> None:
    writing.send(crowded, dario, PUBLIC, "Hi", seen_reply=0, aside=Aside(frozenset({TOMAS.id})))
    network.faults = [fault]
    work(network, 6)
    assert left_out(network) == [[TOMAS.id]]


def test_who_is_left_out_of_a_refused_reply_stays_so_when_a_colleague_takes_it_up(
    crowded: Case, dario: Agent, mara: Agent, network: Network
) -> None:
    refused = writing.send(crowded, dario, PUBLIC, "Hi", seen_reply=0, aside=Aside(frozenset({TOMAS.id})))
    network.faults = [answers(403, {"detail": "No."})]
    work(network)
    writing.edit_again(refused, mara)
    writing.send(crowded, mara, PUBLIC, "Hello", seen_reply=0)
    work(network)
    assert left_out(network) == [[TOMAS.id]]


def test_an_invitation_is_on_the_last_part_and_priced_as_a_link(case: Case, dario: Agent, network: Network) -> None:
    draft = writing.keep_draft(case, dario, PUBLIC, LONG, Aside(invite=True))
    kinds = ("post_create_summoned", "post_create", "post_create_with_url")
    together = sum(priced(kind) for kind in kinds)
    assert check(case, PUBLIC, LONG, draft).price == pytest.approx(together)
    writing.send(case, dario, PUBLIC, LONG, seen_reply=0)
    work(network, 3)
    links = [post["said"].get("direct_message_deep_link") for post in network.posted]
    assert links == [None, None, "http://127.0.0.1:9/messages/compose?recipient_id=9000000001"]


def test_the_choice_at_the_moment_of_sending_counts(case: Case, dario: Agent, network: Network) -> None:
    writing.keep_draft(case, dario, PUBLIC, "Hi", Aside(invite=True))
    writing.send(case, dario, PUBLIC, "Hi", seen_reply=0, aside=Aside())
    work(network)
    assert "direct_message_deep_link" not in network.posted[0]["said"]


@pytest.mark.parametrize(
    ("way", "detail", "says"),
    [
        (PUBLIC, "You have been blocked from the author of this Post.", "blocked us"),
        (PRIVATE, "You cannot send messages to this user.", "does not accept private messages"),
    ],
)
def test_who_shut_us_out_is_remembered_on_that_route_for_a_while(
    case: Case, dario: Agent, network: Network, way: str, detail: str, says: str
) -> None:
    other = PRIVATE if way == PUBLIC else PUBLIC
    before = route(case, other)
    writing.send(case, dario, way, "Hi", seen_reply=0)
    network.faults = [answers(403, {"detail": detail})]
    work(network)
    verdict, reason = route(case, way)
    assert (verdict, says in reason) == ("no", True)
    assert route(case, other) == before
    ShutDoor.objects.update(at=timezone.now() - SHUT_FOR - timedelta(days=1))
    assert route(case, way)[0] != "no"


def test_an_answer_that_comes_through_opens_the_door_again(case: Case, dario: Agent, network: Network) -> None:
    ShutDoor.objects.create(
        channel=case.channel, person=case.customer, route=PUBLIC, reason="No.", at=timezone.now() - SHUT_FOR * 2
    )
    writing.send(case, dario, PUBLIC, "Hi", seen_reply=0)
    work(network)
    assert not ShutDoor.objects.exists()


def test_who_writes_to_us_in_private_takes_our_answer_there(case: Case) -> None:
    assert route(case, PRIVATE)[0] == "maybe"
    ShutDoor.objects.create(
        channel=case.channel, person=case.customer, route=PRIVATE, reason="No.", at=timezone.now() - timedelta(hours=1)
    )
    assert route(case, PRIVATE)[0] == "no"
    hear(case.channel, message(NINA, "so be it, here"))
    assert route(case, PRIVATE) == ("api", "allowed: they wrote to us in private first")


def _says_dm(case: Case, *, takes: bool) -> None:
    Post.objects.update(facts={"handle": "nina_okafor", "takes_messages": takes})


@pytest.mark.parametrize(
    ("arrange", "way", "verdict"),
    [
        (lambda case: _says_dm(case, takes=True), PRIVATE, "api"),
        (lambda case: _says_dm(case, takes=False), PRIVATE, "no"),
        (lambda case: Identity.objects.update(protected=True), PUBLIC, "maybe"),
        (lambda case: Post.objects.update(facts={"handle": "n", "withheld": ["XX"]}), PUBLIC, "no"),
        (lambda case: Post.objects.update(deleted_at=timezone.now()), PUBLIC, "no"),
        (lambda case: Post.objects.update(facts={"handle": "n", "answerable": "mentionedUsers"}), PUBLIC, "api"),
    ],
    ids=["takes messages", "takes none", "protected", "hidden", "deleted", "named"],
)
def test_what_was_heard_and_what_is_known_now_decide(
    case: Case, arrange: Callable[[Case], object], way: str, verdict: str
) -> None:
    arrange(case)
    assert route(case, way)[0] == verdict


def test_an_encrypted_conversation_is_answered_by_hand_alone(case: Case) -> None:
    hear(case.channel, message(NINA, "so be it, here"))
    private = Post.objects.get(private=True)
    Post.objects.filter(pk=private.pk).update(facts={"handle": "nina_okafor", "encrypted": True})
    verdict, reason = route(case, PRIVATE)
    assert (verdict, "encrypted" in reason) == ("by_hand", True)


def test_what_is_answered_is_the_newest_that_can_be(case: Case) -> None:
    root = Post.objects.get().network_id
    hear(case.channel, said(NINA, "hello?", answers=root, answers_person=NINA, root=root))
    assert answerable(case, private=False).row.network_id == root
    ours = next_id()
    hear(case.channel, said(LUMEN, "On it.", id=ours, answers=root, answers_person=NINA, root=root))
    hear(case.channel, said(NINA, "@LumenHelp thanks", answers=ours, answers_person=LUMEN, root=root))
    assert answerable(case, private=False).said.text == "@LumenHelp thanks"


def test_an_account_out_of_credit_says_that_everything_waits(case: Case) -> None:
    assert check(case, PUBLIC, "Hi", None).waits == ""
    _out_of_credit(case)
    assert "credit" in check(case, PUBLIC, "Hi", None).waits
    assert check(case, PUBLIC, "Hi", None).problems == []


def _out_of_credit(case: Case) -> None:
    credit.out(case.channel_id, OutOfCredit("The credit is spent."), (), timezone.now())
