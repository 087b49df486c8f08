"""Ids that carry their time: milliseconds since X's epoch, shifted by 22 bits.

Source: X's documentation page on ids (fundamentals/x-ids); the epoch is that of the published Snowflake
generator.
"""

from collections.abc import Callable
from datetime import UTC, datetime

EPOCH_MS = 1_288_834_974_657
SHIFT = 22
MAX_ID = 2**63 - 1


class Snowflakes:
    """Gives out rising ids. A clock that stands still or runs backwards only makes the next id the last plus
    one.
    """

    def __init__(self, clock: Callable[[], float], last: int = 0) -> None:
        self.clock = clock
        self.last = last

    def next(self) -> int:
        """A new id, greater than every id before it."""
        self.last = max(self.last + 1, first_at(self.clock()))
        return self.last


def first_at(seconds: float) -> int:
    """The smallest id that a moment (seconds since 1970) can have; ids end with the year 2080."""
    return min(max(0, round(seconds * 1000) - EPOCH_MS) << SHIFT, MAX_ID)


def moment(snowflake: int) -> float:
    """When an id was made, in seconds since 1970, exact to the millisecond."""
    return ((snowflake >> SHIFT) + EPOCH_MS) / 1000


def written(snowflake: int) -> str:
    """When an id was made, as X writes it: `2026-03-01T09:30:00.250Z`."""
    at = datetime.fromtimestamp(moment(snowflake), UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{round(moment(snowflake) * 1000) % 1000:03d}Z"
