"""The listening rules as a list: what each found today and in two weeks, what that cost, how it stands. Three
statements, however many rules there are.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db.models import Sum
from django.db.models.functions import TruncDate

from earful.rules.models import ListeningRule, Pace, Standing

TREND_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule and its figures. Days are those of UTC. `today` counts the posts written today, `trend` those of each of
    the last fourteen days, oldest first, `cost_today` is what networks billed for its posts today, in dollars by their
    price lists (backfills apart, which keep their own account).
    """

    rule: ListeningRule
    today: int
    trend: list[int]
    cost_today: float
    standing: list[Standing] = field(default_factory=list)


def listed(now: datetime) -> list[RuleRow]:
    """Every rule with its owner, in the order in which they were made; standings come with their channels."""
    today = now.astimezone(UTC).date()
    days = [today - timedelta(days=before) for before in range(TREND_DAYS - 1, -1, -1)]
    paces, standings = _paces(days[0]), _standings()
    return [
        RuleRow(
            rule,
            paces[rule.pk, today][0],
            [paces[rule.pk, day][0] for day in days],
            paces[rule.pk, today][1],
            standings[rule.pk],
        )
        for rule in ListeningRule.objects.select_related("owner").order_by("pk")
    ]


def _paces(since: date) -> defaultdict[tuple[int, date], tuple[int, float]]:
    """Posts and dollars by rule and day."""
    begin = datetime(since.year, since.month, since.day, tzinfo=UTC)
    by_day = Pace.objects.filter(hour__gte=begin).values("rule", day=TruncDate("hour", tzinfo=UTC))
    summed = by_day.annotate(found=Sum("posts"), spent=Sum("cost")).values_list("rule", "day", "found", "spent")
    paces: defaultdict[tuple[int, date], tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    paces.update({(rule, day): (found, float(spent)) for rule, day, found, spent in summed})
    return paces


def _standings() -> defaultdict[int, list[Standing]]:
    standings: defaultdict[int, list[Standing]] = defaultdict(list)
    for standing in Standing.objects.select_related("channel").order_by("channel", "pk"):
        standings[standing.rule_id].append(standing)
    return standings
