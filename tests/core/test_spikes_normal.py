"""What is normal in an hour: learned from few days, honest about it, and not moved by what was unusual."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earful.core.spikes.normal import Normal, normal

WEEKS = 8 * 168


def learned(counts: list[float], hour: int | None = None, guess: float = 2.0) -> Normal:
    hours = np.arange(len(counts), dtype=np.int64)
    return normal(hours, np.array(counts, np.float64), len(counts) if hour is None else hour, guess)


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        (0, "no history yet: judged against a guess"),
        (1, "only 1 hour of history: judged against a guess as well"),
        (5, "only 5 hours of history: judged against a guess as well"),
        (48, "only 2 days of history: judged against the whole"),
        (24 * 5, "only 5 days of history: judged by this hour of 5 days"),
        (WEEKS, "judged by this hour of 8 weeks"),
    ],
)
def test_it_says_by_how_much_it_was_judged(hours: int, says: str) -> None:
    assert learned([1.0] * hours).judged_by == says


def test_an_hour_of_the_week_has_a_normal_of_its_own_once_it_was_seen_often() -> None:
    busy = [30.0 if hour % 168 == 10 else 1.0 for hour in range(WEEKS)]
    assert learned(busy, 10).an_hour > 5 * learned(busy, 11).an_hour


def test_few_days_are_enough_for_a_rhythm() -> None:
    days = [20.0 if hour % 24 == 9 else 1.0 for hour in range(4 * 24)]
    assert learned(days, 9).an_hour > 3 * learned(days, 3).an_hour


def test_growth_of_the_last_days_is_believed() -> None:
    grown = [2.0] * (WEEKS - 72) + [6.0] * 72
    assert learned(grown).an_hour > 1.5 * learned([2.0] * WEEKS).an_hour


@given(st.integers(0, WEEKS - 1), st.integers(20, 5000))
def test_one_storm_of_the_past_hardly_moves_it(at: int, people: int) -> None:
    calm = [3.0] * WEEKS
    stormy = [*calm[:at], float(people), *calm[at + 1 :]]
    assert learned(stormy, at).an_hour <= 2.0 * learned(calm, at).an_hour


@given(st.lists(st.integers(0, 50), max_size=400), st.integers(1, 60), st.sampled_from([5, 15, 60]))
def test_more_people_are_never_less_surprising_and_numbers_stay_numbers(
    counts: list[int], people: int, minutes: int
) -> None:
    known = learned([float(count) for count in counts])
    fewer, more = known.surprise(people, minutes), known.surprise(people + 1, minutes)
    assert 0 <= fewer <= more <= 300
    assert known.an_hour > 0
