"""A case on the screen: what is told, once each, and what an agent can do."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from earful.cases.models import Case, Message
from earful.console.conversation import conversation
from earful.console.pieces import pieces
from earful.people.models import Agent, Identity
from earful.posts.models import Post
from earful.replies.models import Reply
from earful.replies.writing import send
from earful.rules.models import ListeningRule, Match


def page_of(desk: Client, case: Case) -> str:
    return desk.get(f"/cases/{case.pk}/").content.decode()


def test_a_case_that_is_not_there_looks_like_one_that_is_not_yours(desk: Client) -> None:
    for number in ("1", "999999", "9" * 30):
        assert desk.get(f"/cases/{number}/").status_code == 404
        assert desk.post(f"/cases/{number}/do/solve/").status_code == 404


def test_who_left_sees_nothing_any_more(desk: Client, make_case: Callable[..., Case], dario: Agent) -> None:
    case = make_case()
    Agent.objects.filter(pk=dario.pk).update(is_active=False)
    assert desk.get(f"/cases/{case.pk}/").status_code == 302


def test_a_deep_link_has_the_list_beside_it_and_htmx_gets_the_case_alone(
    desk: Client, make_case: Callable[..., Case]
) -> None:
    case, other = make_case(), make_case()
    whole = page_of(desk, case)
    assert f'id="row-{other.pk}"' in whole
    assert 'aria-current="true"' in whole
    alone = desk.get(f"/cases/{case.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert 'id="case"' in alone
    assert "<html" not in alone
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in desk.get(f"/cases/{case.pk}/", headers=restored).content.decode()


def test_priority_is_told_with_its_reasons(desk: Client, make_case: Callable[..., Case]) -> None:
    case = make_case(ago=48, points=20, reasons=[["has tried before", 20]])
    page = " ".join(page_of(desk, case).split())
    assert "Priority 28</strong> because: has tried before · waiting 48 min" in page


def test_an_answer_heard_back_is_shown_once(
    make_case: Callable[..., Case], make_post: Callable[..., Post], dario: Agent
) -> None:
    case = make_case()
    us = Identity.objects.create(network="x", account_id="900", handle="LumenHelp")
    post = make_post(us, "We are on it. ^DK", ago=5, ours=True)
    Message.objects.create(case=case, post=post, role="ours")
    reply = Reply.objects.create(
        case=case, agent=dario, route="public", text=post.text, parts=[post.text], state="sent",
        sent=[{"id": post.network_id, "link": "http://127.0.0.1:9/a/status/1"}], sent_at=timezone.now(),
    )  # fmt: skip
    entries = conversation(case, timezone.now()).entries
    assert [entry.kind for entry in entries] == ["customer", "reply"]
    assert entries[1].standing is not None
    assert entries[1].standing.words == "sent and seen on X"
    Message.objects.filter(post=post).delete()
    (told,) = [entry.standing for entry in conversation(case, timezone.now()).entries if entry.reply == reply.pk]
    assert told is not None
    assert told.words == "sent"


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("queued", "queued"),
        ("sending", "sending to X"),
        ("sent", "sent"),
        ("confirmed", "sent and seen on X"),
        ("try_later", "because X is busy"),
        ("unsure", "checking on X whether it went out"),
        ("refused", "not sent: X is busy"),
        ("by_hand", "waiting to see it on X"),
    ],
)
def test_every_state_of_delivery_is_told_in_words(
    desk: Client, make_case: Callable[..., Case], dario: Agent, state: str, says: str
) -> None:
    case = make_case()
    now = timezone.now()
    Reply.objects.create(
        case=case, agent=dario, route="public", text="hello", parts=["hello"], state=state,
        reason="X is busy", approved_at=now, due_at=now + timedelta(minutes=5),
    )  # fmt: skip
    page = re.sub(r"\s+", " ", page_of(desk, case))
    assert says in page
    assert ("Answer by hand on X</button>" in page) == (state == "refused")
    assert ("Edit again" in page) == (state in {"queued", "try_later", "refused", "by_hand"})


def test_events_in_a_row_become_one_line(make_case: Callable[..., Case], dario: Agent) -> None:
    case = make_case()
    case.assign(dario, by=dario, taken_from=None)
    case.solve(by=dario)
    told = [entry.told for entry in conversation(case, timezone.now()).entries if entry.kind == "events"]
    assert told == [("Dario Keller took it", "Dario Keller solved it")]


def test_a_long_conversation_begins_near_its_end_and_can_be_had_whole(
    desk: Client, make_case: Callable[..., Case], make_post: Callable[..., Post]
) -> None:
    case = make_case(ago=1000)
    for number in range(160):
        Message.objects.create(case=case, post=make_post(case.customer, "more", ago=900 - number), role="customer")
    page = page_of(desk, case)
    assert page.count('id="post-') == 150
    assert "Show 11 earlier" in page
    assert desk.get(f"/cases/{case.pk}/?whole=1").content.decode().count('id="post-') == 161


def test_of_two_who_reach_for_a_case_one_gets_it_and_the_other_is_told(
    desk: Client, make_case: Callable[..., Case], mara: Agent
) -> None:
    case = make_case()
    case.assign(mara, by=mara, taken_from=None)
    answer = desk.post(f"/cases/{case.pk}/do/assign/", {"owner": ""}, headers={"HX-Request": "true"})
    case.refresh_from_db()
    assert case.owner == mara
    assert "Mara Ito was faster" in answer.headers["HX-Trigger"]


@pytest.mark.parametrize(
    ("verbs", "status"),
    [
        (["solve"], "solved"),
        (["solve", "reopen"], "open"),
        (["aside"], "closed"),
        (["aside", "reopen"], "open"),
    ],
)
def test_a_case_is_solved_put_aside_and_had_back(
    desk: Client, make_case: Callable[..., Case], verbs: list[str], status: str
) -> None:
    case = make_case()
    for verb in verbs:
        assert desk.post(f"/cases/{case.pk}/do/{verb}/")["Location"] == f"/cases/{case.pk}/"
    case.refresh_from_db()
    assert case.status == status


def test_what_cannot_be_done_any_more_is_said(desk: Client, make_case: Callable[..., Case], mara: Agent) -> None:
    case = make_case()
    case.solve(by=mara)
    answer = desk.post(f"/cases/{case.pk}/do/solve/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert "cannot be solved" in answer.headers["HX-Trigger"]


def test_deeds_and_sending_go_by_post_alone(desk: Client, make_case: Callable[..., Case]) -> None:
    number = make_case().pk
    for address in (f"/cases/{number}/do/solve/", f"/cases/{number}/send/public/", f"/cases/{number}/note/"):
        assert desk.get(address).status_code == 405


def test_a_draft_is_kept_and_the_composer_says_who_will_see_it(
    desk: Client, make_case: Callable[..., Case], dario: Agent
) -> None:
    case = make_case("@LumenHelp help", handle="anareyes")
    answer = desk.post(f"/cases/{case.pk}/draft/public/", {"text": "We will", "seen_reply": "0"})
    said = re.sub(r"\s+", " ", answer.content.decode())
    assert "Everyone can see this · as @LumenHelp to @anareyes" in said
    assert "273 left · 1 part · $0.01 · goes out at once" in said
    assert ">We will</textarea>" in page_of(desk, case)
    assert Reply.objects.get().agent == dario


def test_a_link_is_told_to_cost_more_and_a_long_text_to_make_parts(
    desk: Client, make_case: Callable[..., Case]
) -> None:
    address = f"/cases/{make_case().pk}/draft/public/"
    said = desk.post(address, {"text": "see https://example.com/leeds"}).content.decode()
    assert "instead of $0.01" in said
    long = desk.post(address, {"text": "word " * 120}).content.decode()
    assert "It will go out in 3 parts" in long


def test_what_the_network_leaves_to_people_is_offered_by_hand(desk: Client, make_case: Callable[..., Case]) -> None:
    case = make_case("no signal again")
    Post.objects.update(mentions=[])
    page = page_of(desk, case)
    assert "Answer by hand on X <kbd" in page
    sent = desk.post(f"/cases/{case.pk}/send/public/", {"text": "On it.", "by": "hand"})
    assert sent.status_code == 302
    assert "intent/post" in sent["Location"]
    assert Reply.objects.get().state == "by_hand"


def test_sending_twice_makes_one_reply(desk: Client, make_case: Callable[..., Case]) -> None:
    case = make_case()
    for _ in range(2):
        desk.post(f"/cases/{case.pk}/send/public/", {"text": "hello", "seen_reply": "0"})
    assert [reply.state for reply in Reply.objects.all()] == ["queued"]


def test_a_draft_that_comes_after_its_sending_does_not_come_back(desk: Client, make_case: Callable[..., Case]) -> None:
    case = make_case()
    form = {"text": "hello", "seen_reply": "0"}
    desk.post(f"/cases/{case.pk}/send/public/", form)
    desk.post(f"/cases/{case.pk}/draft/public/", form)
    assert not Reply.objects.filter(state="draft").exists()


def test_who_answers_while_a_colleague_did_is_told_first_and_keeps_the_text(
    desk: Client, make_case: Callable[..., Case], mara: Agent
) -> None:
    case = make_case()
    send(case, mara, "public", "Mara was here", seen_reply=0)
    form = {"text": "mine", "seen_reply": "0"}
    htmx = {"HX-Request": "true"}
    shown = desk.post(f"/cases/{case.pk}/send/public/", form, headers=htmx).content.decode()
    assert "Mara Ito has answered meanwhile" in shown
    assert ">mine</textarea>" in shown
    assert Reply.objects.filter(state="queued").count() == 1
    desk.post(f"/cases/{case.pk}/send/public/", form | {"anyway": "1"}, headers=htmx)
    assert Reply.objects.filter(state="queued").count() == 2


def test_a_reply_that_has_not_left_can_be_edited_again(
    desk: Client, make_case: Callable[..., Case], dario: Agent
) -> None:
    case = make_case()
    reply = send(case, dario, "public", "not quite", seen_reply=0)
    answer = desk.post(f"/replies/{reply.pk}/edit-again/", headers={"HX-Request": "true"})
    assert ">not quite</textarea>" in answer.content.decode()
    assert "hx-swap-oob" in answer.content.decode()


def test_a_note_is_kept_and_an_empty_one_is_not(desk: Client, make_case: Callable[..., Case]) -> None:
    case = make_case()
    for text in ("  ", "ask field service"):
        desk.post(f"/cases/{case.pk}/note/", {"text": text})
    assert [note.text for note in case.notes.all()] == ["ask field service"]
    assert "Internal note" in page_of(desk, case)


def test_a_case_whose_posts_were_erased_still_opens_for_notes(desk: Client, make_case: Callable[..., Case]) -> None:
    case = make_case()
    Post.objects.all().delete()
    page = page_of(desk, case)
    assert 'id="text-note"' in page
    assert 'id="text-public"' not in page


@pytest.fixture
def rule(db: None) -> ListeningRule:
    return ListeningRule.objects.create(name="Speaks of <b>", text="kettle")


def test_the_thread_says_which_rule_found_a_post_and_marks_what_it_found(
    desk: Client, make_case: Callable[..., Case], rule: ListeningRule
) -> None:
    case = make_case("my kettle at @LumenHelp https://t.co/1 broke")
    post = Post.objects.get()
    Post.objects.update(
        links=[{"short": "https://t.co/1", "address": "https://kettle.example/", "shown": "kettle.example"}]
    )
    words = {"term": "kettle", "spans": [[3, 9]]}, {"term": "url:kettle", "spans": [[24, 38]]}
    Match.objects.create(rule=rule, post=post, reasons=[*words, {"term": "@lumenhelp", "spans": [[13, 23]]}])
    page = page_of(desk, case)
    assert f'found by “<a href="/posts/?rule={rule.pk}"><bdi>Speaks of &lt;b&gt;</bdi></a>”: ' in page
    assert "<bdi>“kettle”, url:kettle, @lumenhelp</bdi>" in page
    assert 'my <mark>kettle</mark> at <mark><span class="handle">@LumenHelp</span></mark> <mark><a href' in page
    assert ">kettle.example</a></mark> broke" in page


def test_of_a_deleted_post_the_thread_names_the_rule_alone(
    desk: Client, make_case: Callable[..., Case], rule: ListeningRule
) -> None:
    case = make_case("my kettle broke")
    Match.objects.create(rule=rule, post=Post.objects.get(), reasons=None)
    Post.objects.update(deleted_at=timezone.now(), text="")
    assert "</bdi></a>”</p>" in re.sub(r"\s+</p>", "</p>", page_of(desk, case))


def test_a_long_thread_asks_the_database_as_often_as_a_short_one(
    make_case: Callable[..., Case], make_post: Callable[..., Post], rule: ListeningRule, django_assert_num_queries: Any
) -> None:
    case = Case.objects.select_related("channel", "customer").get(pk=make_case().pk)
    with CaptureQueriesContext(connection) as short:
        conversation(case, timezone.now())
    for _ in range(9):
        post = make_post(case.customer, "my kettle again")
        Message.objects.create(case=case, post=post, role="customer")
        Match.objects.create(rule=rule, post=post, reasons=[{"term": "kettle", "spans": [[3, 9]]}])
    with django_assert_num_queries(len(short)):
        assert len(conversation(case, timezone.now()).entries) == 10


def test_a_long_post_is_folded_in_the_thread(desk: Client, make_case: Callable[..., Case]) -> None:
    case = make_case("kettle " * 1_300 + "@LumenHelp")
    page = page_of(desk, case)
    assert "Show all 9,110 characters</span>" in page
    assert re.search(r'<span class="beyond"> kettle .* <span class="handle">@LumenHelp</span></span></p><details', page)


@given(st.text(), st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40))))
def test_marking_changes_no_word(text: str, spans: list[tuple[int, int]]) -> None:
    told = pieces(text, spans=spans)
    assert "".join(piece.text for piece in told) == text
    marks = "".join("x" * len(piece.text) if piece.marked else " " * len(piece.text) for piece in told)
    assert [mark == "x" for mark in marks] == [any(a <= at < b for a, b in spans) for at in range(len(text))]


@pytest.mark.parametrize("private", [False, True])
def test_the_key_to_reply_stands_on_the_way_in_which_it_replies(
    desk: Client, make_case: Callable[..., Case], private: bool
) -> None:
    case = make_case()
    Post.objects.update(private=private)
    tabs = desk.get(f"/cases/{case.pk}/").content.decode().split('role="tablist"')[1].split("</div>")[0]
    keyed = [tab for tab in tabs.split("<button")[1:] if 'aria-keyshortcuts="r"' in tab]
    assert len(keyed) == tabs.count("<kbd>r</kbd>") == 1
    assert ("Private message <kbd>r</kbd>" in keyed[0]) is private
