"""Writing new weights, and what follows: every running case is weighed anew, some at a time.

The weights hold from the moment they are written; cases that customers write to meanwhile are weighed by them already.
The others follow in order of their ids, in transactions so short that no reader waits for one. How far that got stands
in the row: whoever dies leaves the rest to the next.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import structlog
from django.db import connection, transaction
from django.utils import timezone

from earful import clockwork, pulse
from earful.cases.models import Case, Weighing
from earful.cases.weights import WEIGHING, in_force
from earful.core.priority import WEIGHTS, Weights, mistakes, rank_at, weigh_up
from earful.people.models import Agent
from earful.people.permitting import administrators_only

log = structlog.get_logger("priority")

AT_ONCE: Final = 200
LOOK_SECONDS: Final = 1.0
CHANGE: Final = "change the weights of priority"
_json = msgspec.json.encode


class Mistaken(Exception):
    """Some figures cannot stand; `said` says of each what to write instead."""

    def __init__(self, said: Mapping[str, str]) -> None:
        super().__init__(f"{len(said)} weights cannot stand")
        self.said = said


class Overtaken(Exception):
    """Somebody wrote other weights meanwhile: the newest."""

    def __init__(self, newest: Weighing) -> None:
        super().__init__(f"{newest} are newer")
        self.newest = newest


@transaction.atomic
def write(weights: Weights, by: Agent, *, note: str = "", seen: int | None = None) -> Weighing:
    """Put these weights in force. `seen` is the newest row that the change was made of (0: there was none).

    Raises NotYours for anybody who is no administrator, Mistaken, and Overtaken; nothing is written then.
    """
    administrators_only(by, CHANGE)
    if wrong := mistakes(weights.written):
        raise Mistaken(wrong)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WEIGHING])
    newest = Weighing.objects.order_by("-pk").first()
    if newest is not None and seen is not None and newest.pk != seen:
        raise Overtaken(newest)
    written = Weighing.objects.create(written=differing(weights), note=note, by=by)
    pulse.tell("weights", [written.pk])
    log.info("weights written", by=by.username, differing=len(written.written))
    return written


def differing(weights: Weights) -> dict[str, int]:
    """What these weights say otherwise than the table."""
    return {name: points for name, points in weights.all.items() if points != WEIGHTS[name].default}


def run_until(stop: threading.Event) -> None:
    """Weigh anew what new weights ask for until `stop` is set; for a thread of its own."""
    clockwork.work_until(stop, weigh_some, rest=LOOK_SECONDS)


@transaction.atomic
def weigh_some(at_once: int = AT_ONCE) -> bool:
    """Weigh the next running cases by the newest weights. False if there is nothing to do, or another is at it."""
    newest = Weighing.objects.order_by("-pk").values_list("pk", flat=True)[:1]
    due = Weighing.objects.select_for_update(skip_locked=True).filter(pk__in=newest, done_at=None).first()
    if due is None:
        return False
    cases = _next(due, at_once)
    changed = weigh(cases, in_force())
    due.reached = cases[-1].pk if cases else due.reached
    due.done_at = None if cases else timezone.now()
    due.save(update_fields=["reached", "done_at"])
    pulse.tell("case", changed)
    if not cases:
        pulse.tell("weights", [due.pk])
    return True


def _next(due: Weighing, at_once: int) -> Sequence[Case]:
    """Locked in order of their ids, as the reader locks them: nobody waits in a circle."""
    running = Case.objects.running().filter(pk__gt=due.reached).select_related("customer")
    return list(running.select_for_update(of=("self",)).order_by("pk")[:at_once])


def weigh(cases: Sequence[Case], weights: Weights) -> list[int]:
    """Write what these cases, locked by the caller, weigh now; the ids of those whose weight changed."""
    rows = [row for case in cases if (row := _changed(case, weights))]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_WEIGH, [list(column) for column in zip(*rows, strict=True)])
    return [row[0] for row in rows]


def _changed(case: Case, weights: Weights) -> tuple[Any, ...] | None:
    """The case's new weight, None if it is what it was."""
    points, reasons = weigh_up(case.facts, weights)
    rank = rank_at(points, case.waiting_since or case.touched_at, weights)
    said = [list(reason) for reason in reasons]
    if (points, said, rank) == (case.points, case.reasons, case.rank_at):
        return None
    return case.pk, points, _json(said).decode(), rank


_WEIGH: Final = """
    UPDATE cases_case AS c SET points = new.points, reasons = new.reasons::jsonb, rank_at = new.rank_at
    FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::timestamptz[]) AS new (id, points, reasons, rank_at)
    WHERE c.id = new.id
"""
