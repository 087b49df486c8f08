"""What waiting adds, and the order that follows.

The number that people see is `points` (what the case is) plus a point for every few minutes of waiting. Because waiting
adds the same to every waiting case, the order between two of them never changes as time passes: it is the order of
`rank_at`, the moment from which a case would have had to wait to be as urgent with no other reason. So the order is a
stored, indexed column, and nothing has to be counted again every minute.
"""

from datetime import datetime, timedelta
from typing import Final

from earful.core.priority.weights import DEFAULT, Weights

MINUTES_PER_POINT: Final = DEFAULT["waiting"]
MOST_WAITING: Final = 40


def rank_at(points: int, waiting_since: datetime, weights: Weights = DEFAULT) -> datetime:
    """Where a case stands among the waiting: oldest first. Aware datetimes in, aware out."""
    return waiting_since - timedelta(minutes=weights["waiting"] * points)


def shown(points: int, waiting_since: datetime | None, now: datetime, weights: Weights = DEFAULT) -> int:
    """The number people see, 0 to 100."""
    return points + waiting_points(waiting_since, now, weights)


def waiting_points(waiting_since: datetime | None, now: datetime, weights: Weights = DEFAULT) -> int:
    """A point for each few minutes of waiting, 40 at most; none while the case does not wait for us."""
    if waiting_since is None:
        return 0
    return max(0, min(MOST_WAITING, (now - waiting_since) // timedelta(minutes=weights["waiting"])))
