"""How X's streams are opened, why one does not open, and how a dead connection is taken over."""

import pytest

from connectors.driving import LUMEN, answer, drive
from earful.connectors.x import X, streams
from earful.connectors.x.ears import ACTIVITY, BACKFILL, STREAM, ears
from earful.core.connector import Account, LostAccess, Occupied, OutOfCredit, Throttled, TryLater

TOO_MANY = {
    "title": "ConnectionException",
    "detail": "This stream is currently at the maximum allowed connection limit.",
    "connection_issue": "TooManyConnections",
    "type": "https://api.twitter.com/2/problems/streaming-connection",
}


def names(**settings):
    account = Account("1000", "Lumen", "", "", settings=settings, scopes=settings.pop("scopes", frozenset()))
    return [ear.name for ear in ears(account)]


def test_an_account_is_heard_by_streams_and_polls_unless_it_says_otherwise():
    assert names() == ["stream", "activity", "mentions", "messages"]


@pytest.mark.parametrize(
    ("settings", "heard_by"),
    [
        ({"activity": "webhook"}, ["stream", "webhook", "mentions", "messages"]),
        ({"activity": "off"}, ["stream", "mentions", "messages"]),
        ({"activity": ["webhook"]}, ["stream", "mentions", "messages"]),
        ({"stream": False, "activity": "off"}, ["mentions", "messages"]),
        ({"scopes": frozenset({"tweet.read"})}, ["stream", "activity", "mentions"]),
    ],
    ids=str,
)
def test_the_settings_of_an_account_say_by_which_ears(settings, heard_by):
    assert names(**settings) == heard_by


def test_only_enterprise_brings_along_what_its_stream_missed():
    enterprise = Account("1000", "Lumen", "", "", settings={"tier": "enterprise"})
    assert [ear.backfill for ear in ears(enterprise) if ear.name == "stream"] == [BACKFILL]
    assert STREAM.backfill == 0


@pytest.mark.parametrize(("away", "minutes"), [(0.0, None), (1.0, "1"), (61.0, "2"), (300.0, "5"), (9_000.0, "5")])
def test_a_backfill_is_asked_for_in_whole_minutes(away, minutes):
    [ear] = [ear for ear in ears(Account("1", "L", "", "", settings={"tier": "enterprise"})) if ear.name == "stream"]
    assert streams.opening(LUMEN, ear, away).params.get("backfill_minutes") == minutes
    assert "backfill_minutes" not in streams.opening(LUMEN, STREAM, away).params


def test_each_stream_has_its_address():
    assert streams.opening(LUMEN, STREAM).path == "/2/tweets/search/stream"
    assert (streams.opening(LUMEN, ACTIVITY).path, streams.opening(LUMEN, ACTIVITY).params) == (
        "/2/activity/stream",
        {},
    )


def refused(status, said=None, **headers):
    return X().refused_stream(answer(status, said, **headers))


def test_a_stream_without_rules_is_tried_later():
    assert isinstance(refused(409), TryLater)


def test_a_connection_too_many_is_known_from_too_many_connects():
    occupied, throttled = refused(429, TOO_MANY), refused(429, {"title": "Too Many Requests"}, x_rate_limit_reset="99")
    assert (type(occupied), occupied.at) == (Occupied, None)
    assert type(throttled) is Throttled
    assert throttled.at is not None


def test_where_x_does_not_say_until_when_the_caller_decides():
    assert (refused(503).at, refused(429, {"title": "Too Many Requests"}).at) == (None, None)


def test_money_and_keys_are_told_apart_from_trouble():
    assert isinstance(refused(402), OutOfCredit)
    assert isinstance(refused(401), LostAccess)


def test_taking_over_ends_the_connections_of_that_stream_alone():
    there = [{"id": "a1", "endpoint_name": "filtered_stream"}, {"id": "b2", "endpoint_name": "activity_stream"}]
    told = drive(
        streams.take_over(LUMEN, STREAM), [answer(200, {"data": there}), answer(200, {"data": {"successful_kills": 1}})]
    )
    assert told.learned == 1
    assert (told.asked[1].method, told.asked[1].json) == ("DELETE", {"uuids": ["a1"]})


def test_where_no_connection_is_listed_none_is_ended():
    assert drive(streams.take_over(LUMEN, ACTIVITY), [answer(200, {"meta": {"result_count": 0}})]).learned == 0
