"""From examples to a second stage: taught, made honest by what it was not shown, and drawn as a graph that answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from earful.core.triage import relearning
from earful.core.triage.corpus import Example
from earful.core.triage.heads import HEADS
from earful.core.triage.measuring import Quality
from earful.core.triage.model import Card, Told
from earful.deep.graph import as_graph
from earful.deep.honesty import Honest, honest
from earful.deep.learning import Tuned, tune
from earful.deep.lessons import Lessons, lesson
from earful.deep.model import FORMAT, Deep
from earful.deep.naming import begun_by_name
from earful.deep.reading import Reader
from earful.deep.weights import Start

HELD_BACK: Final = 10
# Fewer texts than this are too dear to hold any back for good.
FEW: Final = 3_000
VERSION: Final = "1"
_NOT_YET: Final = Honest(np.zeros((), np.float32), 1.0, None)


@dataclass(frozen=True, slots=True)
class Taught:
    """What came of it, and how good it is on the tenth that it was not shown, by head."""

    deep: Deep
    held: Mapping[str, Quality]


def of_corpus(
    examples: Sequence[Example], taught: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[list[str], Lessons]:
    """The texts and what they teach each head: those of the project's own corpus, and what people `taught` here of a
    text, by head. An answer that a head does not have teaches nothing.
    """
    told = [*((each.text, each.answers) for each in examples), *(taught or {}).items()]
    given = {head.name: [answers.get(head.name) for _, answers in told] for head in HEADS.values()}
    lessons = {
        head.name: lesson(head.answers, [says if says in head.answers else None for says in given[head.name]])
        for head in HEADS.values()
    }
    return [text for text, _ in told], lessons


def by_text(corrected: Mapping[str, Sequence[relearning.Lesson]]) -> dict[str, dict[str, str]]:
    """What people corrected, by head, told by text. What is held back for ever is left out."""
    found: dict[str, dict[str, str]] = {}
    for head, each in corrected.items():
        for told in each:
            if not told.held_back:
                found.setdefault(told.text, {})[head] = told.says
    return found


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
        some, those = [read[number] for number in which], _of(lessons, which)
        begun, beside = begun_by_name(start, those, some), start.attentions
        return tune(start.weights, some, those, begun=begun, attentions=beside, rounds=rounds, seed=seed, tell=tell)

    tried = taught(np.flatnonzero(~held))
    aside = [text for text, out in zip(texts, held, strict=True) if out]
    # Sums come from a graph: that is what will answer.
    sums = _drawn(tried, start, lessons, made_from, {}).sums(aside)
    found = honest(sums, _of(lessons, np.flatnonzero(held)))
    final = taught(np.arange(len(texts))) if len(texts) < FEW else tried
    qualities = {name: each.quality for name, each in found.items() if each.quality}
    return Taught(_drawn(final, start, lessons, made_from, found), qualities)


def _of(lessons: Lessons, which: NDArray[np.int64]) -> Lessons:
    return {name: each.of(which) for name, each in lessons.items()}


def _drawn(tuned: Tuned, start: Start, lessons: Lessons, made_from: str, found: Mapping[str, Honest]) -> Deep:
    told = []
    for name, each in lessons.items():
        shift, temperature, _ = found.get(name, _NOT_YET)
        tuned.heads[f"{name}.start"] += shift
        told.append(Told(name, each.answers, temperature, int((each.loud > 0).sum()), each.several))
    return Deep(Card(VERSION, made_from, tuple(told), FORMAT), as_graph(tuned, list(lessons)), start.tokenizer)
