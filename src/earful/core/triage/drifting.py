"""Whether what a head tells has moved: the population stability index of two counts of its answers.

Below .1 nothing moved, from .25 on it moved a lot (the usual reading in credit scoring: Siddiqi, Credit Risk
Scorecards, 2006). It says that posts or the head changed, not which; so both counts are shown beside it.
"""

import math
from collections.abc import Mapping
from typing import Final

A_LITTLE: Final = 0.1
A_LOT: Final = 0.25
# Fewer posts than this on either side say nothing.
LEAST_POSTS: Final = 100


def drift(before: Mapping[str, int], after: Mapping[str, int]) -> float | None:
    """The index; None where there is too little to compare. An answer that one side lacks counts as half a post."""
    if min(sum(before.values()), sum(after.values())) < LEAST_POSTS:
        return None
    answers = sorted({*before, *after})
    return sum(_moved(_share(before, answer, len(answers)), _share(after, answer, len(answers))) for answer in answers)


def in_words(index: float | None) -> str:
    """The index as people read it."""
    if index is None:
        return "too few posts to say"
    return "steady" if index < A_LITTLE else "moved a little" if index < A_LOT else "moved a lot"


def _share(counts: Mapping[str, int], answer: str, many: int) -> float:
    return (counts.get(answer, 0) + 0.5) / (sum(counts.values()) + 0.5 * many)


def _moved(before: float, after: float) -> float:
    return (after - before) * math.log(after / before)
