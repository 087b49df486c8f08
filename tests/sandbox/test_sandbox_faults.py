"""Limits, and things that go wrong on purpose."""

import time
from collections.abc import Callable

import httpx
import pytest
from practice import Brand, Practice


def test_every_answer_tells_the_limit_and_a_spent_one_is_429(new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(limits={"GET /2/users/me": 2})
    answers = [brand.user.get("/2/users/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["x-rate-limit-remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[2].headers["x-rate-limit-limit"] == "2"
    assert int(answers[2].headers["x-rate-limit-reset"]) > time.time() + 800
    assert answers[2].json()["title"] == "Too Many Requests"


def test_app_and_user_have_pools_of_their_own(new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(limits={"GET /2/tweets/{id}": 1})
    assert [brand.app.get("/2/tweets/1").status_code for _ in range(2)] == [200, 429]
    assert brand.user.get("/2/tweets/1").status_code == 200


def test_windows_can_be_short(new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(limits={"GET /2/users/me": 1}, window_s=0.3)
    assert [brand.user.get("/2/users/me").status_code for _ in range(2)] == [200, 429]
    time.sleep(0.35)
    assert brand.user.get("/2/users/me").status_code == 200


def test_fifteen_messages_and_then_no_more(pretend: Practice, brand: Brand) -> None:
    customer = pretend.say("accounts", {"username": "dee_a"})["id"]
    path = f"/2/dm_conversations/with/{customer}/messages"
    statuses = [brand.user.post(path, json={"text": f"{n}"}).status_code for n in range(16)]
    assert statuses == [201] * 15 + [429]


def test_a_lost_answer_was_carried_out(pretend: Practice, brand: Brand) -> None:
    pretend.fault("POST /2/tweets", "lost_answer", username=brand.username)
    with pytest.raises(httpx.RemoteProtocolError):
        brand.user.post("/2/tweets", json={"text": "Did this arrive?"})
    assert pretend.counts()["posts_by"][brand.username] == 1
    assert brand.user.post("/2/tweets", json={"text": "Did this arrive?"}).status_code == 403


def test_the_fiftieth_answer_is_lost_like_the_first(pretend: Practice, brand: Brand) -> None:
    pretend.fault("GET /2/users/me", "lost_answer", times=50, username=brand.username)
    for _ in range(50):
        with pytest.raises(httpx.RemoteProtocolError):
            brand.user.get("/2/users/me")


def test_a_lost_request_was_not_carried_out(pretend: Practice, brand: Brand) -> None:
    pretend.fault("POST /2/tweets", "lost_request", username=brand.username)
    with pytest.raises(httpx.RemoteProtocolError):
        brand.user.post("/2/tweets", json={"text": "Did this leave?"})
    assert brand.username not in pretend.counts()["posts_by"]
    assert brand.user.post("/2/tweets", json={"text": "Did this leave?"}).status_code == 201


def test_a_status_is_answered_as_told_so_many_times(pretend: Practice, brand: Brand) -> None:
    told = {"status": 503, "body": {"title": "Over capacity"}, "headers": {"retry-after": "7"}}
    pretend.fault("GET /2/users/me", "status", times=2, username=brand.username, **told)
    answers = [brand.user.get("/2/users/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].json() == {"title": "Over capacity"}
    assert answers[0].headers["retry-after"] == "7"


def test_a_refusal_may_come_after_the_deed(pretend: Practice, brand: Brand) -> None:
    pretend.fault("POST /2/tweets", "refuse_after", status=500, username=brand.username)
    assert brand.user.post("/2/tweets", json={"text": "Hm"}).status_code == 500
    assert pretend.counts()["posts_by"][brand.username] == 1


def test_answers_may_be_slow_or_garbage(pretend: Practice, brand: Brand) -> None:
    pretend.fault("GET /2/users/me", "slow", seconds=0.2, username=brand.username)
    begun = time.monotonic()
    assert brand.user.get("/2/users/me").status_code == 200
    assert time.monotonic() - begun >= 0.2
    pretend.fault("GET /2/users/me", "garbage", username=brand.username)
    with pytest.raises(ValueError, match="decode"):
        brand.user.get("/2/users/me").json()


def test_faults_can_be_taken_back(pretend: Practice, brand: Brand) -> None:
    pretend.fault("GET /2/users/me", "status", times=9, username=brand.username)
    assert pretend.control.delete("/pretend/faults").status_code == 200
    assert brand.user.get("/2/users/me").status_code == 200
