"""What rises: how many people speak for a key in a sliding window, and how unusual that is."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from earful.core.spikes.copies import firsts
from earful.core.spikes.normal import DAY, Normal
from earful.core.spikes.voice import Key, Kind, Voice

# Sliding windows, in minutes. Short ones see a storm begin, long ones see a slow trouble.
WINDOWS: Final = (5, 15, 60)
LONGEST_S: Final = 60 * max(WINDOWS)
# One in so many powers of ten: what begins a spike, and what keeps one going. There are thousands of words and few
# reasons; and that much is written is little news by itself. Two words side by side are no chance meeting.
NOTICED: Final[Mapping[Kind, float]] = {"reason": 6.0, "rule": 6.0, "term": 7.0, "channel": 8.0}
OF_A_PAIR: Final = 6.0
LINGERS: Final = 2.5
# Fewer people are no crowd, however unusual; more than usual is at least so many times.
FEWEST: Final[Mapping[Kind, int]] = {"reason": 5, "rule": 5, "term": 5, "channel": 12}
GOING_ON: Final = 3
# Within this time.
FRESH_S: Final = 15 * 60
TIMES: Final = 3.0
# So many people of one thread count: the rest answer one another, or us.
OF_A_THREAD: Final = 3

NormalOf = Callable[[Key, float], Normal]


class Rise(NamedTuple):
    """A key with its window: how many people in how many minutes, how many are normal, how unusual that is, which
    voices.
    """

    key: Key
    people: int
    minutes: int
    usual: float
    surprise: float
    normal: Normal
    voices: tuple[Voice, ...]

    @property
    def took(self) -> int:
        """From the first of its voices to the last, in whole minutes: what people are told in place of the window."""
        return max(1, math.ceil((self.voices[-1].at - self.voices[0].at) / 60))

    def since(self, moment: float) -> "Rise":
        """The same without the voices before."""
        voices = tuple(voice for voice in self.voices if voice.at >= moment)
        return self._replace(voices=voices, people=len({voice.author for voice in voices}))

    @property
    def noticed(self) -> bool:
        """Whether it begins a spike; what goes on needs less."""
        kind = self.key.kind
        if kind == "channel" and self.normal.of_all < DAY:
            return False  # every desk begins with more than nothing
        needed = OF_A_PAIR if " " in self.key.name else NOTICED[kind]
        unusual = self.surprise >= needed and self.people >= TIMES * self.usual
        return unusual and self.people >= FEWEST[kind]


def independent(voices: Iterable[Voice]) -> list[Voice]:
    """Those that speak for themselves, oldest first: no copies of a text, and only the first few people of a thread."""
    ordered = sorted(voices, key=lambda voice: (voice.at, voice.post))
    first = firsts([voice.sketch for voice in ordered])
    threads: defaultdict[str, set[int]] = defaultdict(set)
    return [
        voice
        for place, voice in enumerate(ordered)
        if first[place] == place or ordered[first[place]].author == voice.author
        if _among_the_first(threads[voice.thread], voice)
    ]


def spoken_for(voices: Iterable[Voice], now: float) -> dict[Key, list[Voice]]:
    """The voices of each key within the longest window; only keys that enough people speak for just now."""
    found: defaultdict[Key, list[Voice]] = defaultdict(list)
    for voice in voices:
        if now - LONGEST_S < voice.at <= now:
            for key in voice.keys:
                found[key].append(voice)
    return {key: of_key for key, of_key in found.items() if len(of_key) >= GOING_ON and fresh(of_key, now)}


def fresh(voices: Iterable[Voice], now: float) -> bool:
    """Whether enough people among these spoke lately for it to go on."""
    return len({voice.author for voice in voices if voice.at > now - FRESH_S}) >= GOING_ON


def rises(spoken: Mapping[Key, Sequence[Voice]], now: float, normal_of: NormalOf) -> list[Rise]:
    """What rises at this moment, by people that each count once; the most surprising first."""
    found = [rise for key, voices in spoken.items() if (rise := _rise(key, voices, now, normal_of))]
    return sorted(found, key=lambda rise: (-rise.surprise, rise.key))


def _among_the_first(people: set[int], voice: Voice) -> bool:
    if not voice.thread:
        return True
    if len(people) < OF_A_THREAD:
        people.add(voice.author)
    return voice.author in people


def _rise(key: Key, voices: Sequence[Voice], now: float, normal_of: NormalOf) -> Rise | None:
    """The window in which the key is most surprising; None where it is not even worth going on."""
    rises = [_within(key, voices, now, minutes, normal_of) for minutes in WINDOWS]
    best = max(rises, key=lambda rise: (rise.noticed, rise.surprise))
    return best if best.surprise >= LINGERS and best.people >= GOING_ON else None


def _within(key: Key, voices: Sequence[Voice], now: float, minutes: int, normal_of: NormalOf) -> Rise:
    heard = tuple(voice for voice in voices if voice.at > now - 60 * minutes)
    people = len({voice.author for voice in heard})
    normal = normal_of(key, now)
    return Rise(key, people, minutes, normal.within(minutes), normal.surprise(people, minutes), normal, heard)
