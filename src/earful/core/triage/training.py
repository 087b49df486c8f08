"""Learning a head: logistic regression over the places of its texts, and how sure it may be.

Everything is linear. A word that the examples never showed still counts a little, by the vector that it has in
`vectors`; and a head that other heads help to learn gets their sums beside its places. Both parts are folded into one
weight for each place and answer, so that scoring stays one sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from earful.core.triage.calibrating import honest
from earful.core.triage.features import PLACES, WORD_PLACES, Lexicon, brought, numbered, tokens
from earful.core.triage.learned import Learned
from earful.core.triage.measuring import SEPARATOR, macro_f1
from earful.core.triage.solving import Inputs, Solved, solve
from earful.core.triage.vectors import Vectors, of_names

# A place that fewer texts have says nothing about others; of pieces there are many more than of words.
LEAST_TEXTS: Final = 2
LEAST_TEXTS_WITH_PIECE: Final = 3
# How much large weights may cost; which of them is best is tried on texts that were not learned from.
PENALTIES: Final = (0.15, 0.4, 1.0)
PENALTY: Final = 0.33
# How loud the sums of other heads are beside words.
HELP_WEIGHS: Final = 0.1
# What an answer is thought to be about before anything is learned, where a text may have several: what its name says.
NAMES_SAY: Final = 8.0
FOLDS: Final = 3
_STEPS_IN_FOLDS: Final = 50

Matrix: TypeAlias = csr_matrix
Floats = NDArray[np.float32]


class Helping(Protocol):
    """Heads that have learned already: what each of `places` says to each of their answers, and the starts."""

    @property
    def places(self) -> NDArray[np.int32]: ...
    @property
    def weights(self) -> NDArray[np.float32]: ...
    @property
    def start(self) -> NDArray[np.float32]: ...


def matrix(texts: Sequence[str]) -> Matrix:
    """The texts as rows over all places."""
    lexicon = Lexicon()
    batch = numbered(map(tokens, texts), lexicon)
    count, known = len(batch), len(lexicon.signs)
    places, weights, starts = brought([lexicon.signs[number] for number in range(known)])
    brings = csr_matrix((weights, places, starts), shape=(known, PLACES))
    loud = batch.loudness
    words = csr_matrix((loud[batch.owners], (batch.owners, batch.numbers)), shape=(count, known))
    pairs = csr_matrix((loud[batch.pair_owners], (batch.pair_owners, batch.pairs)), shape=(count, PLACES))
    return csr_matrix(words @ brings + pairs)


def learn(
    rows: Matrix,
    given: Sequence[str],
    answers: Sequence[str],
    vectors: Vectors,
    *,
    balance: float = 0.5,
    penalties: Sequence[float] = (PENALTY,),
    helping: Helping | None = None,
    several: bool = False,
    folds: NDArray[np.int64] | None = None,
    pieces: float = 1.0,
) -> Learned:
    """Learn from rows (see `matrix`) with the answers that people gave. `balance` is how far rare answers are made as
    loud as common ones, from 0 (not at all) to 1. Of several `penalties` the one is taken under which texts that were
    not learned from are answered best. `folds` says which texts are put aside together for that, by number. `pieces` of
    words are heard that much more loudly than words.

    Raises ValueError if an answer is unknown, or all are the same.
    """
    truth = _truth(given, answers, several=several)
    seen = _seen(rows)
    meant = _Meant(vectors, helping, tuple(answers) if several else ())
    telling = _telling(rows, seen, pieces)
    inputs = Inputs(csr_matrix(rows[:, seen].multiply(telling)), meant.of(rows), meant.supposed)
    loud = np.ones(len(given), np.float32) if several else _loudness(truth, balance)
    folds = in_folds(len(given)) if folds is None else folds
    tried = [(each, _aside(inputs, truth, loud, folds, each, several=several)) for each in penalties]
    penalty, sums = min(tried, key=lambda each: _missed(each[1], truth, several=several))
    found = honest(sums, truth, several=several)
    solved = solve(inputs, truth, loud, penalty, several=several)
    places, weights, start = meant.folded(replace(solved, sparse=solved.sparse * telling[:, None]), seen)
    return Learned(tuple(answers), places, weights, start + found.shift, found.temperature, len(given), several)


def _truth(given: Sequence[str], answers: Sequence[str], *, several: bool) -> Floats:
    """A row for each text with 1 where the answer is right."""
    columns = {answer: number for number, answer in enumerate(answers)}
    truth = np.zeros((len(given), len(answers)), np.float32)
    for number, said in enumerate(given):
        for answer in filter(None, said.split(SEPARATOR)) if several else (said,):
            if answer not in columns:
                raise ValueError(f"{answer!r} is no answer here: {', '.join(answers)}.")
            truth[number, columns[answer]] = 1.0
    if (truth == truth[:1]).all():
        raise ValueError("All examples have the same answer: there is nothing to learn from.")
    return truth


def _seen(rows: Matrix) -> NDArray[np.int64]:
    """The places that enough of the texts have."""
    many: NDArray[np.int64] = np.bincount(rows.indices, minlength=PLACES)
    least = np.full(PLACES, min(LEAST_TEXTS, rows.shape[0]))
    least[WORD_PLACES:] = min(LEAST_TEXTS_WITH_PIECE, rows.shape[0])
    return np.flatnonzero(many >= least)


def _telling(rows: Matrix, seen: NDArray[np.int64], pieces: float) -> Floats:
    """How much each place that was seen says by itself: the rarer, the more (idf)."""
    many = np.bincount(rows.indices, minlength=PLACES)[seen]
    rare = np.log((1 + rows.shape[0]) / (1 + many)) + 1
    found: Floats = (np.where(seen < WORD_PLACES, 1.0, pieces) * rare / rare.mean()).astype(np.float32)
    return found


def _loudness(truth: Floats, balance: float) -> Floats:
    counts = truth.sum(0)
    loud = (len(truth) / (np.count_nonzero(counts) * np.maximum(counts, 1))) ** balance
    each = truth @ loud.astype(np.float32)
    found: Floats = each / each.mean()
    return found


def in_folds(count: int) -> NDArray[np.int64]:
    """Which texts are put aside together, by number, where nothing speaks for another way."""
    fold = np.arange(count) * FOLDS // max(count, 1)
    np.random.default_rng(1).shuffle(fold)
    return fold


def _aside(
    inputs: Inputs, truth: Floats, loud: Floats, folds: NDArray[np.int64], penalty: float, *, several: bool
) -> Floats:
    """The sums of each text by a head that did not learn from it, nor from those put aside with it."""
    sums = np.zeros_like(truth)
    for number in np.unique(folds):
        learns = folds != number
        solved = solve(inputs.of(learns), truth[learns], loud[learns], penalty, several=several, steps=_STEPS_IN_FOLDS)
        sums[~learns] = solved.sums(inputs.of(~learns))
    return sums


def _missed(sums: Floats, truth: Floats, *, several: bool) -> float:
    """How often those put aside are answered wrongly, by macro-F1."""
    told = sums > 0 if several else sums == sums.max(1, keepdims=True)
    return -macro_f1(told, truth > 0.5)


@dataclass(frozen=True, slots=True)
class _Meant:
    """What stands beside the places: the vectors of words, the sums of heads that help, and how much a text has of the
    names of answers.
    """

    vectors: Vectors
    helping: Helping | None
    names: tuple[str, ...]

    @property
    def supposed(self) -> Floats:
        """Before anything is learned, that an answer is about what its name says."""
        return np.eye(len(self.names), dtype=np.float32) * np.float32(NAMES_SAY)

    def of(self, rows: Matrix) -> Floats:
        """A row for each text."""
        return np.hstack(
            [np.asarray(rows[:, places] @ table + start, np.float32) for places, table, start in self._parts]
        )

    def folded(self, solved: Solved, seen: NDArray[np.int64]) -> tuple[NDArray[np.int32], Floats, Floats]:
        """One weight a place and answer, whichever way it came about."""
        parts: list[tuple[NDArray[Any], Floats]] = [(seen, solved.sparse)]
        start, begin = solved.start, 0
        for places, table, starts in self._parts:
            turned = solved.dense[begin : begin + table.shape[1]]
            parts.append((places, table @ turned))
            start, begin = start + starts @ turned, begin + table.shape[1]
        known = np.unique(np.concatenate([each for each, _ in parts]))
        weights = np.zeros((len(known), solved.sparse.shape[1]), np.float32)
        for places, more in parts:
            # Two words may share a place.
            np.add.at(weights, np.searchsorted(known, places), more)
        return known.astype(np.int32), weights, start

    @property
    def _parts(self) -> list[tuple[NDArray[Any], Floats, Floats]]:
        """Each as places, what each of them says to each column, and what a column starts with."""
        parts = [_from_nothing(self.vectors)]
        if self.helping is not None:
            weigh = np.float32(HELP_WEIGHS)
            parts.append((self.helping.places, self.helping.weights * weigh, self.helping.start * weigh))
        if self.names:
            parts.append(_from_nothing(of_names(self.names)))
        return parts


def _from_nothing(vectors: Vectors) -> tuple[NDArray[Any], Floats, Floats]:
    return vectors.places, vectors.matrix, np.zeros(vectors.matrix.shape[1], np.float32)
