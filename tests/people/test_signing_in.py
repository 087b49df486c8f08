"""One-time links."""

from datetime import timedelta

import pytest
from django.utils import timezone

from building import agent, at_once
from earful.people.models import Agent, SignInLink
from earful.people.signing_in import LINK_LASTS, one_time_link, redeem


@pytest.fixture
def dario(db: None) -> Agent:
    return agent("dario")


def test_a_link_lets_its_agent_in_once(dario: Agent) -> None:
    secret = one_time_link(dario)
    assert redeem(secret) == dario
    assert redeem(secret) is None


def test_the_desk_keeps_no_secret(dario: Agent) -> None:
    secret = one_time_link(dario)
    assert secret not in str(SignInLink.objects.values().get())


def test_of_many_browsers_with_one_link_at_once_one_gets_in(transactional_db: None, dario: Agent) -> None:
    secret = one_time_link(dario)
    results = at_once(*[lambda: redeem(secret)] * 6)
    assert results.count(None) == 5
    assert dario in results


def test_a_link_ends_after_its_time(dario: Agent) -> None:
    secret = one_time_link(dario)
    assert SignInLink.objects.get().expires_at - timezone.now() <= LINK_LASTS
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert redeem(secret) is None


@pytest.mark.parametrize("secret", ["", " ", "x", "\x00", "ü" * 5_000])
def test_no_other_secret_lets_anybody_in(dario: Agent, secret: str) -> None:
    one_time_link(dario)
    assert redeem(secret) is None


def test_a_link_without_a_secret_cannot_be_made(dario: Agent) -> None:
    with pytest.raises(ValueError, match="would let anybody in"):
        SignInLink.objects.create(agent=dario, digest="", expires_at=timezone.now() + LINK_LASTS)


def test_an_agent_who_was_shut_out_does_not_get_in_by_an_older_link(dario: Agent) -> None:
    secret = one_time_link(dario)
    Agent.objects.update(is_active=False)
    assert redeem(secret) is None


def test_agents_are_shown_by_name_and_sign_with_their_initials(dario: Agent) -> None:
    assert (dario.shown_name, dario.signature) == ("Dario", "^DA")
    assert (Agent(username="mara").shown_name, Agent(username="mara").signature) == ("mara", "")
