"""An app is let in by a person, once for each yes: codes and refresh tokens work once, and nobody is sent astray."""

import base64
import hashlib
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from practice import Brand, Practice

CALLBACK = "http://127.0.0.1/callback"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
SCOPES = "tweet.read users.read tweet.write offline.access"


class Door:
    """What an app and a person say at the door."""

    def __init__(self, pretend: Practice, brand: Brand) -> None:
        self.pretend, self.brand = pretend, brand
        self.keys = pretend.say("accounts", {"username": brand.username})
        self.web = httpx.Client(base_url=pretend.url, timeout=10)

    def asked(self, **changed: str) -> dict[str, str]:
        usual = {
            "client_id": self.keys["client_id"], "redirect_uri": CALLBACK, "response_type": "code", "scope": SCOPES,
            "state": "abc", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
        }  # fmt: skip
        return usual | changed

    def page(self, **changed: str) -> httpx.Response:
        return self.web.get("/i/oauth2/authorize", params=self.asked(**changed))

    def says(self, answer: str = "yes", **changed: str) -> httpx.Response:
        form = self.asked(**changed) | {"answer": answer, "as": self.brand.username}
        return self.web.post("/i/oauth2/authorize", data=form, headers={"origin": self.pretend.url})

    def code(self, **changed: str) -> str:
        return back(self.says(**changed))["code"]

    def token(self, **form: str) -> httpx.Response:
        pair = (self.keys["client_id"], self.keys["client_secret"])
        return self.web.post("/2/oauth2/token", data=form, auth=pair)

    def redeem(self, code: str, **changed: str) -> httpx.Response:
        usual = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        return self.token(**usual | changed)

    def refresh(self, token: str) -> httpx.Response:
        return self.token(grant_type="refresh_token", refresh_token=token)

    def me(self, token: str) -> int:
        return self.web.get("/2/users/me", headers={"authorization": f"Bearer {token}"}).status_code


def back(response: httpx.Response) -> dict[str, str]:
    """What the app is told at its callback."""
    assert response.status_code == 302, response.text
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}


@pytest.fixture
def pretend(later: Practice) -> Practice:
    return later


@pytest.fixture
def door(pretend: Practice, new_brand: Callable[..., Brand]) -> Door:
    return Door(pretend, new_brand())


def test_a_yes_becomes_tokens_that_act_for_the_account(door: Door) -> None:
    page = door.page()
    assert "Post, answer, repost and delete for you" in page.text
    told = door.redeem(door.code()).json()
    assert (told["token_type"], told["expires_in"]) == ("bearer", 7200)
    me = door.web.get("/2/users/me", headers={"authorization": f"Bearer {told['access_token']}"}).json()
    assert me["data"]["username"] == door.brand.username


def test_a_no_goes_back_to_the_app_as_one(door: Door) -> None:
    assert back(door.says("no")) == {
        "error": "access_denied",
        "error_description": "The account said no.",
        "state": "abc",
    }


def test_without_offline_access_there_is_no_refresh_token(door: Door) -> None:
    scope = "tweet.read users.read"
    assert "refresh_token" not in door.redeem(door.code(scope=scope)).json()


def test_a_code_works_once_and_used_again_kills_what_it_brought(door: Door) -> None:
    code = door.code()
    token = door.redeem(code).json()["access_token"]
    assert door.redeem(code).status_code == 400
    assert door.me(token) == 401


@pytest.mark.parametrize("changed", [{"code_verifier": "w" * 50}, {"redirect_uri": "http://127.0.0.1/other"}])
def test_a_code_is_worth_nothing_to_who_did_not_ask_for_it(door: Door, changed: dict[str, str]) -> None:
    assert door.redeem(door.code(), **changed).status_code == 400
    assert door.redeem("code-unknown").status_code == 400


def test_a_code_lives_thirty_seconds_and_a_token_two_hours(door: Door) -> None:
    late, told = door.code(), door.redeem(door.code()).json()
    door.pretend.say("clock", {"forward": 31})
    assert door.redeem(late).status_code == 400
    assert door.me(told["access_token"]) == 200
    door.pretend.say("clock", {"forward": 7200})
    assert door.me(told["access_token"]) == 401
    assert door.me(door.refresh(told["refresh_token"]).json()["access_token"]) == 200


