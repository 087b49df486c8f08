"""The numbers beside the views. One counting serves every agent for a little while."""

from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.core.cache import cache

from earful.cases.finding import Counts, counts_by_owner
from earful.people.models import Agent

_KEY: Final = "console.counts"
_FRESH: Final = "console.counts.fresh"
_LONGEST_SECONDS: Final = 60


def counts(agent: Agent) -> Mapping[str, int]:
    """How many cases stand in each view, by the view's name; at most a few seconds old."""
    kept = _kept()
    mine = next((row.running for row in kept if row.owner == agent.pk), 0)
    nobodys = next((row.running for row in kept if row.owner is None), 0)
    return {
        "waiting": sum(row.waiting for row in kept),
        "mine": mine,
        "unassigned": nobodys,
        "all": sum(row.running for row in kept),
        "done": sum(row.done for row in kept),
        "aside": sum(row.aside for row in kept),
    }


def _kept() -> list[Counts]:
    """Whoever finds them stale counts anew; everybody else takes the old numbers and does not wait."""
    kept: list[Counts] | None = cache.get(_KEY)
    stale = cache.add(_FRESH, True, settings.COUNTS_KEPT)
    if kept is None or stale:
        kept = counts_by_owner()
        cache.set(_KEY, kept, _LONGEST_SECONDS)
    return kept


def forget() -> None:
    """Count anew at the next look: an agent sees the effect of their own deed at once."""
    cache.delete(_FRESH)
