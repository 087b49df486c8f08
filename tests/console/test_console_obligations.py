"""Obligations: every number opens what it counts, lateness is told everywhere, consent is an act on record."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from earful.channels.models import Channel
from earful.console import alarms
from earful.duties.models import Round
from earful.posts.consent import may_train
from earful.posts.models import Removal, TrainingConsent


def removal(**fields: Any) -> Removal:
    usual = {"network": "x", "network_id": "17", "subject": "post", "why": "deleted", "learned": "told", "posts": 1}
    return Removal.objects.create(**usual | {"at": timezone.now()} | fields)


def test_a_number_of_removals_opens_them(desk: Client) -> None:
    removal()
    removal(network_id="<b>99</b>", why="suspended", subject="person", posts=7)
    page = desk.get("/obligations/").content.decode()
    day = timezone.now().strftime("%Y-%m-%d")
    assert f"/obligations/removals/?day={day}&amp;why=suspended" in page
    opened = desk.get("/obligations/removals/", {"day": day, "why": "suspended"}).content.decode()
    assert "&lt;b&gt;99&lt;/b&gt;" in opened
    assert ">17<" not in opened


def test_what_a_nightly_round_found_opens_those_removals_alone(desk: Client, channel: Channel) -> None:
    began, ended = timezone.now() - timedelta(hours=3), timezone.now() - timedelta(hours=2)
    night: dict[str, Any] = {"channel": channel, "began_at": began, "ended_at": ended}
    walk = Round.objects.create(subject="posts", checked=1204, found=3, **night)
    Round.objects.create(subject="people", checked=77, **night)
    within: dict[str, Any] = {"at": began + timedelta(minutes=30), "learned": "asked"}
    removal(network_id="201", **within)
    removal(network_id="202", **within)
    for number, other in enumerate((
        {"subject": "person"}, {"learned": "told"}, {"network": "elsewhere"}, {"at": timezone.now()},
        {"at": began - timedelta(seconds=1)},
    )):  # fmt: skip
        removal(network_id=f"30{number}", **within | other)
    page = desk.get("/obligations/").content.decode()
    told = '2<span class="unseen"> removals of the last round over posts</span>'
    assert f'<td><a href="/obligations/removals/?round={walk.pk}">{told}</a></td>' in page
    assert "that X named" not in page
    assert "1,204" in page
    opened = desk.get("/obligations/removals/", {"round": walk.pk}).content.decode()
    assert re.findall(r", (\d{3})</td>", opened) == ["202", "201"]
    assert "nightly round over posts on X" in opened


@pytest.mark.parametrize("number", ["0", "x", "9" * 30, "\0", "-1"])
def test_a_round_that_never_was_is_not_there(desk: Client, number: str) -> None:
    assert desk.get("/obligations/removals/", {"round": number}).status_code == 404


def test_a_round_is_asked_for_by_its_number_and_nothing_beside_it(desk: Client, channel: Channel) -> None:
    walk = Round.objects.create(channel=channel, subject="posts")
    assert desk.get("/obligations/removals/", {"round": walk.pk}).status_code == 200
    assert desk.get("/obligations/removals/", {"round": f"{walk.pk},99"}).status_code == 404


@pytest.mark.parametrize("day", ["yesterday", "2026-13-77", "'; drop"])
def test_a_day_that_is_none_finds_nothing(desk: Client, day: str) -> None:
    removal()
    assert desk.get("/obligations/removals/", {"day": day, "page": "x"}).status_code == 200


def test_a_round_that_is_late_is_an_alarm_on_every_page(desk: Client, channel: Channel) -> None:
    Round.objects.create(channel=channel, subject="posts", reason="X has no credit", due_at=timezone.now())
    assert "late" not in desk.get("/obligations/").content.decode()
    Channel.objects.update(created_at=timezone.now() - timedelta(days=3))
    alarms.forget()
    assert "X has no credit" in desk.get("/obligations/").content.decode()
    assert '<span class="count alarm">late</span>' in desk.get("/posts/").content.decode()


def test_only_an_administrator_allows_training_and_only_on_grounds(desk: Client, dario: Any) -> None:
    assert not may_train("x")
    allow = {"granted": "yes", "grounds": "Our agreement of 3 March"}
    assert desk.post("/obligations/training/x/", allow).status_code == 403
    dario.is_staff = True
    dario.save()
    assert desk.post("/obligations/training/x/", {"granted": "yes", "grounds": " "}).status_code == 400
    assert desk.post("/obligations/training/nowhere/", allow).status_code == 400
    assert not may_train("x")
    desk.post("/obligations/training/x/", allow)
    assert may_train("x")
    assert "Our agreement of 3 March" in desk.get("/obligations/").content.decode()
    desk.post("/obligations/training/x/", {"granted": "no"})
    assert not may_train("x")
    assert TrainingConsent.objects.count() == 2
