"""One look: what begins, what goes on, what has become quiet. The caller keeps what is found and tells of it once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from earful.core.spikes.matters import SHARED, Matter, matters, overlap
from earful.core.spikes.past import Past
from earful.core.spikes.rising import fresh, independent, rises, spoken_for
from earful.core.spikes.voice import Key, Voice

# It is quiet when nobody has been seen speaking of it for so long.
QUIET_S: Final = 20 * 60


@dataclass(frozen=True, slots=True)
class Running:
    """A spike that was told of and is not over: its number, its lead, its threads, when it began and was last seen."""

    number: int
    lead: Key
    threads: Collection[str]
    began: float
    last: float


@dataclass(slots=True)
class Seen:
    """What a look found: matters that begin, those of running spikes that go on, and spikes that became quiet."""

    begun: list[Matter] = field(default_factory=list)
    going: dict[int, Matter] = field(default_factory=dict)
    quiet: list[int] = field(default_factory=list)


def heard_apart(voices: Iterable[Voice], over: Collection[int], now: float) -> dict[Key, list[Voice]]:
    """The voices by what they count for: each speaks for itself, and none of a spike that is over counts again."""
    return spoken_for(independent(voice for voice in voices if voice.post not in over), now)


def look(spoken: Mapping[Key, Sequence[Voice]], past: Past, running: Sequence[Running], now: float) -> Seen:
    """Judge what was heard; the past of all its keys must have been told."""
    seen = Seen()
    for matter in matters(rises(spoken, now, past.normal_of)):
        if not fresh(matter.voices, now):
            continue
        spike = _same(matter, running)
        if spike is not None:
            if (since := matter.since(spike.began)).rises:
                seen.going.setdefault(spike.number, since)
        elif any(rise.noticed for rise in matter.rises):
            seen.begun.append(matter)
    seen.quiet = [spike.number for spike in running if spike.number not in seen.going and now - spike.last > QUIET_S]
    return seen


def _same(matter: Matter, running: Sequence[Running]) -> Running | None:
    """The running spike that this is: of the same threads, or led by the same key."""
    threads = matter.threads
    shared = {spike.number: overlap(threads, spike.threads) for spike in running}
    near = max(running, key=lambda spike: shared[spike.number], default=None)
    if near is not None and shared[near.number] >= SHARED:
        return near
    return next((spike for spike in running if spike.lead in matter.keys), None)
