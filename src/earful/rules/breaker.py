"""The breaker: a rule that finds more posts in a minute than people can read rests until somebody resumes it.

It counts posts as they come in, not as they were written: so a rule that is far too broad trips within its first
minute. What a backfill brings, and what is old when it comes (after an outage, say), never trips. A tripped rule leaves
the rulebook and the networks within seconds; whatever is heard until then is kept, but opens no case any more.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec
import structlog
from django.db import connection, transaction
from django.db.models import QuerySet

from earful import pulse
from earful.rules.models import ListeningRule, Pace

log = structlog.get_logger("rules")

# A post older than this when it comes says nothing of how fast the rule finds them now.
FRESH: Final = timedelta(minutes=5)


class Find(NamedTuple):
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
        cursor.execute(_COUNT, [msgspec.json.encode(rows).decode()])
        now_at = {rule: in_minute for rule, minute, in_minute in cursor.fetchall() if minute == _minute(now)}
        cursor.execute(_TRIP, [list(now_at), list(now_at.values()), _minute(now), now])
        tripped = cursor.fetchall()
    for rule, name, posts, new in tripped:
        if new:
            log.warning("rule tripped", rule=rule, name=name, posts_in_a_minute=posts)
    pulse.tell("rule", [rule for rule, *_ in tripped])
    return sorted(rule for rule, _, _, new in tripped if new)


class Room:
    """How many more cases rules may open before the breaker speaks: a flood that comes in one batch, or in the seconds
    until a tripped rule has left every book, must not become a flood of cases. Two readers at once, and each network of
    a batch, may use it up by themselves.
    """

    def __init__(self, rules: Collection[int], now: datetime) -> None:
        self._fresh = now - FRESH
        self._left: dict[int, int] = {}
        if rules:
            with connection.cursor() as cursor:
                cursor.execute(_ROOM, [_minute(now), _hour(now), list(rules)])
                self._left = dict(cursor.fetchall())

    def take(self, rule: int, written: datetime) -> bool:
        """Whether the rule may open one more case. What was old when it came is not counted, as it never trips."""
        if written < self._fresh:
            return True
        left = self._left.get(rule, 0)
        self._left[rule] = left - 1
        return left > 0


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


class _Counted(msgspec.Struct):
    """What a batch brought for a rule: posts written in an hour, and under this hour what this minute brought."""

    rule: int
    hour: datetime
    posts: int = 0
    cost: float = 0.0
    minute: int = 0
    in_minute: int = 0


def _counted(finds: Iterable[Find], now: datetime) -> list[_Counted]:
    """By rule and hour: posts written then; and under this hour, what this minute brought and what it costs."""
    this_hour, this_minute, fresh = _hour(now), _minute(now), now - FRESH
    counted: dict[tuple[int, datetime], _Counted] = {}
    for find in finds:
        here = _under(counted, find.rule, this_hour)
        there = here if find.written >= this_hour else _under(counted, find.rule, _hour(find.written))
        there.posts += 1
        here.cost += find.price
        if find.live and find.written >= fresh:
            here.minute = this_minute
            here.in_minute += 1
    return [counted[key] for key in sorted(counted)]


def _under(counted: dict[tuple[int, datetime], _Counted], rule: int, hour: datetime) -> _Counted:
    found = counted.get((rule, hour))
    if found is None:
        found = counted[rule, hour] = _Counted(rule, hour)
    return found


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _minute(at: datetime) -> int:
    return int(at.timestamp() // 60)


# A batch of the minute before that comes later counts for its hour, and no more for the minute that is over.
_COUNT: Final = """
    INSERT INTO rules_pace AS known (rule_id, hour, posts, cost, minute, in_minute)
    SELECT rule.id, counted.hour, counted.posts, counted.cost, counted.minute, counted.in_minute
    FROM jsonb_to_recordset(%s::jsonb)
         AS counted (rule bigint, hour timestamptz, posts int, cost numeric, minute bigint, in_minute int)
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
# A rule that tripped this minute may be heard for some seconds more: how many it were is said as it grows. No more is
# locked than that takes: another reader may hold the rule's key, and wait for the pace that we hold.
_TRIP: Final = """
    WITH over AS (
        SELECT rule.id, rule.tripped_at IS NULL AS new, counted.posts
        FROM rules_listeningrule AS rule JOIN unnest(%s::bigint[], %s::int[]) AS counted (rule, posts)
             ON rule.id = counted.rule
        WHERE rule.enabled AND counted.posts > rule.most_a_minute
          AND (rule.tripped_at IS NULL OR floor(extract(epoch FROM rule.tripped_at) / 60) = %s)
        ORDER BY rule.id FOR NO KEY UPDATE OF rule
    )
    UPDATE rules_listeningrule AS rule
    SET tripped_at = coalesce(rule.tripped_at, %s), tripped_by = greatest(rule.tripped_by, over.posts)
    FROM over WHERE rule.id = over.id
    RETURNING rule.id, rule.name, rule.tripped_by, over.new
"""
_ROOM: Final = """
    SELECT rule.id, CASE WHEN rule.tripped_at IS NULL
                    THEN rule.most_a_minute - CASE WHEN pace.minute = %s THEN pace.in_minute ELSE 0 END ELSE 0 END
    FROM rules_listeningrule AS rule LEFT JOIN rules_pace AS pace ON pace.rule_id = rule.id AND pace.hour = %s
    WHERE rule.id = ANY(%s)
"""
