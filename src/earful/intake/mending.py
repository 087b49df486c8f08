"""What an ear missed is had after all: searched for, polled, or told once more, each gap for exactly its time span.

Any process may fill any gap; a lease says who does. A search's page goes into the journal in the transaction that moves
the gap's `reached` and its price, so a process that dies loses one page at most, and what comes twice is stored once.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import connection, transaction
from django.utils import timezone

from earful import clockwork, pulse
from earful.cases import threads
from earful.channels import access
from earful.channels.doors import door_of
from earful.channels.models import Hearing
from earful.connectors.registry import PUSHINGS, connector_for
from earful.core.connector import ConnectorError, Refused, TryLater, searchable
from earful.core.spending import Purpose
from earful.intake import journal
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.gaps import AFTER
from earful.intake.models import Gap, GapState, GapWay
from earful.intake.sweeping import Stretch, Sweep, sweep
from earful.ledger.till import Till
from earful.rules import book
from earful.rules.authors import as_rules_need
from earful.vault import Unopenable

log = structlog.get_logger("gaps")

EAR: Final = "stream-gap"
LOOK_SECONDS: Final = 1.0
# A page is one request of at most twenty seconds; each one renews the lease.
LEASE: Final = timedelta(seconds=90)
RETRY_AFTER: Final = timedelta(minutes=1)
POLLS_AFTER: Final = timedelta(seconds=10)
# What polls did not bring by then they will not bring.
GIVE_UP_AFTER: Final = timedelta(hours=24)
LONGEST_REASON: Final = 500
# Those of the cases touched last: twenty searches. The questions of one gap are counted (see `sweeping`).
MOST_THREADS: Final = 240
SECOND: Final = timedelta(seconds=1)
_NOT_BY_POLLS: Final = "Deletions and encrypted messages of this time cannot be asked for."
_NO_SEARCH: Final = "No search finds what was missed."
_TOO_OLD: Final = "It is older than the network's search reaches."
_TOO_DEAR: Final = "There was more than is fetched for one gap. A backfill of the rules brings the rest."
_DUE: Final = "state = 'waiting'"


def run_until(stop: threading.Event) -> None:
    """Fill whatever gaps are due until `stop` is set; for a thread of its own."""
    clockwork.work_until(stop, mend_one, rest=LOOK_SECONDS)


def mend_one() -> bool:
    """Go on with one gap, the one that has waited longest. False if none is due."""
    now = timezone.now()
    [gap_id] = clockwork.claim(Gap, _DUE, [], now=now, lease=LEASE, limit=1) or [0]
    gap = Gap.objects.select_related("channel").filter(pk=gap_id).first()
    if gap is None:
        return False
    Gap.objects.filter(pk=gap.pk, begun_at=None).update(begun_at=now)
    _mend(gap, now)
    return True


def _mend(gap: Gap, now: datetime) -> None:
    """By its way; trouble is written down by what is to be done about it."""
    try:
        _WAYS[GapWay(gap.way)](gap, now)
    except Refused as error:
        # It will not be taken later either.
        _over(gap, Stretch(gap.since, gap.reached or gap.until), error.reason)
    except (ConnectorError, Unopenable) as error:
        at = error.at if isinstance(error, TryLater) and error.at else timezone.now() + RETRY_AFTER
        log.warning("gap not filled yet", gap=gap.pk, reason=str(error))
        _later(gap, at, str(error))


def _by_search(gap: Gap, now: datetime) -> None:
    """Search back from its end, or on from where a search was broken off."""
    connector = connector_for(gap.channel.network)
    account = as_rules_need(gap.channel.network, access.account_of(gap.channel))
    earliest, until = searchable(connector.capabilities, gap.since, gap.reached or gap.until, now)
    followed = threads.followed(gap.channel_id)[:MOST_THREADS]
    queries = connector.missed(account, gap.ear, book.enabled(), followed)
    if not queries:
        return _over(gap, Stretch(gap.since, gap.until), _NO_SEARCH)
    begun = Sweep.of(queries, Stretch(earliest, until), gap.spent)
    known = gap.posts
    connection.close()
    with access.exchange(Till(gap.channel, Purpose.RECONCILIATION)) as exchange:
        swept = sweep(exchange, connector, account, begun, lambda frame, so_far: _keep(gap, frame, so_far, known))
    if swept.unasked:
        return _over(gap, Stretch(gap.since, swept.unasked.until), _TOO_DEAR)
    too_old = earliest - gap.since > SECOND
    return _over(gap, Stretch(gap.since, earliest) if too_old else None, _TOO_OLD if too_old else "")


def _keep(gap: Gap, frame: bytes, swept: Sweep, known: int) -> None:
    """The page on the belt and the gap's place on, in one transaction. `known` posts came before this search."""
    left = swept.unasked or Stretch(swept.since, swept.since)
    gap.posts, gap.spent, gap.reached = known + swept.posts, swept.spent, left.until
    gap.leased_until = timezone.now() + LEASE
    with transaction.atomic():
        if frame:
            journal.carry(PostgresBelt(), gap.channel_id, EAR, frame)
        gap.save(update_fields=["reached", "spent", "posts", "leased_until"])
    connection.close()


