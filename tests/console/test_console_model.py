"""The model page tells how good triage is here, lets administrators change it, and asks about what it doubts."""

from collections.abc import Callable

import pytest
from django.test import Client

from building import NINA, TOMAS, agent, brand, hear, said
from earful.cases.correcting import correct_post
from earful.cases.models import Case
from earful.channels.models import Channel
from earful.core.triage.heads import HEADS
from earful.core.triage.model import shipped
from earful.people.models import Agent
from earful.posts.models import Post
from earful.rules import book
from earful.triage.models import Correction, Learning, Version


@pytest.fixture
def lead(desk: Client) -> Client:
    """Signed in as an administrator."""
    desk.force_login(agent("lea", is_staff=True))
    return desk


@pytest.fixture
def heard(db: None) -> Channel:
    """The brand, on a practice network, hearing what is said to it."""
    book.look_again()
    return brand(practice=True)


def page_of(desk: Client, address: str) -> str:
    return desk.get(address).content.decode()


def test_without_corrections_it_says_that_there_is_nothing_to_measure_by(desk: Client) -> None:
    page = page_of(desk, "/model/")
    assert "In force: shipped" in page
    assert page.count("nothing to measure by") == len(HEADS)
    assert "Learn now" not in page, "that is an administrator's"


def test_what_was_held_back_is_measured_and_each_number_opens_what_it_counts(
    desk: Client, make_case: Callable[..., Case], dario: Agent
) -> None:
    for number in range(40):
        make_case(f"where do I find my invoice number {number}?", name=f"Rosa {number}")
    for post in Post.objects.filter(ours=False):
        correct_post(post, "intent", "question", dario)
    page = page_of(desk, "/model/")
    assert f'<a href="/model/intent/#said">{Correction.objects.count()}</a>' in page
    head = page_of(desk, "/model/intent/")
    assert "where do I find my invoice" in head
    assert "Is its sureness honest?" in head
    assert 'class="chart-dot"' in head


def test_an_unknown_head_is_not_there(desk: Client) -> None:
    assert desk.get("/model/weather/").status_code == 404


def test_only_administrators_have_it_learn_or_change_what_is_in_force(desk: Client) -> None:
    for address in ("/model/learn/", "/model/0/back/"):
        refused = desk.post(address)
        assert refused.status_code == 403
        assert "Only an administrator" in refused.content.decode()
    assert not Learning.objects.exists()


def test_an_administrator_has_it_learn_once(lead: Client) -> None:
    assert lead.post("/model/learn/").status_code == 302
    assert "It is learning now" in page_of(lead, "/model/")
    assert lead.post("/model/learn/").status_code == 409


def test_versions_are_told_and_one_goes_back_to_any(lead: Client) -> None:
    version = Version.objects.create(state="resting", body=shipped().as_bytes(), heads=["intent"], learned_from=30)
    refused = Version.objects.create(state="refused", why="intent: it unlearned what Earful comes with")
    page = page_of(lead, "/model/")
    assert "Learned intent from 30 corrections" in page
    assert "Refused: intent: it unlearned" in page
    assert lead.post(f"/model/{version.pk}/back/").status_code == 302
    assert f"In force: version {version.pk}" in page_of(lead, "/model/")
    assert lead.post(f"/model/{refused.pk}/back/").status_code == 409
    lead.post("/model/0/back/")
    assert "In force: shipped" in page_of(lead, "/model/")


def test_it_asks_about_what_it_doubts_and_one_answer_leads_to_the_next(desk: Client, heard: Channel) -> None:
    hear(heard, said(NINA, "@LumenHelp hm well, the thing again, you know"))
    hear(heard, said(TOMAS, "@LumenHelp so it did what it does"))
    page = desk.get("/model/teach/")
    question = page.context["question"]
    assert question.told.sure < 0.8
    answer = next(iter(HEADS[question.head].says))
    asked = {"post": question.post.pk, "head": question.head, "says": answer}
    assert desk.post("/model/teach/", asked).status_code == 302
    kept = Correction.objects.get()
    assert (kept.post, kept.head, kept.new, kept.asked) == (question.post, question.head, answer, True)
    then = desk.get("/model/teach/")
    assert "You answered 1" in then.content.decode()
    assert (then.context["question"].post, then.context["question"].head) != (question.post, question.head)


def test_what_was_skipped_is_not_asked_again(desk: Client, heard: Channel) -> None:
    hear(heard, said(NINA, "@LumenHelp hm well, the thing again, you know"))
    question = desk.get("/model/teach/").context["question"]
    desk.post("/model/teach/", {"post": question.post.pk, "skip": "1"})
    assert desk.get("/model/teach/").context["question"] is None
    assert not Correction.objects.exists()


def test_a_private_message_is_never_asked_about_nor_quoted(desk: Client, heard: Channel, dario: Agent) -> None:
    hear(heard, said(NINA, "@LumenHelp hm well, my secret thing again"))
    Post.objects.update(private=True)
    assert desk.get("/model/teach/").context["question"] is None
    post = Post.objects.filter(ours=False).get()
    assert desk.post("/model/teach/", {"post": post.pk, "head": "intent", "says": "praise"}).status_code == 404
    correct_post(post, "intent", "praise", dario)
    assert "my secret thing" not in page_of(desk, "/model/intent/")


def test_what_may_only_be_checked_by_is_told_before_one_answers(desk: Client, heard: Channel) -> None:
    hear(heard, said(NINA, "@LumenHelp hm well, the thing again, you know"))
    Channel.objects.update(practice=False)
    assert "nobody allowed learning from this network" in page_of(desk, "/model/teach/")
    Channel.objects.update(practice=True)
    assert "What you say is learned from" in page_of(desk, "/model/teach/")


def test_nonsense_is_refused_with_what_there_is(desk: Client, heard: Channel) -> None:
    hear(heard, said(NINA, "@LumenHelp hm well, the thing again, you know"))
    post = Post.objects.filter(ours=False).get()
    refused = desk.post("/model/teach/", {"post": post.pk, "head": "intent", "says": "rain"})
    assert refused.status_code == 400
    assert "it has complaint" in refused.content.decode()
    assert desk.post("/model/teach/", {"post": "x"}).status_code == 404
    assert desk.post("/model/judge-again/", {"scope": "all"}).status_code == 400
