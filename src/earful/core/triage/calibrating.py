"""Making sureness honest: "80 % sure" is to be right four times of five.

What is fitted is fitted on texts that a head did not learn from: one temperature (Guo and others, ICML 2017), and
before it a shift for each answer, so that rare answers are told as often as is best for macro-F1.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from earful.core.triage.learned import probabilities, unlikely
from earful.core.triage.measuring import macro_f1

Floats = NDArray[np.float32]
_TEMPERATURES: Final = np.geomspace(0.3, 6.0, 60)
_SHIFTS: Final = np.linspace(-1.0, 1.0, 21)
# A shift must be worth this much macro-F1 on the texts put aside: less is chance.
_WORTH: Final = 0.002


@dataclass(frozen=True, slots=True)
class Honest:
    """What is added to the sums, and what they are divided by then."""

    shift: Floats
    temperature: float


def honest(sums: Floats, truth: Floats, *, several: bool = False) -> Honest:
    """What makes the sums of texts put aside honest about what was right."""
    shift = _shift(sums, truth, several=several)
    shifted = sums + shift
    told = (probabilities(shifted / each, several=several) for each in _TEMPERATURES)
    costs = [float(unlikely(each, truth, several=several).mean()) for each in told]
    return Honest(shift, float(_TEMPERATURES[int(np.argmin(costs))]))


def _shift(sums: Floats, truth: Floats, *, several: bool) -> Floats:
    """One answer after the other, the shift under which macro-F1 is best."""
    shift = np.zeros(sums.shape[1], np.float32)
    right = truth > 0.5
    best = macro_f1(_told(sums, several=several), right)
    for answer in range(sums.shape[1]):
        for each in _SHIFTS:
            tried = shift.copy()
            tried[answer] = each
            found = macro_f1(_told(sums + tried, several=several), right)
            if found > best + _WORTH:
                best, shift = found, tried
    return shift


def _told(sums: Floats, *, several: bool) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = sums > 0 if several else sums == sums.max(1, keepdims=True)
    return found
