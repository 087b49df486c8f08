"""Stretches of time in which an ear did not hear: noticed when it hears again, written down, left to `mending`.

Posts reach a stream up to seven seconds after they were written (99 of 100), and clocks differ: so a gap begins a
little before the last sign of life and ends a little after the first new one.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.utils import timezone

from earful import pulse
from earful.connectors.registry import connector_for
from earful.core.connector import Ear
from earful.intake.models import Gap, GapState, GapWay

log = structlog.get_logger("listener")

BEFORE: Final = timedelta(seconds=10)
AFTER: Final = timedelta(seconds=5)
# One that breaks again so soon is the same trouble, and one search covers both; but none is put off for ever.
SAME_TROUBLE: Final = timedelta(minutes=1)
LONGEST_TROUBLE: Final = timedelta(minutes=10)
# X replays what is at least so old.
REPLAY_AFTER: Final = timedelta(minutes=10)
KEPT: Final = timedelta(days=30)
LONGEST_CAUSE: Final = 300


def notice(channel: int, network: str, ear: Ear, since: datetime, cause: str, until: datetime | None = None) -> Gap:
    """An ear hears again that did not since a moment: write it down, and what will fill it."""
    now = timezone.now()
    until = until or now
    with transaction.atomic():
        Gap.objects.filter(channel=channel, ended_at__lt=now - KEPT).delete()
        gap = _continued(channel, ear, since, until) or Gap(channel_id=channel, ear=ear.name, since=since - BEFORE)
        gap.times += 1 if gap.pk else 0
        gap.until, gap.cause = until + AFTER, cause[:LONGEST_CAUSE]
        gap.way = _way(ear, gap)
        _make_due(gap, network, now)
        gap.save()
        pulse.tell("channel", [channel])
    log.info("gap", ear=ear.name, channel=channel, seconds=round((until - since).total_seconds(), 1), cause=cause)
    return gap


def _continued(channel: int, ear: Ear, since: datetime, until: datetime) -> Gap | None:
    """The gap that this one goes on with; none that somebody has begun to fill."""
    waiting = Gap.objects.select_for_update().filter(
        channel=channel, ear=ear.name, state=GapState.WAITING, begun_at=None, leased_until=None
    )
    return waiting.filter(until__gte=since - SAME_TROUBLE, since__gte=until - LONGEST_TROUBLE).order_by("-pk").first()


def _way(ear: Ear, gap: Gap) -> GapWay:
    if ear.backfill and (gap.until - gap.since).total_seconds() <= ear.backfill:
        return GapWay.STREAM
    if ear.pushed:
        return GapWay.REPLAY
    return GapWay.POLLS if ear.follows == "subscriptions" else GapWay.SEARCH


def _make_due(gap: Gap, network: str, now: datetime) -> None:
    """When it can be filled: a search knows of nothing that was written just now."""
    if gap.way == GapWay.STREAM:
        gap.state, gap.due_at, gap.ended_at = GapState.FILLED, None, now
        return
    lag = timedelta(seconds=connector_for(network).capabilities.search_lag)
    waits = {GapWay.SEARCH: lag, GapWay.REPLAY: REPLAY_AFTER}
    gap.due_at = gap.until + waits.get(GapWay(gap.way), timedelta(0))
