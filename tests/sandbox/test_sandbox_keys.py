"""Apps, what accounts allowed them, and what each key opens."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from practice import Brand, Practice, bearer, practice
from signer import signer

from earful.sandbox.operations import OPERATIONS
from earful.sandbox.scopes import EVERY_SCOPE, asked_for
from shared import shared

KINDS = {"BearerToken": "app", "OAuth2UserToken": "user", "UserToken": "oauth1"}


def ask(pretend: Practice, token: str, path: str = "/2/users/me") -> httpx.Response:
    return pretend.anybody.get(path, headers=bearer(token))


def test_a_customer_can_be_played_by_any_client(pretend: Practice) -> None:
    told = pretend.say("accounts", {"username": "ivy_a", "tokens": True})
    assert ask(pretend, told["user_token"]).json()["data"]["username"] == "ivy_a"
    sent = pretend.anybody.post("/2/tweets", json={"text": "hello?"}, headers=bearer(told["user_token"]))
    assert sent.status_code == 201
    assert set(pretend.say("accounts", {"username": "ivy_a"})) == {"id", "username"}


def test_one_app_serves_several_brands(pretend: Practice, brand: Brand, new_brand: Callable[..., Brand]) -> None:
    app = pretend.say("accounts", {"username": brand.username})
    other = new_brand(app=app["client_id"])
    brand.follow("wombat")
    assert other.app_token == brand.app_token
    assert other.app.get("/2/tweets/search/stream/rules").json()["meta"]["result_count"] == 1
    assert other.user.get("/2/users/me").json()["data"]["id"] == other.id


def test_each_app_of_an_owner_keeps_its_own_keys(pretend: Practice, brand: Brand) -> None:
    first = pretend.say("apps", {"owner": brand.username, "name": "Second desk"})
    again = pretend.say("apps", {"client_id": first["client_id"], "callbacks": ["https://desk.example/back"]})
    assert {**first, "callbacks": ["https://desk.example/back"]} == again
    assert first["app_token"] != brand.app_token
    assert first["edition"] == "self-serve"


@pytest.mark.parametrize(
    "wish",
    [
        {"name": "nobody's"},
        {"client_id": "unknown"},
        {"callbacks": ["javascript:alert(1)"]},
        {"callbacks": ["https://desk.example/#here"]},
        {"callbacks": [f"https://desk.example/{n}" for n in range(11)]},
    ],
)
def test_an_app_that_cannot_be_is_refused_with_a_reason(pretend: Practice, brand: Brand, wish: dict[str, Any]) -> None:
    owner = {"owner": brand.username} if "callbacks" in wish else {}
    answer = pretend.control.post("/pretend/apps", json=owner | wish)
    assert answer.status_code == 400
    assert answer.json()["why"]


def test_a_token_may_do_what_its_scopes_say_and_no_more(pretend: Practice, brand: Brand) -> None:
    wanted = {"username": brand.username, "scopes": ["tweet.read", "users.read"]}
    token = pretend.say("accounts", wanted)["user_token"]
    assert ask(pretend, token).status_code == 200
    refused = pretend.anybody.post("/2/tweets", json={"text": "no"}, headers=bearer(token))
    assert (refused.status_code, refused.json()["detail"]) == (403, "Forbidden")
    assert ask(pretend, token, "/2/dm_events").status_code == 403
    assert pretend.control.post("/pretend/accounts", json=wanted | {"scopes": ["all.of.it"]}).status_code == 400


def test_a_token_of_the_wrong_kind_is_told_which_kinds_are_right(brand: Brand) -> None:
    for answer, kinds in (
        (brand.app.get("/2/users/me"), "OAuth 1.0a User Context, OAuth 2.0 User Context"),
        (brand.user.get("/2/tweets/search/stream/rules"), "OAuth 2.0 Application-Only"),
    ):
        problem = answer.json()
        assert answer.status_code == 403
        assert problem["type"].endswith("/unsupported-authentication")
        assert f"[{kinds}]" in problem["detail"]


def test_what_an_account_takes_back_is_worth_nothing_at_once(pretend: Practice, brand: Brand) -> None:
    assert pretend.say(f"accounts/{brand.username}/revoke", {}) == {"revoked": 1}
    assert brand.user.get("/2/users/me").status_code == 401
    assert brand.app.get(f"/2/users/{brand.id}").status_code == 200
    assert pretend.say(f"accounts/{brand.username}/revoke", {}) == {"revoked": 0}
    again = pretend.say("accounts", {"username": brand.username})
    assert ask(pretend, again["user_token"]).status_code == 200


def test_an_account_sees_which_apps_act_for_it_and_takes_that_back(pretend: Practice, brand: Brand) -> None:
    us = signer(pretend, brand.username)
    page = pretend.anybody.get("/settings/connected_apps", params={"as": brand.username})
    assert f"Take access back from {brand.username}" in page.text
    form = {"as": brand.username, "client_id": us.keys["client_id"]}
    foreign = pretend.anybody.post("/settings/connected_apps", data=form, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert us.ask("GET", "/2/users/me").status_code == 200
    place = pretend.anybody.post("/settings/connected_apps", data=form, headers={"origin": pretend.url})
    assert "No app may act" in pretend.anybody.get(place.headers["location"]).text
    assert us.ask("GET", "/2/users/me").status_code == 401
    assert brand.user.get("/2/users/me").status_code == 401


def test_tokens_of_an_older_file_go_on_working(tmp_path: Path) -> None:
    path = tmp_path / "practice.db"
    _older_file(path)
    with practice(path) as running:
        assert ask(running, "user-old").json()["data"]["id"] == "4711"
        rules = ask(running, "app-old", "/2/tweets/search/stream/rules").json()["data"]
        assert [rule["value"] for rule in rules] == ["cat"]
        told = running.say("accounts", {"username": "OldBrand"})
        assert (told["app_token"], told["user_token"]) == ("app-old", "user-old")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.path}")
def test_every_operation_asks_for_what_the_descriptions_say(operation: Any) -> None:
    ways, scopes = described(operation.method, operation.path)
    assert set(operation.takes) == ways
    assert asked_for(f"{operation.method} {operation.path}") == scopes


def test_every_scope_is_known_and_has_words() -> None:
    scheme = _description()["components"]["securitySchemes"]["OAuth2UserToken"]
    assert set(scheme["flows"]["authorizationCode"]["scopes"]) == EVERY_SCOPE


def described(method: str, path: str) -> tuple[set[str], set[str]]:
    """The ways in and the scopes of an operation; a path's parameters may have other names."""
    paths = {_nameless(each): one for each, one in _description()["paths"].items()}
    security = paths[_nameless(path)][method.lower()]["security"]
    asked = [scope for each in security for scopes in each.values() for scope in scopes]
    return {KINDS[way] for each in security for way in each}, set(asked)


def _nameless(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def _description() -> Any:
    return json.loads(shared("contracts", "x", "openapi-2.167.json").read_text())


def _older_file(path: Path) -> None:
    """A file as it was when a brand held its two tokens itself."""
    file = sqlite3.connect(path)
    file.execute(
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY, username TEXT NOT NULL, folded TEXT NOT NULL UNIQUE,"
        " name TEXT NOT NULL, kind TEXT NOT NULL, bio TEXT NOT NULL, followers INTEGER NOT NULL,"
        " verified INTEGER NOT NULL, app_token TEXT UNIQUE, user_token TEXT UNIQUE, options TEXT NOT NULL)"
    )
    file.execute(
        "CREATE TABLE rules (id INTEGER PRIMARY KEY, app INTEGER NOT NULL, value TEXT NOT NULL, tag TEXT NOT NULL,"
        " UNIQUE (app, value))"
    )
    brand = (4711, "OldBrand", "oldbrand", "Old", "brand", "", 3, 0, "app-old", "user-old", "{}")
    file.execute("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", brand)
    file.execute("INSERT INTO rules VALUES (4712, 4711, 'cat', '')")
    file.commit()
    file.close()
