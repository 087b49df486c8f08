"""How good a head is: macro-F1, how honest its sureness is, and what it gets right when it may pass on the unsure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

BINS: Final = 10
SUREST: Final = 0.8
SEPARATOR: Final = "|"


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures from 0 to 1 over `texts`: `ece` is the expected calibration error, the gap between sureness and being
    right, over ten bins of equal width (Guo and others, ICML 2017); `surest` is the accuracy on the surest four
    fifths.
    """

    texts: int
    accuracy: float
    macro_f1: float
    ece: float
    surest: float


def quality(
    probabilities: NDArray[np.float32], answers: Sequence[str], given: Sequence[str], *, several: bool = False
) -> Quality:
    """Compare what was told with what was given; answers that were never given count for no F1.

    Where several answers may be right, each answer of each text is one decision.
    """
    truth = _truth(answers, given)
    told = probabilities >= 0.5 if several else probabilities == probabilities.max(1, keepdims=True)
    right = np.asarray((told == truth).ravel() if several else (told & truth).any(1))
    sure = np.maximum(probabilities, 1 - probabilities).ravel() if several else probabilities.max(1)
    surest = np.argsort(-sure, kind="stable")[: max(1, round(len(sure) * SUREST))]
    return Quality(
        len(truth), float(right.mean()), macro_f1(told, truth), _ece(sure, right), float(right[surest].mean())
    )


def _truth(answers: Sequence[str], given: Sequence[str]) -> NDArray[np.bool_]:
    """A row for each text, true where an answer was given; unknown ones beside known ones are left out."""
    return np.asarray(
        [[answer in each for answer in answers] for each in (set(said.split(SEPARATOR)) for said in given)]
    )


def confusion(probabilities: NDArray[np.float32], answers: Sequence[str], given: Sequence[str]) -> NDArray[np.int64]:
    """How often each answer (row) was told as which (column)."""
    places = {answer: number for number, answer in enumerate(answers)}
    truth = np.asarray([places[answer] for answer in given])
    found = np.zeros((len(answers), len(answers)), np.int64)
    np.add.at(found, (truth, probabilities.argmax(1)), 1)
    return found


@dataclass(frozen=True, slots=True)
class Reliable:
    """Of texts about which a head was so sure: how many, how sure it was on average, how often it was right."""

    texts: int
    sure: float
    right: float


def reliability(probabilities: NDArray[np.float32], answers: Sequence[str], given: Sequence[str]) -> list[Reliable]:
    """How honest sureness is, in ten bins of equal width; empty ones are left out (Guo and others, ICML 2017)."""
    truth = _truth(answers, given)
    sure, told = probabilities.max(1), probabilities.argmax(1)
    right = truth[np.arange(len(told)), told]
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    return [
        Reliable(int(here.sum()), float(sure[here].mean()), float(right[here].mean()))
        for here in (bins == each for each in np.unique(bins))
    ]


def macro_f1(told: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """The mean of the answers' F1; those that were never given are left out."""
    both, either = (told & truth).sum(0), told.sum(0) + truth.sum(0)
    given = truth.any(0)
    return float((2 * both[given] / either[given]).mean())


def _ece(sure: NDArray[np.float32], right: NDArray[np.bool_]) -> float:
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(sure[bins == each].sum() - right[bins == each].sum()) for each in np.unique(bins)]
    return float(sum(gaps) / len(sure))
