"""The breaker: a rule that finds more posts in a minute than people can read rests until somebody resumes it.

It counts posts as they come in, not as they were written: so a rule that is far too broad trips within its first
minute. What a backfill brings, and what is old when it comes (after an outage, say), never trips. A tripped rule leaves
the rulebook and the networks within seconds; whatever is heard until then is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet

from earful import pulse
from earful.rules.models import ListeningRule, Pace

log = structlog.get_logger("rules")

# A post older than this when it comes says nothing of how fast the rule finds them now.
FRESH: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Find:
    """A rule found a post for the first time: when that was written, whether it was heard as it came (and not fetched
    by a backfill), and what the network bills for it in dollars.
    """

    rule: int
    written: datetime
    live: bool
    price: float = 0.0


def note(finds: Iterable[Find], now: datetime) -> list[int]:
    """Count what rules found, in the transaction that keeps it; the rules (ids) that tripped by it.

    Must be the last thing that locks rows in its transaction: two readers with the same rules wait for each other here.
    """
    rows = _counted(finds, now)
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [list(column) for column in zip(*rows, strict=True)])
        now_at = {rule: in_minute for rule, minute, in_minute in cursor.fetchall() if minute == _minute(now)}
        cursor.execute(_TRIP, [now, list(now_at), list(now_at.values())])
        tripped = cursor.fetchall()
    for rule, name, posts in tripped:
        log.warning("rule tripped", rule=rule, name=name, posts_in_a_minute=posts)
    pulse.tell("rule", [rule for rule, _, _ in tripped])
    return sorted(rule for rule, _, _ in tripped)


@transaction.atomic
def resume(rule: ListeningRule) -> None:
    """Listen for a tripped rule again; its minute begins anew. Nothing happens to a rule that is not tripped."""
    # First the pace and then the rule, as readers lock them.
    Pace.objects.filter(rule=rule).update(in_minute=0)
    ListeningRule.objects.filter(pk=rule.pk).update(tripped_at=None, tripped_by=None)
    rule.tripped_at = rule.tripped_by = None
    pulse.tell("rule", [rule.pk])


def tripped() -> QuerySet[ListeningRule]:
    """Rules that rest because they found too much, the last one first, with their owners."""
    return ListeningRule.objects.exclude(tripped_at=None).select_related("owner").order_by("-tripped_at")


def _counted(finds: Iterable[Find], now: datetime) -> list[tuple[int, datetime, int, float, int, int]]:
    """By rule and hour: posts written then; and under this hour, what this minute brought and what it costs."""
    counted: dict[tuple[int, datetime], list[float]] = {}
    for find in finds:
        counted.setdefault((find.rule, _hour(min(find.written, now))), [0, 0.0, 0])[0] += 1
        here = counted.setdefault((find.rule, _hour(now)), [0, 0.0, 0])
        here[1] += find.price
        here[2] += find.live and find.written >= now - FRESH
    return [
        (rule, hour, int(posts), cost, _minute(now) if live else 0, int(live))
        for (rule, hour), (posts, cost, live) in sorted(counted.items())
    ]


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _minute(at: datetime) -> int:
    return int(at.timestamp() // 60)


# A batch of the minute before that comes later counts for its hour, and no more for the minute that is over.
_COUNT: Final = """
    INSERT INTO rules_pace AS known (rule_id, hour, posts, cost, minute, in_minute)
    SELECT rule.id, counted.hour, counted.posts, counted.cost, counted.minute, counted.in_minute
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::int[], %s::numeric[], %s::bigint[], %s::int[])
         AS counted (rule, hour, posts, cost, minute, in_minute)
    JOIN rules_listeningrule AS rule ON rule.id = counted.rule
    ORDER BY rule.id, counted.hour
    FOR KEY SHARE OF rule
    ON CONFLICT (rule_id, hour) DO UPDATE SET
        posts = known.posts + excluded.posts,
        cost = known.cost + excluded.cost,
        in_minute = CASE
            WHEN excluded.minute > known.minute THEN excluded.in_minute
            WHEN excluded.minute = known.minute THEN known.in_minute + excluded.in_minute
            ELSE known.in_minute
        END,
        minute = greatest(known.minute, excluded.minute)
    RETURNING rule_id, minute, in_minute
"""
_TRIP: Final = """
    UPDATE rules_listeningrule AS rule SET tripped_at = %s, tripped_by = counted.posts
    FROM unnest(%s::bigint[], %s::int[]) AS counted (rule, posts)
    WHERE rule.id = counted.rule AND rule.enabled AND rule.tripped_at IS NULL AND counted.posts > rule.most_a_minute
    RETURNING rule.id, rule.name, rule.tripped_by
"""
