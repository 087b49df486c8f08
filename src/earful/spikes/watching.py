"""The watch: every half minute it looks at what was heard in the last hour, keeps what is unusual, and tells of it.

What it holds in memory is there to be quick, and can be lost: which posts there are is asked for at each look, and only
new ones are read. All that a look decides is one transaction, behind a lock that one watcher at a time has: a watcher
that is killed has told everything or nothing, and of two one looks.
"""

import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from django.db import connection, transaction
from django.utils import timezone

from earful import clockwork
from earful.core.spikes.past import HOUR_S, Past
from earful.core.spikes.rising import LONGEST_S
from earful.core.spikes.voice import Voice
from earful.core.spikes.watching import Running, heard_apart, look
from earful.posts.store import take_turns
from earful.spikes import hours, keeping
from earful.spikes.hearing import ids_between, voices_of
from earful.spikes.models import Counted, Spike

log = structlog.get_logger("spikes")

LOOK_SECONDS: Final = 30.0
# The advisory lock that one watcher at a time holds.
_WATCHING: Final = 0x0EA25B1E
_OVER_FOR: Final = timedelta(seconds=2 * LONGEST_S)


def run_until(stop: threading.Event) -> None:
    """Look again and again until `stop` is set; for a thread of its own."""
    watch = Watch()
    clockwork.work_until(stop, lambda: watch.look(timezone.now()), rest=LOOK_SECONDS)


class Watch:
    """Looks at the last hour. `_held` are its posts, with the voice of each that counts."""

    def __init__(self) -> None:
        self._held: dict[int, Voice | None] = {}
        self._past: Past | None = None
        self._past_at = (-1, -1)
        self._counted = 0

    def look(self, now: datetime) -> bool:
        """Look once; whether more hours of the past wait to be counted."""
        with transaction.atomic():
            if not _alone():
                return False
            self._counted, behind = hours.count_up(now, self._counted)
        with transaction.atomic():
            # What is forgotten meanwhile would stay counted.
            take_turns(forgetting=False)
            if _alone():
                self._judge(now)
        return behind

    def _judge(self, now: datetime) -> None:
        voices, moment = self._heard(now), now.timestamp()
        running = list(Spike.objects.running())
        if not (voices or running):
            return
        spoken = heard_apart(voices, _over(now), moment)
        past = self._past_of(voices, moment)
        hours.tell(past, spoken.keys())
        seen = look(spoken, past, _running(running, {voice.post: voice.thread for voice in voices}), moment)
        keeping.keep(seen, {spike.pk: spike for spike in running}, now)

    def _heard(self, now: datetime) -> list[Voice]:
        there = ids_between(now - timedelta(seconds=LONGEST_S), now)
        new = [post for post in there if post not in self._held]
        read = {voice.post: voice for voice in voices_of(new)}
        self._held = {post: self._held[post] if post in self._held else read.get(post) for post in there}
        return [voice for voice in self._held.values() if voice is not None]

    def _past_of(self, voices: Iterable[Voice], moment: float) -> Past:
        """The past, told anew when an hour was counted or another one began."""
        at = (int(moment // HOUR_S), self._counted)
        if self._past is None or self._past_at != at:
            self._past, self._past_at = hours.past(len({voice.author for voice in voices})), at
        return self._past


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_WATCHING])
        return bool(cursor.fetchone()[0])


def _over(now: datetime) -> set[int]:
    """The posts of spikes that ended lately."""
    ended = Counted.objects.filter(spike__ended_at__gt=now - _OVER_FOR)
    return set(ended.values_list("post", flat=True))


def _running(spikes: Iterable[Spike], of_post: Mapping[int, str]) -> list[Running]:
    """Running spikes, with those of their threads in which somebody wrote lately."""
    threads: dict[int, set[str]] = {spike.pk: set() for spike in spikes}
    for spike, post in Counted.objects.filter(spike__in=threads).values_list("spike", "post"):
        if post in of_post:
            threads[spike].add(of_post[post])
    return [
        Running(spike.pk, spike.lead, threads[spike.pk], _seconds(spike.began_at), _seconds(spike.last_at))
        for spike in spikes
    ]


def _seconds(at: datetime) -> float:
    return at.astimezone(UTC).timestamp()