def _by_polls(gap: Gap, now: datetime) -> None:
    """Wait until every poll of the channel has asked since: each goes on from its own cursor, however long it slept."""
    ears = connector_for(gap.channel.network).ears(gap.channel.keyless)
    polled = [ear.name for ear in ears if not (ear.held or ear.pushed)]
    hearings = Hearing.objects.filter(channel=gap.channel, ear__in=polled)
    heard_again = gap.until - AFTER
    late = [each.ear for each in hearings if each.alive_at is None or each.alive_at < heard_again]
    if not late:
        _over(gap, None, _NOT_BY_POLLS)
    elif now - gap.until > GIVE_UP_AFTER:
        _over(gap, Stretch(gap.since, gap.until), f"The network could not be asked for {' and '.join(sorted(late))}.")
    else:
        _later(gap, now + POLLS_AFTER, "")


def _by_replay(gap: Gap, now: datetime) -> None:
    """Have all of it told again at the door; then the polls, for what the network never tried to tell."""
    hook, pushing = door_of(gap.channel_id).hook, PUSHINGS[gap.channel.network]
    reason = ""
    if hook:
        account = access.account_of(gap.channel)
        connection.close()
        try:
            with access.exchange() as exchange:
                exchange.run(account, pushing.replay(account, hook, gap.since, gap.until))
        except Refused as error:
            reason = f"It was not told again: {error.reason}"
    gap.way = GapWay.POLLS
    gap.save(update_fields=["way"])
    _later(gap, now, reason)


_WAYS: Final[Mapping[GapWay, Callable[[Gap, datetime], None]]] = {
    GapWay.SEARCH: _by_search,
    GapWay.POLLS: _by_polls,
    GapWay.REPLAY: _by_replay,
}


def _later(gap: Gap, at: datetime, reason: str) -> None:
    _write(gap, due_at=at, leased_until=None, reason=(reason or gap.reason)[:LONGEST_REASON])


def _over(gap: Gap, lost: Stretch | None, reason: str) -> None:
    """It is done with; `lost` is what of it was given up."""
    whole = lost is not None and lost.until >= gap.until and not gap.posts
    _write(
        gap,
        state=GapState.LOST if whole else GapState.PARTLY if lost else GapState.FILLED,
        reason=" ".join(filter(None, (gap.reason, reason)))[:LONGEST_REASON],
        lost_since=lost.since if lost else None,
        lost_until=lost.until if lost else None,
        due_at=None,
        leased_until=None,
        ended_at=timezone.now(),
    )
    tell = log.warning if lost else log.info
    tell("gap over", gap=gap.pk, state=gap.state, posts=gap.posts, price=float(gap.spent), reason=gap.reason)


def _write(gap: Gap, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(gap, name, value)
    gap.save(update_fields=list(fields))
    pulse.tell("channel", [gap.channel_id])
