"""Signed calls: made by a library that the pretend X does not know, and by whoever tampers with one."""

import time
from collections.abc import Callable
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from practice import Brand, Practice
from signer import Signer, signer

CALLBACK = "http://127.0.0.1/callback"


def form_of(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return dict(parse_qsl(answer.text))


def says(pretend: Practice, token: str, answer: str = "yes", who: str = "") -> httpx.Response:
    """What a person answers on the page."""
    form = {"oauth_token": token, "answer": answer, "as": who}
    return pretend.anybody.post("/oauth/authorize", data=form, headers={"origin": pretend.url})


def test_a_signed_call_acts_for_the_account(pretend: Practice, brand: Brand) -> None:
    us = signer(pretend, brand.username)
    fields = {"user.fields": "created_at,public_metrics"}
    assert us.ask("GET", "/2/users/me", fields).json()["data"]["id"] == brand.id
    post = us.ask("POST", "/2/tweets", json={"text": "signed & sealed: 100 % ☃"}).json()["data"]["id"]
    assert us.ask("GET", f"/2/tweets/{post}").json()["data"]["text"] == "signed & sealed: 100 % ☃"


@pytest.mark.parametrize("asked", ["wombat OR (quokka -numbat)", "a+b", "50 % off", "café ☃", "a~b-c_d.e", "x=1&y=2"])
def test_whatever_stands_in_a_query_is_signed_as_it_was_meant(pretend: Practice, brand: Brand, asked: str) -> None:
    query = {"query": asked, "max_results": "10"}
    assert signer(pretend, brand.username).ask("GET", "/2/tweets/search/recent", query).status_code != 401


def test_who_tampers_with_a_signed_call_is_nobody(pretend: Practice, brand: Brand) -> None:
    us = signer(pretend, brand.username)
    asked = us.signed("GET", "/2/users/me", {"user.fields": "created_at"})
    elsewhere = str(asked.url).replace("created_at", "location")
    stolen = Signer(us.url, us.keys | {"consumer_secret": "another"}, us.token, us.secret)
    changed = {
        "its query": us.web.build_request("GET", elsewhere, headers=asked.headers),
        "its method": us.web.build_request("DELETE", f"{us.url}/2/tweets/12", headers=asked.headers),
        "its token": Signer(us.url, us.keys, us.token, "another").signed("GET", "/2/users/me"),
        "its app": stolen.signed("GET", "/2/users/me"),
    }
    for what, request in changed.items():
        assert us.web.send(request).status_code == 401, what
    assert us.web.send(asked).status_code == 200


def test_a_pair_works_with_the_app_alone_that_it_was_given_to(
    pretend: Practice, brand: Brand, new_brand: Callable[..., Brand]
) -> None:
    us, others = signer(pretend, brand.username), signer(pretend, new_brand().username)
    assert Signer(us.url, others.keys, us.token, us.secret).ask("GET", "/2/users/me").status_code == 401


def test_a_client_that_believes_it_talks_to_x_is_let_in(pretend: Practice, brand: Brand) -> None:
    us = signer(pretend, brand.username)
    for believed, status in (("https://api.twitter.com", 200), ("https://api.x.com", 200), ("https://x.example", 401)):
        asked = Signer(believed, us.keys, us.token, us.secret).signed("GET", "/2/users/me")
        header = {"authorization": asked.headers["authorization"]}
        assert us.web.get(f"{us.url}/2/users/me", headers=header).status_code == status, believed


def test_a_signed_call_is_taken_once(pretend: Practice, brand: Brand) -> None:
    us = signer(pretend, brand.username)
    asked = us.signed("POST", "/2/tweets", json={"text": "only once"})
    assert us.web.send(asked).status_code == 201
    assert us.web.send(asked).status_code == 401


def test_a_signature_is_good_for_five_minutes(alone: Practice) -> None:
    us, now = signer(alone, "PunctualBrand"), int(time.time())
    for late, status in ((0, 200), (-240, 200), (240, 200), (-400, 401), (400, 401)):
        assert us.ask("GET", "/2/users/me", timestamp=str(now + late)).status_code == status, late


@pytest.mark.parametrize(
    ("level", "read", "write", "messages"),
    [("read", 200, 403, 403), ("write", 200, 201, 403), ("messages", 200, 201, 200)],
)
def test_a_pair_reaches_as_far_as_the_level_of_its_app(
    pretend: Practice, brand: Brand, level: str, read: int, write: int, messages: int
) -> None:
    keys = pretend.say("accounts", {"username": brand.username})
    pretend.say("apps", {"client_id": keys["client_id"], "level": level})
    us = signer(pretend, brand.username)
    sent = us.ask("POST", "/2/tweets", json={"text": f"at {level}"})
    asked = us.ask("GET", "/2/dm_events")
    assert (us.ask("GET", "/2/users/me").status_code, sent.status_code, asked.status_code) == (read, write, messages)
    for refused in (answer for answer in (sent, asked) if answer.status_code == 403):
        assert refused.json()["type"].endswith("/oauth1-permissions")


def test_where_signed_calls_are_not_taken_it_says_so(pretend: Practice, brand: Brand) -> None:
    answer = signer(pretend, brand.username).ask("GET", "/2/tweets/search/stream/rules")
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/unsupported-authentication")
    assert "Authenticating with OAuth 1.0a User Context" in answer.json()["detail"]


@pytest.mark.parametrize(
    "header",
    ["OAuth", "OAuth x", 'OAuth a="1", a="2"', 'OAuth oauth_consumer_key=""', "OAuth " + 'a="b",' * 500, "oauth \xff="],
)
def test_a_header_that_is_none_is_nobodys(pretend: Practice, header: str) -> None:
    for path in ("/2/users/me", "/oauth/request_token"):
        method = "GET" if path.startswith("/2") else "POST"
        answer = pretend.anybody.request(method, path, headers={b"authorization": header.encode("latin-1")})
        assert answer.status_code == 401, path


class TestThreeSteps:
    """From an app that knows nobody to a pair that acts for somebody."""

    def first(self, pretend: Practice, brand: Brand, callback: str = CALLBACK, **query: str) -> Signer:
        keys = pretend.say("accounts", {"username": brand.username})
        app = Signer(pretend.url, keys)
        return app.with_pair(form_of(app.ask("POST", "/oauth/request_token", query, callback_uri=callback)))

    def last(self, asked: Signer, verifier: str) -> httpx.Response:
        return asked.ask("POST", "/oauth/access_token", verifier=verifier)

    def test_a_yes_becomes_a_pair_that_lasts(self, pretend: Practice, brand: Brand) -> None:
        asked = self.first(pretend, brand)
        page = pretend.anybody.get("/oauth/authorize", params={"oauth_token": asked.token})
        assert "Read, send and delete your private messages" in page.text
        back = says(pretend, asked.token, who=brand.username).headers["location"]
        assert back.startswith(f"{CALLBACK}?")
        told = form_of(self.last(asked, parse_qs(urlsplit(back).query)["oauth_verifier"][0]))
        assert (told["user_id"], told["screen_name"]) == (brand.id, brand.username)
        us = asked.with_pair(told)
        assert us.ask("GET", "/2/users/me").json()["data"]["id"] == brand.id
        assert pretend.say(f"accounts/{brand.username}/revoke", {})["revoked"] == 1
        assert us.ask("GET", "/2/users/me").status_code == 401

    def test_a_verifier_works_once_and_only_the_right_one(self, pretend: Practice, brand: Brand) -> None:
        asked = self.first(pretend, brand)
        assert self.last(asked, "too early").status_code == 401
        back = says(pretend, asked.token, who=brand.username).headers["location"]
        verifier = parse_qs(urlsplit(back).query)["oauth_verifier"][0]
        assert [self.last(asked, given).status_code for given in ("guessed", verifier, verifier)] == [401, 200, 401]

    def test_a_verifier_may_come_in_a_form_too(self, pretend: Practice, brand: Brand) -> None:
        asked = self.first(pretend, brand)
        back = says(pretend, asked.token, who=brand.username).headers["location"]
        form = {"oauth_verifier": parse_qs(urlsplit(back).query)["oauth_verifier"][0], "note": "a & b = ☃"}
        request = asked.signed("POST", "/oauth/access_token", form=form)
        headers = {name: request.headers[name] for name in ("authorization", "content-type")}
        tampered = asked.web.build_request("POST", request.url, headers=headers, content=request.content + b"&x=1")
        assert [asked.web.send(each).status_code for each in (tampered, request)] == [401, 200]

    def test_a_no_is_told_to_the_app_and_ends_the_request(self, pretend: Practice, brand: Brand) -> None:
        asked = self.first(pretend, brand)
        assert says(pretend, asked.token, "no").headers["location"] == f"{CALLBACK}?denied={asked.token}"
        assert says(pretend, asked.token, who=brand.username).status_code == 400

    def test_without_a_callback_a_number_is_shown_to_be_typed(self, pretend: Practice, brand: Brand) -> None:
        asked = self.first(pretend, brand, "oob")
        page = says(pretend, asked.token, who=brand.username).text
        number = page.split('<strong id="number">')[1].split("<")[0]
        assert len(number) == 7
        assert form_of(self.last(asked, number))["user_id"] == brand.id

    def test_an_app_may_ask_for_less_than_it_could(self, pretend: Practice, brand: Brand) -> None:
        asked = self.first(pretend, brand, "oob", x_auth_access_type="read")
        number = says(pretend, asked.token, who=brand.username).text.split('<strong id="number">')[1].split("<")[0]
        us = asked.with_pair(form_of(self.last(asked, number)))
        assert us.ask("GET", "/2/users/me").status_code == 200
        assert us.ask("POST", "/2/tweets", json={"text": "more"}).status_code == 403

    @pytest.mark.parametrize("callback", ["https://evil.example/callback", f"{CALLBACK}/", "javascript:alert(1)", ""])
    def test_nobody_is_sent_to_an_address_that_is_not_the_apps(
        self, pretend: Practice, brand: Brand, callback: str
    ) -> None:
        keys = pretend.say("accounts", {"username": brand.username})
        answer = Signer(pretend.url, keys).ask("POST", "/oauth/request_token", callback_uri=callback or None)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, 415)

    def test_a_request_grows_old(self, alone: Practice) -> None:
        brand = alone.brand("OldRequest")
        asked = self.first(alone, brand)
        alone.say("clock", {"forward": 601})
        assert says(alone, asked.token, who=brand.username).status_code == 400
        assert self.last(asked, "x").json()["errors"][0]["code"] == 89

    def test_script_and_strangers_get_nowhere_on_the_page(self, pretend: Practice, brand: Brand) -> None:
        page = pretend.anybody.get("/oauth/authorize", params={"oauth_token": "<script>alert(1)</script>"})
        assert page.status_code == 400
        assert "<script>alert" not in page.text
        asked = self.first(pretend, brand)
        form = {"oauth_token": asked.token, "answer": "yes", "as": brand.username}
        foreign = pretend.anybody.post("/oauth/authorize", data=form, headers={"origin": "https://evil.example"})
        assert foreign.status_code == 403

    def test_a_pair_given_back_is_worth_nothing(self, pretend: Practice, brand: Brand) -> None:
        us = signer(pretend, brand.username)
        assert us.ask("POST", "/1.1/oauth/invalidate_token").json() == {"access_token": us.token}
        assert us.ask("GET", "/2/users/me").status_code == 401
        assert us.ask("POST", "/1.1/oauth/invalidate_token").status_code == 401


def test_clients_keep_their_own_time_when_the_clock_is_moved(alone: Practice) -> None:
    us = signer(alone, "TimelyBrand", kind="brand")
    alone.say("clock", {"forward": 86_400})
    assert us.ask("GET", "/2/users/me").status_code == 200
    ahead = str(int(time.time()) + 86_400)
    assert us.ask("GET", "/2/users/me", timestamp=ahead).status_code == 200
