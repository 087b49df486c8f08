"""The listening rules as the page lists them: what each asks for, finds, costs, and how it stands, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse

from earful.console.backfills_shown import BackfillShown, lately
from earful.console.checking import Checked, check
from earful.console.composing import at_most
from earful.console.money_told import OVER_BUDGET, over_budget
from earful.console.rows import Chip, network_name
from earful.console.spark import Spark, spark
from earful.core.days import utc_day
from earful.rules.listing import RuleRow
from earful.rules.models import ListeningRule, Standing, StandingState


@dataclass(frozen=True, slots=True)
class RuleShown:
    """One rule of the list. `found_at` leads to the posts that it found today; `cost` is "" where nothing is billed.

    `rests` says since when and why its breaker holds it back, or is None. Rules stand in the order of their `place`.
    """

    rule: ListeningRule
    checked: Checked
    today: int
    found_at: str
    trend: Spark
    cost: str
    owner: str
    standings: list[Chip]
    rests: Rests | None
    backfills: list[BackfillShown]
    place: str


@dataclass(frozen=True, slots=True)
class Rests:
    """A tripped breaker: since when, and the sentence that says why."""

    since: datetime
    because: str


def rules_shown(rows: Sequence[RuleRow], now: datetime) -> list[RuleShown]:
    """Rows of the list, in their order."""
    numbers = [row.rule.pk for row in rows]
    walks, over = lately(numbers, now), over_budget(numbers)
    return [_shown(row, walks.get(row.rule.pk, []), row.rule.pk in over, now) for row in rows]


def rests(rule: ListeningRule) -> Rests | None:
    """What to say of a rule that its breaker holds back."""
    if rule.tripped_at is None:
        return None
    return Rests(rule.tripped_at, f"{rule.tripped_by or 0:,} posts in a minute; most is {rule.most_a_minute:,}.")


def standings(rule: ListeningRule, told: Sequence[Standing], *, over: bool = False) -> list[Chip]:
    """How the networks hold the rule; `told` come with their channels. `over` its budget, no network does."""
    if over and rule.enabled:
        return [Chip(OVER_BUDGET, "grave")]
    if rule.tripped_at is not None:
        return []
    if not rule.enabled:
        return [Chip("paused")]
    if not told:
        return [Chip("not yet told to any network")]
    return [_standing(one) for one in told]


def _shown(row: RuleRow, walks: list[BackfillShown], over: bool, now: datetime) -> RuleShown:
    rule = row.rule
    return RuleShown(
        rule=rule,
        checked=check(rule.text),
        today=row.today,
        found_at=f"{reverse('console:posts')}?rule={rule.pk}&since={utc_day(now).isoformat()}",
        trend=spark(row.trend, _trend_in_words(row.trend)),
        cost=at_most(row.cost_today) if row.cost_today else "",
        owner=rule.owner.shown_name if rule.owner else "nobody",
        standings=standings(rule, row.standing, over=over),
        rests=rests(rule),
        backfills=walks,
        place=row.place,
    )


def _trend_in_words(days: Sequence[int]) -> str:
    if not any(days):
        return f"Nothing found in {len(days)} days"
    return f"Found in the last {len(days)} days, oldest first: {', '.join(f'{day:,}' for day in days)}"


def _standing(standing: Standing) -> Chip:
    network = network_name(standing.channel.network)
    words, tone = _WORDS[StandingState(standing.state)]
    said = words.format(network=network, handle=standing.channel.handle)
    return Chip(f"{said}: {standing.reason}" if standing.reason else said, tone)


_WORDS: Final = {
    StandingState.IN_FORCE: ("in force on {network}, @{handle}", "own"),
    StandingState.REFUSED: ("{network} refuses it for @{handle}", "grave"),
    StandingState.HERE_ONLY: ("matched here only, for @{handle}", ""),
}
