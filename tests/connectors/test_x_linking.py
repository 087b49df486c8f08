"""How an account of X is linked: what is asked for, and what each answer of a token endpoint means."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.driving import NOW, answer, drive
from earful.connectors.x.linking import NEEDS, XLinking
from earful.core.connector import Account, LostAccess, NoAnswer, Refused, TryLater, Unsure
from earful.core.linking import Grant

APP = Account("", "", "https://api.example", "https://x.example", client_id="client", client_secret="secret")
PUBLIC = Account("", "", "https://api.example", "https://x.example", client_id="client")
HELD = Grant("access", "refresh", scopes=frozenset({"tweet.read"}))
TOLD = {"access_token": "new", "expires_in": 7200, "refresh_token": "next", "scope": "tweet.read users.read"}
BACK = "http://127.0.0.1:8000/channels/link/back/"


def test_the_page_to_say_yes_on_carries_pkce_the_state_and_every_scope() -> None:
    scopes = frozenset({"tweet.read", "offline.access"})
    page = XLinking().page(APP, callback=BACK, state="s", challenge="c", scopes=scopes)
    parts = urlsplit(page)
    assert (parts.netloc, parts.path) == ("x.example", "/i/oauth2/authorize")
    assert parse_qs(parts.query) == {
        "response_type": ["code"],
        "client_id": ["client"],
        "redirect_uri": [BACK],
        "scope": ["offline.access tweet.read"],
        "state": ["s"],
        "code_challenge": ["c"],
        "code_challenge_method": ["S256"],
    }
    assert "secret" not in page


def test_a_code_is_changed_into_a_grant_that_says_how_long_it_lasts() -> None:
    told = drive(XLinking().redeem(APP, code="code", verifier="verifier", callback=BACK), [answer(200, TOLD)])
    [request] = told.asked
    assert (request.path, request.token) == ("/2/oauth2/token", "client")
    assert request.form == {
        "grant_type": "authorization_code",
        "code": "code",
        "redirect_uri": BACK,
        "code_verifier": "verifier",
    }
    lasts = NOW + timedelta(hours=2)
    assert told.learned == Grant("new", "next", expires_at=lasts, scopes=frozenset({"tweet.read", "users.read"}))


def test_a_public_app_says_its_id_and_shows_no_secret() -> None:
    [request] = drive(XLinking().renew(PUBLIC, HELD), [answer(200, TOLD)]).asked
    assert request.token == "none"
    assert request.form is not None
    assert request.form["client_id"] == "client"


def test_a_renewal_that_repeats_nothing_leaves_scopes_and_refresh_token_as_they_were() -> None:
    renewed = drive(XLinking().renew(APP, HELD), [answer(200, {"access_token": "new"})]).learned
    assert renewed == Grant("new", "refresh", scopes=HELD.scopes)


@pytest.mark.parametrize(
    ("status", "said", "code", "renewal"),
    [
        (400, {"error": "invalid_request"}, Refused, LostAccess),
        (400, {"error": "invalid_grant"}, Refused, LostAccess),
        (401, {"error": "unauthorized_client"}, LostAccess, LostAccess),
        (400, {"error": "invalid_client"}, LostAccess, LostAccess),
        (429, {}, TryLater, TryLater),
        (503, {}, Unsure, Unsure),
        (200, b"<html>", Unsure, Unsure),
        (200, {"token_type": "bearer"}, Unsure, Unsure),
    ],
)
def test_a_no_is_named_by_what_to_do_next(status: int, said: object, code: type, renewal: type) -> None:
    redeemed = drive(XLinking().redeem(APP, code="c", verifier="v", callback=BACK), [answer(status, said)])
    renewed = drive(XLinking().renew(APP, HELD), [answer(status, said)])
    assert (type(redeemed.error), type(renewed.error)) == (code, renewal)


def test_keys_that_x_does_not_know_are_told_apart_from_a_grant_that_is_over() -> None:
    unknown = drive(XLinking().renew(APP, HELD), [answer(401, {"error": "unauthorized_client"})]).error
    over = drive(XLinking().renew(APP, HELD), [answer(400, {"error": "invalid_request"})]).error
    assert unknown is not None
    assert over is not None
    assert "client id" in unknown.reason
    assert "does not renew" in over.reason


def test_a_lost_answer_to_a_renewal_is_not_taken_for_a_no() -> None:
    talk = XLinking().renew(APP, HELD)
    next(talk)
    with pytest.raises(NoAnswer):
        talk.throw(NoAnswer("no answer in time", left=True))


def test_the_apps_own_token_is_fetched_with_the_consumer_pair() -> None:
    told = drive(XLinking().app_token(APP), [answer(200, {"token_type": "bearer", "access_token": "bearer"})])
    [request] = told.asked
    assert (request.path, request.token, request.form) == (
        "/oauth2/token",
        "consumer",
        {"grant_type": "client_credentials"},
    )
    assert told.learned == "bearer"


def test_a_consumer_pair_that_x_does_not_know_is_named() -> None:
    error = drive(XLinking().app_token(APP), [answer(403, {"errors": [{"code": 99}]})]).error
    assert isinstance(error, LostAccess)
    assert "consumer key" in error.reason


@pytest.mark.parametrize("status", [403, 404, 405, 407])
@pytest.mark.parametrize("said", [{}, b"<html>Access denied</html>", b""])
def test_a_proxys_no_is_no_word_of_xs_about_keys_or_tokens(status: int, said: object) -> None:
    for talk in (XLinking().app_token(APP), XLinking().give_back(APP, HELD), XLinking().renew(APP, HELD)):
        assert isinstance(drive(talk, [answer(status, said)]).error, Unsure)


def test_a_page_in_xs_place_takes_no_tokens_back() -> None:
    assert isinstance(drive(XLinking().give_back(APP, HELD), [answer(400, b"<html>")]).error, Unsure)
    told = drive(XLinking().give_back(APP, HELD), [answer(400, {"error": "invalid_request"})] * 2)
    assert (len(told.asked), told.error) == (2, None)


def test_a_renewal_that_waits_for_credit_loses_no_access() -> None:
    assert isinstance(drive(XLinking().renew(APP, HELD), [answer(402, {"title": "CreditsDepleted"})]).error, TryLater)


def test_giving_back_ends_the_renewal_first_and_then_the_token() -> None:
    told = drive(XLinking().give_back(APP, HELD), [answer(200, {"revoked": True})] * 2)
    assert [(request.path, (request.form or {})["token"]) for request in told.asked] == [
        ("/2/oauth2/revoke", "refresh"),
        ("/2/oauth2/revoke", "access"),
    ]


def test_a_grant_of_oauth_1_cannot_be_given_back_here() -> None:
    assert drive(XLinking().give_back(APP, Grant("token", secret="secret")), []).asked == []


def test_every_feature_says_what_it_lacks_and_nothing_is_said_to_lack_where_nobody_told() -> None:
    granted = frozenset({"tweet.read", "users.read", "offline.access"})
    lacking = {need.name: need.missing(granted) for need in NEEDS}
    assert lacking["read"] == lacking["offline"] == frozenset()
    assert lacking["messages"] == {"dm.read", "dm.write"}
    assert not any(need.missing(frozenset()) for need in NEEDS)


def test_no_key_stands_in_what_a_grant_or_an_account_says_of_itself() -> None:
    assert "refresh" not in repr(HELD)
    assert "secret" not in repr(APP).replace("client_secret", "")
