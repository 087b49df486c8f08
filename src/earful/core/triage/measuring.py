"""How good a head is: macro-F1, how honest its sureness is, and what it gets right when it may pass on the unsure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

BINS: Final = 10
SUREST: Final = 0.8


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


def quality(probabilities: NDArray[np.float32], answers: Sequence[str], given: Sequence[str]) -> Quality:
    """Compare what was told with what was given; answers that were never given count for no F1."""
    places = {answer: number for number, answer in enumerate(answers)}
    truth = np.asarray([places[answer] for answer in given])
    told, sure = probabilities.argmax(1), probabilities.max(1)
    right = told == truth
    surest = np.argsort(-sure, kind="stable")[: max(1, round(len(truth) * SUREST))]
    return Quality(
        len(truth), float(right.mean()), _macro_f1(told, truth), _ece(sure, right), float(right[surest].mean())
    )


def confusion(probabilities: NDArray[np.float32], answers: Sequence[str], given: Sequence[str]) -> NDArray[np.int64]:
    """How often each answer (row) was told as which (column)."""
    places = {answer: number for number, answer in enumerate(answers)}
    truth = np.asarray([places[answer] for answer in given])
    found = np.zeros((len(answers), len(answers)), np.int64)
    np.add.at(found, (truth, probabilities.argmax(1)), 1)
    return found


def _macro_f1(told: NDArray[np.int64], truth: NDArray[np.int64]) -> float:
    each = []
    for answer in np.unique(truth):
        both = int(((told == answer) & (truth == answer)).sum())
        each.append(2 * both / int((told == answer).sum() + (truth == answer).sum()))
    return float(np.mean(each))


def _ece(sure: NDArray[np.float32], right: NDArray[np.bool_]) -> float:
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(sure[bins == each].sum() - right[bins == each].sum()) for each in np.unique(bins)]
    return float(sum(gaps) / len(sure))
