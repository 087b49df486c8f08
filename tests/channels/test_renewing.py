"""Access that renews itself: once, by one process alone, and what is lost is noticed."""

import socket
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from building import at_once
from channels.linked import gives, held_by, knows_us, linked, refuses
from earful.channels import access
from earful.channels.access import account_of
from earful.channels.models import Channel, Credentials, Hearing
from earful.connectors.registry import connector_for
from earful.core.connector import LostAccess, Request, TryLater
from earful.core.linking import Grant
from earful.vault import Unopenable
from wire.listeners import closes, free_port, listening, says

NOWHERE = "http://127.0.0.1:9"
ASK = Request("GET", "/2/users/me", token="user")


def test_a_token_with_time_left_is_handed_out_as_it_is(db: None) -> None:
    account = account_of(linked(NOWHERE))
    assert (account.user_token, account.app_token, account.client_secret) == ("access-1", "app-key", "client-secret")
    assert "tweet.write" in account.scopes
    assert account.channel == Channel.objects.get().pk


def test_a_token_about_to_expire_is_renewed_before_it_is_used(db: None) -> None:
    with listening(gives(2)) as server:
        channel = linked(server.account.api, minutes=9)
        assert account_of(channel).user_token == "access-2"
        assert account_of(channel).user_token == "access-2"
    assert len(server.heard) == 1
    held = held_by(channel)
    assert held.expires_at is not None
    assert held.expires_at - timezone.now() > timedelta(minutes=119)
    assert held.refreshed_at is not None
    assert held.renewing_at is None


def test_four_at_once_make_one_renewal(transactional_db: None) -> None:
    with listening(gives(2), refuses()) as server:
        channel = linked(server.account.api, minutes=-1)
        tokens = at_once(*[lambda: account_of(channel).user_token] * 4)
    assert tokens == ["access-2"] * 4
    assert len(server.heard) == 1


def test_nobody_waits_for_a_renewal_whose_token_still_opens(transactional_db: None) -> None:
    asked, others_have_theirs = threading.Event(), threading.Event()

    def slowly(connection: socket.socket) -> None:
        asked.set()
        others_have_theirs.wait(10)
        gives(2)(connection)

    def others() -> list[str]:
        asked.wait(10)
        tokens = [account_of(channel).user_token for _ in range(3)]
        others_have_theirs.set()
        return tokens

    with listening(slowly, refuses()) as server:
        channel = linked(server.account.api, minutes=5)
        renewed, tokens = at_once(lambda: account_of(channel).user_token, others)
    assert (renewed, tokens) == ("access-2", ["access-1"] * 3)
    assert len(server.heard) == 1


def test_the_old_pair_stays_beside_the_new_one_until_that_has_opened_something(db: None) -> None:
    with listening(gives(2), knows_us()) as server:
        channel = linked(server.account.api, minutes=1)
        account = account_of(channel)
        former = held_by(channel).former
        assert former is not None
        assert (former.token, former.refresh) == ("access-1", "refresh-1")
        with access.exchange() as exchange:
            exchange.run(account, connector_for("x").who_am_i(account))
    assert held_by(channel).former is None


def test_a_new_pair_that_never_worked_and_does_not_renew_falls_back_on_the_old_one(db: None) -> None:
    with listening(gives(2), refuses(), gives(3)) as server:
        channel = linked(server.account.api, minutes=1)
        account_of(channel)
        Credentials.objects.update(expires_at=timezone.now())
        assert account_of(channel).user_token == "access-3"
    assert b"refresh_token=refresh-1" in server.heard[2]


def test_a_refused_renewal_is_lost_access_and_everybody_is_told(db: None) -> None:
    with listening(refuses()) as server:
        channel = linked(server.account.api, minutes=1)
        Hearing.objects.create(channel=channel, ear="mentions")
        with pytest.raises(LostAccess, match="does not renew"):
            account_of(channel)
        with pytest.raises(LostAccess, match="does not renew"):
            account_of(channel)
    assert len(server.heard) == 1
    assert Hearing.objects.get().state == "lost_access"
    assert not Channel.objects.linked().exists()


@pytest.mark.parametrize("trouble", ["500 Trouble", "429 Too Many", ""])
def test_trouble_that_passes_costs_nothing_while_the_token_has_time(db: None, trouble: str) -> None:
    behaviour = says(b"{}", status=trouble) if trouble else closes
    with listening(behaviour, gives(2)) as server:
        channel = linked(server.account.api, minutes=5)
        assert account_of(channel).user_token == "access-1"
        assert account_of(channel).user_token == "access-1"
        assert len(server.heard) == 1
        Credentials.objects.update(renew_after=timezone.now())
        assert account_of(channel).user_token == "access-2"


PAGE = b"<!DOCTYPE html>\n<html><title>Access blocked</title>Ask your administrator.</html>"


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found"])
def test_a_page_of_a_proxy_is_no_refusal_of_a_renewal(db: None, status: str) -> None:
    with listening(says(PAGE, status=status), gives(2)) as server:
        channel = linked(server.account.api, minutes=5)
        assert account_of(channel).user_token == "access-1"
        Credentials.objects.update(renew_after=timezone.now())
        assert account_of(channel).user_token == "access-2"


