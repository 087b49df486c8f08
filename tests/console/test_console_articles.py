"""The page of articles, and those offered for a case."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from earful.channels.models import Channel
from earful.knowledge.keeping import keep
from earful.knowledge.models import Article
from earful.people.models import Agent
from earful.replies import library
from earful.replies.models import ArticleSent, Reply

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&"
RESET = "https://lumen.example/help/reset"
MakeCase = Callable[..., Any]


@pytest.fixture
def admin(dario: Agent) -> Agent:
    Agent.objects.filter(pk=dario.pk).update(is_staff=True)
    dario.is_staff = True
    return dario


def offered(desk: Client, case: Any) -> str:
    library.look_again()
    return desk.get(f"/cases/{case.pk}/articles/").content.decode()


def filled(**fields: str) -> dict[str, str]:
    return {"title": "Reset your router", "address": RESET, "text": "", "language": "en", "channel": "", **fields}


def test_without_an_article_the_page_teaches_and_a_case_shows_nothing(desk: Client, make_case: MakeCase) -> None:
    page = desk.get("/articles/").content.decode()
    assert "Send what is written already" in page
    assert "Only an administrator can change the articles." in page
    assert 'id="articles"' not in desk.get(f"/cases/{make_case().pk}/").content.decode()


def test_an_administrator_adds_changes_retires_and_brings_back(desk: Client, admin: Agent) -> None:
    assert desk.post("/articles/new/", filled()).status_code == 302
    article = Article.objects.get()
    assert (article.title, article.address, article.changed_by) == ("Reset your router", RESET, admin)
    desk.post(f"/articles/{article.pk}/", filled(title="Start it anew"))
    assert "Start it anew" in desk.get("/articles/?q=ANEW").content.decode()
    desk.post(f"/articles/{article.pk}/do/retire/")
    assert "Start it anew" not in desk.get("/articles/").content.decode()
    assert "Start it anew" in desk.get("/articles/?retired=1").content.decode()
    desk.post(f"/articles/{article.pk}/do/bring-back/")
    assert "Start it anew" in desk.get("/articles/").content.decode()


def test_other_agents_only_look(desk: Client, admin: Agent) -> None:
    article = keep(Article(title="Reset", address=RESET), admin)
    Agent.objects.filter(pk=admin.pk).update(is_staff=False)
    table = SimpleUploadedFile("a.csv", b"title,address\nx,https://lumen.example/x\n")
    assert desk.post("/articles/new/", filled(address="")).status_code == 422
    assert desk.post("/articles/new/", filled(address=RESET + "2")).status_code == 403
    assert desk.post(f"/articles/{article.pk}/", filled(title="Mine")).status_code == 403
    assert desk.post(f"/articles/{article.pk}/do/retire/").status_code == 403
    assert desk.post("/articles/import/", {"table": table, "channel": ""}).status_code == 403
    assert list(Article.objects.values_list("title", "retired_at")) == [("Reset", None)]


@pytest.mark.parametrize(
    ("fields", "advice"),
    [
        ({"title": ""}, "Give it a title"),
        ({"address": "reset"}, "This is no web address"),
        ({"address": "javascript:alert(1)"}, "This is no web address"),
        ({"address": ""}, "one of them is what a customer gets"),
        ({"channel": "999"}, "This channel is not there any more"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_stays_in_the_form(
    desk: Client, admin: Agent, fields: dict[str, str], advice: str
) -> None:
    page = desk.post("/articles/new/", filled(**fields))
    assert page.status_code == 422
    assert advice in page.content.decode()
    assert not Article.objects.exists()


def test_a_second_article_of_the_same_address_is_refused(desk: Client, admin: Agent) -> None:
    keep(Article(title="Reset", address=RESET), admin)
    page = desk.post("/articles/new/", filled(address=f"{RESET}/?utm_source=x"))
    assert page.status_code == 409
    assert "has this address already" in page.content.decode()


def test_of_two_who_edit_at_once_the_second_sees_what_the_first_wrote(desk: Client, admin: Agent) -> None:
    article = keep(Article(title="Reset", address=RESET), admin)
    before = desk.get(f"/articles/{article.pk}/").context["seen"]
    keep(Article(pk=article.pk, title="Theirs", address=RESET), admin)
    page = desk.post(f"/articles/{article.pk}/", filled(title="Mine", seen=before))
    assert page.status_code == 409
    assert "Theirs" in page.content.decode()
    desk.post(f"/articles/{article.pk}/", filled(title="Mine", seen=page.context["seen"]))
    assert Article.objects.get().title == "Mine"


def test_a_table_is_brought_in_for_one_channel(desk: Client, admin: Agent, channel: Channel) -> None:
    table = SimpleUploadedFile("a.csv", f"title,url\nReset,{RESET}\nWrong,nowhere\n".encode())
    page = desk.post("/articles/import/", {"table": table, "channel": str(channel.pk)}).content.decode()
    assert "1 added, 0 changed" in page
    assert "Line 3: the address is no web address" in page
    assert Article.objects.get().channel == channel
    assert desk.post("/articles/import/", {}).status_code == 400
    bad = SimpleUploadedFile("a.csv", b"\xff\xff")
    assert desk.post("/articles/import/", {"table": bad}).status_code == 400


def test_the_articles_are_taken_out_as_triage_reads_them(
    desk: Client, admin: Agent, channel: Channel, make_case: MakeCase
) -> None:
    article = keep(Article(title="Reset", address=RESET, channel=channel), admin)
    ArticleSent.objects.create(article=article, case=make_case(), said="1", at=timezone.now())
    assert desk.get("/articles/articles.json").json() == {
        "LumenHelp": [{"id": str(article.pk), "url": RESET, "title": "Reset", "text": "", "used": 1}]
    }


def test_a_case_is_offered_what_speaks_to_it_with_why_and_nothing_is_kept(
    desk: Client, admin: Agent, make_case: MakeCase
) -> None:
    case = make_case("@LumenHelp how do I reset the router?")
    keep(Article(title="Reset your router", address=RESET), admin)
    keep(Article(title="Moving house", text="Take your line with you to a new home, wherever it is."), admin)
    assert 'id="articles"' in desk.get(f"/cases/{case.pk}/").content.decode()
    page = offered(desk, case)
    assert f'data-insert="{RESET}"' in page
    assert "says “reset router”" in page
    assert "Moving house" not in page
    assert not Reply.objects.exists()


def test_a_hostile_title_and_text_stay_words(desk: Client, admin: Agent, make_case: MakeCase) -> None:
    case = make_case(f"router {EVIL}")
    keep(Article(title=f"Router {EVIL}", text=f"router {EVIL}"), admin)
    assert EVIL not in offered(desk, case)
    assert EVIL not in desk.get("/articles/").content.decode()
    assert "&lt;script&gt;" in desk.get("/articles/").content.decode()


def test_only_who_may_see_the_case_is_offered_anything(desk: Client, admin: Agent, make_case: MakeCase) -> None:
    case = make_case()
    assert desk.get(f"/cases/{case.pk + 1}/articles/").status_code == 404
    desk.logout()
    assert desk.get(f"/cases/{case.pk}/articles/").status_code == 302
