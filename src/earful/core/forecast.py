"""What a month will have cost when it is over, from what its days and those before cost: likely, and between what.

A day costs what days of its kind did: its weekday's own mean, drawn towards the mean of all days the fewer there are.
The range comes from how far days strayed from that, and widens with the days to come and with how little is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt
from typing import Final

# Days before these say little of how things go now.
LOOK_BACK: Final = 28
# So many days of one weekday weigh as much as what all days say.
_SHRINK: Final = 2.0
# Eight of ten months end within the range, if days stray as they did.
_WIDE: Final = 1.2816
# A desk that has seen fewer whole days than this cannot say what a month will cost.
LEAST_DAYS: Final = 2


@dataclass(frozen=True, slots=True)
class Forecast:
    """Millionths of a dollar at the end of the month; `days` is on how many whole days it rests."""

    low: int
    likely: int
    high: int
    days: int


def forecast(spent: Mapping[date, int], now: datetime, begun: date | None = None) -> Forecast | None:
    """To the end of the month of `now` (UTC). `spent` is by day, in millionths; a day that is not there cost nothing.
    `begun` is the first day of which anything is known, if that is not the first in `spent`. None while too little is
    known.
    """
    today = now.date()
    known = _whole_days(spent, today, begun)
    if len(known) < LEAST_DAYS:
        return None
    end = (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    expected = _Expected.of(known)
    sure = sum(amount for day, amount in spent.items() if today.replace(day=1) <= day <= today)
    passed = (now - now.replace(hour=0, minute=0, second=0, microsecond=0)) / timedelta(days=1)
    left = [(today, 1 - passed), *((today + timedelta(days=n), 1.0) for n in range(1, (end - today).days))]
    rest = sum(expected.on(day) * part for day, part in left)
    days = sum(part for _, part in left)
    # Days stray one by one, and all of them by as much as the mean is uncertain.
    stray = _WIDE * expected.stray * sqrt(days + days * days / len(known))
    return Forecast(sure + max(0, round(rest - stray)), sure + round(rest), sure + round(rest + stray), len(known))


@dataclass(frozen=True, slots=True)
class _Expected:
    """What a day is expected to cost: by weekday, and how far days stray from it."""

    weekdays: tuple[float, ...]
    stray: float

    @classmethod
    def of(cls, known: Mapping[date, int]) -> "_Expected":
        mean = sum(known.values()) / len(known)
        by_weekday: list[list[int]] = [[] for _ in range(7)]
        for day, amount in known.items():
            by_weekday[day.weekday()].append(amount)
        weekdays = tuple((sum(seen) + _SHRINK * mean) / (len(seen) + _SHRINK) for seen in by_weekday)
        square = sum((amount - weekdays[day.weekday()]) ** 2 for day, amount in known.items())
        return cls(weekdays, sqrt(square / max(1, len(known) - 1)))

    def on(self, day: date) -> float:
        return self.weekdays[day.weekday()]


def _whole_days(spent: Mapping[date, int], today: date, begun: date | None) -> dict[date, int]:
    """The last whole days, those that cost nothing among them, but not those before anything was known."""
    first = begun or min(spent, default=today)
    days = [today - timedelta(days=back) for back in range(1, LOOK_BACK + 1)]
    return {day: spent.get(day, 0) for day in days if day >= first}