@pytest.mark.parametrize("status", ["403 Forbidden", "404 Not Found"])
@pytest.mark.parametrize("body", [b"", b"no such host", b'{"message": "Forbidden"}'], ids=["nothing", "words", "JSON"])
def test_nor_is_whatever_else_x_never_says_there(db: None, status: str, body: bytes) -> None:
    with listening(says(body, status=status)) as server:
        channel = linked(server.account.api, minutes=5)
        account_of(channel)
    assert held_by(channel).lost_at is None


def test_a_page_of_a_proxy_says_nothing_of_a_key_that_does_not_renew(db: None) -> None:
    with listening(says(PAGE, status="401 Unauthorized")) as server:
        channel = linked(server.account.api, refresh="", secret="secret", expires_at=None)
        account = account_of(channel)
        with access.exchange() as exchange, pytest.raises(TryLater, match="A page answered in X's place"):
            exchange.run(account, connector_for("x").who_am_i(account))
    assert held_by(channel).lost_at is None


def test_a_token_that_ran_out_meanwhile_is_waited_for(db: None) -> None:
    channel = linked(f"http://127.0.0.1:{free_port()}", minutes=-1)
    with pytest.raises(TryLater) as error:
        account_of(channel)
    assert error.value.at == held_by(channel).renew_after


def test_a_lost_answer_is_told_when_the_next_renewal_is_refused(db: None) -> None:
    with listening(closes, refuses()) as server:
        channel = linked(server.account.api, minutes=5)
        account_of(channel)
        assert held_by(channel).renewing_at is not None
        Credentials.objects.update(renew_after=None)
        with pytest.raises(LostAccess, match="answer of X to a renewal was lost"):
            account_of(channel)


def test_a_request_that_never_left_lost_no_answer(db: None) -> None:
    channel = linked(f"http://127.0.0.1:{free_port()}", minutes=5)
    account_of(channel)
    assert held_by(channel).renewing_at is None


def test_access_that_cannot_renew_is_lost_when_it_has_run_out(db: None) -> None:
    channel = linked(NOWHERE, minutes=-1, refresh="")
    with pytest.raises(LostAccess, match="run out"):
        account_of(channel)


def refused(channel: Channel, status: str = "401 Unauthorized") -> None:
    """The network answers a request of the channel so."""
    with listening(says(b"{}", status=status)) as server:
        Channel.objects.update(api=server.account.api)
        account = account_of(Channel.objects.get(pk=channel.pk))
        with access.exchange() as exchange, pytest.raises(LostAccess):
            exchange.run(account, connector_for("x").who_am_i(account))


def test_a_401_for_access_that_does_not_renew_is_revocation(db: None) -> None:
    channel = linked(NOWHERE, refresh="", secret="secret", expires_at=None)
    refused(channel)
    with pytest.raises(LostAccess, match="does not know our access"):
        account_of(channel)


def test_a_401_for_access_that_renews_is_looked_into_by_renewing(db: None) -> None:
    channel = linked(NOWHERE)
    refused(channel)
    with listening(gives(2)) as server:
        Channel.objects.update(api=server.account.api)
        assert account_of(Channel.objects.get()).user_token == "access-2"


def test_a_401_right_after_a_renewal_is_revocation(db: None) -> None:
    channel = linked(NOWHERE)
    Credentials.objects.update(refreshed_at=timezone.now())
    refused(channel)
    with pytest.raises(LostAccess, match="does not know our access"):
        account_of(channel)


def test_an_old_token_in_somebodys_hand_says_nothing(db: None) -> None:
    channel = linked(NOWHERE)
    old = account_of(channel)
    held_by(channel).renewed(Grant("access-2", "refresh-2"))
    access.refused(old, ASK)
    assert account_of(channel).user_token == "access-2"


def test_an_app_token_is_fetched_again_with_the_consumer_pair(db: None) -> None:
    channel = linked(NOWHERE)
    access.refused(account_of(channel), Request("GET", "/2/tweets"))
    with listening(says(b'{"token_type": "bearer", "access_token": "bearer-2"}')) as server:
        Channel.objects.update(api=server.account.api)
        assert account_of(Channel.objects.get()).app_token == "bearer-2"
    assert server.heard[0].startswith(b"POST /oauth2/token ")


def test_revocation_told_from_before_the_linking_is_old_news(db: None) -> None:
    channel = linked(NOWHERE)
    assert not access.lost(channel.pk, "Taken back.", at=timezone.now() - timedelta(minutes=1))
    assert access.lost(channel.pk, "Taken back.", at=timezone.now())
    assert not access.lost(channel.pk, "Once more.")
    assert held_by(channel).lost_reason == "Taken back."


def test_keys_that_the_vault_does_not_open_are_no_loss(db: None) -> None:
    channel = linked(NOWHERE)
    Credentials.objects.update(grant_sealed="sealed with a key that is gone")
    with pytest.raises(Unopenable):
        account_of(channel)
    assert held_by(channel).lost_at is None
