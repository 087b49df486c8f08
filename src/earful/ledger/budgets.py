"""Budgets judged: what they stop, what they let go on, of what they warn.

Judged every few seconds from the sums of the month: a budget that was raised is felt at once, and so is the turn of the
month. What was entered in between is overspent: a few seconds of a stream.
"""

import threading
import time
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

import structlog
from django.db import connection, transaction
from django.utils import timezone

from earful import clockwork, pulse
from earful.core.days import utc_day
from earful.core.prices import dollars
from earful.core.spending import Purpose, stopped, warns
from earful.ledger import booking
from earful.ledger.models import Budget, Rest, RuleBudget
from earful.ledger.spent import Sum, by_purpose, listening, month_of, of_rules
from earful.people.models import Agent
from earful.people.permitting import administrators_only

log = structlog.get_logger("ledger")

JUDGE_SECONDS: Final = 3.0
TIDY_SECONDS: Final = 3600.0
# The advisory lock that one judge at a time holds.
JUDGING: Final = 0x0EA2F0C
_CHANGE: Final = "change what may be spent"


def run_until(stop: threading.Event) -> None:
    """Judge all budgets again and again until `stop` is set; for a thread of its own."""
    tidied = -TIDY_SECONDS

    def work() -> None:
        nonlocal tidied
        judge(timezone.now())
        if time.monotonic() - tidied >= TIDY_SECONDS:
            tidied = time.monotonic()
            booking.tidy(timezone.now())

    clockwork.work_until(stop, work, rest=JUDGE_SECONDS)


@transaction.atomic
def judge(now: datetime) -> None:
    """Stop what this month's budgets do not pay for any more, and let go on what they pay for again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [JUDGING])
    since, until = month_of(utc_day(now))
    spent = by_purpose(since, until)
    known = {budget.channel_id: budget for budget in Budget.objects.select_related("channel", "set_by")}
    for budget in known.values():
        _judge(budget, spent.get(budget.channel_id, {}), now)
    _end(Rest.objects.filter(until=None).exclude(channel__in=known), None, now)
    _judge_rules(since, until, now)


def set_budget(channel: int, by: Agent, *, for_listening: int | None, for_sending: int | None, warn_at: int) -> Budget:
    """What a channel may spend in a month, in millionths of a dollar; None is without end. In force at once.

    Raises NotYours for anybody who is no administrator.
    """
    administrators_only(by, _CHANGE)
    said = {"listening": for_listening, "sending": for_sending, "warn_at": warn_at, "set_by": by}
    budget, _ = Budget.objects.update_or_create(channel_id=channel, defaults={**said, "set_at": timezone.now()})
    log.info("budget set", channel=channel, by=by.username, listening=for_listening, sending=for_sending)
    judge(timezone.now())
    return budget


def set_rule_budget(rule: int, by: Agent, amount: int | None) -> None:
    """What a listening rule may spend in a month; None is without end. In force at once.

    Raises NotYours for anybody who is no administrator.
    """
    administrators_only(by, _CHANGE)
    if amount is None:
        RuleBudget.objects.filter(rule=rule).delete()
    else:
        said = {"listening": amount, "set_by": by, "set_at": timezone.now()}
        RuleBudget.objects.update_or_create(rule=rule, defaults=said)
    pulse.tell("rule", [rule])
    judge(timezone.now())


def _judge(budget: Budget, spent: dict[Purpose, Sum], now: datetime) -> None:
    total, sending = listening(spent), spent.get(Purpose.SENDING, Sum(0, 0)).price
    ends = stopped(total, budget.listening)
    resting = Rest.objects.filter(channel=budget.channel_id, until=None)
    for purpose in ends:
        begun = {"spent": total, "budget": budget.listening, "since": now}
        _, new = resting.get_or_create(channel_id=budget.channel_id, purpose=purpose, until=None, defaults=begun)
        if new:
            _told(budget, f"{purpose} stopped by its budget", total)
    _end(resting.exclude(purpose__in=ends), budget, now)
    _warn(budget, warns(total, budget.listening, budget.warn_at) or warns(sending, budget.sending, budget.warn_at), now)


def _warn(budget: Budget, warn: bool, now: datetime) -> None:
    if warn is (budget.warned_at is not None):
        return
    budget.warned_at = now if warn else None
    budget.save(update_fields=["warned_at"])
    if warn:
        _told(budget, "budget nearly spent", 0)
    pulse.tell("channel", [budget.channel_id])


def _told(budget: Budget, what: str, spent: int) -> None:
    log.warning(what, channel=budget.channel_id, spent=str(dollars(spent)), budget=str(dollars(budget.listening or 0)))
    pulse.tell("channel", [budget.channel_id])


def _end(rests: Iterable[Rest], budget: Budget | None, now: datetime) -> None:
    """They go on: because somebody raised the budget since, or the month has turned."""
    for rest in rests:
        raised = budget is not None and budget.set_at > rest.since
        rest.until, rest.ended_by = now, budget.set_by if budget is not None and raised else None
        rest.save(update_fields=["until", "ended_by"])
        log.info("goes on", channel=rest.channel_id, purpose=rest.purpose)
        pulse.tell("channel", [rest.channel_id])


def _judge_rules(since: date, until: date, now: datetime) -> None:
    known = list(RuleBudget.objects.all())
    spent = of_rules([budget.rule for budget in known], since, until)
    for budget in known:
        over = spent.get(budget.rule, Sum(0, 0)).price >= budget.listening
        if over is (budget.over_at is not None):
            continue
        budget.over_at = now if over else None
        budget.save(update_fields=["over_at"])
        log.warning("rule stopped by its budget" if over else "rule goes on", rule=budget.rule)
        pulse.tell("rule", [budget.rule])
