"""Keeping what a look found: a spike begins, goes on with more posts, fades. In the caller's transaction."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from django.db import connection

from earful import pulse
from earful.core.spikes.matters import Matter
from earful.core.spikes.states import SpikeState
from earful.core.spikes.watching import Seen
from earful.spikes.models import LONGEST_NAME, Spike, weigh_cases

log = structlog.get_logger("spikes")

# What nobody called an incident is forgotten when it has been over for so long.
FORGOTTEN_AFTER: Final = timedelta(days=90)
MOST_KEYS: Final = 30


def keep(seen: Seen, running: Mapping[int, Spike], now: datetime) -> None:
    """Write down what was seen, and tell of it."""
    for matter in seen.begun:
        _begin(matter, now)
    for number, matter in seen.going.items():
        _go_on(running[number], matter, now)
    for number in seen.quiet:
        running[number].fade(now)
    if seen.begun:
        _forget(now)


def _begin(matter: Matter, now: datetime) -> None:
    began = min(voice.at for voice in matter.voices)
    spike = Spike.objects.create(
        **_told(matter), keys=_keys(matter), began_at=_moment(began), noticed_at=now, last_at=now
    )
    _count(spike, matter)
    log.info("suspected", spike=spike.pk, people=spike.people, minutes=spike.minutes, by=matter.lead.key.kind)
    pulse.tell("spike", [spike.pk])


def _go_on(spike: Spike, matter: Matter, now: datetime) -> None:
    """It is told as it was when most people spoke."""
    if matter.lead.people >= spike.people:
        for name, value in _told(matter).items():
            setattr(spike, name, value)
    known = [tuple(key) for key in spike.keys]
    spike.keys = [*known, *(key for key in _keys(matter) if key not in known)][:MOST_KEYS]
    spike.last_at = now
    spike.save(update_fields=[*_TOLD, "keys", "last_at"])
    if _count(spike, matter):
        pulse.tell("spike", [spike.pk])
    if spike.state == SpikeState.CONFIRMED:
        weigh_cases(spike)


_TOLD: Final = ("lead_kind", "lead_name", "people", "minutes", "usual", "judged_by", "terms", "places")


def _told(matter: Matter) -> dict[str, Any]:
    lead = matter.lead
    return {
        "lead_kind": lead.key.kind, "lead_name": lead.key.name[:LONGEST_NAME], "people": lead.people,
        "minutes": lead.took, "usual": lead.normal.within(lead.took), "judged_by": lead.normal.judged_by,
        "terms": matter.terms, "places": matter.places,
    }  # fmt: skip


def _keys(matter: Matter) -> list[tuple[str, str]]:
    ordered = sorted(matter.rises, key=lambda rise: (-rise.people, rise.key))
    return [(str(rise.key.kind), rise.key.name) for rise in ordered][:MOST_KEYS]


def _count(spike: Spike, matter: Matter) -> int:
    """Keep the posts behind it; how many are new. A post that was forgotten meanwhile is not brought back."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [spike.pk, sorted(matter.posts)])
        return int(cursor.rowcount)


def _forget(now: datetime) -> None:
    Spike.objects.filter(ended_at__lt=now - FORGOTTEN_AFTER, ended_by=None).delete()


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


_KEEP: Final = """
    INSERT INTO spikes_counted (spike_id, post_id)
    SELECT %s, post.id FROM posts_post AS post WHERE post.id = ANY(%s) AND post.deleted_at IS NULL
    ON CONFLICT DO NOTHING
"""
