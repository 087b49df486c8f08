"""Beside the words: what stands on the tabs, who is notified, the way into private; and deeds on what is out."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from earful.cases.models import Case, Message
from earful.core.connector import OutOfCredit
from earful.ledger import credit
from earful.people.models import Agent, Identity
from earful.posts.models import Post
from earful.replies import writing
from earful.replies.models import Act, Reply, ShutDoor

HTMX = {"HX-Request": "true"}


def page_of(desk: Client, case: Case) -> str:
    return re.sub(r"\s+", " ", desk.get(f"/cases/{case.pk}/").content.decode())


def verdicts(page: str) -> dict[str, str]:
    return dict(re.findall(r'id="verdict-(\w+)"[^>]*>· ([^<]*)<', page))


def told(post: Post, **facts: Any) -> None:
    Post.objects.filter(pk=post.pk).update(facts={"handle": "someone", **facts})


@pytest.fixture
def case(make_case: Callable[..., Case]) -> Case:
    return make_case("@LumenHelp help")


@pytest.fixture
def post(case: Case) -> Post:
    return Post.objects.get()


def test_both_tabs_say_before_anybody_types_what_the_network_will_do(desk: Client, case: Case, post: Post) -> None:
    assert verdicts(page_of(desk, case)) == {"public": "$0.01", "private": "may be refused"}
    told(post, takes_messages=True)
    Post.objects.update(mentions=[])
    assert verdicts(page_of(desk, case)) == {"public": "by hand", "private": "$0.015"}
    told(post, takes_messages=False, answerable="mentionedUsers")
    assert verdicts(page_of(desk, case)) == {"public": "not possible", "private": "not possible"}


def test_what_waits_for_the_account_says_so_on_the_tab_and_above_send(desk: Client, case: Case) -> None:
    _out_of_credit(case)
    page = page_of(desk, case)
    assert verdicts(page)["public"] == "waits"
    assert "It waits until the account’s credit is topped up." in page


def test_what_cannot_be_sent_at_all_has_no_button_to_send_it(desk: Client, case: Case) -> None:
    ShutDoor.objects.create(
        channel=case.channel, person=case.customer, route="public", reason="They blocked us.", at=timezone.now()
    )
    page = page_of(desk, case)
    assert 'id="send-public"' not in page
    assert 'id="by-hand-public"' not in page
    assert "This cannot be sent: They blocked us." in page


def test_bystanders_are_listed_and_each_can_be_left_out(desk: Client, case: Case, post: Post, dario: Agent) -> None:
    told(post, carries=[{"id": "900", "handle": "LumenHelp"}, {"id": "71", "handle": "<b>jo"}, {"id": "72"}])
    page = page_of(desk, case)
    assert 'name="notify" value="71"' in page
    assert "@&lt;b&gt;jo" in page
    assert "@72" in page
    assert 'value="900"' not in page
    form = {"text": "Hi", "aside": "1", "notified": ["71", "72"], "notify": ["72"]}
    desk.post(f"/cases/{case.pk}/draft/public/", form, headers=HTMX)
    assert Reply.objects.get().without == [{"id": "71", "handle": "<b>jo"}]
    boxes = re.findall(r'name="notify" value="(\d+)"[^>]*?( checked)?>', page_of(desk, case))
    assert boxes == [("71", ""), ("72", " checked")]
    desk.post(f"/cases/{case.pk}/send/public/", {**form, "seen_reply": "0"}, headers=HTMX)
    sent = Reply.objects.get()
    assert (sent.state, len(sent.without)) == ("queued", 1)


def test_who_is_left_out_stays_so_when_a_colleague_was_faster(
    desk: Client, case: Case, post: Post, dario: Agent, mara: Agent
) -> None:
    told(post, carries=[{"id": "71", "handle": "jo"}, {"id": "72", "handle": "li"}])
    writing.send(case, mara, "public", "Hello!", seen_reply=0)
    form = {"text": "Hi", "aside": "1", "notified": ["71", "72"], "notify": ["72"], "seen_reply": "0"}
    again = desk.post(f"/cases/{case.pk}/send/public/", form, headers=HTMX).content.decode()
    assert "has answered meanwhile" in again
    boxes = re.findall(r'name="notify" value="(\d+)"[^>]*?( checked)?>', again)
    assert boxes == [("71", ""), ("72", " checked")]
    assert Reply.objects.get(agent=dario).without == [{"id": "71", "handle": "jo"}]


def test_an_invitation_is_kept_and_what_it_costs_is_said(desk: Client, case: Case) -> None:
    form = {"text": "Write to us", "aside": "1", "invite": "on"}
    said = desk.post(f"/cases/{case.pk}/draft/public/", form, headers=HTMX).content.decode()
    assert "The button makes this cost $0.20 instead of $0.01." in said
    assert Reply.objects.get().invite
    del form["invite"]
    said = desk.post(f"/cases/{case.pk}/draft/public/", form, headers=HTMX).content.decode()
    assert "instead of" not in said
    assert not Reply.objects.get().invite


def test_a_private_message_has_nothing_to_choose_but_files(desk: Client, case: Case, post: Post) -> None:
    told(post, carries=[{"id": "71", "handle": "jo"}])
    page = page_of(desk, case)
    private = page[page.index('id="panel-private"') : page.index('id="panel-note"')]
    assert 'name="invite"' not in private
    assert 'name="notify"' not in private
    assert "Attach" in private


def answered(case: Case, agent: Agent, *ids: str) -> Reply:
    return Reply.objects.create(
        case=case, agent=agent, route="public", text="We are on it.", parts=["We are on it."] * len(ids), state="sent",
        sent=[{"id": each, "link": "http://127.0.0.1:9/a/status/1"} for each in ids], sent_at=timezone.now(),
    )  # fmt: skip


def test_an_answer_that_is_out_can_be_deleted_with_all_its_parts_after_a_question(
    desk: Client, case: Case, dario: Agent
) -> None:
    answered(case, dario, "31", "32")
    page = page_of(desk, case)
    assert "Delete on X …" in page
    assert "all 2 parts" in page
    desk.post(f"/cases/{case.pk}/deeds/delete/", {"post": ["31", "32"]}, headers=HTMX)
    assert {(act.network_id, act.agent) for act in Act.objects.all()} == {("31", dario), ("32", dario)}
    page = page_of(desk, case)
    assert "being deleted on X" in page
    assert "Delete on X …" not in page
    assert "Deleted on X by" not in page


def test_what_we_deleted_is_shown_as_deleted_by_whom_and_not_as_sent(desk: Client, case: Case, dario: Agent) -> None:
    answered(case, dario, "31")
    Act.objects.create(case=case, agent=dario, kind="delete", network_id="31", state="done", due_at=None)
    page = page_of(desk, case)
    assert "Deleted on X by Dario Keller. It said:" in page
    assert "view on X</a></p><p" not in page


def test_an_answer_in_our_own_thread_can_be_hidden_and_shown_again(
    desk: Client, case: Case, make_post: Callable[..., Post], dario: Agent
) -> None:
    us = Identity.objects.create(network="x", account_id="900", handle="LumenHelp")
    root = make_post(us, "A new tariff!", ours=True)
    troll = Identity.objects.create(network="x", account_id="666", handle="troll")
    theirs = make_post(troll, "all liars", root=root.network_id, reply_to=root.network_id)
    Message.objects.create(case=case, post=theirs, role="bystander")
    assert "Hide on X" in page_of(desk, case)
    desk.post(f"/cases/{case.pk}/deeds/hide/", {"post": theirs.network_id}, headers=HTMX)
    assert "being hidden on X" in page_of(desk, case)
    Act.objects.update(state="done", due_at=None)
    page = page_of(desk, case)
    assert "hidden on X by Dario Keller" in page
    assert "Show again on X" in page
    Act.objects.update(state="refused", reason="X hides only answers in a conversation that we began.")
    assert "not hidden on X: X hides only answers" in page_of(desk, case)


def test_what_cannot_be_done_is_said_and_unknown_deeds_are_none(desk: Client, case: Case, post: Post) -> None:
    for kind in ("delete", "hide", "unhide"):
        answer = desk.post(f"/cases/{case.pk}/deeds/{kind}/", {"post": post.network_id}, headers=HTMX)
        assert "desk:say" in answer.headers["HX-Trigger"]
    assert desk.post(f"/cases/{case.pk}/deeds/explode/", {"post": post.network_id}).status_code == 404
    assert desk.post("/cases/999/deeds/delete/", {"post": post.network_id}).status_code == 404
    assert not Act.objects.exists()


def _out_of_credit(case: Case) -> None:
    credit.out(case.channel_id, OutOfCredit("The credit is spent."), (), timezone.now())
