"""Priority as a number with reasons, and an order that never goes stale.

The number that people see is `points` (what the case is) plus a point for every six minutes of waiting.
Because waiting adds the same to every waiting case, the order between two of them never changes as time
passes: it is the order of `rank_at`, the moment from which a case would have had to wait to be as urgent with
no other reason. So the order is a stored, indexed column, and nothing has to be counted again every minute.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

MINUTES_PER_POINT: Final = 6
MOST_POINTS: Final = 60
MOST_WAITING: Final = 40


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a case at one moment. `unanswered` counts the customer's posts since our answer."""

    signals: Sequence[tuple[str, int]] = ()
    followers: int | None = None
    unanswered: int = 1
    contacts: int = 1
    joined_in: int = 0


class Priority(NamedTuple):
    """Points (0 to 60) before waiting, and the reasons for them, strongest first."""

    points: int
    reasons: tuple[tuple[str, int], ...]


def weigh_up(facts: Facts) -> Priority:
    """The points of a case and why. Capped, so that a loud customer never buries an urgent one."""
    reasons = [(says, points) for says, points in facts.signals if points > 0]
    counted = (_reach(facts), _unanswered(facts), _contacts(facts), _joined(facts))
    reasons += [reason for reason in counted if reason]
    reasons.sort(key=lambda reason: -reason[1])
    return Priority(min(MOST_POINTS, sum(points for _, points in reasons)), tuple(reasons))


def _reach(facts: Facts) -> tuple[str, int] | None:
    if not facts.followers or facts.followers < 1_000:
        return None
    points = min(12, round(4 * (math.log10(facts.followers) - 2)))
    return (f"{_short(facts.followers)} followers", points)


def _unanswered(facts: Facts) -> tuple[str, int] | None:
    if facts.unanswered < 2:
        return None
    return (f"{facts.unanswered} posts without an answer", min(18, 6 * (facts.unanswered - 1)))


def _contacts(facts: Facts) -> tuple[str, int] | None:
    if facts.contacts < 2:
        return None
    return (f"contact number {facts.contacts}", min(12, 4 * (facts.contacts - 1)))


def _joined(facts: Facts) -> tuple[str, int] | None:
    if not facts.joined_in:
        return None
    people = "1 other joined in" if facts.joined_in == 1 else f"{facts.joined_in} others joined in"
    return (people, min(8, 2 * facts.joined_in))


def _short(number: int) -> str:
    return f"{number / 1_000_000:.1f}M" if number >= 999_500 else f"{number / 1_000:.0f}k"


def rank_at(points: int, waiting_since: datetime) -> datetime:
    """Where a case stands among the waiting: oldest first. Aware datetimes in, aware out."""
    return waiting_since - timedelta(minutes=MINUTES_PER_POINT * points)


def shown(points: int, waiting_since: datetime | None, now: datetime) -> int:
    """The number people see, 0 to 100."""
    return points + waiting_points(waiting_since, now)


def waiting_points(waiting_since: datetime | None, now: datetime) -> int:
    """A point for each six minutes of waiting, 40 at most; none while the case does not wait for us."""
    if waiting_since is None:
        return 0
    return max(0, min(MOST_WAITING, (now - waiting_since) // timedelta(minutes=MINUTES_PER_POINT)))
