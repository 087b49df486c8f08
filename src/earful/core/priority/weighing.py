"""What a case weighs, and why: plain facts in, points and reasons out."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

from earful.core.figures import in_words, ordinal, short_number
from earful.core.priority.weights import DEFAULT, LOUD_SIGNALS, URGENT, WEIGHTS, Weights

MOST_POINTS: Final = 60
# What is not urgent never fills the scale, however much of it comes together: the top belongs to what is.
MOST_WITHOUT_URGENCY: Final = 50
_FOLLOWERS_COUNT_FROM: Final = 1_000
_RECENT_DAYS: Final = 30
_LOUD: Final = frozenset(f"signal.{name}" for name in LOUD_SIGNALS)

Reason = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a case at one moment. `unanswered` counts the customer's posts since our answer, `contacts` the
    cases this customer has had, `within` the days since the first of those (0: not known), `spread` how often their
    posts were carried on. `urgency` and `severity` are the answers to these heads ("": not asked, or not sure).
    """

    signals: Sequence[tuple[str, int]] = ()
    followers: int | None = None
    unanswered: int = 1
    contacts: int = 1
    joined_in: int = 0
    urgency: str = ""
    severity: str = ""
    spread: int = 0
    tier: str = ""
    promise_overdue: bool = False
    incident: bool = False
    within: int = 0


class Priority(NamedTuple):
    """Points (0 to 60) before waiting, and the reasons for them, strongest first."""

    points: int
    reasons: tuple[Reason, ...]


def weigh_up(facts: Facts, weights: Weights = DEFAULT) -> Priority:
    """The points of a case and why. Capped, so that a loud customer never buries an urgent one."""
    urgent, loud, others = _sorted_out(facts, weights)
    loud = _at_most(weights.loudest, loud)
    without = min(MOST_WITHOUT_URGENCY, _sum(others) + _sum(loud))
    reasons = sorted([*urgent, *others, *loud], key=lambda reason: -reason[1])
    return Priority(min(MOST_POINTS, _sum(urgent) + without), tuple(reasons))


def days_within(first: datetime | None, newest: datetime) -> int:
    """In how many days contacts came, for `Facts.within`; 0 where that is too long for the number to say anything."""
    if first is None:
        return 0
    days = max(1, ceil((newest - first) / timedelta(days=1)))
    return days if days <= _RECENT_DAYS else 0


def _sorted_out(facts: Facts, weights: Weights) -> tuple[list[Reason], list[Reason], list[Reason]]:
    """The reasons that count: urgent ones, loud ones, all others."""
    urgent, loud, others = list[Reason](), list[Reason](), list[Reason]()
    for name, says, points in _reasons(facts, weights):
        if points > 0:
            where = urgent if name in URGENT else loud if name in _LOUD else others
            where.append((says, points))
    loud += [reason for reason in _loud(facts, weights) if reason[1] > 0]
    return urgent, loud, others


def _reasons(facts: Facts, weights: Weights) -> Iterator[tuple[str, str, int]]:
    """What may be urgent, or is of no such kind; named where it stands in the table by itself."""
    for says, own in facts.signals:
        name, points = weights.of_signal(says, own)
        yield name, says, points
    if (urgency := WEIGHTS.get(f"urgency.{facts.urgency}")) is not None:
        yield urgency.name, urgency.says, weights.of_step("urgency", facts.urgency)
    if facts.unanswered > 1:
        points = _counted(weights, "unanswered", facts.unanswered - 1)
        yield "", f"{facts.unanswered} posts without an answer", points
    if facts.contacts > 1:
        yield "", _contacts(facts), _counted(weights, "contacts", facts.contacts - 1)
    if facts.promise_overdue:
        yield "promise", WEIGHTS["promise"].says, weights["promise"]
    if facts.incident:
        yield "incident", WEIGHTS["incident"].says, weights["incident"]


def _loud(facts: Facts, weights: Weights) -> Iterator[Reason]:
    if (severity := WEIGHTS.get(f"severity.{facts.severity}")) is not None:
        yield severity.says, weights.of_step("severity", facts.severity)
    if facts.followers and facts.followers >= _FOLLOWERS_COUNT_FROM:
        tenfold = math.log10(facts.followers) - 2
        yield f"{short_number(facts.followers)} followers", _counted(weights, "reach", tenfold)
    if facts.spread > 0:
        yield _spread(facts.spread), _counted(weights, "spread", math.log10(facts.spread))
    if facts.joined_in:
        yield _joined(facts.joined_in), _counted(weights, "joined_in", facts.joined_in)
    if (tier := WEIGHTS.get(f"tier.{facts.tier}")) is not None:
        yield tier.says, weights[tier.name]


def _counted(weights: Weights, name: str, many: float) -> int:
    return min(weights[f"{name}.most"], round(weights[f"{name}.each"] * many))


def _contacts(facts: Facts) -> str:
    within = "" if not facts.within else " in a day" if facts.within == 1 else f" in {in_words(facts.within)} days"
    return f"{ordinal(facts.contacts)} contact{within}"


def _spread(times: int) -> str:
    return "carried on once" if times == 1 else f"carried on {short_number(times)} times"


def _joined(people: int) -> str:
    return "1 other joined in" if people == 1 else f"{short_number(people)} others joined in"


def _at_most(most: int, reasons: list[Reason]) -> list[Reason]:
    """The reasons, strongest first, as far as they count: together no more than `most`."""
    counting = []
    for says, points in sorted(reasons, key=lambda reason: -reason[1]):
        if most > 0:
            counting.append((says, min(points, most)))
            most -= min(points, most)
    return counting


def _sum(reasons: Sequence[Reason]) -> int:
    return sum(points for _, points in reasons)
