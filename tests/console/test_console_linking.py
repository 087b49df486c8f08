"""Linking in the browser: who may, what is asked, the way there and back, and nothing secret on any page."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from channels.linked import KEYS, SCOPES, gives, knows_us, linked, refuses
from earful.channels import access
from earful.channels.access import account_of
from earful.channels.models import Attempt, Channel, Credentials
from earful.console.link_form import LinkForm
from earful.core.linking import Grant
from earful.people.models import Agent
from wire.listeners import Listening, listening, says

NOWHERE = "http://127.0.0.1:9"
SECRETS = ("client-secret", "consumer-secret", "app-key", "access-1", "refresh-1")


@pytest.fixture
def staff(db: None) -> Client:
    """A browser in which somebody who may link is signed in."""
    client = Client()
    client.force_login(Agent.objects.create(username="ines", first_name="Ines", is_staff=True))
    return client


def typed(server: Listening, **more: Any) -> dict[str, Any]:
    """The form, filled in."""
    keys = {"client_id": "client", "client_secret": "client-secret", "app_token": "app-key"}
    base = server.account.api
    how = {"tier": "self-serve", "vocabulary": "tweet", "api": base, "site": base, "feature": ["answer", "offline"]}
    return keys | how | more


def sent_away(staff: Client, server: Listening, path: str = "/channels/link/", **more: Any) -> dict[str, list[str]]:
    """What the page to say yes on is asked, after the form was sent."""
    page = staff.post(path, typed(server, **more))
    assert page.status_code == 200
    return parse_qs(urlsplit(page.context["address"]).query)


def come_back(staff: Client, state: str, **more: str) -> str:
    """The page on which somebody stands after they came back, followed to its end."""
    answer = staff.get("/channels/link/back/", {"state": state, "code": "the-code"} | more, follow=True)
    assert "the-code" not in answer.request["PATH_INFO"] + answer.request["QUERY_STRING"]
    return answer.content.decode()


def test_only_staff_may_link_and_others_see_whom_to_ask(desk: Client, staff: Client) -> None:
    for path in ("/channels/link/", "/channels/link/back/?state=a&code=b", "/channels/link/failed/"):
        page = desk.get(path)
        assert page.status_code == 403
        assert "Ines" in page.content.decode()
    channel = linked(NOWHERE)
    for path in ("access", "link", "unlink"):
        assert desk.get(f"/channels/{channel.pk}/{path}/").status_code == 403
    assert desk.post(f"/channels/{channel.pk}/unlink/").status_code == 403
    assert Credentials.objects.get().grant is not None


def test_the_form_says_which_address_to_register(staff: Client, settings: Any) -> None:
    assert "http://testserver/channels/link/back/" in staff.get("/channels/link/").content.decode()
    settings.ORIGIN = "https://desk.example.org"
    assert "https://desk.example.org/channels/link/back/" in staff.get("/channels/link/").content.decode()


def test_while_one_practises_the_addresses_are_the_pretend_xs(staff: Client, settings: Any) -> None:
    assert "https://api.x.com" in staff.get("/channels/link/").content.decode()
    settings.SANDBOX_URL = "http://127.0.0.1:8002"
    page = staff.get("/channels/link/").content.decode()
    assert page.count('value="http://127.0.0.1:8002"') == 2


def test_somebody_says_yes_and_the_channel_is_there(staff: Client) -> None:
    with listening(gives(1), knows_us()) as server:
        asked = sent_away(staff, server)
        page = come_back(staff, asked["state"][0])
    assert "Linked. The listener begins within seconds." in page
    assert "by Ines" in page
    channel = Channel.objects.get()
    assert channel.settings == {"tier": "self-serve", "vocabulary": "tweet"}
    for secret in SECRETS:
        assert secret not in page


def test_only_the_scopes_of_the_chosen_features_are_asked_for(staff: Client) -> None:
    with listening(says()) as server:
        asked = sent_away(staff, server)
        assert asked["scope"] == ["offline.access tweet.read tweet.write users.read"]
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["redirect_uri"] == ["http://testserver/channels/link/back/"]
        assert sent_away(staff, server, feature=[])["scope"] == ["tweet.read users.read"]


def test_a_forged_way_back_changes_nothing(staff: Client, db: None) -> None:
    with listening(gives(1), knows_us()) as server:
        state = sent_away(staff, server)["state"][0]
        other = Client()
        other.force_login(Agent.objects.create(username="noor", is_staff=True))
        assert "not known here" in come_back(other, state)
        assert "not known here" in come_back(staff, "made-up")
    assert server.heard == []
    assert not Channel.objects.exists()


def test_a_no_on_the_network_is_told_and_uses_the_way_up(staff: Client) -> None:
    with listening(gives(1), knows_us()) as server:
        state = sent_away(staff, server)["state"][0]
        page = staff.get("/channels/link/back/", {"state": state, "error": "access_denied"}, follow=True)
        assert "Nobody said yes" in page.content.decode()
        assert "not known here" in come_back(staff, state)


def test_a_refused_code_says_what_to_do(staff: Client) -> None:
    with listening(refuses()) as server:
        assert "older than 30 seconds" in come_back(staff, sent_away(staff, server)["state"][0])


def test_another_account_is_named_and_not_put_under_the_channel(staff: Client) -> None:
    with listening(gives(2), knows_us("777", "Other_Co"), says(), says()) as server:
        channel = linked(server.account.api)
        page = come_back(staff, sent_away(staff, server, f"/channels/{channel.pk}/link/")["state"][0])
    assert "@Other_Co" in page
    assert "Link @LumenHelp again" in page
    assert account_of(Channel.objects.get()).user_token == "access-1"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"client_id": ""}, "by its client id"),
        ({"app_token": ""}, "we listen with it"),
        ({"consumer_key": "alone"}, "belong together"),
        ({"client_secret": "two words"}, "a key has no spaces"),
        ({"api": "http://api.example"}, "is not allowed"),
        ({"api": "javascript:alert(1)"}, "is not allowed"),
        ({"tier": "golden"}, ""),
    ],
)
def test_a_form_that_cannot_be_says_why_and_sends_no_key_back(staff: Client, wrong: dict[str, str], said: str) -> None:
    with listening(says()) as server:
        page = staff.post("/channels/link/", typed(server, **wrong))
    assert page.status_code == 422
    assert said in page.content.decode()
    assert "client-secret" not in page.content.decode()
    assert not Attempt.objects.exists()


def test_linked_again_a_key_that_is_left_empty_stays(staff: Client) -> None:
    with listening(gives(2), knows_us()) as server:
        channel = linked(server.account.api)
        empty = {"client_id": "", "client_secret": "", "app_token": ""}
        asked = sent_away(staff, server, f"/channels/{channel.pk}/link/", **empty)
        assert asked["client_id"] == ["client"]
        assert "Linked again" in come_back(staff, asked["state"][0])
    assert Credentials.objects.get().app == KEYS


def test_what_a_feature_lacks_is_shown_with_a_way_to_mend_it(staff: Client) -> None:
    channel = linked(NOWHERE)
    page = staff.get(f"/channels/{channel.pk}/access/").content.decode()
    assert "<code>dm.read dm.write</code>" in page
    assert "Link again with more" in page
    Credentials.objects.get().link(Grant("token", secret="secret"), by="Ines")
    page = staff.get(f"/channels/{channel.pk}/access/").content.decode()
    assert "X did not tell" in page
    assert "OAuth 1.0a" in page


def test_lost_access_is_on_every_page_for_those_who_may_link(staff: Client, desk: Client) -> None:
    channel = linked(NOWHERE)
    access.lost(channel.pk, "Taken back.")
    assert f'href="/channels/{channel.pk}/access/">Link it again' in staff.get("/posts/").content.decode()
    page = desk.get("/posts/").content.decode()
    assert "Ask Ines to link it again" in page
    assert f"/channels/{channel.pk}/access/" not in page
    assert "1 alarm" in page


def test_unlinking_is_asked_and_then_done(staff: Client) -> None:
    with listening(says(b'{"revoked": true}')) as server:
        channel = linked(server.account.api)
        assert "The cases and the posts stay" in staff.get(f"/channels/{channel.pk}/unlink/").content.decode()
        assert Credentials.objects.get().grant is not None
        page = staff.post(f"/channels/{channel.pk}/unlink/", follow=True).content.decode()
    assert "every key here is destroyed" in page
    assert Credentials.objects.get().grant is None


def test_a_forged_form_is_refused(staff: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = staff.cookies
    channel = linked(NOWHERE)
    for path in ("/channels/link/", f"/channels/{channel.pk}/unlink/"):
        assert strict.post(path, {}).status_code == 403


def test_granted_scopes_are_told_by_feature(staff: Client) -> None:
    channel = linked(NOWHERE, scopes=SCOPES | {"dm.read", "dm.write", "media.write", "tweet.moderate.write"})
    page = staff.get(f"/channels/{channel.pk}/access/").content.decode()
    assert "missing" not in page
    assert page.count("<td>granted</td>") == 6


def test_what_x_makes_of_answers_to_who_did_not_name_us_is_chosen_when_linking() -> None:
    how = {"tier": "self-serve", "vocabulary": "tweet", "api": "http://127.0.0.1:9", "site": "http://127.0.0.1:9"}
    form = LinkForm({**how, "client_id": "c", "app_token": "t", "implicit_mention": "allowed"})
    assert form.is_valid()
    assert form.app().settings["implicit_mention"] == "allowed"
    assert not LinkForm({**how, "client_id": "c", "app_token": "t", "implicit_mention": "perhaps"}).is_valid()
    assert LinkForm({**how, "client_id": "c", "app_token": "t"}).is_valid()
    assert not LinkForm({**how, "client_id": "c", "app_token": "t", "activity": "shouting"}).is_valid()
