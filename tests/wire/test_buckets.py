"""Limits learned from answers: nothing is asked that would be turned away, and nothing waits without need."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from earful.core.connector import Account, Request, Response, TryLater
from earful.wire import Buckets

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
RESET = NOW + timedelta(minutes=9)
LUMEN = Account("1000", "Lumen", "https://api.example", "https://x.example", "app", "user", consumer_key="app-1")
POST = Request("POST", "/2/tweets", token="user")  # whose key, not a key
LOOK = Request("GET", "/2/users/1000/tweets", token="user")


class Clock:
    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def buckets(clock):
    return Buckets(clock)


def told(left, *, reset=RESET, at=NOW, status=200, **headers):
    said = {"x-rate-limit-remaining": str(left), "x-rate-limit-reset": str(int(reset.timestamp()))}
    return Response(status, {**said, **headers}, b"", at)


def let_through(buckets, request=POST, account=LUMEN):
    try:
        buckets.before(account, request)
    except TryLater as error:
        return error.at
    return None


def test_until_the_network_told_anything_everything_goes(buckets):
    assert [let_through(buckets) for _ in range(200)] == [None] * 200


def test_as_many_go_as_are_left_and_the_next_waits_until_the_bucket_is_full_again(buckets):
    buckets.after(LUMEN, POST, told(2))
    assert [let_through(buckets) for _ in range(3)] == [None, None, RESET + timedelta(seconds=1)]


def test_a_refusal_for_too_many_is_the_last_one(buckets):
    buckets.after(LUMEN, POST, told(0, status=429))
    assert let_through(buckets) is not None


def test_when_the_time_has_come_it_goes_again(buckets, clock):
    buckets.after(LUMEN, POST, told(0))
    clock.now = RESET + timedelta(seconds=2)
    assert let_through(buckets) is None


def test_answers_that_overtake_each_other_give_nothing_back(buckets):
    buckets.after(LUMEN, POST, told(0))
    buckets.after(LUMEN, POST, told(1))
    assert let_through(buckets) is not None
    buckets.after(LUMEN, POST, told(5, reset=RESET + timedelta(minutes=15)))
    assert let_through(buckets) is None


@pytest.mark.parametrize(
    ("account", "request_"),
    [
        (LUMEN, LOOK),
        (LUMEN, replace(POST, token="app")),
        (LUMEN, replace(POST, method="PUT")),
        (replace(LUMEN, id="2000"), POST),
        (replace(LUMEN, api="https://other.example"), POST),
    ],
    ids=["operation", "app", "method", "account", "address"],
)
def test_one_empty_bucket_empties_no_other(buckets, account, request_):
    buckets.after(LUMEN, POST, told(0))
    assert let_through(buckets, request_, account) is None


def test_accounts_of_one_app_share_what_the_app_asks(buckets):
    asked = Request("GET", "/2/tweets/search/recent")
    buckets.after(LUMEN, asked, told(0))
    assert let_through(buckets, asked, replace(LUMEN, id="2000")) is not None
    assert let_through(buckets, asked, replace(LUMEN, consumer_key="app-2")) is None


def test_what_is_asked_about_makes_no_other_operation(buckets):
    buckets.after(LUMEN, LOOK, told(0))
    assert let_through(buckets, replace(LOOK, path="/2/users/99/tweets")) is not None
    assert let_through(buckets, replace(LOOK, path="/2/users/99/mentions")) is None


def test_a_clock_that_goes_wrong_here_does_no_harm(buckets, clock):
    fast = NOW + timedelta(hours=3)
    clock.now = fast
    buckets.after(LUMEN, POST, told(0, at=fast, date=format_datetime(NOW, usegmt=True)))
    assert let_through(buckets) == fast + timedelta(minutes=9, seconds=1)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-rate-limit-remaining": "0"},
        {"x-rate-limit-remaining": "no", "x-rate-limit-reset": "5"},
        {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "99999999999999999999"},
        {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int((NOW + timedelta(days=9)).timestamp()))},
        {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1"},
    ],
    ids=["nothing", "half", "words", "far too much", "next week", "long past"],
)
def test_headers_that_make_no_sense_hold_nobody_up(buckets, headers):
    buckets.after(LUMEN, POST, Response(429, headers, b"", NOW))
    assert let_through(buckets) is None
