"""Priority: nothing that makes a case worse lowers it, and the stored order is the order that people see."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earful.core.priority import (
    MINUTES_PER_POINT,
    MOST_POINTS,
    MOST_WAITING,
    Facts,
    rank_at,
    shown,
    waiting_points,
    weigh_up,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SIGNALS = st.tuples(st.sampled_from(["service is down", "a deadline is near", "praise"]), st.integers(-60, 60))
FACTS = st.builds(
    Facts,
    signals=st.lists(SIGNALS, max_size=6),
    followers=st.none() | st.integers(0, 10**9),
    unanswered=st.integers(0, 200),
    contacts=st.integers(0, 200),
    joined_in=st.integers(0, 10_000),
)
POINTS = st.integers(0, MOST_POINTS)
# Long enough for every order of two cases, short enough that the cap on waiting does not yet level them.
WAITED = st.integers(0, MOST_WAITING * MINUTES_PER_POINT * 60 - 1).map(lambda seconds: timedelta(seconds=seconds))


@given(FACTS, SIGNALS)
def test_one_more_signal_never_lowers_a_case(facts, signal):
    worse = replace(facts, signals=[*facts.signals, signal])
    assert weigh_up(worse).points >= weigh_up(facts).points


@pytest.mark.parametrize("count", ["followers", "unanswered", "contacts", "joined_in"])
@settings(max_examples=50)
@given(facts=FACTS, more=st.integers(0, 10**6))
def test_more_of_anything_never_lowers_a_case(count, facts, more):
    worse = replace(facts, **{count: (getattr(facts, count) or 0) + more})
    assert weigh_up(worse).points >= weigh_up(facts).points


@given(FACTS)
def test_points_stay_within_their_bounds_and_are_the_sum_of_their_reasons(facts):
    priority = weigh_up(facts)
    total = sum(points for _, points in priority.reasons)
    assert priority.points == min(MOST_POINTS, total)
    assert priority.points >= 0


@given(FACTS)
def test_reasons_come_strongest_first_and_each_counts(facts):
    points = [points for _, points in weigh_up(facts).reasons]
    assert points == sorted(points, reverse=True)
    assert all(each > 0 for each in points)


@given(FACTS, st.none() | st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_the_number_that_people_see_lies_between_0_and_100(facts, waited):
    since = None if waited is None else NOW - waited
    assert 0 <= shown(weigh_up(facts).points, since, NOW) <= 100


@given(POINTS, WAITED, POINTS, WAITED, st.timedeltas(timedelta(0), timedelta(hours=4)))
def test_the_stored_order_is_the_order_of_the_numbers_at_any_later_time(points, waited, others, other, later):
    mine, theirs, then = NOW - waited, NOW - other, NOW + later
    if max(then - mine, then - theirs) >= timedelta(minutes=MINUTES_PER_POINT * MOST_WAITING):
        return
    if rank_at(points, mine) <= rank_at(others, theirs):
        assert shown(points, mine, then) >= shown(others, theirs, then)


@given(POINTS, WAITED, POINTS, WAITED)
def test_a_higher_number_is_never_behind_a_lower_one(points, waited, others, other):
    mine, theirs = NOW - waited, NOW - other
    if shown(points, mine, NOW) > shown(others, theirs, NOW):
        assert rank_at(points, mine) < rank_at(others, theirs)


def test_waiting_adds_a_point_every_six_minutes_and_forty_at_most():
    waited = [timedelta(minutes=5, seconds=59), timedelta(minutes=6), timedelta(hours=4), timedelta(days=9)]
    assert [waiting_points(NOW - each, NOW) for each in waited] == [0, 1, 40, 40]


def test_a_case_that_does_not_wait_for_us_gathers_nothing():
    assert waiting_points(None, NOW) == 0


def test_a_case_from_the_future_of_a_fast_clock_has_not_waited():
    assert waiting_points(NOW + timedelta(hours=1), NOW) == 0


def test_a_loud_customer_never_buries_an_urgent_one():
    loud = Facts(signals=[("angry words", 8)], followers=50_000_000)
    urgent = Facts(signals=[("danger to people or property", 45)], followers=3)
    assert weigh_up(urgent).points > weigh_up(loud).points


def test_unknown_followers_are_no_reason():
    assert weigh_up(Facts(followers=None)).reasons == weigh_up(Facts(followers=0)).reasons == ()


def test_reasons_say_in_words_what_they_count():
    facts = Facts(followers=12_400, unanswered=3, contacts=2, joined_in=1)
    assert {words for words, _ in weigh_up(facts).reasons} == {
        "12k followers",
        "3 posts without an answer",
        "contact number 2",
        "1 other joined in",
    }


@pytest.mark.parametrize(
    ("followers", "words"), [(1_000, "1k"), (999_499, "999k"), (999_600, "1.0M"), (2_340_000, "2.3M")]
)
def test_followers_are_told_in_round_numbers(followers, words):
    assert weigh_up(Facts(followers=followers)).reasons[0][0] == f"{words} followers"
