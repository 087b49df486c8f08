"""What X's Activity API is asked to tell, and the door at which it calls: by difference, and proved both ways."""

import hashlib
import hmac
import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.driving import LUMEN, answer, drive
from earful.connectors.registry import PUSHINGS
from earful.connectors.x.subscriptions import PRIVATE_KINDS, PUBLIC_KINDS
from earful.core.connector import Refused, TryLater

X = PUSHINGS["x"]
SECRET = replace(LUMEN, consumer_secret="consumer-secret", client_secret="client-secret")
EVERY = [*PUBLIC_KINDS, *PRIVATE_KINDS]
DOOR = "https://desk.example/hooks/x/token/"


def there(kind, number, tag="earful:1000", **more):
    return {"subscription_id": str(number), "event_type": kind, "filter": {"user_id": "1000"}, "tag": tag, **more}


def listed(*subscriptions):
    return answer(200, {"data": list(subscriptions), "meta": {"result_count": len(subscriptions)}})


def test_what_is_lacking_is_asked_for_as_the_account_itself():
    told = drive(X.subscribe(LUMEN, ""), [listed(), *[answer(201, {"data": {}})] * len(EVERY)])
    assert [request.json["event_type"] for request in told.asked[1:]] == EVERY
    assert {request.token for request in told.asked[1:]} == {"user"}
    assert (told.learned.kept, told.learned.drifted) == (frozenset(EVERY), len(EVERY))


def test_what_is_right_is_left_alone():
    told = drive(X.subscribe(LUMEN, ""), [listed(*(there(kind, n) for n, kind in enumerate(EVERY)))])
    assert (len(told.asked), told.learned.drifted) == (1, 0)


def test_what_is_ours_and_not_wanted_is_ended_and_what_is_not_ours_stays():
    every = [there(kind, n) for n, kind in enumerate(EVERY)]
    odd = [there("like.create", 90), there(EVERY[0], 91), there("like.create", 92, tag="somebody else")]
    told = drive(X.subscribe(LUMEN, ""), [listed(*every, *odd), answer(200, {"data": {"deleted": True}})])
    [_, deletion] = told.asked
    assert (deletion.method, set(deletion.params["ids"].split(","))) == ("DELETE", {"90", "0"})


def test_a_subscription_that_is_to_be_told_elsewhere_is_made_anew():
    every = [there(kind, n) for n, kind in enumerate(EVERY)]
    told = drive(X.subscribe(LUMEN, "77"), [listed(*every), answer(200, {}), *[answer(201, {})] * len(EVERY)])
    assert {request.json["webhook_id"] for request in told.asked[2:]} == {"77"}


def test_a_kind_that_x_refuses_does_not_hold_up_the_others():
    answers = [answer(403, {"detail": "not for you"})] + [answer(201, {})] * (len(EVERY) - 1)
    learned = drive(X.subscribe(LUMEN, ""), [listed(), *answers]).learned
    assert list(learned.refused) == [EVERY[0]]
    assert learned.kept == set(EVERY[1:])


def test_what_another_program_has_subscribed_to_comes_along_the_same_stream():
    answers = [answer(409, {"title": "Conflict"})] * len(EVERY)
    assert not drive(X.subscribe(LUMEN, ""), [listed(), *answers]).learned.refused
    assert len(drive(X.subscribe(LUMEN, "77"), [listed(), *answers]).learned.refused) == len(EVERY)


def test_private_kinds_are_asked_for_only_with_their_scope():
    account = replace(LUMEN, scopes=frozenset({"tweet.read"}))
    told = drive(X.subscribe(account, ""), [listed(), *[answer(201, {})] * len(PUBLIC_KINDS)])
    assert [request.json["event_type"] for request in told.asked[1:]] == list(PUBLIC_KINDS)


