"""The pages of the contact reasons: the list, the editor, a trial that saves nothing."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from earful.core.triage import topics as core
from earful.people.models import Agent
from earful.posts.models import Post
from earful.triage import topics
from earful.triage.models import Topic
from earful.triage.topics import keep

SOLAR = {"says": "Solar panels", "group": "energy", "words": "solar panel*\ninverter\n", "active": "yes"}


@pytest.fixture(autouse=True)
def _looked_for_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "_shelf", topics._Shelf())


@pytest.fixture
def boss(dario: Agent) -> Client:
    """An administrator's browser."""
    Agent.objects.filter(pk=dario.pk).update(is_staff=True)
    client = Client(HTTP_HOST="localhost:8000")
    client.force_login(Agent.objects.get(pk=dario.pk))
    return client


@pytest.fixture
def sunny(make_case: Callable[..., Any]) -> None:
    """A case of the last week about solar panels."""
    make_case("@LumenHelp my solar panels hum, and so does the inverter", name="Sol <b>Bright</b>")


def page(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def test_the_list_has_every_reason_under_its_group(desk: Client) -> None:
    shown = page(desk.get("/reasons/"))
    for topic in core.shipped().all:
        assert f'href="/reasons/of/{topic.name}/"' in shown
        assert topic.group[1:] in shown


def test_the_editor_has_the_words_of_a_reason_one_a_line(desk: Client) -> None:
    shown = desk.get("/reasons/of/refund/").content.decode()
    assert "\n".join(core.shipped().by_name["refund"].words[:2]) in shown
    assert desk.get("/reasons/of/nothing_here/").status_code == 404


def test_a_new_reason_is_saved_listed_and_says_who_made_it(boss: Client) -> None:
    assert boss.post("/reasons/new/", SOLAR | {"do": "save"}).status_code == 302
    row = Topic.objects.get()
    assert (row.name, row.words) == ("solar_panels", ["solar panel*", "inverter"])
    shown = page(boss.get("/reasons/"))
    assert "2 words · changed by Dario Keller" in shown


def test_a_shipped_reason_is_changed_and_taken_back(boss: Client) -> None:
    boss.post("/reasons/of/billing/", {"says": "bills", "group": "money", "words": "bill*", "do": "save"})
    assert "Bills" in page(boss.get("/reasons/"))
    boss.post("/reasons/of/billing/back/")
    assert not Topic.objects.exists()


def test_trying_shows_the_posts_that_would_move_and_saves_nothing(desk: Client, sunny: None) -> None:
    answer = desk.post("/reasons/try/", SOLAR | {"name": ""})
    shown = page(answer)
    assert "Of 1 post of the last 7 days, 1 would get another reason." in shown
    assert "because: “solar panel*”, “inverter”" in shown
    assert "<b>Bright" not in answer.content.decode()
    assert not Topic.objects.exists()


def test_a_browser_without_scripts_tries_on_the_page_itself(desk: Client, sunny: None) -> None:
    shown = page(desk.post("/reasons/new/", SOLAR | {"do": "try"}))
    assert "1 would get another reason" in shown
    assert 'value="Solar panels"' in shown


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"says": " "}, "Say what it is about"),
        ({"says": "x" * 81}, "at most 80 characters"),
        ({"group": "x" * 41}, "at most 40 characters"),
        ({"words": "la*"}, "3 letters or more"),
        ({"words": "\n".join(f"word{number}" for number in range(501))}, "500 are the most"),
        ({"says": core.shipped().by_name["billing"].says}, "reason of that name already"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field_and_nothing_is_saved(
    boss: Client, changed: dict[str, str], says: str
) -> None:
    answer = boss.post("/reasons/new/", SOLAR | {"do": "save"} | changed)
    assert answer.status_code == 422
    assert says in page(answer)
    assert not Topic.objects.exists()


@pytest.mark.parametrize("text", ["\0", "<script>", "‮", "x" * 100_000, "🔥" * 90])
def test_no_text_breaks_the_pages(boss: Client, sunny: None, text: str) -> None:
    for field in ("says", "group", "words"):
        assert boss.post("/reasons/try/", SOLAR | {"name": "", field: text}).status_code == 200
        assert boss.post("/reasons/new/", SOLAR | {"do": "save", field: text}).status_code in (302, 422)
        Topic.objects.all().delete()
    assert boss.post("/reasons/try/", SOLAR | {"name": text}).status_code in (200, 404)


def test_only_an_administrator_saves(desk: Client) -> None:
    assert "Only an administrator can save it" in page(desk.get("/reasons/of/billing/"))
    assert desk.post("/reasons/new/", SOLAR | {"do": "save"}).status_code == 403
    assert desk.post("/reasons/of/billing/back/").status_code == 403
    assert not Topic.objects.exists()


def test_who_saves_after_somebody_else_is_told_and_may_save_again(boss: Client, mara: Agent) -> None:
    seen = boss.get("/reasons/of/billing/").context["seen"]
    mara.is_staff = True
    keep(core.Topic("billing", "bills", "money", ("bill*",)), mara)
    mine = {"says": "charges", "group": "money", "words": "charge*", "do": "save"}
    answer = boss.post("/reasons/of/billing/", mine | {"seen": seen})
    assert answer.status_code == 409
    assert "Mara Ito saved this reason meanwhile" in page(answer)
    boss.post("/reasons/of/billing/", mine | {"seen": answer.context["seen"]})
    assert Topic.objects.get().says == "charges"


def test_private_posts_are_in_no_trial(desk: Client, sunny: None) -> None:
    Post.objects.update(private=True)
    assert "Of 0 posts" in page(desk.post("/reasons/try/", SOLAR | {"name": ""}))
