"""Learning a head: multinomial logistic regression over the places of its texts, and how sure it may be.

Everything is linear. A word that the examples never showed still counts a little, by the vector that it has in
`vectors`; that part too is folded into one weight for each place and answer, so that scoring is one sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

from earful.core.triage.features import PLACES, WORD_PLACES, features
from earful.core.triage.vectors import Vectors

# A place that fewer texts have says nothing about others; of pieces there are many more than of words.
LEAST_TEXTS: Final = 2
LEAST_TEXTS_WITH_PIECE: Final = 3
VECTORS_WEIGH: Final = 1.0
# How much large weights cost. Between 0.025 and 1 the public development sets differ by a point.
PENALTY: Final = 0.33
FOLDS: Final = 3
_STEPS: Final = 100
_STEPS_IN_FOLDS: Final = 40

Matrix: TypeAlias = csr_matrix
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Learned:
    """A head that has learned: a weight for each of `places` and each answer, what each answer starts with, and the
    temperature by which its sureness is honest. `texts` is how many it learned from.
    """

    answers: tuple[str, ...]
    places: NDArray[np.int32]
    weights: NDArray[np.float32]
    start: NDArray[np.float32]
    temperature: float
    texts: int


def matrix(texts: Sequence[str]) -> Matrix:
    """The texts as rows over all places."""
    found = features(texts)
    return csr_matrix((found.weights, found.places, found.starts), shape=(len(texts), PLACES))


def probabilities(sums: NDArray[Any]) -> NDArray[Any]:
    """What sums come to: a row of them is one text's, and its probabilities add up to one."""
    apart = np.exp(sums - sums.max(1, keepdims=True))
    found: NDArray[Any] = apart / apart.sum(1, keepdims=True)
    return found


def learn(
    rows: Matrix, given: Sequence[str], answers: Sequence[str], vectors: Vectors, *, balance: float = 0.5
) -> Learned:
    """Learn from rows (see `matrix`) with the answers that people gave. `balance` is how far rare answers are made as
    loud as common ones, from 0 (not at all) to 1.

    Raises ValueError if an answer is unknown, or all are the same.
    """
    places_of = {answer: number for number, answer in enumerate(answers)}
    if unknown := set(given) - set(places_of):
        raise ValueError(f"{sorted(unknown)[0]!r} is no answer here: {', '.join(answers)}.")
    asked = np.asarray([places_of[answer] for answer in given])
    if len(set(given)) < 2:
        raise ValueError("All examples have the same answer: there is nothing to learn from.")
    seen = _seen(rows)
    inputs = _inputs(rows, seen, vectors)
    temperature = _temperature(inputs, asked, len(answers), balance)
    solved = _solve(inputs, asked, len(answers), balance)
    places, weights = _folded(solved[:-1], seen, vectors)
    return Learned(tuple(answers), places, weights, solved[-1].astype(np.float32), temperature, len(given))


def _seen(rows: Matrix) -> NDArray[np.int64]:
    """The places that enough of the texts have."""
    once = rows.copy()
    once.sum_duplicates()
    many: NDArray[np.int64] = np.bincount(once.indices, minlength=PLACES)
    least = np.full(PLACES, min(LEAST_TEXTS, rows.shape[0]))
    least[WORD_PLACES:] = min(LEAST_TEXTS_WITH_PIECE, rows.shape[0])
    return np.flatnonzero(many >= least)


def _inputs(rows: Matrix, seen: NDArray[np.int64], vectors: Vectors) -> Matrix:
    meant = rows[:, vectors.places] @ vectors.matrix
    return csr_matrix(hstack([rows[:, seen], csr_matrix(meant * VECTORS_WEIGH)]))


def _solve(inputs: Matrix, asked: NDArray[np.int64], many: int, balance: float, steps: int = _STEPS) -> Floats:
    """Weights and, in the last row, starts: those under which what was answered is likeliest, less what they cost."""
    count, width = inputs.shape
    loud = _loudness(asked, many, balance)
    truth = np.zeros((count, many))
    truth[np.arange(count), asked] = 1.0
    across = csr_matrix(inputs.T)

    def cost(flat: Floats) -> tuple[float, Floats]:
        found = flat.reshape(width + 1, many)
        told = probabilities(inputs @ found[:-1] + found[-1])
        missed = (told - truth) * loud[:, None]
        likely = -float(loud @ np.log(np.maximum(told[np.arange(count), asked], 1e-12)))
        # What each answer starts with costs nothing: told otherwise, posts unlike the corpus are told worse.
        slope = np.vstack([across @ missed + PENALTY * found[:-1], missed.sum(0)])
        return likely + PENALTY / 2 * float((found[:-1] ** 2).sum()), slope.ravel()

    begun = np.zeros((width + 1) * many)
    solved: Any = minimize(cost, begun, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 6})
    found: Floats = solved.x.reshape(width + 1, many)
    return found


def _loudness(asked: NDArray[np.int64], many: int, balance: float) -> Floats:
    counts = np.maximum(np.bincount(asked, minlength=many), 1)
    present = (np.bincount(asked, minlength=many) > 0).sum()
    loud = (len(asked) / (present * counts)) ** balance
    found: Floats = loud[asked] / loud[asked].mean()
    return found


def _temperature(inputs: Matrix, asked: NDArray[np.int64], many: int, balance: float) -> float:
    """By what the sums are divided so that "80 % sure" is right four times of five: on texts that it did not learn
    from, in folds (Guo and others, ICML 2017).
    """
    fold = np.arange(len(asked)) * FOLDS // max(len(asked), 1)
    np.random.default_rng(1).shuffle(fold)
    sums, truths = [], []
    for number in range(FOLDS):
        learns, tells = fold != number, fold == number
        if not tells.any() or len(set(asked[learns])) < 2:
            continue
        solved = _solve(inputs[learns], asked[learns], many, balance, _STEPS_IN_FOLDS)
        sums.append(inputs[tells] @ solved[:-1] + solved[-1])
        truths.append(asked[tells])
    if not sums:
        return 1.0
    apart, truth = np.vstack(sums), np.concatenate(truths)
    tried = np.geomspace(0.3, 5.0, 60)
    unlikely = [
        -np.log(np.maximum(probabilities(apart / each)[np.arange(len(truth)), truth], 1e-12)).mean() for each in tried
    ]
    return float(tried[int(np.argmin(unlikely))])


def _folded(solved: Floats, seen: NDArray[np.int64], vectors: Vectors) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """One weight a place and answer: what was learned of the place, and what follows from the vector of its word."""
    learned, meant = solved[: len(seen)], solved[len(seen) :]
    places = np.union1d(seen, vectors.places)
    weights = np.zeros((len(places), solved.shape[1]))
    weights[np.searchsorted(places, seen)] += learned
    # Two words may share a place.
    np.add.at(weights, np.searchsorted(places, vectors.places), vectors.matrix @ meant * VECTORS_WEIGH)
    return places.astype(np.int32), weights.astype(np.float32)