@pytest.mark.parametrize(
    "made", [{"id": "77", "valid": True}, {"data": {"id": "77", "valid": True}}], ids=["tweet", "post"]
)
def test_a_door_that_x_does_not_know_is_registered(made):
    told = drive(X.hooked(SECRET, DOOR), [listed(), answer(200, made)])
    assert told.asked[1].json == {"url": DOOR}
    assert (told.learned.id, told.learned.is_new) == ("77", True)


def test_a_door_that_lapsed_is_proved_anew_and_so_is_one_that_is_doubted():
    for valid, doubted in ((False, False), (True, True)):
        hook = answer(200, {"data": [{"id": "77", "url": DOOR, "valid": valid}]})
        told = drive(X.hooked(SECRET, DOOR, doubted=doubted), [hook, answer(200, {"data": {"attempted": True}})])
        assert (told.asked[1].method, told.asked[1].path) == ("PUT", "/2/webhooks/77")
        assert told.learned.was_valid is valid


def test_a_door_in_force_is_only_looked_at():
    told = drive(X.hooked(SECRET, DOOR), [answer(200, {"data": [{"id": "77", "url": DOOR, "valid": True}]})])
    assert (told.learned.id, len(told.asked)) == ("77", 1)


def test_without_a_secret_no_door_is_registered():
    assert isinstance(drive(X.hooked(LUMEN, DOOR), []).error, Refused)


def test_a_replay_is_asked_for_by_the_minute_and_waits_for_another():
    span = datetime(2026, 11, 20, 9, 5, 59, tzinfo=UTC), datetime(2026, 11, 20, 9, 12, 1, tzinfo=UTC)
    told = drive(X.replay(SECRET, "77", *span), [answer(200, {"job_id": "1"})])
    assert told.asked[0].json == {"webhook_id": "77", "from_date": "202611200905", "to_date": "202611200912"}
    assert isinstance(drive(X.replay(SECRET, "77", *span), [answer(409, {"title": "Conflict"})]).error, TryLater)


def signed(secret, message):
    return "sha256=" + b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()


def test_a_challenge_is_answered_with_the_secret():
    given = json.loads(X.challenged(SECRET, {"crc_token": "a_token-1"}))
    assert given == {"response_token": signed("consumer-secret", b"a_token-1")}


@pytest.mark.parametrize("token", ["", '{"data":{}}', "a b", "x" * 201, "é"])
def test_nothing_is_signed_that_could_begin_a_body(token):
    assert X.challenged(SECRET, {"crc_token": token}) is None
    assert X.challenged(LUMEN, {"crc_token": "token"}) is None


BODY = b'{"data": {"event_type": "post.create"}}'


@pytest.mark.parametrize(
    ("header", "secret"),
    [("x-twitter-webhooks-signature", "consumer-secret"), ("x-twitter-webhooks-signature-oauth2", "client-secret")],
)
def test_a_body_is_proven_by_either_signature(header, secret):
    assert X.proven(SECRET, {header: signed(secret, BODY)}, BODY)
    assert not X.proven(SECRET, {header: signed(secret, BODY)}, BODY + b" ")
    assert not X.proven(SECRET, {header: signed("another", BODY)}, BODY)


@pytest.mark.parametrize("headers", [{}, {"x-twitter-webhooks-signature": ""}, {"x-twitter-webhooks-signature": "é"}])
def test_a_body_without_its_signature_is_not_proven(headers):
    assert not X.proven(SECRET, headers, BODY)


def test_without_a_secret_nothing_is_proven_whatever_it_is_signed_with():
    for guess in ("", "none"):
        assert not X.proven(LUMEN, {"x-twitter-webhooks-signature": signed(guess, BODY)}, BODY)


def test_what_was_signed_as_a_challenge_is_no_body():
    token = "aToken"
    given = json.loads(X.challenged(SECRET, {"crc_token": token}))["response_token"]
    assert not X.proven(SECRET, {"x-twitter-webhooks-signature": given}, token.encode())
