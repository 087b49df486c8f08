"""First contact with an account of X: what each answer says about it, and that looking changes nothing."""

from typing import Any

import pytest

from connectors.driving import IN_POSTS, LUMEN, answer, drive
from earful.connectors.x.examining import Told, a_post, as_account, as_app, looks
from earful.core.connector import Account, Response

ME = {"id": "1000", "username": "Lumen", "subscription_type": "Premium"}


def standings(told: list[Told]) -> list[tuple[str, str]]:
    return [(row.standing, row.about) for row in told]


def said(look: Any, *answers: Response) -> str:
    [first, *_] = drive(look, answers).learned
    return f"{first.standing}: {first.words}"


def test_who_it_is_and_what_the_headers_tell() -> None:
    headers = {"api_version": "2.165", "x_rate_limit_limit": "75", "x_rate_limit_remaining": "74"}
    told = drive(as_account.identity(LUMEN), [answer(200, {"data": ME}, **headers)]).learned
    assert {row.standing for row in told} == {"well"}
    words = " ".join(row.words for row in told)
    assert "@Lumen" in words
    assert "2.165" in words
    assert "25,000" in words
    assert "74 of 75" in words


def test_a_version_that_nobody_here_knows_is_said_to_be_unknown() -> None:
    assert as_account.version({"api-version": "2.201"}).standing == "unknown"
    assert as_account.version({}).standing == "unknown"


@pytest.mark.parametrize(
    ("account", "tweet", "post", "expected"),
    [
        (LUMEN, 200, 200, "well"),
        (LUMEN, 200, 400, "well"),
        (LUMEN, 400, 200, "DO"),
        (IN_POSTS, 400, 200, "well"),
        (IN_POSTS, 200, 400, "DO"),
        (LUMEN, 400, 400, "DO"),
    ],
)
def test_the_same_question_is_asked_in_both_words(account: Account, tweet: int, post: int, expected: str) -> None:
    told = drive(as_account.words(account), [answer(tweet, {"data": ME}), answer(post, {"data": ME})])
    assert [sorted(request.params)[1] for request in told.asked] == ["tweet.fields", "post.fields"]
    assert told.learned[0].standing == expected


def test_scopes_are_held_against_what_each_feature_needs() -> None:
    granted = Account("1", "a", "", "", user_token="t", scopes=frozenset({"tweet.read", "users.read"}))
    told = dict(reversed(row) for row in standings(drive(as_account.scopes(granted), []).learned))
    assert told["Read posts and mentions"] == "well"
    assert told["Private messages"] == "DO"
    assert said(as_account.scopes(LUMEN)).startswith("unknown")


@pytest.mark.parametrize(
    ("status", "body", "standing"),
    [
        (401, {}, "DO"),
        (402, {}, "DO"),
        (403, {"detail": "Your app has no access"}, "DO"),
        (404, {}, "unknown"),
        (429, {}, "unknown"),
        (503, {}, "unknown"),
    ],
)
def test_a_refusal_wants_doing_and_trouble_is_unknown(status: int, body: dict[str, str], standing: str) -> None:
    assert said(as_app.webhooks(LUMEN), answer(status, body)).startswith(standing)


def test_an_invalid_webhook_wants_doing() -> None:
    hooks = {"data": [{"id": "1", "url": "https://a.example", "valid": True}, {"id": "2", "url": "b", "valid": False}]}
    told = drive(as_app.webhooks(LUMEN), [answer(200, hooks)]).learned
    assert [row.standing for row in told] == ["well", "DO"]


@pytest.mark.parametrize(("used", "standing"), [(10, "well"), ("3000000", "DO")])
def test_usage_at_its_cap_wants_doing(used: object, standing: str) -> None:
    usage = {"data": {"project_cap": "3000000", "project_usage": used, "cap_reset_day": 3}}
    assert said(as_app.usage(LUMEN), answer(200, usage)).startswith(standing)


def test_rules_are_counted_as_numbers_and_as_text() -> None:
    for counts in ({"cap_per_client_app": 1000, "project_rules_count": 7}, {"cap_per_client_app": "1000"}):
        assert "of 1,000 in use" in said(as_app.rules(LUMEN), answer(200, {"data": counts}))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"data": {"id": "5", "receives_your_dm": True}}, "well: takes private messages"),
        ({"data": {"id": "5", "receives_your_dm": False}}, "well: takes none"),
        ({"data": {"id": "5"}}, "unknown"),
        ({"errors": [{"title": "Not Found Error"}]}, "DO: X knows no such account"),
    ],
)
def test_reach_is_what_x_says_of_one_account(body: dict[str, Any], words: str) -> None:
    assert said(as_account.reach("nina"), answer(200, body)).startswith(words)


@pytest.mark.parametrize("status", [400, 403, 404, 407])
def test_what_a_proxy_answers_in_xs_place_tells_nothing_of_x(status: int) -> None:
    page = answer(status, b"<html>Not here</html>")
    for look in (as_account.reach("nina"), as_account.words(LUMEN), as_app.webhooks(LUMEN)):
        assert said(look, page).startswith("unknown: A page answered in X's place")


def test_a_page_instead_of_an_account_does_not_say_that_there_is_none() -> None:
    assert said(as_account.reach("nina"), answer(200, b"<html>Sign in</html>")).startswith("unknown")


def test_every_look_but_the_one_that_writes_only_reads() -> None:
    for _, look in looks(LUMEN, "nina"):
        asked = [*drive_on(look)]
        assert {request.method for request in asked} <= {"GET"}


def drive_on(look: Any) -> list[Any]:
    """All that a look asks when everything is answered."""
    asked = []
    try:
        request = next(look)
        while True:
            asked.append(request)
            request = look.send(answer(200, {"data": {}}))
    except StopIteration:
        return asked


def test_without_a_key_nothing_is_asked_with_it() -> None:
    app_alone = Account("", "", "", "", app_token="app")
    assert {request.token for _, look in looks(app_alone) for request in drive_on(look)} == {"app"}


def test_a_post_is_made_and_deleted() -> None:
    told = drive(a_post("A test."), [answer(201, {"data": {"id": "77"}}), answer(200, {"data": {"deleted": True}})])
    assert [(request.method, request.path) for request in told.asked] == [
        ("POST", "/2/tweets"),
        ("DELETE", "/2/tweets/77"),
    ]
    assert "DO" not in {row.standing for row in told.learned}


def test_a_post_that_stays_is_named() -> None:
    told = drive(a_post("A test."), [answer(201, {"data": {"id": "77"}}), answer(500)]).learned
    assert ("DO", "Deleting") in standings(told)
    assert "77" in told[-1].words
