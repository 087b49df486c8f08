"""From examples to a second stage: taught, turned into a graph, made honest, and measured as it will run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from earful.core.triage.answers import in_words
from earful.core.triage.corpus import Example
from earful.core.triage.heads import HEADS
from earful.core.triage.measuring import SEPARATOR, Quality, quality
from earful.core.triage.model import Card, Told
from earful.core.triage.solving import probabilities
from earful.deep.encoder import Encoder
from earful.deep.graph import as_graph
from earful.deep.learning import Tuned, tune
from earful.deep.lessons import Lesson, Lessons, lesson
from earful.deep.model import FORMAT, Deep
from earful.deep.reading import Reader, table
from earful.deep.weights import Start, Weights

HELD_BACK: Final = 10
# From so many answers on a head begins by their names, each so loud; among so many posts.
MANY_ANSWERS: Final = 6
LOUD_NAMES: Final = 4.0
SEEN: Final = 200
# Fewer texts than this are too dear to hold any back for good.
FEW: Final = 3_000
# How much a temperature costs that is far from 1, as if so many texts spoke against it: answers were smoothed in
# teaching, and without any text 1 is the best guess.
FEW_SAY_LITTLE: Final = 20.0
VERSION: Final = "1"
_TEMPERATURES: Final = np.geomspace(0.3, 6.0, 60)


@dataclass(frozen=True, slots=True)
class Taught:
    """What came of it, and how good it is on the tenth that it was not shown, by head."""

    deep: Deep
    held: Mapping[str, Quality]


def of_corpus(examples: Sequence[Example]) -> Lessons:
    """What the project's own corpus teaches each head."""
    return {
        head.name: lesson(head.answers, [each.answers.get(head.name) for each in examples]) for head in HEADS.values()
    }


def teach(
    start: Start,
    texts: Sequence[str],
    lessons: Lessons,
    made_from: str,
    *,
    rounds: int | None = None,
    seed: int = 1,
    tell: Callable[[float], None] = lambda _done: None,
) -> Taught:
    """Teach all heads from nine tenths of the texts. The last tenth says how sure they may be, and how good they are.
    Where texts are few, what answers is then taught by all of them.
    """
    read = Reader(start.tokenizer).read(texts)
    held = np.random.default_rng(seed).permutation(len(texts)) % HELD_BACK == 0

    def taught(which: NDArray[np.int64]) -> Tuned:
        some = [read[number] for number in which]
        those = {name: each.of(which) for name, each in lessons.items()}
        begun = begun_by_name(start, those, some[:SEEN])
        return tune(
            start.weights, some, those, begun=begun, attentions=start.attentions, rounds=rounds, seed=seed, tell=tell
        )

    tried = taught(np.flatnonzero(~held))
    aside = [text for text, out in zip(texts, held, strict=True) if out]
    honest, found = _measured(
        tried, start.tokenizer, aside, {n: e.of(np.flatnonzero(held)) for n, e in lessons.items()}
    )
    final = taught(np.arange(len(texts))) if len(texts) < FEW else tried
    told = tuple(_told(name, each, honest[name].temperature) for name, each in lessons.items())
    for name in lessons:
        final.heads[f"{name}.start"] += honest[name].shift
    card = Card(VERSION, made_from, told, FORMAT)
    return Taught(Deep(card, as_graph(final, list(lessons)), start.tokenizer), found)


def begun_by_name(start: Start, lessons: Lessons, read: Sequence[Sequence[int]]) -> Weights:
    """Heads of many answers, each answer beginning where its name lies among some posts: what nobody gave an example of
    is known by its name, a little, and rare answers begin better than from nothing.
    """
    encoder, reader = Encoder(start.weights, start.attentions), Reader(start.tokenizer)
    usual = np.vstack([encoder.forwards(table([each])) for each in read]).mean(0)
    begun: Weights = {}
    for name, each in lessons.items():
        if len(each.answers) >= MANY_ANSWERS:
            words = reader.read([in_words(name, answer) for answer in each.answers])
            meant = np.vstack([encoder.forwards(table([word])) for word in words])
            meant -= meant.mean(0)
            meant *= LOUD_NAMES / np.maximum(np.linalg.norm(meant, axis=1, keepdims=True), 1e-6)
            begun |= {name: meant.T.copy(), f"{name}.start": -(meant @ usual)}
    return begun


class _Honest(NamedTuple):
    """What is added to all sums of a head, and what they are divided by then."""

    shift: NDArray[np.float32]
    temperature: float


def _measured(
    tried: Tuned, kept: str, aside: Sequence[str], asked: Lessons
) -> tuple[dict[str, _Honest], dict[str, Quality]]:
    """What makes each head honest on texts that it was not shown, and how good it is on them then. Sums come from a
    graph: that is what will answer.
    """
    bare = tuple(_told(name, each, 1.0) for name, each in asked.items())
    sums = Deep(Card(VERSION, "", bare, FORMAT), as_graph(tried, list(asked)), kept).sums(aside)
    honest, found = {}, {}
    for name, each in asked.items():
        shift = _shift(sums[name], each)
        honest[name] = _Honest(shift, _temperature(sums[name] + shift, each))
        if measured := _quality((sums[name] + shift) / honest[name].temperature, each):
            found[name] = measured
    return honest, found


def _shift(sums: NDArray[np.float32], asked: Lesson) -> NDArray[np.float32]:
    """Where several answers may be right: what is added to all, so that as many are told as were given."""
    rows = asked.loud > 0
    many = int(asked.truth[rows].sum())
    if not asked.several or not many:
        return np.zeros((), np.float32)
    each = np.sort(sums[rows].ravel())[::-1]
    return np.asarray(-(each[many - 1] + each[min(many, len(each) - 1)]) / 2, np.float32)


def _told(name: str, each: Lesson, temperature: float) -> Told:
    return Told(name, each.answers, temperature, int((each.loud > 0).sum()), each.several)


def _temperature(sums: NDArray[np.float32], asked: Lesson) -> float:
    """By what sums are divided so that "80 % sure" is right four times of five (Guo and others, ICML 2017)."""
    rows = asked.loud > 0
    truth = asked.truth[rows]

    def cost(each: float) -> float:
        return _unlikely(sums[rows] / each, truth, several=asked.several) + FEW_SAY_LITTLE * float(np.log(each)) ** 2

    return float(min(_TEMPERATURES, key=cost))


def _unlikely(sums: NDArray[np.float32], truth: NDArray[np.float32], *, several: bool) -> float:
    told = np.clip(probabilities(sums, several=several), 1e-12, 1 - 1e-7)
    missed = -(truth * np.log(told)).sum()
    return float(missed - ((1 - truth) * np.log1p(-told)).sum() if several else missed)


def _quality(sums: NDArray[np.float32], asked: Lesson) -> Quality | None:
    rows = np.flatnonzero(asked.loud > 0)
    if not len(rows):
        return None
    given = [SEPARATOR.join(np.asarray(asked.answers)[right > 0]) for right in asked.truth[rows]]
    return quality(probabilities(sums[rows], several=asked.several), asked.answers, given, several=asked.several)
