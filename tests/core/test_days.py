"""Days by UTC."""

from datetime import UTC, date, datetime, timedelta, timezone

from earful.core.days import utc_day


def test_a_day_is_that_of_utc_wherever_the_moment_was_written() -> None:
    assert utc_day(datetime(2026, 11, 20, 23, 30, tzinfo=UTC)) == date(2026, 11, 20)
    assert utc_day(datetime(2026, 11, 21, 0, 30, tzinfo=timezone(timedelta(hours=1)))) == date(2026, 11, 20)
