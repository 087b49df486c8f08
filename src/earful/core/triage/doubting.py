"""Which verdicts deserve a second look: the least sure fifth of the newest, as far as a priority stands on them."""

import math
from collections import deque
from collections.abc import Sequence
from typing import Final

import numpy as np

from earful.core.triage.answers import Answers, is_asked

# What the number of a case is made of beside what signals say (`core.priority`), and whether it is a matter at all.
MATTERS: Final = ("complaint", "urgency", "severity")
SHARE: Final = 0.2
# Surer than this nobody need look twice, however sure the others are.
SURE_ENOUGH: Final = 0.95
_NEWEST: Final = 1_000


def sureness(answers: Answers) -> float:
    """How likely it is that all answers are right that matter; a head that is asked of some posts alone is left out of
    the others.
    """
    says = {head: answer.says for head, answer in answers.items()}
    return math.prod(answers[head].sure for head in MATTERS if head in answers and is_asked(head, says))


class LeastSure:
    """Remembers how sure the newest verdicts were, and tells which are among the least sure fifth of them."""

    def __init__(self) -> None:
        self._newest: deque[float] = deque(maxlen=_NEWEST)

    def among(self, sures: Sequence[float]) -> list[bool]:
        """For each of a batch whether it is. A desk that has heard little looks twice at all that it doubts."""
        self._newest.extend(sures)
        bound = float(np.quantile(self._newest, SHARE)) if self._newest else 0.0
        return [sure <= bound and sure < SURE_ENOUGH for sure in sures]
