"""What makes heads honest about how sure they are, found on texts that they were not shown."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from earful.core.triage.learned import probabilities, unlikely
from earful.core.triage.measuring import SEPARATOR, Quality, quality
from earful.deep.lessons import Lesson, Lessons
from earful.deep.weights import Numbers

# How much a temperature costs that is far from 1, as if so many texts spoke against it: answers were smoothed in
# teaching, and without any text 1 is the best guess.
FEW_SAY_LITTLE: Final = 20.0
_TEMPERATURES: Final = np.geomspace(0.3, 6.0, 60)


class Honest(NamedTuple):
    """What is added to all sums of a head, and what they are divided by then; how good it is so on those texts."""

    shift: Numbers
    temperature: float
    quality: Quality | None


def honest(sums: Mapping[str, Numbers], lessons: Lessons) -> dict[str, Honest]:
    """For each head, by its sums and right answers."""
    return {name: _honest(sums[name], each) for name, each in lessons.items()}


def _honest(sums: Numbers, asked: Lesson) -> Honest:
    rows = asked.loud > 0
    asked, sums = asked.of(np.flatnonzero(rows)), sums[rows]
    shift = _shift(sums, asked)
    temperature = _temperature(sums + shift, asked)
    return Honest(shift, temperature, _quality((sums + shift) / np.float32(temperature), asked))


def _shift(sums: Numbers, asked: Lesson) -> Numbers:
    """Where several answers may be right: what is added to all, so that as many are told as were given."""
    many = int(asked.truth.sum())
    if not asked.several or not many:
        return np.zeros((), np.float32)
    each = np.sort(sums.ravel())[::-1]
    return np.asarray(-(each[many - 1] + each[min(many, len(each) - 1)]) / 2, np.float32)


def _temperature(sums: Numbers, asked: Lesson) -> float:
    """By what sums are divided so that "80 % sure" is right four times of five (Guo and others, ICML 2017)."""

    def cost(each: float) -> float:
        told = np.clip(probabilities(sums / each, several=asked.several), 1e-12, 1 - 1e-7)
        missed = unlikely(told, asked.truth, several=asked.several).sum()
        return float(missed + FEW_SAY_LITTLE * np.log(each) ** 2)

    return float(min(_TEMPERATURES, key=cost))


def _quality(sums: Numbers, asked: Lesson) -> Quality | None:
    if not len(sums):
        return None
    given = [SEPARATOR.join(np.asarray(asked.answers)[right > 0]) for right in asked.truth]
    return quality(probabilities(sums, several=asked.several), asked.answers, given, several=asked.several)
