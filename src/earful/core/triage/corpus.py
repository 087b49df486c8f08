"""The project's own corpus: invented posts to invented brands, labelled for every head.

It lies in `corpus/*.jsonl`, a post a line: `text`, `brand` (a handle, or ""), `lang`, and an answer for each head. It
trains what the product ships, because the public sets are for non-commercial use or of unclear licence.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from earful.core.triage.heads import HEADS, Head
from earful.core.triage.learned import Learned
from earful.core.triage.model import Model, empty
from earful.core.triage.training import learn, matrix
from earful.core.triage.vectors import Vectors

VERSION: Final = "2"
# Of every two posts the second is shown without handles: what a post says must not hang on whether one stands there.
_UNNAMED: Final = 2
_HANDLES: Final = re.compile(r"@\w+")
FOLDS: Final = 4


@dataclass(frozen=True, slots=True)
class Example:
    """An invented post, and what people should answer of it, by head; `part` is the file that it stands in."""

    text: str
    brand: str
    lang: str
    answers: Mapping[str, str]
    part: str = ""


@lru_cache(maxsize=1)
def corpus() -> tuple[Example, ...]:
    """All posts, part by part."""
    folder = files("earful.core.triage").joinpath("corpus")
    parts = sorted((each for each in folder.iterdir() if each.name.endswith(".jsonl")), key=lambda each: each.name)
    return tuple(
        _example(msgspec.json.decode(line), part.name) for part in parts for line in part.read_bytes().splitlines()
    )


def _example(row: dict[str, Any], part: str) -> Example:
    answers = {name: str(row[name]) for name in HEADS if HEADS[name].of is None or row["complaint"]}
    return Example(row["text"], row["brand"], row["lang"], answers, part)


def asked(head: Head, examples: Sequence[Example]) -> list[Example]:
    """The examples that a head learns from."""
    return [each for each in examples if head.of is None or each.answers[head.of[0]] == head.of[1]]


def of_head(head: Head, examples: Sequence[Example]) -> tuple[list[str], list[str]]:
    """The texts that a head learns from, and their answers."""
    found = asked(head, examples)
    return [each.text for each in found], [each.answers[head.name] for each in found]


def from_corpus(examples: Sequence[Example], vectors: Vectors) -> Model:
    """A model with every head, as it is shipped. Takes a few minutes of one core."""
    model = empty(VERSION, f"{len(examples):,} invented posts")
    for head in HEADS.values():
        model = model.with_head(head.name, taught(head, examples, vectors))
    return model


def taught(head: Head, examples: Sequence[Example], vectors: Vectors) -> Learned:
    """One head, taught by the corpus."""
    chosen = asked(head, examples)
    texts = [each.text if number % _UNNAMED else _HANDLES.sub(" ", each.text) for number, each in enumerate(chosen)]
    given = [each.answers[head.name] for each in chosen]
    return learn(matrix(texts), given, head.answers, vectors, folds=by_part(chosen))


def by_part(examples: Sequence[Example]) -> NDArray[np.int64]:
    """Whole trades put aside together: how sure a head may be is found on trades that it has not seen, as a desk's is.

    Of the languages each has one part; a head that has not seen any of it would know nothing.
    """
    parts = {part: number for number, part in enumerate(sorted({each.part for each in examples if each.lang == "en"}))}
    return np.asarray(
        [parts[each.part] % FOLDS if each.part in parts else number % FOLDS for number, each in enumerate(examples)]
    )
