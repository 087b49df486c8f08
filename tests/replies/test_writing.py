"""Drafts, what is said of them before they go, and what stops them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from building import LUMEN, NINA, TOMAS, at_once, brand, deletion, hear, message, minutes_ago, next_id, said
from earful.cases.models import Case
from earful.people.models import Agent
from earful.posts.models import Post
from earful.replies import by_hand, writing
from earful.replies.answering import answerable
from earful.replies.checking import check
from earful.replies.models import Reply, Route
from earful.replies.writing import Collision, NotSendable
from earful.rules import book
from earful.rules.models import ListeningRule
from priced import priced

PUBLIC, PRIVATE = Route.PUBLIC, Route.PRIVATE


def send(case: Case, agent: Agent, text: str = "On it.", **given: object) -> Reply:
    seen = {"seen_reply": writing.latest_reply_id(case), "anyway": False, **given}
    return writing.send(case, agent, PUBLIC, text, **seen)  # type: ignore[arg-type]  # ints and a bool


def test_a_draft_is_kept_for_each_agent_and_route(case: Case, dario: Agent, mara: Agent) -> None:
    writing.keep_draft(case, dario, PUBLIC, "Hel")
    writing.keep_draft(case, dario, PUBLIC, "Hello")
    writing.keep_draft(case, dario, PRIVATE, "Your number?")
    writing.keep_draft(case, mara, PUBLIC, "Hi")
    kept = {(draft.agent, draft.route): draft.text for draft in case.replies.all()}
    assert kept == {(dario, PUBLIC): "Hello", (dario, PRIVATE): "Your number?", (mara, PUBLIC): "Hi"}
    assert writing.draft_of(case, mara, PRIVATE) is None


def test_a_cleared_draft_stays_cleared(case: Case, dario: Agent) -> None:
    writing.keep_draft(case, dario, PUBLIC, "Hello")
    writing.keep_draft(case, dario, PUBLIC, "")
    draft = writing.draft_of(case, dario, PUBLIC)
    assert draft is not None
    assert draft.text == ""


def test_a_check_counts_as_the_network_does_and_cuts_what_is_too_long(case: Case, dario: Agent) -> None:
    short = check(case, PUBLIC, "日本", None)
    assert (short.weight, short.limit, short.left, short.problems) == (4, 280, 276, [])
    long = check(case, PUBLIC, "Please restart the router. " * 20, None)
    assert len(long.parts) == 2
    assert long.price == sum(priced(kind) for kind in ("post_create_summoned", "post_create"))
    assert "Everyone can see this" in short.audience
    assert "Only @nina_okafor" in check(case, PRIVATE, "x", None).audience


@pytest.mark.parametrize("text", ["", "   \n", "word " * 4_000])
def test_nothing_and_far_too_much_cannot_be_sent(case: Case, dario: Agent, text: str) -> None:
    with pytest.raises(NotSendable):
        send(case, dario, text)
    assert not Reply.objects.exists()


def test_sending_freezes_the_draft_and_queues_it(case: Case, dario: Agent) -> None:
    draft = writing.keep_draft(case, dario, PUBLIC, "On i")
    sent = send(case, dario, "On it.")
    assert sent.pk == draft.pk
    assert (sent.state, sent.parts, sent.answers) == ("queued", ["On it."], Post.objects.get())
    assert sent.due_at is not None
    assert sent.due_at <= timezone.now()
    assert writing.draft_of(case, dario, PUBLIC) is None
    assert [(event.kind, event.agent) for event in case.events.order_by("pk")][1:] == [("reply_queued", dario)]


def test_pressing_twice_gives_one_reply(case: Case, dario: Agent) -> None:
    writing.keep_draft(case, dario, PUBLIC, "On it.")
    first = send(case, dario, seen_reply=0)
    assert send(case, dario, seen_reply=0).pk == first.pk
    assert Reply.objects.count() == 1


def test_two_agents_at_once_make_one_reply_and_the_other_is_told_who(
    transactional_db: None, case: Case, dario: Agent, mara: Agent
) -> None:
    calls = [lambda who=who: send(case, who, f"{who} is on it.", seen_reply=0) for who in (dario, mara)]
    results = at_once(*calls)
    [sent] = [result for result in results if isinstance(result, Reply)]
    [told] = [result for result in results if isinstance(result, Collision)]
    assert Reply.objects.get() == sent == told.other
    assert sent.agent is not None
    assert sent.agent.shown_name in str(told)


def test_one_agent_pressing_in_two_tabs_at_once_makes_one_reply(
    transactional_db: None, case: Case, dario: Agent
) -> None:
    writing.keep_draft(case, dario, PUBLIC, "On it.")
    results = at_once(*[lambda: send(case, dario, seen_reply=0)] * 3)
    assert {result.pk for result in results} == {Reply.objects.get().pk}


def test_two_tabs_that_begin_the_same_draft_at_once_keep_one(transactional_db: None, case: Case, dario: Agent) -> None:
    results = at_once(*[lambda: writing.keep_draft(case, dario, PUBLIC, "Hello")] * 4)
    assert {draft.pk for draft in results} == {Reply.objects.get().pk}


def test_a_collision_is_overruled_by_saying_so(case: Case, dario: Agent, mara: Agent) -> None:
    send(case, mara)
    with pytest.raises(Collision, match="Mara"):
        send(case, dario, seen_reply=0)
    assert send(case, dario, "And I add:", seen_reply=0, anyway=True).state == "queued"


def test_who_saw_the_colleagues_answer_is_not_stopped(case: Case, dario: Agent, mara: Agent) -> None:
    send(case, mara)
    assert send(case, dario, "And I add:").state == "queued"


def test_what_x_lets_only_a_person_answer_is_not_sent(dario: Agent) -> None:
    channel = brand()
    ListeningRule.objects.create(name="outage", text="lumen down")
    book.look_again()
    hear(channel, said(NINA, "lumen is down again"))
    case = Case.objects.get()
    checked = check(case, PUBLIC, "On it.", None)
    assert checked.preflight.route == "by_hand"
    assert f"in_reply_to={Post.objects.get().network_id}" in by_hand.answer_by_hand(case, dario, PUBLIC, "On it.")
    with pytest.raises(NotSendable, match="only a person"):
        send(case, dario)


def test_a_thread_whose_last_post_forgot_to_name_us_is_answered_under_the_one_that_did(
    dario: Agent, case: Case
) -> None:
    root = Post.objects.get().network_id
    hear(case.channel, said(NINA, "and?", answers=root, answers_person=NINA, root=root))
    assert answerable(case, private=False).row.network_id == root
    assert check(case, PUBLIC, "On it.", None).preflight.route == "api"


def test_an_answer_goes_under_the_newest_post_that_is_still_there(case: Case, dario: Agent) -> None:
    gone = next_id()
    kept = Post.objects.get()
    hear(case.channel, said(NINA, "@LumenHelp forget it", id=gone))
    assert answerable(case, private=False).row.network_id == gone
    hear(case.channel, deletion(gone))
    assert answerable(case, private=False).row == kept
    hear(case.channel, message(NINA, "my number is 4711"))
    assert answerable(case, private=False).row == kept
    assert answerable(case, private=True).row.text == "my number is 4711"


def test_a_queued_reply_can_be_taken_back(case: Case, dario: Agent, mara: Agent) -> None:
    back = writing.edit_again(send(case, dario), mara)
    assert (back.state, back.agent, back.due_at, back.parts) == ("draft", mara, None, [])
    assert writing.draft_of(case, mara, PUBLIC) == back


def test_a_reply_in_a_workers_hands_cannot_be_taken_back(case: Case, dario: Agent) -> None:
    reply = send(case, dario)
    Reply.objects.update(leased_until=timezone.now() + timedelta(seconds=60))
    with pytest.raises(NotSendable, match="at this moment"):
        writing.edit_again(reply, dario)


@pytest.mark.parametrize("state", ["sending", "unsure", "sent", "confirmed"])
def test_a_reply_that_may_be_out_cannot_be_taken_back(case: Case, dario: Agent, state: str) -> None:
    reply = send(case, dario)
    Reply.objects.update(state=state)
    with pytest.raises(NotSendable):
        writing.edit_again(reply, dario)


def test_taking_back_does_not_run_over_another_draft(case: Case, dario: Agent) -> None:
    reply = send(case, dario)
    draft = writing.keep_draft(case, dario, PUBLIC, "Meanwhile")
    with pytest.raises(NotSendable, match="another draft"):
        writing.edit_again(reply, dario)
    writing.keep_draft(case, dario, PUBLIC, " ")
    assert writing.edit_again(reply, dario).text == "On it."
    assert not Reply.objects.filter(pk=draft.pk).exists()


def test_only_what_was_refused_is_handed_over(case: Case, dario: Agent) -> None:
    reply = send(case, dario)
    with pytest.raises(NotSendable, match="refused"):
        by_hand.hand_over(reply, dario)


def test_a_reply_handed_over_is_settled_when_our_own_post_arrives(case: Case, dario: Agent) -> None:
    reply = send(case, dario)
    Reply.objects.update(state="refused", due_at=None)
    link = by_hand.hand_over(reply, dario)
    assert by_hand.hand_over(reply, dario) == link
    root = Post.objects.get().network_id
    assert f"in_reply_to={root}" in link
    ours = next_id()
    written = said(LUMEN, "On it!!", id=ours, answers=root, answers_person=NINA, root=root, at=minutes_ago(1))
    hear(case.channel, written, said(TOMAS, "finally", answers=ours, answers_person=LUMEN, root=root))
    reply.refresh_from_db()
    case.refresh_from_db()
    assert (reply.state, reply.sent[0]["id"], reply.reason) == ("confirmed", ours, "sent by hand")
    assert case.status == "waiting"
    assert [event.kind for event in case.events.filter(kind="answered")] == ["answered"]


def test_pressed_twice_with_an_autosave_between_it_is_one_reply(case: Case, dario: Agent) -> None:
    first = writing.send(case, dario, PUBLIC, "On it.", seen_reply=0)
    writing.keep_draft(case, dario, PUBLIC, "On it.")
    assert writing.send(case, dario, PUBLIC, "On it.", seen_reply=0) == first
    assert Reply.objects.count() == 1


def test_who_takes_an_answer_back_is_recorded(case: Case, dario: Agent, mara: Agent) -> None:
    reply = writing.send(case, dario, PUBLIC, "On it.", seen_reply=0)
    writing.edit_again(reply, mara)
    event = case.events.get(kind="reply_taken_back")
    assert (event.agent, event.detail["of"], event.detail["text"]) == (mara, dario.pk, "On it.")


def test_a_public_answer_by_hand_to_somebody_who_wrote_in_private_goes_under_no_post(dario: Agent) -> None:
    hear(brand(), message(NINA, "my number is 4711"))
    link = by_hand.answer_by_hand(Case.objects.get(), dario, PUBLIC, "We have written to you.")
    assert "in_reply_to" not in link
