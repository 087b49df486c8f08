"""Spikes on screen: told on every page, each with what it counts, and what somebody says of it, by whom and when."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from earful.cases.models import Case
from earful.people.models import Agent
from earful.posts.models import Post
from earful.spikes.models import Counted, Spike

MakeCase = Callable[..., Case]


@pytest.fixture
def spike(make_case: MakeCase) -> Spike:
    """Three people without internet, each in a case."""
    now = timezone.now()
    made = Spike.objects.create(
        lead_kind="term", lead_name="no internet", terms=["no internet"], places=["Leeds"], people=14, minutes=9,
        usual=0.9, judged_by="judged by this hour of 3 weeks", began_at=now - timedelta(minutes=9), noticed_at=now,
        last_at=now,
    )  # fmt: skip
    for number in range(3):
        case = make_case(f"@LumenHelp no internet in Leeds, street {number}", ago=number)
        Counted.objects.create(spike=made, post=case.messages.get().post)
    return made


def page(desk: Client, path: str, **asked: Any) -> str:
    answer = desk.get(path, asked)
    assert answer.status_code == 200
    return answer.content.decode()


SAYS = "14 people in 9 minutes: “no internet” around Leeds (normal at this hour: 1)"


@pytest.mark.parametrize("path", ["/inbox/waiting/", "/posts/", "/costs/", "/spikes/"])
def test_every_page_tells_of_an_open_spike(desk: Client, spike: Spike, path: str) -> None:
    shown = page(desk, path)
    assert SAYS in shown
    assert f'href="/spikes/{spike.pk}/"' in shown


def test_where_nothing_is_unusual_the_page_says_what_it_looks_for(desk: Client) -> None:
    assert "Nothing unusual is being said." in page(desk, "/spikes/")


def test_its_numbers_open_what_they_count(desk: Client, spike: Spike) -> None:
    shown = page(desk, f"/spikes/{spike.pk}/")
    assert "3 posts" in shown
    assert "3 cases" in shown
    for number in range(3):
        assert shown.count(f"street {number}") >= 2


def test_who_said_what_it_is_and_when_is_kept_and_shown(desk: Client, spike: Spike, dario: Agent) -> None:
    desk.post(f"/spikes/{spike.pk}/do/confirm/")
    spike.refresh_from_db()
    assert (spike.state, spike.decided_by) == ("confirmed", dario)
    assert "Dario Keller said that it is an incident" in page(desk, "/spikes/")
    desk.post(f"/spikes/{spike.pk}/do/end/")
    assert "Dario Keller said that it is over" in page(desk, "/spikes/")
    assert "Incident:" not in page(desk, "/inbox/waiting/")


def test_who_says_not_one_takes_it_from_every_page(desk: Client, spike: Spike) -> None:
    desk.post(f"/spikes/{spike.pk}/do/dismiss/")
    assert SAYS not in page(desk, "/inbox/waiting/")
    assert "said that it is none" in page(desk, "/spikes/")


def test_who_comes_second_is_told_what_it_is_by_now(desk: Client, spike: Spike, mara: Agent) -> None:
    spike.dismiss(by=mara)
    answer = desk.post(f"/spikes/{spike.pk}/do/dismiss/")
    assert answer.status_code == 409
    assert "look at it again" in answer.content.decode()


def test_strange_words_stay_words(desk: Client, spike: Spike) -> None:
    Spike.objects.update(terms=["<script>alert(1)</script>"], places=["<b>Leeds"])
    for path in ("/spikes/", f"/spikes/{spike.pk}/", "/spikes/told/", "/inbox/waiting/"):
        shown = page(desk, path)
        assert "<script>alert" not in shown
        assert "<b>Leeds" not in shown


def test_a_deleted_post_is_shown_nowhere(desk: Client, spike: Spike) -> None:
    Post.objects.update(deleted_at=timezone.now(), text="")
    assert "Their authors took them back." in page(desk, f"/spikes/{spike.pk}/")


def test_nobody_sees_or_changes_a_spike_that_is_not_there(desk: Client, db: None) -> None:
    assert desk.get("/spikes/999/").status_code == 404
    assert desk.post("/spikes/999/do/confirm/").status_code == 404
    assert desk.post("/spikes/999/do/explode/").status_code == 404


def test_a_case_says_of_what_it_is_a_part(desk: Client, spike: Spike) -> None:
    case = Case.objects.first()
    assert case is not None
    assert "Part of a suspected incident" in page(desk, f"/cases/{case.pk}/")
    spike.confirm(by=Agent.objects.get())
    assert "Part of an incident:" in page(desk, f"/cases/{case.pk}/live/")
    spike.dismiss(by=Agent.objects.get())
    assert "Part of" not in page(desk, f"/cases/{case.pk}/")
