"""The outbox: exactly one post for one intent, whatever crashes or times out.

A reply that is due and first in line is claimed by a guarded UPDATE and moves to *sending*. Each attempt is a Delivery
row, written before the network is asked. What the network says moves the reply on by the table. When no answer
came, or a worker died while sending, nobody knows whether it is out: the next worker looks on the network
first, several times, with pauses, because networks show what they took with a delay; only then does it send
again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import structlog
from django.db import connection
from django.utils import timezone

from earful import clockwork, pulse
from earful.core.lifecycle import DeliveryState
from earful.replies import line
from earful.replies.attempt import NO_CREDIT, Attempt, Held, Wire
from earful.replies.models import Act, Reply
from earful.replies.trying_again import pause

log = structlog.get_logger("outbox")

# Longer than any attempt can take: a talk ends within a minute, its last request within half of one after that.
LEASE: Final = line.IN_HAND
# Every living worker holds this advisory lock, shared. Who can have it alone may take over what dead ones had
# in hand.
WORKERS: Final = 0x0EA2F01
DELIVERED_AT_ONCE: Final = 10
# What is in doubt is looked for, which counts against no limit of sending.
_DOUBTFUL: Final = f"state IN ('unsure', 'sending') AND {line.LINKED}"
_THIS_ONE: Final = "id = %s AND state = ANY(%s)"


def deliver_due(wire: Wire, limit: int = DELIVERED_AT_ONCE) -> int:
    """Take up to `limit` steps with replies that are due, one after the other; how many there were.

    Each is claimed just before it is tried, so that its lease is for itself alone. A fault in the desk itself puts the
    reply off and lets the others go on.
    """
    for done in range(limit):
        now = timezone.now()
        until = now + LEASE
        claimed = _claim(now, until)
        if claimed is None:
            return done
        try:
            Attempt(claimed, until, wire).make()
        except Held:
            _let_go(claimed, until)
        except clockwork.Superseded:
            log.warning("superseded", reply=claimed)
        except clockwork.AWAY:
            raise
        except Exception as fault:  # whatever it is, it must not stop the outbox for everybody else
            log.exception("fault", reply=claimed)
            _put_off(claimed, until, fault)
    return limit


def _claim(now: datetime, until: datetime) -> int | None:
    """Take the next reply in hand: one in doubt, or the first in line of a lane that is open."""
    lease = until - now
    doubtful = clockwork.claim(Reply, _DOUBTFUL, [], now=now, lease=lease, limit=1)
    if doubtful:
        return doubtful[0]
    for head in line.heads(now):
        if line.opens_at(head.lane, now, head.left) <= now:
            claimed = clockwork.claim(Reply, _THIS_ONE, [head.reply, line.IN_LINE], now=now, lease=lease, limit=1)
            # Another worker may have been faster; then its lane has another head.
            return claimed[0] if claimed else _claim(now, until)
    return None


def _let_go(reply_id: int, lease: datetime) -> None:
    """Another worker took the last room: it waits in line as before."""
    Reply.objects.filter(pk=reply_id, leased_until=lease).update(leased_until=None)


def _put_off(reply_id: int, lease: datetime, fault: Exception) -> None:
    """Leave a reply over which the desk stumbled as it is, and try it again later. If the network was asked, its state
    says so, and it will be looked for first."""
    held = Reply.objects.filter(pk=reply_id, leased_until=lease)
    reply = held.first()
    if reply is not None:
        tries = reply.attempts + 1
        reason = f"The desk stumbled over this one ({type(fault).__name__}); it tries again."
        held.update(due_at=timezone.now() + pause(tries), leased_until=None, reason=reason, attempts=tries)
        pulse.tell("case", [reply.case_id])


def next_due() -> datetime | None:
    """When the outbox will have something to do; None while nothing waits."""
    doubtful = clockwork.next_due(Reply, _DOUBTFUL, [])
    return min((at for at in (doubtful, line.next_due(timezone.now())) if at is not None), default=None)


def hasten(channel: int) -> int:
    """There is credit again: what was put off for want of it goes out now. How many replies."""
    now = timezone.now()
    waiting = Reply.objects.filter(case__channel=channel, state=DeliveryState.TRY_LATER, due_at__gt=now)
    ids = waiting.filter(deliveries__outcome=NO_CREDIT).values("pk")
    return Reply.objects.filter(pk__in=ids, state=DeliveryState.TRY_LATER).update(due_at=now)


def take_over() -> int:
    """Release what a worker that died had in hand; how many replies. Nothing while another worker lives.

    The lock belongs to the database session and goes with it, so that a worker killed a moment ago holds it
    no more.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [WORKERS])
        alone = cursor.fetchone() == (True,)
        released = Reply.objects.exclude(leased_until=None).update(leased_until=None) if alone else 0
        if alone:
            Act.objects.exclude(leased_until=None).update(leased_until=None)
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [WORKERS])
        if alone:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [WORKERS])
    return released
