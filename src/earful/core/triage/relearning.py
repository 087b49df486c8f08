"""Teaching a head what a desk's people said, and whether that made it better.

The head learns the project's own corpus and the desk's lessons together, and is then asked what nobody taught it: a
tenth of the lessons, and a tenth of the corpus. It is refused if it knows the desk's own tenth worse than the head in
force does, if it knows it no better and the corpus worse, or if it has unlearned the corpus: neither a slip of the hand
nor answers at random get in. What all say alike and wrongly is not told from a habit of the desk.
"""

import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from earful.core.triage.heads import Head
from earful.core.triage.learned import Learned
from earful.core.triage.measuring import Quality, quality
from earful.core.triage.model import Model, empty
from earful.core.triage.training import in_folds, learn, matrix
from earful.core.triage.vectors import Vectors

HELD_BACK: Final = 10
# What a desk means by "urgent" may differ from what the corpus does: so many points of accuracy are its own affair.
MAY_UNLEARN: Final = 0.03
# Fewer held back than this say nothing: one slip would refuse a good head.
LEAST_HELD_BACK: Final = 5
# Few lessons must count for something beside thousands of invented posts; many speak for themselves.
LOUDEST: Final = 10
A_FIFTH: Final = 5


class Lesson(NamedTuple):
    """What a person says of a text, for one head. `key` names the text; `teaches` is whether it may be learned from."""

    key: str
    text: str
    says: str
    teaches: bool = True

    @property
    def held_back(self) -> bool:
        """Whether it is never taught: a tenth of all, the same ones for ever, and what may not be learned from."""
        return not self.teaches or zlib.crc32(self.key.encode()) % HELD_BACK == 0


class Examples(NamedTuple):
    """Texts and their right answers."""

    texts: list[str]
    says: list[str]


@dataclass(frozen=True, slots=True)
class Tried:
    """A head that learned, what it was measured at, and why it is refused ("" if it is better, or as good)."""

    head: str
    learned: Learned
    lessons: int
    held_back: int
    before: Quality | None
    after: Quality | None
    corpus_before: Quality
    corpus_after: Quality
    refused: str

    def figures(self) -> dict[str, Any]:
        """The figures as they are kept."""
        named = ("before", "after", "corpus_before", "corpus_after")
        found = {name: asdict(each) if (each := getattr(self, name)) else None for name in named}
        return {"lessons": self.lessons, "held_back": self.held_back, "refused": self.refused, **found}


def try_out(head: Head, corpus: Examples, lessons: Sequence[Lesson], in_force: Model, vectors: Vectors) -> Tried:
    """Teach `head` the lessons beside the corpus, and measure it. Raises ValueError if there is nothing to learn."""
    taught = [each for each in lessons if not each.held_back]
    held = _examples([each for each in lessons if each.held_back])
    if not taught:
        raise ValueError(f"Nobody taught anything for {head.name} that may be learned from.")
    known, asked = _parted(corpus)
    without = _learned(head, known, [], vectors)
    learned = _learned(head, known, taught, vectors)
    before, after = _measured(in_force, head, held), _measured(_alone(head, learned), head, held)
    corpus_before, corpus_after = (_must_measure(_alone(head, each), head, asked) for each in (without, learned))
    return Tried(
        head.name,
        learned,
        len(taught),
        len(held.texts),
        before,
        after,
        corpus_before,
        corpus_after,
        _refused(before, after, corpus_before, corpus_after),
    )


def _refused(before: Quality | None, after: Quality | None, corpus_before: Quality, corpus_after: Quality) -> str:
    if before and after and after.texts >= LEAST_HELD_BACK and after.accuracy <= before.accuracy:
        known = f"of {after.texts} posts that were held back it knew {after.accuracy:.0%}"
        if after.accuracy < before.accuracy:
            return f"{known}, and the one in force {before.accuracy:.0%}"
        if corpus_after.accuracy < corpus_before.accuracy:
            return f"{known}, as the one in force does, and less of what Earful comes with"
    if corpus_after.accuracy < corpus_before.accuracy - MAY_UNLEARN:
        return (
            f"it unlearned what Earful comes with: {corpus_after.accuracy:.0%} right, "
            f"{corpus_before.accuracy:.0%} without these corrections"
        )
    return ""


def _learned(head: Head, known: Examples, taught: Sequence[Lesson], vectors: Vectors) -> Learned:
    loud = max(1, min(LOUDEST, len(known.texts) // (A_FIFTH * max(1, len(taught)))))
    texts = known.texts + [each.text for each in taught] * loud
    says = known.says + [each.says for each in taught] * loud
    # What stands there several times is put aside together: told apart, a head would be asked what it learned by heart.
    fold = in_folds(len(known.texts) + len(taught))
    folds = np.concatenate([fold[: len(known.texts)], np.tile(fold[len(known.texts) :], loud)])
    return learn(matrix(texts), says, head.answers, vectors, folds=folds)


def _parted(corpus: Examples) -> tuple[Examples, Examples]:
    """What of the corpus is taught, and the tenth that is asked: the same one every time."""
    asked = [zlib.crc32(text.encode()) % HELD_BACK == 0 for text in corpus.texts]
    return _chosen(corpus, [not each for each in asked]), _chosen(corpus, asked)


def _chosen(examples: Examples, which: Sequence[bool]) -> Examples:
    rows = [row for row, chosen in zip(zip(*examples, strict=True), which, strict=True) if chosen]
    return Examples([text for text, _ in rows], [says for _, says in rows])


def _examples(lessons: Sequence[Lesson]) -> Examples:
    return Examples([each.text for each in lessons], [each.says for each in lessons])


def _alone(head: Head, learned: Learned) -> Model:
    return empty("", "").with_head(head.name, learned)


def _measured(model: Model, head: Head, examples: Examples) -> Quality | None:
    return _must_measure(model, head, examples) if examples.texts else None


def _must_measure(model: Model, head: Head, examples: Examples) -> Quality:
    return quality(model.score(examples.texts)[head.name], head.answers, examples.says)
