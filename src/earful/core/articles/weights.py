"""What each part counts for, and how that is learned: from which article agents sent in each conversation so far.

How likely an article is, is a count with doubts: how often it was sent, where a conversation that is like this one
counts for many, and one of the last hours for several. That is weighed against what the article says, and what was said
where it was sent.

To learn, each past conversation is asked about as if it were new (leave one out), and the weights are moved until the
articles that were sent are as likely as they can be: a softmax over the articles of the brand (conditional logit;
McFadden, 1974). A prior holds them near round numbers set by hand, so that a young desk has sensible ones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Final

import numpy as np
from scipy.optimize import minimize

from earful.core.articles.matching import Numbers
from earful.core.articles.shelf import Asked, Parts, Shelf, shelf

# The newest conversations that are learned from, those that they are compared with, and how few are too few.
MOST_LEARNED_FROM: Final = 600
MOST_COMPARED: Final = 3_000
LEAST_LEARNED_FROM: Final = 50
_HELD: Final = 0.2
_STEPS: Final = 100
_STEEPEST: Final = 30.0


@dataclass(frozen=True, slots=True)
class Weights:
    """All are positive, so that no part ever speaks against an article.

    `unused` is what an article counts for that was never sent. A conversation counts for `sent`, for `hours` and
    `days` as it is recent, and for `alike` times e to the power of `sharp` times its likeness. `heard`, `says`, `spelt`
    and `means` weigh the columns of `Parts.says`.
    """

    unused: float = 0.5
    sent: float = 0.5
    hours: float = 3.0
    days: float = 0.5
    alike: float = 1.0
    sharp: float = 5.0
    heard: float = 1.0
    says: float = 0.5
    spelt: float = 3.0
    means: float = 0.5

    @property
    def of_words(self) -> Numbers:
        """Those of the columns of `Parts.says`."""
        return np.array([self.heard, self.says, self.spelt, self.means])


def scores(parts: Parts, weights: Weights) -> Numbers:
    """For each article how likely it is, as a logarithm that is only good for comparing."""
    counted = np.bincount(parts.given, sum(_votes(parts, weights)), len(parts.used))
    total: Numbers = np.log(weights.unused + parts.used + counted) + parts.says @ weights.of_words
    return total


def _votes(parts: Parts, weights: Weights) -> tuple[Numbers, ...]:
    """What each past conversation counts for, for the article that was sent in it: in all, as recent, and as alike."""
    alike = weights.alike * np.exp(np.minimum(weights.sharp * parts.alike, _STEEPEST))
    return np.full(len(alike), weights.sent), weights.hours * parts.hours, weights.days * parts.days, alike


def learned(shelves: Iterable[Shelf], start: Weights | None = None) -> Weights:
    """The weights by which the articles that were sent come out as likely as they can, over all shelves."""
    start = start or Weights()
    lessons = [_lesson(each, number) for each, number in _newest([_cut(each) for each in shelves])]
    if len(lessons) < LEAST_LEARNED_FROM:
        return start
    prior = np.log(astuple(start))
    loss = _Loss(lessons, prior)
    found = minimize(loss, prior, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    return Weights(*(float(each) for each in np.exp(found.x)))


@dataclass(frozen=True, slots=True)
class _Lesson:
    """A past conversation, asked about without itself, and the article that was right."""

    parts: Parts
    right: int


def _cut(full: Shelf) -> Shelf:
    """A shelf with the newest conversations alone, if it has too many to compare each with each."""
    if len(full.sent) <= MOST_COMPARED:
        return full
    newest = np.argsort(np.nan_to_num(full.at, nan=-np.inf), kind="stable")[-MOST_COMPARED:]
    return shelf(full.articles, [full.sent[number] for number in newest])


def _newest(shelves: Iterable[Shelf]) -> Sequence[tuple[Shelf, int]]:
    """The newest conversations that have something to teach: where there was a choice."""
    known = [(at, each, number) for each in shelves if len(each.articles) > 1 for number, at in enumerate(each.at)]
    known.sort(key=lambda one: np.nan_to_num(one[0], nan=-np.inf))
    return [(each, number) for _, each, number in known[-MOST_LEARNED_FROM:]]


def _lesson(of: Shelf, number: int) -> _Lesson:
    sent = of.sent[number]
    return _Lesson(of.parts(Asked(sent.text, sent.at), without=[number]), int(of.given[number]))


class _Loss:
    """How unlikely what was sent is by given weights (their logarithms), held near the prior; and where that goes down.

    All lessons stand in one row of articles and one of conversations, so that a step is a few array operations.
    """

    def __init__(self, lessons: Sequence[_Lesson], prior: Numbers) -> None:
        each = [lesson.parts for lesson in lessons]
        many = np.array([len(parts.used) for parts in each])
        self.prior = prior
        self.begin = np.concatenate(([0], np.cumsum(many)[:-1]))
        self.owner = np.repeat(np.arange(len(lessons)), many)
        self.right = self.begin + np.array([lesson.right for lesson in lessons])
        self.parts = Parts(
            np.concatenate([parts.past for parts in each]),
            np.concatenate([begin + parts.given for begin, parts in zip(self.begin, each, strict=True)]),
            np.concatenate([parts.alike for parts in each]),
            np.concatenate([parts.hours for parts in each]),
            np.concatenate([parts.days for parts in each]),
            np.concatenate([parts.used for parts in each]),
            np.concatenate([parts.says for parts in each]),
        )

    def __call__(self, logs: Numbers) -> tuple[float, Numbers]:
        weights, away = Weights(*np.exp(logs)), logs - self.prior
        chances, surprise = self._chances(scores(self.parts, weights))
        return surprise + _HELD * float(away @ away), self._slope(weights, chances) + 2 * _HELD * away

    def _chances(self, score: Numbers) -> tuple[Numbers, float]:
        """Of each article within its lesson, and how surprising all that was sent is."""
        high = np.maximum.reduceat(score, self.begin)
        raised = np.exp(score - high[self.owner])
        summed = np.add.reduceat(raised, self.begin)
        surprise = high + np.log(summed) - score[self.right]
        return raised / summed[self.owner], float(surprise.sum())

    def _slope(self, weights: Weights, chances: Numbers) -> Numbers:
        """By the logarithm of each weight, in the order of its fields."""
        pull = chances.copy()
        pull[self.right] -= 1
        votes = _votes(self.parts, weights)
        counted = weights.unused + self.parts.used + np.bincount(self.parts.given, sum(votes), len(pull))
        by_count = pull / counted
        by_vote = by_count[self.parts.given]
        sharp = weights.sharp * float(by_vote @ (votes[-1] * self.parts.alike))
        counts = [weights.unused * by_count.sum(), *(by_vote @ vote for vote in votes), sharp]
        return np.array([*counts, *(weights.of_words * (pull @ self.parts.says))])
