"""Counting and searching the past at X: what is asked, what is learned, what X's search cannot say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.driving import LUMEN, NOW, answer, drive
from earful.connectors.x import X
from earful.connectors.x.searching import count, queries, search
from earful.core.connector import Refused, Rule, TryLater, searchable
from earful.core.language.parser import parse

SINCE = NOW - timedelta(days=1)
OLDEST = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)


def found(*ids, next_token=None):
    data = [{"id": post, "created_at": "2026-11-19T12:00:00.000Z"} for post in ids]
    return answer(
        200, {"data": data, "meta": {"result_count": len(ids)} | ({"next_token": next_token} if next_token else {})}
    )


@pytest.mark.parametrize("total", ["total_tweet_count", "total_post_count"])
def test_counts_of_all_pages_are_added_up(total):
    pages = [answer(200, {"meta": {total: 200, "next_token": "p2"}}), answer(200, {"meta": {total: 14}})]
    told = drive(count(LUMEN, "lumen -win", SINCE, NOW), pages)
    assert (told.learned.posts, told.learned.since, told.learned.until) == (214, SINCE, NOW)
    assert told.asked[0].params == {
        "query": "lumen -win", "granularity": "day",
        "start_time": "2026-11-19T12:00:00Z", "end_time": "2026-11-20T12:00:00Z",
    }  # fmt: skip
    assert told.asked[1].params["next_token"] == "p2"


def test_a_page_is_handed_over_raw_with_its_oldest_post_and_the_way_on():
    page = found("20", "10", next_token="p3")
    told = drive(search(LUMEN, "lumen", SINCE, NOW, "p2"), [page])
    assert told.learned.frame == page.body
    assert (told.learned.posts, told.learned.oldest, told.learned.next) == (2, OLDEST, "p3")
    assert told.asked[0].params["next_token"] == "p2"


def test_an_empty_page_is_no_frame_and_may_still_lead_on():
    told = drive(
        search(LUMEN, "lumen", SINCE, NOW, ""), [answer(200, {"meta": {"result_count": 0, "next_token": "p2"}})]
    )
    assert (told.learned.frame, told.learned.oldest, told.learned.next) == (b"", None, "p2")
    assert "next_token" not in told.asked[0].params


@pytest.mark.parametrize("rule", ["lumen min_followers:100", "lumen " + "x" * 512, '"lumen down"~3', "(lumen"])
def test_a_rule_that_search_cannot_say_is_refused_before_x_is_asked(rule):
    for talk in (count(LUMEN, rule, SINCE, NOW), search(LUMEN, rule, SINCE, NOW, "")):
        told = drive(talk, [])
        assert isinstance(told.error, Refused)
        assert told.error.reason.startswith("X cannot search for this rule. ")


def test_a_spent_limit_says_when_it_opens_again():
    reset = int(NOW.timestamp()) + 300
    told = drive(
        search(LUMEN, "lumen", SINCE, NOW, ""),
        [answer(429, {"title": "Too Many Requests"}, x_rate_limit_reset=str(reset))],
    )
    assert isinstance(told.error, TryLater)
    assert told.error.at == NOW + timedelta(seconds=301)


def test_x_refusing_a_query_is_told_in_its_own_words():
    assert (
        drive(count(LUMEN, "lumen", SINCE, NOW), [answer(400, {"detail": "no such operator"})]).error.reason
        == "no such operator"
    )


def test_counts_without_a_total_never_pass_for_none():
    assert isinstance(drive(count(LUMEN, "lumen", SINCE, NOW), [answer(200, {"meta": {}})]).error, TryLater)


def test_rules_are_asked_for_together_in_queries_that_x_takes():
    rules = [Rule(str(number), f"lumen word{number}") for number in range(100)]
    asked = queries(LUMEN, [*rules, Rule("7", "lumen word7"), Rule("x", "lumen min_followers:9")])
    assert 1 < len(asked) < 10
    assert all(len(query) <= 512 and parse(query, "search") for query in asked)
    assert sum(query.count("word7)") for query in asked) == 1


moments = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 1), timezones=st.just(UTC))


@given(moments, moments)
def test_what_search_can_reach_ends_in_the_past_and_begins_within_seven_days(since, until):
    begin, end = searchable(X.capabilities, since, until, NOW)
    assert begin <= end <= NOW - timedelta(seconds=10)
    assert begin == end or (begin >= NOW - timedelta(days=7) and begin >= since and end <= until)
