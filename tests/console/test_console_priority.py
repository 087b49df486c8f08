"""The page of the weights: in words, tried on the last week, saved with a reason, and put back."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from earful.cases.models import Case, Weighing
from earful.cases.weighing import weigh_some, write
from earful.cases.weights import in_force
from earful.core.priority import DEFAULT, WEIGHTS, Weights
from earful.people.models import Agent


@pytest.fixture
def boss(dario: Agent) -> Client:
    """An administrator's browser."""
    Agent.objects.filter(pk=dario.pk).update(is_staff=True)
    client = Client(HTTP_HOST="localhost:8000")
    client.force_login(Agent.objects.get(pk=dario.pk))
    return client


def figures(**changed: int | str) -> dict[str, Any]:
    """The form as a browser sends it, with some figures changed ("signal__danger" for signal.danger)."""
    return {name: str(points) for name, points in DEFAULT.all.items()} | {
        name.replace("__", "."): str(value) for name, value in changed.items()
    }


def page(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def test_every_weight_has_a_field_with_its_words(desk: Client) -> None:
    shown = page(desk.get("/priority/"))
    for weight in WEIGHTS.values():
        assert f'name="{weight.name}" value="{weight.default}"' in shown
        assert weight.says[1:] in shown


def test_trying_shows_who_rises_and_falls_and_why_and_saves_nothing(desk: Client, make_case: Any) -> None:
    make_case("@LumenHelp smoke everywhere", signals=["danger"], points=45)
    make_case("@LumenHelp down again", signals=["outage"], points=14)
    make_case("@LumenHelp hello")
    shown = page(desk.post("/priority/try/", figures(signal__danger=30, signal__outage=24)))
    assert "Of 3 cases of the last 7 days, 2 would have other points." in shown
    assert "14 → 24" in shown
    assert "because: service is down 14 → 24" in shown
    assert "because: danger to people or property 45 → 30" in shown
    assert not Weighing.objects.exists()


def test_trying_shows_how_the_inbox_would_begin(desk: Client, make_case: Any) -> None:
    calm = make_case("@LumenHelp a word about money", signals=["money"], points=12, ago=12)
    down = make_case("@LumenHelp down again", signals=["outage"], points=14, ago=12)
    trial = desk.post("/priority/try/", figures(signal__money=40)).context["tried"]["trial"]
    assert [(place.now, place.then, place.came) for place in trial.places] == [
        (down, calm, "was 2"),
        (calm, down, "was 1"),
    ]


def test_trying_the_weights_in_force_moves_nothing(desk: Client, make_case: Any) -> None:
    make_case(signals=["outage"], points=14)
    shown = page(desk.post("/priority/try/", figures()))
    assert "none would have other points" in shown
    assert "would stand as they do now" in shown


def test_a_browser_without_scripts_tries_on_the_page_itself(desk: Client, make_case: Any) -> None:
    make_case(signals=["outage"], points=14)
    answer = desk.post("/priority/", figures(signal__outage=30) | {"do": "try"})
    assert "14 → 30" in page(answer)
    assert 'name="signal.outage" value="30"' in page(answer)


def test_saving_puts_the_weights_in_force_and_keeps_who_and_why(boss: Client, make_case: Any) -> None:
    case = make_case(signals=["outage"], points=14)
    boss.post("/priority/", figures(signal__outage=30) | {"do": "save", "seen": "0", "note": "storm season"})
    assert in_force()["signal.outage"] == 30
    while weigh_some():
        pass
    assert Case.objects.get(pk=case.pk).points == 30
    shown = page(boss.get("/priority/"))
    assert "storm season" in shown
    assert "service is down 14 → 30" in shown
    assert "usually 14" in shown


def test_a_figure_that_cannot_stand_is_refused_at_its_field(boss: Client) -> None:
    answer = boss.post("/priority/", figures(loud=30, promise="many") | {"do": "save", "seen": "0"})
    assert answer.status_code == 422
    shown = page(answer)
    assert (
        'id="weight-urgency-3-wrong">Must count more than “all loud reasons together, at most”: write at least 31'
        in shown
    )
    assert 'id="weight-promise-wrong">Write a whole number from 0 to 60.' in shown
    assert 'name="promise" value="many"' in shown
    assert not Weighing.objects.exists()


@pytest.mark.parametrize("value", ["-1", "1e3", "²", "٣", "999999999999", "", "<b>", "\0"])
def test_no_figure_that_is_none_breaks_the_page(boss: Client, value: str) -> None:
    assert boss.post("/priority/", figures(promise=value) | {"do": "save"}).status_code == 422
    assert boss.post("/priority/try/", figures(promise=value)).status_code == 200


def test_only_an_administrator_saves_or_puts_back(desk: Client) -> None:
    assert "Only an administrator can save them" in page(desk.get("/priority/"))
    assert desk.post("/priority/", figures(promise=9) | {"do": "save"}).status_code == 403
    assert desk.post("/priority/0/back/").status_code == 403
    assert not Weighing.objects.exists()


def test_who_saves_after_somebody_else_is_told_and_may_save_again(boss: Client, mara: Agent) -> None:
    mara.is_staff = True
    write(Weights({"promise": 9}), mara)
    answer = boss.post("/priority/", figures(promise=8) | {"do": "save", "seen": "0"})
    assert answer.status_code == 409
    assert "Mara Ito saved other weights meanwhile" in page(answer)
    assert in_force()["promise"] == 9
    boss.post("/priority/", figures(promise=8) | {"do": "save", "seen": str(answer.context["seen"])})
    assert in_force()["promise"] == 8


def test_older_weights_are_put_back_as_a_new_row_of_the_history(boss: Client) -> None:
    for promise in (9, 8):
        boss.post("/priority/", figures(promise=promise) | {"do": "save"})
    first = Weighing.objects.order_by("pk").first()
    assert first is not None
    boss.post(f"/priority/{first.pk}/back/")
    assert in_force()["promise"] == 9
    boss.post("/priority/0/back/")
    assert in_force() == DEFAULT
    assert Weighing.objects.count() == 4
    assert boss.post("/priority/987654/back/").status_code == 404


def test_what_strangers_wrote_is_shown_as_text(desk: Client, make_case: Any) -> None:
    make_case("<script>alert(1)</script>", name="<i>Eve</i>", signals=["outage"], points=14)
    raw = desk.post("/priority/try/", figures(signal__outage=30)).content.decode()
    assert "<script>alert" not in raw
    assert "<i>Eve" not in raw
