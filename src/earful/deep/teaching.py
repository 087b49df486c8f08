"""From examples to a second stage: taught, turned into a graph, made honest, and measured as it will run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from earful.core.triage.corpus import Example
from earful.core.triage.heads import HEADS
from earful.core.triage.measuring import SEPARATOR, Quality, quality
from earful.core.triage.model import Card, Told
from earful.core.triage.solving import probabilities
from earful.deep.graph import as_graph
from earful.deep.learning import Tuned, tune
from earful.deep.lessons import Lesson, Lessons, lesson
from earful.deep.model import FORMAT, Deep
from earful.deep.reading import Reader
from earful.deep.weights import Start

HELD_BACK: Final = 10
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
    """Teach all heads from nine tenths of the texts. The last tenth says how sure they may be, and how good."""
    held = np.random.default_rng(seed).permutation(len(texts)) % HELD_BACK == 0
    read = Reader(start.tokenizer).read(texts)
    shown = np.flatnonzero(~held)
    tuned = tune(
        start.weights,
        [read[number] for number in shown],
        {name: each.of(shown) for name, each in lessons.items()},
        attentions=start.attentions,
        rounds=rounds,
        seed=seed,
        tell=tell,
    )
    return _measured(tuned, start.tokenizer, texts, lessons, held, made_from)


def _measured(
    tuned: Tuned, kept: str, texts: Sequence[str], lessons: Lessons, held: NDArray[np.bool_], made_from: str
) -> Taught:
    """The graph with a temperature for each head. Sums come from the graph: it is what will answer."""
    bare = [_told(name, each, 1.0) for name, each in lessons.items()]
    deep = Deep(Card(VERSION, made_from, tuple(bare), FORMAT), as_graph(tuned, list(lessons)), kept)
    aside = [text for text, out in zip(texts, held, strict=True) if out]
    sums = deep.sums(aside)
    told, found = [], {}
    for each in bare:
        asked = lessons[each.name].of(np.flatnonzero(held))
        temperature = _temperature(sums[each.name], asked)
        told.append(_told(each.name, lessons[each.name], temperature))
        found[each.name] = _quality(sums[each.name] / temperature, asked)
    card = Card(VERSION, made_from, tuple(told), FORMAT)
    return Taught(Deep(card, deep.graph, kept), {name: each for name, each in found.items() if each})


def _told(name: str, each: Lesson, temperature: float) -> Told:
    return Told(name, each.answers, temperature, int((each.loud > 0).sum()), each.several)


def _temperature(sums: NDArray[np.float32], asked: Lesson) -> float:
    """By what sums are divided so that "80 % sure" is right four times of five (Guo and others, ICML 2017)."""
    rows = asked.loud > 0
    truth = asked.truth[rows]
    if not len(truth):
        return 1.0
    return float(min(_TEMPERATURES, key=lambda each: _unlikely(sums[rows] / each, truth, several=asked.several)))


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
