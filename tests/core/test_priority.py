"""Priority: nothing that makes a case worse lowers it, no loud case passes an urgent one, and the stored order is the
order that people see.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earful.core.priority import (
    MINUTES_PER_POINT,
    MOST_POINTS,
    MOST_WAITING,
    MOST_WITHOUT_URGENCY,
    WEIGHTS,
    Facts,
    Weights,
    days_within,
    mistakes,
    rank_at,
    shown,
    waiting_points,
    weigh_up,
)
from earful.core.priority.weights import LOUD_SIGNALS, URGENT
from earful.core.triage import judge, points_of
from earful.core.triage.corpus import corpus
from earful.core.triage.verdict import signals

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
KNOWN = {signal.name: (signal.says, signal.points) for signal in signals()}
URGENT_SIGNALS = {name.removeprefix("signal.") for name in URGENT if name.startswith("signal.")}
CALM = sorted(set(KNOWN) - URGENT_SIGNALS - set(LOUD_SIGNALS))
SIGNALS = st.sampled_from([*KNOWN.values(), ("a sign of old", 30), ("a sign of old", -60)])
FACTS = st.builds(
    Facts,
    signals=st.lists(SIGNALS, max_size=6),
    followers=st.none() | st.integers(0, 10**9),
    unanswered=st.integers(0, 200),
    contacts=st.integers(0, 200),
    joined_in=st.integers(0, 10_000),
    urgency=st.sampled_from(["", "0", "1", "2", "3"]),
    severity=st.sampled_from(["", "1", "2", "3", "4"]),
    spread=st.integers(0, 10**7),
    tier=st.sampled_from(["", "valued", "key", "unheard of"]),
    promise_overdue=st.booleans(),
    incident=st.booleans(),
    within=st.integers(0, 400),
)
# Neither urgent nor loud: what two cases may have in common.
QUIET = FACTS.map(
    lambda facts: replace(
        facts, signals=[], followers=None, joined_in=0, severity="", spread=0, tier="", urgency=facts.urgency[:1]
    )
)
# Whatever a desk may write, wrong or right.
WEIGHED = st.dictionaries(st.sampled_from(sorted(WEIGHTS)), st.integers(0, 60)).map(
    lambda written: Weights({name: max(WEIGHTS[name].least, points) for name, points in written.items()})
)
POINTS = st.integers(0, MOST_POINTS)
# Long enough for every order of two cases, short enough that the cap on waiting does not yet level them.
WAITED = st.integers(0, MOST_WAITING * MINUTES_PER_POINT * 60 - 1).map(lambda seconds: timedelta(seconds=seconds))


@given(FACTS, SIGNALS, WEIGHED)
def test_one_more_signal_never_lowers_a_case(facts, signal, weights):
    worse = replace(facts, signals=[*facts.signals, signal])
    assert weigh_up(worse, weights).points >= weigh_up(facts, weights).points


@pytest.mark.parametrize("count", ["followers", "unanswered", "contacts", "joined_in", "spread"])
@settings(max_examples=50)
@given(facts=FACTS, more=st.integers(0, 10**6), weights=WEIGHED)
def test_more_of_anything_never_lowers_a_case(count, facts, more, weights):
    worse = replace(facts, **{count: (getattr(facts, count) or 0) + more})
    assert weigh_up(worse, weights).points >= weigh_up(facts, weights).points


@pytest.mark.parametrize(("question", "answers"), [("urgency", " 0123"), ("severity", " 1234")])
@settings(max_examples=50)
@given(facts=FACTS, weights=WEIGHED)
def test_a_graver_answer_never_lowers_a_case(question, answers, facts, weights):
    points = [weigh_up(replace(facts, **{question: each.strip()}), weights).points for each in answers]
    assert points == sorted(points)


@pytest.mark.parametrize("fact", ["promise_overdue", "incident"])
@settings(max_examples=50)
@given(facts=FACTS, weights=WEIGHED)
def test_a_promise_broken_or_an_incident_never_lowers_a_case(fact, facts, weights):
    without, with_it = (weigh_up(replace(facts, **{fact: is_so}), weights).points for is_so in (False, True))
    assert with_it >= without


def test_to_have_written_before_never_lowers_what_a_post_of_the_corpus_gives():
    for post in corpus():
        before, after = judge(post.text), judge(f"This is the third time I write. {post.text}")
        assert _points(after.signals) >= _points(before.signals), post.text


def _points(names):
    return weigh_up(Facts(points_of(names))).points


@given(FACTS, WEIGHED)
def test_points_stay_within_their_bounds_and_are_never_more_than_their_reasons(facts, weights):
    priority = weigh_up(facts, weights)
    assert 0 <= priority.points <= min(MOST_POINTS, sum(points for _, points in priority.reasons))


@given(FACTS)
def test_points_are_the_sum_of_their_reasons_up_to_the_cap(facts):
    priority = weigh_up(facts)
    total = sum(points for _, points in priority.reasons)
    assert priority.points >= min(MOST_WITHOUT_URGENCY, total)


@given(FACTS, WEIGHED)
def test_reasons_come_strongest_first_and_each_counts(facts, weights):
    points = [points for _, points in weigh_up(facts, weights).reasons]
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


@given(
    common=QUIET,
    said=st.lists(st.sampled_from(CALM), max_size=6),
    loud=FACTS,
    urgent=st.sampled_from(sorted(URGENT_SIGNALS)),
    weights=WEIGHED,
)
def test_a_louder_customer_never_passes_a_more_urgent_one(common, said, loud, urgent, weights):
    louder = replace(
        common,
        signals=points_of([*said, *LOUD_SIGNALS]),
        followers=loud.followers,
        joined_in=loud.joined_in,
        severity=loud.severity,
        spread=loud.spread,
        tier=loud.tier,
    )
    graver = replace(common, signals=points_of([*said, urgent]))
    passes = weigh_up(louder, weights).points > weigh_up(graver, weights).points
    assert not passes
    if common.urgency != "3":
        assert weigh_up(graver, weights).points > weigh_up(louder, weights).points


@given(FACTS, WEIGHED)
def test_to_be_stuck_at_once_outweighs_all_that_is_loud(loud, weights):
    shouted = Facts(
        signals=points_of(LOUD_SIGNALS), followers=loud.followers, joined_in=loud.joined_in,
        severity=loud.severity, spread=loud.spread, tier=loud.tier,
    )  # fmt: skip
    assert weigh_up(Facts(urgency="3"), weights).points > weigh_up(shouted, weights).points


def test_what_is_not_urgent_never_fills_the_scale():
    heap = Facts(points_of(CALM), followers=10**8, unanswered=9, contacts=9, urgency="2", promise_overdue=True)
    assert weigh_up(heap).points == MOST_WITHOUT_URGENCY < MOST_POINTS


def test_every_signal_that_is_called_urgent_or_loud_exists():
    assert {*URGENT_SIGNALS, *LOUD_SIGNALS} <= set(KNOWN)


def test_no_two_signals_say_the_same():
    assert len({says for says, _ in KNOWN.values()}) == len(KNOWN)


def test_a_signal_counts_what_its_data_says_until_a_desk_says_otherwise():
    fired = points_of(["danger"])
    assert weigh_up(Facts(fired)).points == KNOWN["danger"][1]
    assert weigh_up(Facts(fired), Weights({"signal.danger": 33})).points == 33


def test_the_table_out_of_the_box_has_no_mistakes():
    assert mistakes({}) == {}


@pytest.mark.parametrize(
    ("written", "field", "words"),
    [
        ({"signal.danger": 10}, "signal.danger", "write at least 18"),
        ({"loud": 30}, "urgency.3", "write at least 31"),
        ({"urgency.1": 9}, "urgency.2", "Must count at least"),
        ({"reach.most": 3}, "reach.most", "write at least 4"),
        ({"waiting": 0}, "waiting", "from 1 to 60"),
        ({"promise": 61}, "promise", "from 0 to 60"),
    ],
)
def test_a_mistake_is_said_at_its_field_with_what_to_write(written, field, words):
    assert words in mistakes(written)[field]


def test_a_weight_of_a_signal_that_is_gone_is_left_out():
    assert "signal.long_gone" not in Weights({"signal.long_gone": 5}).all


def test_slower_waiting_ranks_by_its_own_minutes():
    slow = Weights({"waiting": 12})
    assert rank_at(10, NOW, slow) == NOW - timedelta(minutes=120)
    assert shown(10, NOW - timedelta(minutes=60), NOW, slow) == 15


def test_unknown_followers_are_no_reason():
    assert weigh_up(Facts(followers=None)).reasons == weigh_up(Facts(followers=0)).reasons == ()


def test_reasons_say_in_words_what_they_count():
    facts = Facts(
        followers=12_400,
        unanswered=3,
        contacts=3,
        joined_in=1,
        severity="4",
        spread=140,
        promise_overdue=True,
        within=5,
    )
    assert [words for words, _ in weigh_up(facts).reasons] == [
        "a promise of ours is overdue",
        "3 posts without an answer",
        "carried on 140 times",
        "third contact in five days",
        "12k followers",
    ]


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(hours=3), "second contact in a day"),
        (timedelta(days=4, hours=2), "second contact in five days"),
        (timedelta(days=200), "second contact"),
        (None, "second contact"),
    ],
)
def test_contacts_say_in_how_many_days_they_came_while_that_is_few(before, words):
    within = days_within(None if before is None else NOW - before, NOW)
    assert weigh_up(Facts(contacts=2, within=within)).reasons[0][0] == words


@pytest.mark.parametrize(
    ("followers", "words"),
    [(1_000, "1,000"), (33_600, "34k"), (999_499, "999k"), (999_600, "1.0M"), (2_340_000, "2.3M")],
)
def test_followers_are_told_in_round_numbers(followers, words):
    assert weigh_up(Facts(followers=followers)).reasons[0][0] == f"{words} followers"
