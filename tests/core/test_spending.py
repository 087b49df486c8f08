"""What stops first when a budget runs out, and what never does."""

from hypothesis import given
from hypothesis import strategies as st

from earful.core.spending import IN_WORDS, STOPS, Purpose, stopped, warns

DOLLAR = 1_000_000


def test_what_helps_customers_least_stops_first():
    order = [stop.purpose for stop in STOPS]
    assert order == [
        Purpose.ENRICHMENT,
        Purpose.RULES,
        Purpose.RECONCILIATION,
        Purpose.MENTIONS,
        Purpose.MESSAGES,
    ]
    assert [stop.at for stop in STOPS] == sorted(stop.at for stop in STOPS)


def test_nothing_stops_without_a_budget_and_sending_never():
    assert stopped(10**15, None) == []
    assert Purpose.SENDING not in stopped(10**15, 1)


def test_a_budget_of_nothing_stops_all_listening():
    assert stopped(0, 0) == [stop.purpose for stop in STOPS]


def test_a_warning_comes_before_the_first_stop():
    assert (warns(79 * DOLLAR, 100 * DOLLAR), stopped(79 * DOLLAR, 100 * DOLLAR)) == (False, [])
    assert (warns(80 * DOLLAR, 100 * DOLLAR), stopped(80 * DOLLAR, 100 * DOLLAR)) == (True, [])
    assert stopped(90 * DOLLAR, 100 * DOLLAR) == [Purpose.ENRICHMENT]


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(1, 10**12))
def test_who_spends_more_is_stopped_in_no_less(spent, more, budget):
    assert set(stopped(spent, budget)) <= set(stopped(spent + more, budget))


def test_every_purpose_can_be_said_and_what_is_missing_while_it_rests():
    assert set(IN_WORDS) == set(Purpose)
    assert all(IN_WORDS[stop.purpose].missing for stop in STOPS)
