"""What the heads are to learn: for each post and each question the right answer, or that nobody gave one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from earful.core.triage.measuring import SEPARATOR
from earful.deep.weights import Numbers

BALANCE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Lesson:
    """A head's right answers: in `truth` a row for each post with 1 where an answer is right; in `loud` how loud the
    post is, 0 for one that nobody asked. Of `several` answers a post may have any number; `rare` is how much louder
    each is than its absence.
    """

    answers: tuple[str, ...]
    truth: Numbers
    loud: Numbers
    rare: Numbers
    several: bool = False

    def of(self, chosen: NDArray[Any]) -> "Lesson":
        """That of some of the posts."""
        return Lesson(self.answers, self.truth[chosen], self.loud[chosen], self.rare, self.several)


Lessons = Mapping[str, Lesson]


def lesson(
    answers: Sequence[str], given: Sequence[str | None], *, several: bool = False, balance: float = BALANCE
) -> Lesson:
    """The lesson of a head: None stands where nobody answered. `balance` is how far rare answers are made as loud as
    common ones, from 0 (not at all) to 1.

    Raises ValueError if an answer is unknown, or all are the same.
    """
    asked = np.asarray([each is not None for each in given])
    truth = np.zeros((len(given), len(answers)), np.float32)
    places = {answer: number for number, answer in enumerate(answers)}
    for number, said in enumerate(given):
        for answer in _said(said, several=several):
            if answer not in places:
                raise ValueError(f"{answer!r} is no answer here: {', '.join(answers)}.")
            truth[number, places[answer]] = 1
    if (truth[asked] == truth[asked][:1]).all():
        raise ValueError("All examples have the same answer: there is nothing to learn from.")
    loud = asked.astype(np.float32) if several else _loudness(truth, asked, balance)
    return Lesson(tuple(answers), truth, loud, _rare(truth, asked, balance), several)


def _said(said: str | None, *, several: bool) -> Sequence[str]:
    if said is None:
        return ()
    return [each for each in said.split(SEPARATOR) if each] if several else (said,)


def _rare(truth: Numbers, asked: NDArray[np.bool_], balance: float) -> Numbers:
    given = np.maximum(truth.sum(0), 1)
    return np.asarray((np.maximum(asked.sum() - given, 1) / given) ** balance, np.float32)


def _loudness(truth: Numbers, asked: NDArray[np.bool_], balance: float) -> Numbers:
    counts = truth.sum(0)
    loud = (asked.sum() / (np.count_nonzero(counts) * np.maximum(counts, 1))) ** balance
    each = truth @ loud.astype(np.float32)
    return np.asarray(each / each[asked].mean(), np.float32)
