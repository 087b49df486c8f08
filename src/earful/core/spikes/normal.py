"""What is normal: how many people an hour like this one brings, and how much that swings.

Gamma-Poisson with shrinkage: an hour of the week leans on its hour of the day, that on the whole, that on a guess, the
more the fewer of them were watched (empirical Bayes: Clayton and Kaldor, Biometrics 1987). Past storms are cut down to
what is usual around them by median and MAD, so that they do not make the next one look normal (Farrington and others,
JRSS A 1996, and Noufaily and others, Statistics in Medicine 2013, who find outbreaks of illness so).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

DAY: Final = 24
WEEK: Final = 7 * DAY
# How many hours a guess is worth, and how many of its own an hour needs to speak louder than what it leans on.
GUESS_WEIGHS: Final = 3.0
LEANS: Final = 3.0
# Lately: growth of the last days is believed, up to so many times.
_LATELY: Final = 72
_GROWS_AT_MOST: Final = 4.0
_FAR: Final = 3 * 1.4826
_FEW_DAYS: Final = 5
_SEEN_OFTEN: Final = 3
_SWINGS: Final = (0.5, 40.0)
_NO_CHANCE: Final = 1e-300

Hours = NDArray[np.int64]
Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Normal:
    """People in such an hour, how little that swings (the size of a negative binomial), and by how many hours of its
    kind it was judged: of the same hour of the week, of the day, of all.
    """

    an_hour: float
    steady: float
    of_week: int
    of_day: int
    of_all: int

    def within(self, minutes: float) -> float:
        """How many people so many minutes bring."""
        return self.an_hour * minutes / 60

    def surprise(self, people: int, minutes: float) -> float:
        """How unlikely it is that so many people or more come in so many minutes: 6 is one in a million."""
        mean = self.within(minutes)
        if people <= 0:
            return 0.0
        chance = float(betainc(people, self.steady, mean / (mean + self.steady)))
        return -float(np.log10(max(chance, _NO_CHANCE)))

    @property
    def judged_by(self) -> str:
        """By what it was judged, in words; the fewer hours were watched, the plainer."""
        if self.of_week >= 2:
            return f"judged by this hour of {self.of_week} weeks"
        if self.of_day >= 3:
            return f"only {_days(self.of_all)} of history: judged by this hour of {self.of_day} days"
        if self.of_all >= DAY:
            return f"only {_days(self.of_all)} of history: judged against the whole"
        if self.of_all:
            return f"only {self.of_all} hour{'s'[: self.of_all != 1]} of history: judged against a guess as well"
        return "no history yet: judged against a guess"


def normal(watched: Hours, people: Counts, hour: int, guess: float) -> Normal:
    """What is normal in `hour` (hours since 1970), after so many people in each of the `watched` hours. `guess` is what
    somebody would expect who knows nothing yet.
    """
    people = _cut_down(watched, people)
    whole = (GUESS_WEIGHS * guess + people.sum()) / (GUESS_WEIGHS + len(people))
    of_day, by_day = _leaning(watched % DAY, people, np.full(DAY, whole))
    of_week, by_week = _leaning(watched % WEEK, people, np.tile(by_day, WEEK // DAY))
    expected = by_week[watched % WEEK]
    an_hour = max(float(by_week[hour % WEEK]) * _growth(people, expected), 1e-6)
    own = GUESS_WEIGHS + LEANS + float(of_week[hour % WEEK])
    # Two doubts add up: hours swing, and the mean itself is known only so well.
    steady = 1 / (1 / _steady(people, expected) + 1 / (0.5 + own * an_hour))
    return Normal(an_hour, steady, int(of_week[hour % WEEK]), int(of_day[hour % DAY]), len(people))


def _cut_down(watched: Hours, people: Counts) -> Counts:
    """No hour far above what is usual at its time of day, nor, where that was seen often enough, of the week."""
    if not len(people) or people.min() == people.max():
        return people
    by_day = np.array([_cap(people[_near(watched, hour)]) for hour in range(DAY)])
    caps = by_day[watched % DAY]
    for place in np.flatnonzero(people > caps):
        same = people[watched % WEEK == watched[place] % WEEK]
        if len(same) >= _SEEN_OFTEN:
            caps[place] = max(caps[place], _cap(same))
    cut: Counts = np.minimum(people, caps)
    return cut


def _near(watched: Hours, hour: int) -> NDArray[np.bool_]:
    """The hours of this time of day; where few were watched, those beside it as well."""
    same = watched % DAY == hour
    return same if same.sum() >= _FEW_DAYS else (watched - hour + 1) % DAY <= 2


def _cap(people: Counts) -> float:
    """What is usual among these at the most."""
    if not len(people):
        return 0.0
    middle = np.median(people)
    return float(middle + _FAR * max(np.median(np.abs(people - middle)), np.sqrt(middle + 1) / 2))


def _leaning(slots: Hours, people: Counts, on: Counts) -> tuple[Counts, Counts]:
    """How many hours each slot has, and its mean, leaning on what is known without it."""
    many = np.bincount(slots, minlength=len(on)).astype(float)
    summed = np.bincount(slots, people, len(on))
    return many, (LEANS * on + summed) / (LEANS + many)


def _growth(people: Counts, expected: Counts) -> float:
    """How many times more than expected the last days brought; a desk that grows is no spike. Never less than one."""
    lately, usually = people[-_LATELY:].sum(), expected[-_LATELY:].sum()
    return float(np.clip((lately + 3) / (usually + 3), 1.0, _GROWS_AT_MOST))


def _steady(people: Counts, expected: Counts) -> float:
    """The size of the negative binomial, by moments; two hours' worth of doubt stand in for what is not known yet."""
    beyond = max(0.0, float(((people - expected) ** 2 - expected).sum()))
    return float(np.clip((float((expected**2).sum()) + 4.0) / (beyond + 2.0), *_SWINGS))


def _days(hours: int) -> str:
    days = max(1, round(hours / DAY))
    return "a day" if days == 1 else f"{days} days"