def test_a_refresh_token_works_once_and_used_again_kills_the_family(door: Door) -> None:
    first = door.redeem(door.code()).json()
    second = door.refresh(first["refresh_token"]).json()
    assert door.me(second["access_token"]) == 200
    again = door.refresh(first["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_request")
    assert door.me(second["access_token"]) == 401
    assert door.refresh(second["refresh_token"]).status_code == 400


def test_of_ten_who_refresh_at_once_one_gets_tokens(door: Door) -> None:
    token, statuses = door.redeem(door.code()).json()["refresh_token"], list[int]()
    threads = [threading.Thread(target=lambda: statuses.append(door.refresh(token).status_code)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(statuses) == [200, *[400] * 9]


def test_an_answer_lost_on_its_way_costs_the_refresh_token_all_the_same(door: Door) -> None:
    token = door.redeem(door.code()).json()["refresh_token"]
    door.pretend.fault("POST /2/oauth2/token", "lost_answer")
    with pytest.raises(httpx.TransportError):
        door.refresh(token)
    assert door.refresh(token).status_code == 400


def test_what_is_given_back_is_worth_nothing(door: Door) -> None:
    told = door.redeem(door.code()).json()
    pair = (door.keys["client_id"], door.keys["client_secret"])
    answer = door.web.post("/2/oauth2/revoke", data={"token": told["refresh_token"]}, auth=pair)
    assert answer.json() == {"revoked": True}
    assert door.me(told["access_token"]) == 401


def test_a_public_app_shows_its_id_alone_and_others_their_secret(door: Door) -> None:
    code = door.code()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    bare = form | {"client_id": door.keys["client_id"]}
    assert door.web.post("/2/oauth2/token", data=bare).status_code == 401
    door.pretend.say("apps", {"client_id": door.keys["client_id"], "public": True})
    assert door.web.post("/2/oauth2/token", data=bare).status_code == 200


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "tweet.read everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
        ({"state": "s" * 501}, "invalid_request"),
    ],
)
def test_what_cannot_be_asked_goes_back_to_the_app(door: Door, changed: dict[str, str], error: str) -> None:
    assert back(door.page(**changed))["error"] == error
    assert back(door.says(**changed))["error"] == error


@pytest.mark.parametrize(
    "callback",
    [
        "https://evil.example/callback", "http://127.0.0.1/callback/", "http://127.0.0.1/callback?x=1",
        "http://127.0.0.1.evil.example/callback", "javascript:alert(1)", "http://127.0.0.1:x/callback", "",
        "http://x; y@127.0.0.1:80/callback", "http://user@127.0.0.1:80/callback", "http://\u263a@127.0.0.1:80/callback",
        "//evil.example/callback", "/\\evil.example/callback", "https:evil.example/callback", "https:/\\evil.example",
        " http://127.0.0.1:80/callback", "\thttp://127.0.0.1:80/callback", "http://127.0.0.1:80\n80/callback",
        "http:\\\\127.0.0.1:80/callback", "http://127.0.0.1:80/callback#there", "http:///127.0.0.1:80/callback",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_an_address_that_is_not_the_apps(door: Door, callback: str) -> None:
    for response in (door.page(redirect_uri=callback), door.says(redirect_uri=callback)):
        assert response.status_code == 400
        assert "location" not in response.headers


def test_on_this_machine_the_port_of_a_callback_is_free(door: Door) -> None:
    response = door.says(redirect_uri="http://127.0.0.1:45671/callback")
    assert response.headers["location"].startswith("http://127.0.0.1:45671/callback?")


def test_script_in_what_an_app_sends_stays_text(door: Door) -> None:
    page = door.page(state='"><script>alert(1)</script>')
    assert "<script>alert" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_yes_is_taken_from_our_own_page_alone(door: Door) -> None:
    form = door.asked() | {"answer": "yes", "as": door.brand.username}
    answer = door.web.post("/i/oauth2/authorize", data=form, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


def test_an_app_gets_its_bearer_by_its_consumer_pair(door: Door) -> None:
    pair = (door.keys["consumer_key"], door.keys["consumer_secret"])
    told = door.web.post("/oauth2/token", data={"grant_type": "client_credentials"}, auth=pair).json()
    assert told["access_token"] == door.keys["app_token"]
    gone = door.web.post("/oauth2/invalidate_token", data={"access_token": told["access_token"]}, auth=pair)
    assert gone.status_code == 200
    fresh: Any = door.web.post("/oauth2/token", data={"grant_type": "client_credentials"}, auth=pair).json()
    assert fresh["access_token"] != told["access_token"]
    assert door.web.post("/oauth2/token", data={"grant_type": "client_credentials"}, auth=("a", "b")).status_code == 403


def test_what_is_no_key_in_a_header_is_refused_and_breaks_nothing(door: Door) -> None:
    answer = door.web.post(
        "/2/oauth2/token", data={"grant_type": "refresh_token"}, headers={b"authorization": b"Basic \xe9"}
    )
    assert answer.status_code == 401


def test_a_grant_that_ends_by_misuse_ends_what_was_private_with_it(door: Door) -> None:
    first = door.redeem(door.code(scope=SCOPES + " dm.read")).json()
    signed = {"authorization": f"Bearer {first['access_token']}"}
    wish = {"event_type": "dm.received", "filter": {"user_id": door.brand.id}}
    assert door.web.post("/2/activity/subscriptions", json=wish, headers=signed).status_code in (200, 201)
    door.refresh(first["refresh_token"])
    door.refresh(first["refresh_token"])
    assert "dm.received" not in door.brand.app.get("/2/activity/subscriptions").text
