"""Priority as a number with reasons, and an order that never goes stale.

What a case is gives points (`weighing`), by weights that a desk edits (`weights`); waiting adds to them (`waiting`).
"""

from earful.core.priority.waiting import MINUTES_PER_POINT, MOST_WAITING, rank_at, shown, waiting_points
from earful.core.priority.weighing import MOST_POINTS, MOST_WITHOUT_URGENCY, Facts, Priority, days_within, weigh_up
from earful.core.priority.weights import DEFAULT, GROUPS, WEIGHTS, Weight, Weights, mistakes

__all__ = [
    "DEFAULT",
    "GROUPS",
    "MINUTES_PER_POINT",
    "MOST_POINTS",
    "MOST_WAITING",
    "MOST_WITHOUT_URGENCY",
    "WEIGHTS",
    "Facts",
    "Priority",
    "Weight",
    "Weights",
    "days_within",
    "mistakes",
    "rank_at",
    "shown",
    "waiting_points",
    "weigh_up",
]
