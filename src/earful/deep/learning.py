"""Fine-tuning: one encoder, and a linear head for each question, taught together.

A post need not have an answer to each question: those that it lacks teach nothing. Answers are made a little unsure
(label smoothing, Szegedy and others 2016), rare ones louder, as in the first stage. AdamW (Loshchilov and Hutter 2019);
the lower a layer, the smaller its steps (Howard and Ruder 2018). Words and places stay as MiniLM has them: a desk has
too few posts to move thirty thousand words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from earful.core.triage.learned import probabilities
from earful.deep.encoder import Encoder
from earful.deep.lessons import Lesson, Lessons
from earful.deep.reading import table
from earful.deep.weights import ATTENTIONS, Numbers, Weights, layers_of

SMOOTHING: Final = 0.1
STEP: Final = 1e-4
STEP_OF_HEADS: Final = 2e-3
SMALLER_BELOW: Final = 0.9
DECAY: Final = 0.01
WARMING: Final = 0.1
AT_ONCE: Final = 32
# A set of few posts is gone through more often: until about so many posts were read, within these bounds.
READINGS: Final = 5_000
MOST_ROUNDS, LEAST_ROUNDS = 8, 3
_KEPT, _KEPT_SQUARE, _TINY = 0.9, 0.98, 1e-6
_LONGEST_SLOPE: Final = 1.0
_DROPPED: Final = 0.1
_LIKE_LENGTH: Final = 20


@dataclass(slots=True)
class Tuned:
    """An encoder with the heads that stand on it: a table and its starts for each, in `heads`."""

    weights: Weights
    heads: Weights
    attentions: int = ATTENTIONS


@dataclass(slots=True)
class _Steps:
    """AdamW: which way each number went lately, and how much it shook."""

    weights: Weights
    sizes: Mapping[str, float]
    _ways: Weights = field(default_factory=dict)
    _shakes: Weights = field(default_factory=dict)
    _taken: int = 0

    def take(self, slopes: Weights, size: float) -> None:
        """Move every number that has a slope."""
        self._taken += 1
        long = np.sqrt(sum(float(np.vdot(each, each)) for each in slopes.values()))
        shorter = np.float32(min(1.0, _LONGEST_SLOPE / (long + _TINY)))
        for name, slope in slopes.items():
            self._move(name, slope * shorter, size * self.sizes[name])

    def _move(self, name: str, slope: Numbers, size: float) -> None:
        way = self._ways.setdefault(name, np.zeros_like(slope))
        shake = self._shakes.setdefault(name, np.zeros_like(slope))
        way += (slope - way) * np.float32(1 - _KEPT)
        slope *= slope
        shake += (slope - shake) * np.float32(1 - _KEPT_SQUARE)
        spread = np.sqrt(shake / np.float32(1 - _KEPT_SQUARE**self._taken))
        spread += np.float32(_TINY)
        if self.weights[name].ndim == 2:
            self.weights[name] *= np.float32(1 - size * DECAY)
        np.divide(way, spread, out=spread)
        spread *= np.float32(size / (1 - _KEPT**self._taken))
        self.weights[name] -= spread


def tune(
    weights: Weights,
    read: Sequence[Sequence[int]],
    lessons: Lessons,
    *,
    begun: Weights | None = None,
    attentions: int = ATTENTIONS,
    rounds: int | None = None,
    seed: int = 1,
    tell: Callable[[float], None] = lambda _done: None,
) -> Tuned:
    """Teach an encoder, from `weights`, and new heads, some of which may have `begun` already. `tell` hears how much is
    done.
    """
    dice = np.random.default_rng(seed)
    moving = {name: each.copy() for name, each in weights.items() if name[0].isdigit()}
    heads = _unlearned(lessons, weights["words"].shape[1]) | (begun or {})
    tuned = Tuned(weights | moving, heads, attentions)
    steps = _Steps(moving | heads, _sizes(moving, heads))
    rounds = rounds or int(np.clip(round(READINGS / len(read)), LEAST_ROUNDS, MOST_ROUNDS))
    plan = [chosen for _ in range(rounds) for chosen in _in_turn(read, dice)]
    for number, chosen in enumerate(plan, 1):
        some = {name: each.of(chosen) for name, each in lessons.items()}
        steps.take(_slopes(tuned, table([read[each] for each in chosen]), some, dice), _size_at(number / len(plan)))
        tell(number / len(plan))
    return tuned


def _unlearned(lessons: Lessons, width: int) -> Weights:
    heads: Weights = {}
    for name, each in lessons.items():
        many = len(each.answers)
        heads |= {name: np.zeros((width, many), np.float32), f"{name}.start": np.zeros(many, np.float32)}
    return heads


def _sizes(moving: Weights, heads: Weights) -> dict[str, float]:
    """How large the steps of each number are: the lower the layer, the smaller."""
    top = layers_of(moving) - 1
    found = {name: STEP * SMALLER_BELOW ** (top - int(name.partition(".")[0])) for name in moving}
    return found | dict.fromkeys(heads, STEP_OF_HEADS)


def _size_at(done: float) -> float:
    """Small steps at first, and smaller ones towards the end."""
    return min(done / WARMING, (1.0 - done) / (1.0 - WARMING) + 0.01)


def _in_turn(read: Sequence[Sequence[int]], dice: np.random.Generator) -> list[NDArray[np.int64]]:
    """All posts once, in batches by chance, in which lengths are alike."""
    order = dice.permutation(len(read))
    lengths = np.asarray([len(each) for each in read])
    found = []
    for begin in range(0, len(order), AT_ONCE * _LIKE_LENGTH):
        stretch = order[begin : begin + AT_ONCE * _LIKE_LENGTH]
        stretch = stretch[np.argsort(lengths[stretch], kind="stable")]
        found += [stretch[at : at + AT_ONCE] for at in range(0, len(stretch), AT_ONCE)]
    return [found[number] for number in dice.permutation(len(found))]


def _slopes(tuned: Tuned, ids: NDArray[np.int64], lessons: Lessons, dice: np.random.Generator) -> Weights:
    """The slope of every number for a batch: of how unlikely its answers are by what the heads say."""
    encoder = Encoder(tuned.weights, tuned.attentions)
    rows = encoder.forwards(ids)
    # Some are left out at each step, so that no head leans on few (dropout, Srivastava and others 2014).
    left = (dice.random(rows.shape, np.float32) >= _DROPPED).astype(np.float32) / np.float32(1 - _DROPPED)
    rows *= left
    back = np.zeros_like(rows)
    slopes: Weights = {}
    for name, asked in lessons.items():
        missed = _missed(rows @ tuned.heads[name] + tuned.heads[f"{name}.start"], asked)
        slopes |= {name: rows.T @ missed, f"{name}.start": missed.sum(0)}
        back += missed @ tuned.heads[name].T
    return encoder.backwards(back * left) | slopes


def _missed(sums: Numbers, asked: Lesson) -> Numbers:
    """By how much each answer was told too likely."""
    share = asked.loud / np.float32(max(asked.loud.sum(), 1.0))
    told = probabilities(sums, several=asked.several)
    if asked.several:
        return np.asarray((told - asked.truth) * np.where(asked.truth > 0, asked.rare, 1) * share[:, None], np.float32)
    wished = asked.truth * (1 - SMOOTHING) + SMOOTHING / sums.shape[1]
    return np.asarray((told - wished) * share[:, None], np.float32)
