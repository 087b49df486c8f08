"""Trying weights out on the cases of the last days: what would move, and how the inbox would begin. Nothing is written.

Each case is weighed twice by what is known of it today: by the weights in force and by the others. So a case that was
solved meanwhile counts without the posts that had no answer then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from earful.cases.models import OPEN_STATUSES, Case, Closing
from earful.cases.weights import in_force
from earful.core.priority import Facts, Priority, Weights, rank_at, weigh_up
from earful.people.models import Agent

DAYS: Final = 7
# Weighing so many twice takes about half a second.
MOST: Final = 5_000
SHOWN: Final = 10
FIRST: Final = 20


@dataclass(frozen=True, slots=True)
class Weighed:
    """A case by both weights. `was` and `becomes` are its places among those that wait for us, from 1 (0: none)."""

    case: Case
    before: Priority
    after: Priority
    was: int = 0
    becomes: int = 0

    @property
    def change(self) -> int:
        return self.after.points - self.before.points

    def why(self) -> list[tuple[str, int, int]]:
        """The reasons that count otherwise: their words, what they count now, what they would count."""
        before, after = dict(self.before.reasons), dict(self.after.reasons)
        both = ((says, before.get(says, 0), after.get(says, 0)) for says in dict.fromkeys([*after, *before]))
        return [(says, was, becomes) for says, was, becomes in both if was != becomes]


@dataclass(frozen=True, slots=True)
class Trial:
    """What other weights would do. `of` cases of the last days were weighed (all there are, unless `more`), and `moved`
    would have other points; `risen` and `fallen` are those that would most. `first` is how the inbox begins now, and
    `first_then` how it would.
    """

    of: int
    more: bool
    moved: int
    risen: Sequence[Weighed]
    fallen: Sequence[Weighed]
    first: Sequence[Weighed]
    first_then: Sequence[Weighed]


def try_out(weights: Weights, agent: Agent, now: datetime) -> Trial:
    """These weights on the cases of the last seven days that this agent may see, and on all that wait now."""
    cases = _cases(agent, now - timedelta(days=DAYS))
    more, force = len(cases) > MOST, in_force()
    weighed = [_both(case, force, weights) for case in cases[:MOST]]
    moved = [each for each in weighed if each.change]
    first, then = _inbox(weighed, force, weights)
    return Trial(
        of=len(weighed),
        more=more,
        moved=len(moved),
        risen=[each for each in _by_change(moved, down=False)[:SHOWN] if each.change > 0],
        fallen=[each for each in _by_change(moved, down=True)[:SHOWN] if each.change < 0],
        first=first,
        first_then=then,
    )


def _cases(agent: Agent, since: datetime) -> list[Case]:
    waiting = Q(waiting_since__isnull=False, status__in=OPEN_STATUSES)
    cases = Case.objects.visible_to(agent).filter(Q(touched_at__gte=since) | waiting).exclude(closing=Closing.SPAM)
    return list(cases.select_related("customer").order_by("-touched_at", "-pk")[: MOST + 1])


def _both(case: Case, before: Weights, after: Weights) -> Weighed:
    facts: Facts = case.facts
    return Weighed(case, weigh_up(facts, before), weigh_up(facts, after))


def _by_change(moved: Sequence[Weighed], *, down: bool) -> list[Weighed]:
    return sorted(moved, key=lambda each: (each.change if down else -each.change, each.case.pk))


def _inbox(weighed: Sequence[Weighed], before: Weights, after: Weights) -> tuple[list[Weighed], list[Weighed]]:
    """The first cases that wait for us, in the order of today and in the one that would be."""
    waiting = [each for each in weighed if each.case.waiting_since and each.case.status in OPEN_STATUSES]
    now = sorted(waiting, key=lambda each: _rank(each.case, each.before, before))
    then = sorted(waiting, key=lambda each: _rank(each.case, each.after, after))
    was = {each.case.pk: place for place, each in enumerate(now, 1)}
    becomes = {each.case.pk: place for place, each in enumerate(then, 1)}

    def placed(each: Weighed) -> Weighed:
        return Weighed(each.case, each.before, each.after, was[each.case.pk], becomes[each.case.pk])

    return [placed(each) for each in now[:FIRST]], [placed(each) for each in then[:FIRST]]


def _rank(case: Case, priority: Priority, weights: Weights) -> tuple[datetime, int]:
    return rank_at(priority.points, case.waiting_since or case.touched_at, weights), case.pk
