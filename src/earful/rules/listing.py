"""The listening rules as a list: what each found today and in two weeks, what that cost, how it stands. Three
statements for a page, which is found by key, however many rules there are.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Lower, TruncDate

from earful.core.days import utc_day
from earful.rules.models import ListeningRule, Pace, Standing, StandingState

TREND_DAYS: Final = 14
PAGE: Final = 100
_MOST_WORDS: Final = 10
_CURSOR: Final = re.compile(r"([0-2])\.(\d{1,18})\.(.*)", re.DOTALL)


class CursorError(ValueError):
    """The `after` of a page was not one that a page gave out."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule and its figures. Days are those of UTC. `today` counts the posts written today, `trend` those of each of
    the last fourteen days, oldest first, `cost_today` is what networks billed at most for its posts today, in dollars
    by their price lists (backfills apart, which keep their own account). Rows stand in the order of their `place`.
    """

    rule: ListeningRule
    today: int
    trend: list[int]
    cost_today: float
    standing: list[Standing] = field(default_factory=list)
    place: str = ""


@dataclass(frozen=True, slots=True)
class RulesPage:
    """A page of the list, and the `after` that asks for the next one ("" at the end)."""

    rows: list[RuleRow]
    next: str


def listed(now: datetime, *, words: str = "", after: str = "", size: int = PAGE) -> RulesPage:
    """The rules that say all of `words` in their names or texts: those that need somebody first, the paused last, by
    name. They come with their owners, standings with their channels. Raises CursorError.
    """
    found = list(_behind(_in_order(words), after)[: size + 1])
    rows = _rows(found[:size], now)
    return RulesPage(rows, _cursor(found[size - 1]) if len(found) > size else "")


def rows_of(ids: Collection[int], now: datetime, *, words: str = "") -> list[RuleRow]:
    """Those of the rules `ids` that are there and say `words`, as they stand in the list."""
    return _rows(list(_in_order(words).filter(pk__in=ids)), now)


def finding_lately(most: int) -> QuerySet[ListeningRule]:
    """The rules whose newest find is the newest; at the end those that never found anything."""
    newest = Pace.objects.filter(rule=OuterRef("pk")).order_by("-hour").values("hour")[:1]
    rules = ListeningRule.objects.alias(newest=Subquery(newest))
    return rules.order_by(F("newest").desc(nulls_last=True), "-pk")[:most]


def _in_order(words: str) -> QuerySet[Any]:
    """Each rule with its `need` (0: of somebody, 2: none, it is paused) and its name as it is `named` in the order."""
    refused = Standing.objects.filter(rule=OuterRef("pk"), state=StandingState.REFUSED, channel__enabled=True)
    need = Case(
        When(tripped_at__isnull=False, then=Value(0)),
        When(enabled=False, then=Value(2)),
        When(Exists(refused), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    rules = ListeningRule.objects.annotate(need=need, named=Lower("name")).select_related("owner")
    for word in words.replace("\0", " ").split()[:_MOST_WORDS]:
        rules = rules.filter(Q(name__icontains=word) | Q(text__icontains=word))
    return rules.order_by("need", "named", "pk")


def _behind(rules: QuerySet[Any], after: str) -> QuerySet[Any]:
    if not after:
        return rules
    parts = _CURSOR.fullmatch(after)
    if parts is None or "\0" in after:
        raise CursorError(after)
    need, number, named = int(parts[1]), int(parts[2]), parts[3]
    same_name = Q(need=need, named=named, pk__gt=number)
    return rules.filter(Q(need__gt=need) | Q(need=need, named__gt=named) | same_name)


def _cursor(rule: Any) -> str:
    return f"{rule.need}.{rule.pk}.{rule.named}"


def _rows(rules: Sequence[Any], now: datetime) -> list[RuleRow]:
    today = utc_day(now)
    days = [today - timedelta(days=before) for before in range(TREND_DAYS - 1, -1, -1)]
    ids = [rule.pk for rule in rules]
    paces, standings = _paces(ids, days[0]), _standings(ids)
    return [
        RuleRow(
            rule,
            paces[rule.pk, today][0],
            [paces[rule.pk, day][0] for day in days],
            paces[rule.pk, today][1],
            standings[rule.pk],
            f"{rule.need} {rule.named}",
        )
        for rule in rules
    ]


def _paces(rules: Collection[int], since: date) -> defaultdict[tuple[int, date], tuple[int, float]]:
    """Posts and dollars by rule and day."""
    begin = datetime(since.year, since.month, since.day, tzinfo=UTC)
    by_day = Pace.objects.filter(rule__in=rules, hour__gte=begin).values("rule", day=TruncDate("hour", tzinfo=UTC))
    summed = by_day.annotate(found=Sum("posts"), spent=Sum("cost")).values_list("rule", "day", "found", "spent")
    paces: defaultdict[tuple[int, date], tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    paces.update({(rule, day): (found, float(spent)) for rule, day, found, spent in summed})
    return paces


def _standings(rules: Collection[int]) -> defaultdict[int, list[Standing]]:
    standings: defaultdict[int, list[Standing]] = defaultdict(list)
    for standing in Standing.objects.filter(rule__in=rules).select_related("channel").order_by("channel", "pk"):
        standings[standing.rule_id].append(standing)
    return standings
