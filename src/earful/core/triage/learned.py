"""A head that has learned, and what its sums come to. Nothing is learned here: who only asks needs no more."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Learned:
    """A head that has learned: a weight for each of `places` and each answer, what each answer starts with, and the
    temperature by which its sureness is honest. `texts` is how many it learned from; of `several` answers a text may
    have any number.
    """

    answers: tuple[str, ...]
    places: NDArray[np.int32]
    weights: NDArray[np.float32]
    start: NDArray[np.float32]
    temperature: float
    texts: int
    several: bool = False


def probabilities(sums: NDArray[Any], *, several: bool = False) -> NDArray[Any]:
    """What sums come to: a row of them is one text's. They add up to one, unless several answers may be right."""
    if several:
        each: NDArray[Any] = 1.0 / (1.0 + np.exp(-np.clip(sums, -30, 30)))
        return each
    apart = np.exp(sums - sums.max(1, keepdims=True))
    found: NDArray[Any] = apart / apart.sum(1, keepdims=True)
    return found


def unlikely(told: NDArray[Any], truth: NDArray[Any], *, several: bool = False) -> NDArray[Any]:
    """How unlikely the right answers were told to be (the negative logarithm), text by text."""
    found: NDArray[Any] = -(truth * np.log(np.maximum(told, 1e-12))).sum(1)
    if several:
        found = found - ((1 - truth) * np.log(np.maximum(1 - told, 1e-12))).sum(1)
    return found
