"""The line in front of a network: who goes next, when, and how long it is.

Each channel has a lane for what it says in public and one for private messages, because networks limit them apart. Past
sends are counted from the Delivery rows, so that a restart forgets nothing. In a lane go first the rest of a thread
that has begun, then one reply of each case in turn. A thread begins when there is room for all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection

from earful.cases.models import Case
from earful.channels.models import Channel
from earful.connectors.registry import connector_for
from earful.core.connector import Capabilities
from earful.core.lifecycle import DeliveryState
from earful.core.pacing import Window, forecast, opens, reach
from earful.replies.models import Reply, Route

# What a worker had in hand when it died counts as taken no later than this after it began.
IN_HAND: Final = timedelta(seconds=150)
IN_LINE: Final = [DeliveryState.QUEUED.value, DeliveryState.TRY_LATER.value]
# Asked of the network while holding these locks (pg_advisory_xact_lock with two numbers): whether there is room.
_PACING: Final = 0x0EA2F09
_PRIVATE: Final = 0
# What waits for a channel that lost its access falls due when that is linked again.
LINKED: Final = """NOT EXISTS (
    SELECT 1 FROM cases_case AS their JOIN channels_credentials AS held ON held.channel_id = their.channel_id
    WHERE their.id = case_id AND held.lost_at IS NOT NULL
)"""


class Lane(NamedTuple):
    """What one channel says on one route."""

    channel: int
    route: str


class Next(NamedTuple):
    """The first in its lane: a reply, and how many of its parts have yet to go."""

    reply: int
    lane: Lane
    left: int


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a reply written now would wait, and behind how many others."""

    time: timedelta
    behind: int


def heads(now: datetime) -> list[Next]:
    """The first of each lane among those that are due and that nobody has in hand."""
    return [
        Next(reply, Lane(channel, route), left) for reply, channel, route, left in _ask(_HEADS, [IN_LINE, now, now])
    ]


def opens_at(lane: Lane, now: datetime, room: int) -> datetime:
    """When `room` messages may go in a lane, `now` or later."""
    return max(opens(past, windows, now, room=room) for past, windows in _counted(lane, now))


def take_turn(lane: Lane) -> None:
    """Wait until nobody else begins a send that counts against the same limits; until the transaction ends."""
    with connection.cursor() as cursor:
        number = _PRIVATE if lane.route == Route.PRIVATE else lane.channel
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_PACING, number])


def next_due(now: datetime) -> datetime | None:
    """When the first of those in line can go; None if nobody is in line."""
    held = [opens_at(head.lane, now, head.left) for head in heads(now)]
    ((later,),) = _ask(_LATER, [IN_LINE, now])
    return min((at for at in (*held, later) if at is not None), default=None)


def wait(case: Case, route: str, parts: int, now: datetime) -> Wait:
    """How long `parts` messages in this case would wait if they were sent now: honest, as far as the limits are all
    that holds them up.
    """
    lane = Lane(case.channel_id, route)
    ((behind, ahead, first),) = _ask(_AHEAD, [case.pk, *lane, IN_LINE])
    begins = max(now, first) if first else now
    when = max(forecast(past, windows, begins, ahead + max(1, parts))[ahead] for past, windows in _counted(lane, now))
    return Wait(when - now, behind)


def lane_of(reply: Reply) -> Lane:
    """The lane that a reply goes in; its case must be loaded."""
    return Lane(reply.case.channel_id, reply.route)


def _counted(lane: Lane, now: datetime) -> list[tuple[list[datetime], Sequence[Window]]]:
    """What was sent, and the windows that it counts in: those of the account, and those of the app."""
    channel = Channel.objects.get(pk=lane.channel)
    can: Capabilities = connector_for(channel.network).capabilities
    if lane.route == Route.PUBLIC:
        return [(_sent([channel.pk], lane.route, can.public_pace, now), can.public_pace)]
    # Whose app it is, nobody needs to tell: accounts at one address are taken to share it.
    of_app = Channel.objects.filter(network=channel.network, api=channel.api).values_list("pk", flat=True)
    return [
        (_sent([channel.pk], lane.route, can.private_pace, now), can.private_pace),
        (_sent(list(of_app), lane.route, can.app_private_pace, now), can.app_private_pace),
    ]


