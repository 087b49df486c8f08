"""What a month will have cost: never less than is spent, by weekdays where they differ, and honest about its range."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from earful.core.forecast import forecast

# A Sunday; November has thirty days.
NOON = datetime(2026, 11, 15, 12, tzinfo=UTC)
DOLLAR = 1_000_000


def days(amount, count):
    before = [NOON.date() - timedelta(days=back) for back in range(1, count + 1)]
    return {day: amount(day) for day in before}


def test_even_days_go_on_evenly():
    spent = {**days(lambda day: 2 * DOLLAR, 20), NOON.date(): DOLLAR}
    told = forecast(spent, NOON)
    # Fourteen whole days and half of today are paid, half of today and fifteen days are to come.
    assert (told.low, told.likely, told.high) == (60 * DOLLAR, 60 * DOLLAR, 60 * DOLLAR)


def test_weekends_are_told_apart_once_they_are_known():
    spent = days(lambda day: 0 if day.weekday() >= 5 else 10 * DOLLAR, 28)
    told = forecast(spent, NOON.replace(hour=0))
    paid = sum(amount for day, amount in spent.items() if day.month == 11)
    weekdays = sum(1 for n in range(16) if (NOON.date() + timedelta(days=n)).weekday() < 5)
    assert abs(told.likely - (paid + weekdays * 10 * DOLLAR)) < 10 * DOLLAR


def test_the_less_is_known_the_wider_the_range():
    def uneven(day: date) -> int:
        return (1 + day.day % 3) * DOLLAR

    long, short = (forecast(days(uneven, count), NOON) for count in (27, 6))
    assert short.high - short.low > long.high - long.low > 0


def test_a_desk_of_yesterday_says_nothing():
    assert forecast({NOON.date(): 5 * DOLLAR}, NOON) is None
    assert forecast(days(lambda day: DOLLAR, 1), NOON) is None
    assert forecast({}, NOON) is None


def test_days_without_a_bill_are_days_too():
    spent = {NOON.date() - timedelta(days=10): 10 * DOLLAR}
    told = forecast(spent, NOON)
    assert told.days == 10
    assert told.likely < 10 * DOLLAR + 16 * 2 * DOLLAR


@given(
    st.dictionaries(st.integers(0, 40), st.integers(0, 10**9), min_size=1),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
def test_it_never_says_less_than_is_spent_and_its_range_holds_what_is_likely(amounts, now):
    spent = {now.date() - timedelta(days=back): amount for back, amount in amounts.items()}
    told = forecast(spent, now)
    if told is not None:
        paid = sum(amount for day, amount in spent.items() if (day.year, day.month) == (now.year, now.month))
        assert paid <= told.low <= told.likely <= told.high
