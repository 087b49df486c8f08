"""Hours kept: how many people spoke for each key in each, for eight weeks; older ones are forgotten."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from django.db import connection
from django.db.models import Max, Min

from earful.core.spikes.past import HOUR_S, Past, by_key
from earful.core.spikes.voice import Key
from earful.posts.models import Searched
from earful.spikes.hearing import ids_between, voices_of
from earful.spikes.models import Hour

KEPT_HOURS: Final = 8 * 7 * 24
# An hour is counted when another one is over: streams are late, and what begins before the hour must not be its own
# normal after it.
GRACE_S: Final = 3600
AT_ONCE: Final = 6
DESK: Final = "desk"
# An hour of which the desk knows nothing, while it was not watching, is not one in which nobody wrote.
_WATCHED_LIVE: Final = 2


def count_up(now: datetime, since: int = 0) -> tuple[int, bool]:
    """Count the hours that ended and were not counted yet, the oldest first, some at once. The first hour that was not,
    and whether it waits to be. In the caller's transaction.
    """
    current = int((now.timestamp() - GRACE_S) // HOUR_S)
    begin = max(since, _first_uncounted(current), current - KEPT_HOURS)
    until = min(current, begin + AT_ONCE)
    for hour in range(begin, until):
        _count(hour, live=hour >= current - _WATCHED_LIVE)
    if until > begin:
        Hour.objects.filter(hour__lt=current - KEPT_HOURS).delete()
    return until, until < current


def past(everybody: float) -> Past:
    """What was watched so far; the people of keys are told on demand (`tell`)."""
    return Past(Hour.objects.filter(kind=DESK).values_list("hour", flat=True), everybody)


def tell(past: Past, keys: Collection[Key]) -> None:
    """Let the past know of these keys what it does not know yet."""
    unknown = past.unknown(keys)
    if not unknown:
        return
    people: defaultdict[Key, dict[int, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_OF_KEYS, [[key.kind for key in unknown], [key.name for key in unknown]])
        for kind, name, hour, many in cursor.fetchall():
            people[Key(kind, name)][hour] = many
    for key in unknown:
        past.tell(key, people[key])


def _first_uncounted(current: int) -> int:
    """The first hour that was not counted yet; on a desk that has heard nothing it is the current one."""
    newest = Hour.objects.filter(kind=DESK).aggregate(at=Max("hour"))["at"]
    if newest is not None:
        return int(newest) + 1
    oldest = Searched.objects.aggregate(at=Min("created_at"))["at"]
    return int(oldest.timestamp() // HOUR_S) if oldest else current


def _count(hour: int, *, live: bool) -> None:
    begin, end = (datetime.fromtimestamp(each * HOUR_S, UTC) for each in (hour, hour + 1))
    voices = list(voices_of(ids_between(begin, end)))
    if not (voices or live):
        return
    counted: dict[tuple[str, str], int] = {(key.kind, key.name): many for key, many in by_key(voices).items()}
    counted[DESK, ""] = len({voice.author for voice in voices})
    rows = [Hour(kind=kind, name=name, hour=hour, people=many) for (kind, name), many in counted.items()]
    Hour.objects.bulk_create(rows, ignore_conflicts=True)


_OF_KEYS: Final = """
    SELECT counted.kind, counted.name, counted.hour, counted.people
    FROM unnest(%s::text[], %s::text[]) AS asked (kind, name)
    JOIN spikes_hour AS counted ON counted.kind = asked.kind AND counted.name = asked.name
"""