def _sent(channels: Sequence[int], route: str, windows: Sequence[Window], now: datetime) -> list[datetime]:
    """When the network may have taken each message of late, at the latest."""
    since = now - reach(windows)
    if not windows:
        return []
    rows = _ask(_SENT, [IN_HAND, now, list(channels), route, since - IN_HAND, since])
    return [at for (at,) in rows]


def _ask(statement: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(params))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


# A case that was served while this one of its replies waited has had its turn.
_SERVED: Final = """(
    SELECT count(*) FROM replies_reply AS served
    WHERE served.case_id = reply.case_id AND served.route = reply.route AND served.sent_at > reply.approved_at
)"""
# Rest of threads first; then the first in line of every case before the second of any.
_HEADS: Final = f"""
    SELECT DISTINCT ON (lined.channel_id, lined.route)
        lined.id, lined.channel_id, lined.route, lined.left
    FROM (
        SELECT reply.id, cases_case.channel_id, reply.route, reply.due_at,
            jsonb_array_length(reply.parts) - jsonb_array_length(reply.sent) AS left,
            reply.sent = '[]' AS begins,
            row_number() OVER (PARTITION BY reply.case_id, reply.route ORDER BY reply.approved_at, reply.id)
                + {_SERVED} AS turn
        FROM replies_reply AS reply JOIN cases_case ON cases_case.id = reply.case_id
        WHERE reply.state = ANY(%s) AND reply.due_at <= %s
          AND (reply.leased_until IS NULL OR reply.leased_until <= %s) AND {LINKED}
    ) AS lined
    ORDER BY lined.channel_id, lined.route, lined.begins, lined.turn, lined.due_at, lined.id
"""  # noqa: S608  # nosec B608
_LATER: Final = f"""
    SELECT min(greatest(due_at, coalesce(leased_until, due_at))) FROM replies_reply
    WHERE state = ANY(%s) AND greatest(due_at, coalesce(leased_until, due_at)) > %s AND {LINKED}
"""  # noqa: S608  # nosec B608
# Refused and put off, it did not count there; whatever else came of it, it may have.
_SENT: Final = """
    SELECT coalesce(delivery.ended_at, least(delivery.started_at + %s, %s)) AS taken
    FROM replies_delivery AS delivery
    JOIN replies_reply AS reply ON reply.id = delivery.reply_id
    JOIN cases_case ON cases_case.id = reply.case_id
    WHERE NOT delivery.looked AND delivery.outcome <> ALL (ARRAY['try_later', 'no_credit'])
      AND cases_case.channel_id = ANY(%s) AND reply.route = %s
      AND delivery.started_at > %s AND coalesce(delivery.ended_at, delivery.started_at) > %s
    ORDER BY taken
"""
# A reply more in a case goes behind those of other cases whose turn comes no later.
_AHEAD: Final = f"""
    WITH asked AS (SELECT %s::bigint AS case_id, %s::bigint AS channel_id, %s::text AS route),
    lined AS (
        SELECT reply.case_id, reply.due_at, jsonb_array_length(reply.parts) - jsonb_array_length(reply.sent) AS left,
            row_number() OVER (PARTITION BY reply.case_id ORDER BY reply.approved_at, reply.id) + {_SERVED} AS turn
        FROM asked, replies_reply AS reply JOIN cases_case ON cases_case.id = reply.case_id
        WHERE reply.state = ANY(%s) AND reply.due_at IS NOT NULL
          AND cases_case.channel_id = asked.channel_id AND reply.route = asked.route
    ),
    mine AS (SELECT count(*) + 1 AS turn FROM lined WHERE case_id = (SELECT case_id FROM asked))
    SELECT count(*), coalesce(sum(lined.left), 0)::int, min(lined.due_at)
    FROM lined, mine WHERE lined.turn <= mine.turn
"""  # noqa: S608  # nosec B608
