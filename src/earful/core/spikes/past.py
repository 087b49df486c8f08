"""The past as far as it was watched: how many people spoke for each key in each hour, and what is normal by that."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final

import numpy as np

from earful.core.spikes.normal import Hours, Normal, normal
from earful.core.spikes.rising import independent
from earful.core.spikes.voice import Key, Kind, Voice

HOUR_S: Final = 3600
# Of all people who write, how many speak for one key, to who knows nothing yet: a guess, and told as one.
_SHARE: Final[Mapping[Kind, float]] = {"term": 0.03, "reason": 0.15, "rule": 0.3, "channel": 1.0}
# Terms that fewer people said in an hour are not kept. Some people may say them all the same, in a large desk more.
FEWEST_KEPT: Final = 3
_UNKEPT_SHARE: Final = 0.006
MOST_TERMS: Final = 500
_UNKEPT: Final = (0.25, 1.5)


class Past:
    """Which hours were watched, and the people of each key in them; a key that was never told of had none.

    `everybody` is how many people write in an hour now: a guess is a share of them.
    """

    def __init__(self, watched: Iterable[int], everybody: float) -> None:
        self.watched: Hours = np.array(sorted(set(watched)), np.int64)
        self.everybody = everybody
        self._people: dict[Key, Mapping[int, int]] = {}
        self._normals: dict[tuple[Key, int], Normal] = {}

    def unknown(self, keys: Collection[Key]) -> list[Key]:
        """Those of the keys whose past was not told yet."""
        return [key for key in keys if key not in self._people]

    def tell(self, key: Key, people: Mapping[int, int]) -> None:
        """How many people spoke for a key, by hour."""
        self._people[key] = people

    def normal_of(self, key: Key, now: float) -> Normal:
        """What is normal for the key now: where an hour has just begun, the one before it counts if it has more."""
        hour = int(now // HOUR_S)
        this = self._in_hour(key, hour)
        if now % HOUR_S > HOUR_S / 2:
            return this
        before = self._in_hour(key, hour - 1)
        return before if before.an_hour > this.an_hour else this

    def _in_hour(self, key: Key, hour: int) -> Normal:
        if (key, hour) not in self._normals:
            self._normals[key, hour] = normal(self.watched, self._counts(key), hour, self._guess(key))
        return self._normals[key, hour]

    def _counts(self, key: Key) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        known = self._people.get(key, {})
        unkept = self._unkept if key.kind == "term" else 0.0
        return np.array([known.get(hour, unkept) for hour in self.watched.tolist()], np.float64)

    @property
    def _unkept(self) -> float:
        """How many people an hour may say a word of which nothing was kept."""
        least, most = _UNKEPT
        return min(most, max(least, _UNKEPT_SHARE * self.everybody))

    def _guess(self, key: Key) -> float:
        return max(0.5, _SHARE[key.kind] * self.everybody)


def by_key(voices: Iterable[Voice]) -> dict[Key, int]:
    """How many people spoke for each key in an hour, as far as it is kept: what few said is nobody's business."""
    people: defaultdict[Key, set[int]] = defaultdict(set)
    for voice in independent(voices):
        for key in voice.keys:
            people[key].add(voice.author)
    counted = {key: len(who) for key, who in people.items()}
    terms = Counter({key: many for key, many in counted.items() if key.kind == "term" and many >= FEWEST_KEPT})
    return {key: many for key, many in counted.items() if key.kind != "term"} | dict(terms.most_common(MOST_TERMS))
