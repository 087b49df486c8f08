"""Voices to be made at will, and a past in which nothing was unusual."""

from collections.abc import Iterable, Mapping
from typing import Any

from earful.core.spikes.past import Past
from earful.core.spikes.voice import Key, Voice, voice
from earful.core.spikes.watching import Running, Seen, heard_apart, look

NOON = 20_000 * 86400.0 + 12 * 3600
HOUR = int(NOON // 3600)


def spoke(number: int, text: str = "no internet in Leeds", *, ago: float = 1, **fields: Any) -> Voice:
    """Somebody wrote so many minutes ago, each in a thread of their own."""
    said = {"author": number, "thread": f"t{number}", "channel": None, **fields}
    return voice(post=number, at=NOON - 60 * ago, text=text, **said)


def past(days: int = 14, people: Mapping[Key, Mapping[int, int]] | None = None, everybody: float = 30) -> Past:
    """So many days in which nobody spoke for any key but these."""
    known = Past(range(HOUR - 24 * days, HOUR), everybody)
    for key, counted in (people or {}).items():
        known.tell(key, counted)
    return known


def seen(voices: Iterable[Voice], known: Past | None = None, running: Iterable[Running] = ()) -> Seen:
    """One look at noon."""
    return look(heard_apart(voices, (), NOON), known or past(), list(running), NOON)
