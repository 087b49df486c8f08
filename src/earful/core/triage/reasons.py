"""The contact reason: what the word lists found and what the learned head takes for likely, weighed together.

Each point of a topic's words makes it so much likelier than the head alone would have it. Where no list finds anything
and the head is not sure, "something else" gains: that a post says none of the words of all topics is a sign by itself.
A topic of which the head knows nothing, because the desk made it, is carried by its words alone.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from earful.core.triage.topics import Hit, Topics, shipped

# What a point multiplies the odds by is the exponential of this. The figures were chosen on the project's corpus, by
# heads that had not seen the posts they were asked of: macro-F1 .374 for the head alone, .401 so. `bench/topics.py` has
# what they do on public posts.
POINT_WEIGHS: Final = 1.3
MOST_POINTS: Final = 4
SILENCE_WEIGHS: Final = 1.0
SURE_IN_SILENCE: Final = 0.4
# What a head grants at least to a topic that it knows, and what one begins with that it does not.
LEAST: Final = 0.003
UNKNOWN: Final = 0.03
# Less sure than this, no reason is told.
LEAST_SURE: Final = 0.3
OTHER: Final = "other"
# A head alone stays below a half, words alone are above it.
_BESIDE_WORDS: Final = 0.49
_FACTORS: Final = [math.exp(POINT_WEIGHS * points) for points in range(MOST_POINTS + 1)]


@dataclass(frozen=True, slots=True)
class Reason:
    """A contact reason: its topic ("" when nothing is sure enough), how sure that is, and the words that were found."""

    topic: str
    sure: float
    hits: tuple[Hit, ...] = ()

    @property
    def because(self) -> str:
        """As in: billing: “charged twice”; "learned" where no words spoke for it, "not sure" where nothing did."""
        if not self.topic:
            return "not sure"
        return next(
            (hit.because for hit in self.hits if hit.topic == self.topic), f"{self.topic}: learned from examples"
        )


def reason_of(text: str, learned: Mapping[str, float] | None = None, topics: Topics | None = None) -> Reason:
    """The reason for a text; `learned` is the head's probability of each of its answers, if a head was asked."""
    topics = topics or shipped()
    hits = tuple(topics.find(text))
    likely = weighed(hits, learned or {}, [topic.name for topic in topics.all])
    name = max(likely, key=likely.__getitem__, default="")
    sure = likely.get(name, 0.0)
    return Reason(name if sure >= LEAST_SURE else "", sure, hits)


def weighed(hits: Iterable[Hit], learned: Mapping[str, float], names: Sequence[str]) -> dict[str, float]:
    """How likely each of the named topics is, by words and by the head together; they add up to one."""
    odds = {name: learned[name] + LEAST if name in learned else UNKNOWN for name in names}
    silent = True
    for hit in hits:
        silent = False
        if hit.topic in odds:
            odds[hit.topic] *= _FACTORS[min(MOST_POINTS, hit.points)]
    if silent and OTHER in odds and max(learned.values(), default=0.0) < SURE_IN_SILENCE:
        odds[OTHER] *= math.exp(SILENCE_WEIGHS)
    whole = sum(odds.values())
    return {name: each / whole for name, each in odds.items()}


def with_words(
    texts: Sequence[str],
    learned: NDArray[np.float32],
    answers: Sequence[str],
    topics: Topics | None = None,
    names: Sequence[str] | None = None,
) -> NDArray[np.float32]:
    """A head's probabilities, a row a text, with what the word lists found weighed in: as `weighed`, for a batch. The
    columns are the head's `answers`, or the `names` that are asked for instead.
    """
    found = [(topics or shipped()).find(text) for text in texts]
    place = {name: column for column, name in enumerate(answers if names is None else names)}
    odds = np.full((len(texts), len(place)), UNKNOWN, np.float32)
    for column, answer in enumerate(answers):
        if answer in place:
            odds[:, place[answer]] = learned[:, column] + LEAST
    for row, hits in enumerate(found):
        for hit in hits:
            if (at := place.get(hit.topic)) is not None:
                odds[row, at] *= _FACTORS[min(MOST_POINTS, hit.points)]
    if OTHER in place and len(texts):
        silent = np.asarray([not hits for hits in found]) & (learned.max(1) < SURE_IN_SILENCE)
        odds[silent, place[OTHER]] *= math.exp(SILENCE_WEIGHS)
    told: NDArray[np.float32] = odds / odds.sum(1, keepdims=True)
    return told


def listed(
    texts: Sequence[str], learned: NDArray[np.float32], answers: Sequence[str], topics: Topics
) -> NDArray[np.float32]:
    """The same for a head of which several answers may be right at once: a topic is told where its words are found, and
    the head says how surely. A list that somebody wrote knows more of a topic than a few dozen examples do.
    """
    place = {answer: column for column, answer in enumerate(answers) if answer in topics.by_name}
    told = learned.copy()
    told[:, list(place.values())] *= _BESIDE_WORDS
    for row, text in enumerate(texts):
        for hit in topics.find(text):
            if (at := place.get(hit.topic)) is not None:
                told[row, at] += 1 - _BESIDE_WORDS
    return told
