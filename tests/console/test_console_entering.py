"""Who may come in, and how."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from earful.people.models import Agent, SignInLink
from earful.people.signing_in import one_time_link


@pytest.fixture
def stranger(db: None) -> Client:
    return Client(HTTP_HOST="localhost:8000")


@pytest.mark.parametrize(
    "address",
    ["/", "/inbox/waiting/", "/cases/1/", "/cases/1/live/", "/channels/", "/palette/?q=a", "/ticket/"],
)
def test_who_is_not_signed_in_is_sent_to_sign_in(stranger: Client, address: str) -> None:
    answer = stranger.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_looking_at_a_link_does_not_use_it_up(stranger: Client, dario: Agent) -> None:
    secret = one_time_link(dario)
    for _ in range(3):
        assert stranger.get(f"/enter/{secret}/").status_code == 200
    assert SignInLink.objects.get().used_at is None


def test_a_link_signs_in_once(stranger: Client, dario: Agent) -> None:
    secret = one_time_link(dario)
    assert stranger.post(f"/enter/{secret}/")["Location"] == "/"
    assert stranger.get("/inbox/waiting/").status_code == 200
    again = Client(HTTP_HOST="localhost:8000").post(f"/enter/{secret}/")
    assert again.status_code == 410
    assert "./earful agent link" in again.content.decode()


def test_an_old_link_opens_nothing_and_says_what_to_do(stranger: Client, dario: Agent) -> None:
    secret = one_time_link(dario)
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert stranger.post(f"/enter/{secret}/").status_code == 410
    assert stranger.get("/inbox/waiting/").status_code == 302


def test_the_address_of_a_link_is_not_handed_on_to_other_sites(stranger: Client) -> None:
    assert stranger.get("/enter/whatever/").headers["Referrer-Policy"] == "same-origin"


def test_a_password_signs_in(stranger: Client, dario: Agent) -> None:
    dario.set_password("a long and invented one")
    dario.save()
    answer = stranger.post("/accounts/login/", {"login": "dario", "password": "a long and invented one"})
    assert answer["Location"] == "/"


def test_health_needs_no_sign_in(stranger: Client) -> None:
    answer = stranger.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_the_theme_is_kept_and_leads_back_only_to_us(desk: Client) -> None:
    answer = desk.post("/theme/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert 'data-theme="dark"' in desk.get("/inbox/waiting/").content.decode()
    assert desk.post("/theme/", {"theme": "<b>"}).status_code == 400


def test_a_deed_without_the_forms_token_is_refused(dario: Agent, make_case: Any) -> None:
    client = Client(enforce_csrf_checks=True, HTTP_HOST="localhost:8000")
    client.force_login(dario)
    case = make_case()
    assert client.post(f"/cases/{case.pk}/do/solve/").status_code == 403
    case.refresh_from_db()
    assert case.status == "new"
