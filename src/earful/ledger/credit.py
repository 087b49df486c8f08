"""Out of credit: one outage for each channel, one request that asks whether it is over, everything else rests.

Pauses between two such requests grow. Who tops up need do nothing else: the next one gets through, and all goes on.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db.models import F, Q

from earful import pulse
from earful.core.connector import OutOfCredit
from earful.core.prices import Bill
from earful.ledger.models import Outage

log = structlog.get_logger("ledger")

PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15, 30))
# Whoever asks whether it is over has died if nothing came of it after this.
PROBE: Final = timedelta(seconds=90)
LONGEST_REASON: Final = 500


def admit(channel: int, bill: Bill, now: datetime) -> list[int]:
    """Let a request go, or raise OutOfCredit. The outages (ids) that are over if it succeeds.

    What is billed nothing proves nothing: it may go when it is time to ask, and does not ask.
    """
    asking = []
    for outage in _open(channel, bill):
        due = Outage.objects.filter(pk=outage.pk, until=None, probe_at__lte=now)
        if bill.free:
            may = due.exists()
        else:
            may = bool(due.update(probe_at=now + PROBE))
            asking += [outage.pk] if may else []
        if not may:
            outage.refresh_from_db()
            raise OutOfCredit(outage.reason, at=max(outage.probe_at, now + timedelta(seconds=1)), only=outage.only)
    return asking


def out(channel: int, error: OutOfCredit, asking: Collection[int], now: datetime) -> datetime:
    """The network said that there is no more money, perhaps to a request that was `asking` for these outages; when it
    is asked again.
    """
    said = {"reason": error.reason[:LONGEST_REASON]}
    begun = {**said, "since": now, "probe_at": now + PAUSES[0]}
    outage, new = Outage.objects.get_or_create(channel_id=channel, only=error.only, until=None, defaults=begun)
    if new:
        log.warning("out of credit", channel=channel, reason=error.reason)
    elif outage.pk in asking or outage.probe_at <= now:
        # A request that left before the outage began changes nothing.
        pause = PAUSES[min(outage.probes + 1, len(PAUSES) - 1)]
        Outage.objects.filter(pk=outage.pk).update(probes=F("probes") + 1, probe_at=now + pause, **said)
        outage.refresh_from_db()
    pulse.tell("channel", [channel])
    return outage.probe_at


def over(outages: list[int], now: datetime) -> None:
    """A request that is billed got through."""
    for outage in Outage.objects.filter(pk__in=outages, until=None):
        if Outage.objects.filter(pk=outage.pk, until=None).update(until=now):
            log.info("credit is back", channel=outage.channel_id, after=str(now - outage.since))
            pulse.tell("channel", [outage.channel_id])
            pulse.tell("credit", [outage.channel_id])


def ask_now(channel: int, now: datetime) -> int:
    """Somebody has topped up: the next request asks at once. How many outages wait for that."""
    return Outage.objects.filter(channel_id=channel, until=None).update(probe_at=now, probes=0)


def _open(channel: int, bill: Bill) -> list[Outage]:
    about = Q(only="") | Q(only=bill.reads) if bill.reads else Q(only="")
    return list(Outage.objects.filter(about, channel_id=channel, until=None).order_by("pk"))
