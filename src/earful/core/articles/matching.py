"""Texts found by the words they share: BM25, and likeness as the cosine of weighted words.

Both are one sparse table, a column a word, with the weights worked out when it is made ("eager" scoring: Lù, BM25S,
2024), so that a question only adds up the columns of its words.

BM25 after Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009; idf as Lucene has it, never negative.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

K1: Final = 1.2
B: Final = 0.75

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Table:
    """A column for each word: `rows[starts[n]:starts[n + 1]]` are the texts that have it, with its `weights` there."""

    columns: Mapping[str, int]
    starts: Places
    rows: Places
    weights: Numbers
    idf: Numbers
    texts: int

    def scores(self, asked: Mapping[str, float]) -> Numbers:
        """For each text the sum over the words asked for, each as weighty as it is asked with."""
        found = [(self._column(word), weight) for word, weight in asked.items() if word in self.columns]
        if not found:
            return np.zeros(self.texts)
        rows = np.concatenate([self.rows[span] for span, _ in found])
        weights = np.concatenate([self.weights[span] * weight for span, weight in found])
        return np.bincount(rows, weights, self.texts).astype(float)

    def rarity(self, word: str) -> float:
        """How telling a word is; 0 where no text has it."""
        column = self.columns.get(word)
        return 0.0 if column is None else float(self.idf[column])

    def telling(self, word: str) -> bool:
        """Whether a word says of which text somebody speaks: no more than a third have it, or one alone."""
        span = self._column(word) if word in self.columns else slice(0, 0)
        return 0 < span.stop - span.start <= max(1, self.texts / 3)

    def _column(self, word: str) -> slice:
        column = self.columns[word]
        return slice(self.starts[column], self.starts[column + 1])


@dataclass(frozen=True, slots=True)
class Bm25:
    """Texts that are asked for by words; `usual` is how long they are on average."""

    table: Table
    usual: float

    def scores(self, asked: Sequence[str]) -> Numbers:
        """What each text has of these words. A long question is not much louder than a short one."""
        return self.table.scores(dict.fromkeys(asked, _share(asked)))

    def of(self, text: Mapping[str, int], asked: Sequence[str]) -> float:
        """The score of a text, given by its counted words, that is not among them."""
        norm = _norm(sum(text.values()), self.usual)
        weighed = (self.table.rarity(word) * _saturated(text.get(word, 0), norm) for word in set(asked))
        return _share(asked) * sum(weighed)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Texts that are compared with a text: 1 is the same words, 0 none in common."""

    table: Table

    def scores(self, asked: Sequence[str]) -> Numbers:
        """For each text how alike it is."""
        weights = {word: _damped(many) * self.table.rarity(word) for word, many in Counter(asked).items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return self.table.scores({word: weight / length for word, weight in weights.items()})


def bm25(texts: Sequence[Counter[str]]) -> Bm25:
    """Make texts, each given by its counted words, ready to be asked for."""
    lengths = np.fromiter((text.total() for text in texts), float, len(texts))
    usual = float(lengths[lengths > 0].mean()) if lengths.any() else 1.0
    norms = _norm(lengths, usual)

    def weigh(rows: Places, counts: Numbers, idf: Numbers) -> Numbers:
        weights: Numbers = idf * _saturated(counts, norms[rows])
        return weights

    return Bm25(_table(texts, weigh), usual)


def likeness(texts: Sequence[Counter[str]]) -> Likeness:
    """Make texts, each given by its counted words, ready to be compared with another."""

    def weigh(rows: Places, counts: Numbers, idf: Numbers) -> Numbers:
        weights = (1 + np.log(counts)) * idf
        lengths = np.sqrt(np.bincount(rows, weights * weights, len(texts)))
        shares: Numbers = weights / np.maximum(lengths, 1e-9)[rows]
        return shares

    return Likeness(_table(texts, weigh))


def _table(texts: Sequence[Counter[str]], weigh: Callable[[Places, Numbers, Numbers], Numbers]) -> Table:
    columns: dict[str, int] = {}
    many = sum(len(text) for text in texts)
    at = np.fromiter((columns.setdefault(word, len(columns)) for text in texts for word in text), np.int64, many)
    counts = np.fromiter((count for text in texts for count in text.values()), float, many)
    rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    holders = np.bincount(at, minlength=len(columns))
    # A text that says nothing is none: it makes no word of the others rarer.
    idf = np.log(1 + (sum(map(bool, texts)) - holders + 0.5) / (holders + 0.5))
    weights = weigh(rows, counts, idf[at])
    order = np.argsort(at, kind="stable")
    starts = np.concatenate(([0], np.cumsum(holders))).astype(np.int64)
    return Table(columns, starts, rows[order], weights[order], idf, len(texts))


Length = TypeVar("Length", float, Numbers)


def _norm(length: Length, usual: float) -> Length:
    return K1 * (1 - B + B * length / usual)


def _saturated(count: Length, norm: Length) -> Length:
    """More of the same word counts less and less."""
    return count * (K1 + 1) / (count + norm)


def _share(asked: Sequence[str]) -> float:
    return 1 / (1 + math.sqrt(len(set(asked))))


def _damped(many: int) -> float:
    return 1 + math.log(many)
