"""Linking an account, and unlinking it: one way back for one session, never another account under a channel."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from building import NINA, hear, said
from channels.linked import KEYS, SCOPES, gives, held_by, knows_us, linked, refuses
from earful.cases.models import Case
from earful.channels import access, linking
from earful.channels.access import account_of
from earful.channels.keys import AppKeys
from earful.channels.models import Attempt, Channel, Credentials, Hearing
from earful.core.connector import Account, LostAccess, Refused
from wire.listeners import Listening, closes, listening, says

BACK = "http://127.0.0.1:8000/channels/link/back/"
REVOKED = says(b'{"revoked": true}')


def app_at(server: Listening) -> Account:
    """Our app, its bearer known."""
    base = server.account.api
    return KEYS.on(Account("", "", base, base, settings={"tier": "self-serve", "vocabulary": "post"}))


def sent_away(server: Listening, session: str = "browser-key", again: Channel | None = None) -> str:
    """Somebody is on their way to the network; the state that they will bring back."""
    address = linking.begin("x", app_at(server), session=session, callback=BACK, scopes=SCOPES, again=again)
    return parse_qs(urlsplit(address).query)["state"][0]


def come_back(state: str, session: str = "browser-key") -> linking.Linked:
    return linking.finish(state, "the-code", session=session, by="Dario")


def test_whoever_says_yes_brings_a_channel_that_can_speak(db: None) -> None:
    with listening(gives(1), knows_us()) as server:
        done = come_back(sent_away(server))
        account = account_of(done.channel)
    assert done.made
    assert (done.channel.handle, done.channel.settings["vocabulary"]) == ("LumenHelp", "post")
    assert (account.user_token, account.client_id) == ("access-1", "client")
    held = held_by(done.channel)
    assert (held.linked_by, held.kind, held.renews) == ("Dario", "oauth2", True)
    assert "tweet.write" in held.granted


def test_the_code_goes_to_the_network_with_what_only_we_can_know(db: None) -> None:
    with listening(gives(1), knows_us()) as server:
        address = linking.begin("x", app_at(server), session="s", callback=BACK, scopes=SCOPES)
        asked = parse_qs(urlsplit(address).query)
        come_back(asked["state"][0], "s")
    form = parse_qs(server.heard[0].partition(b"\r\n\r\n")[2].decode())
    assert form["code"] == ["the-code"]
    assert form["redirect_uri"] == [BACK]
    verifier = form["code_verifier"][0]
    assert verifier not in address
    assert 43 <= len(verifier) <= 128


def test_nothing_of_a_linking_under_way_lies_open_in_the_database(db: None) -> None:
    with listening(closes) as server:
        state = sent_away(server)
    kept = str(Attempt.objects.values().get())
    for secret in (state, "browser-key", "client-secret", "consumer-secret", "app-key"):
        assert secret not in kept


def test_a_way_back_works_once(db: None) -> None:
    with listening(gives(1), knows_us()) as server:
        state = sent_away(server)
        come_back(state)
        with pytest.raises(linking.Stale):
            come_back(state)
    assert len(server.heard) == 2


def test_a_way_back_is_bound_to_its_session_and_to_ten_minutes(db: None) -> None:
    with listening(gives(1)) as server:
        state = sent_away(server)
        with pytest.raises(linking.Stale):
            come_back(state, "another session")
        Attempt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        with pytest.raises(linking.Stale):
            come_back(state)
    assert server.heard == []


def test_an_old_code_links_nothing(db: None) -> None:
    with listening(refuses()) as server, pytest.raises(Refused, match="30 seconds"):
        come_back(sent_away(server))
    assert not Channel.objects.exists()


def test_linked_again_a_channel_keeps_its_cases_and_what_rested_goes_on(db: None) -> None:
    with listening(gives(2), knows_us()) as server:
        channel = linked(server.account.api)
        hear(channel, said(NINA, "@LumenHelp hello"))
        Hearing.objects.create(channel=channel, ear="mentions")
        access.lost(channel.pk, "Taken back.")
        done = come_back(sent_away(server, again=channel))
    assert (done.channel, done.made) == (channel, False)
    assert Case.objects.get().channel == channel
    assert Hearing.objects.get().state == "ok"
    assert Channel.objects.linked().get() == channel


def test_another_account_is_never_put_under_a_channel(db: None) -> None:
    with listening(gives(2), knows_us("777", "SomebodyElse"), REVOKED, REVOKED) as server:
        channel = linked(server.account.api)
        with pytest.raises(linking.OtherAccount) as error:
            come_back(sent_away(server, again=channel))
    assert error.value.them.handle == "SomebodyElse"
    assert account_of(channel).user_token == "access-1"
    assert [heard.split(b" ")[1] for heard in server.heard[2:]] == [b"/2/oauth2/revoke"] * 2


def test_the_apps_token_is_fetched_before_anybody_is_sent_away(db: None) -> None:
    with listening(says(b'{"access_token": "bearer"}'), gives(1), knows_us()) as server:
        app = AppKeys("", "consumer", "consumer-secret", "client", "").on(app_at(server))
        address = linking.begin("x", app, session="browser-key", callback=BACK, scopes=SCOPES)
        done = come_back(parse_qs(urlsplit(address).query)["state"][0])
        assert account_of(done.channel).app_token == "bearer"


def test_a_wrong_consumer_pair_sends_nobody_away(db: None) -> None:
    with listening(says(b'{"errors": [{"code": 99}]}', status="403 Forbidden")) as server:
        app = AppKeys("", "consumer", "wrong", "client", "").on(app_at(server))
        with pytest.raises(LostAccess, match="consumer key"):
            linking.begin("x", app, session="browser-key", callback=BACK, scopes=SCOPES)
    assert not Attempt.objects.exists()


def test_unlinked_every_key_is_gone_and_the_cases_stay(db: None) -> None:
    with listening(REVOKED) as server:
        channel = linked(server.account.api)
        hear(channel, said(NINA, "@LumenHelp hello"))
        assert linking.unlink(channel, by="Dario")
    assert b"token=refresh-1" in server.heard[0]
    held = Credentials.objects.get()
    assert (held.app_sealed, held.grant_sealed, held.former_sealed) == ("", "", "")
    assert not Channel.objects.linked().exists()
    with pytest.raises(LostAccess, match="Unlinked by Dario"):
        account_of(channel)
    assert Case.objects.get().channel == channel


def test_a_network_that_does_not_answer_cannot_keep_the_keys_here(db: None) -> None:
    with listening(closes) as server:
        channel = linked(server.account.api)
        assert not linking.unlink(channel, by="Dario")
    assert held_by(channel).grant is None
