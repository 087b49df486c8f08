"""The project's own corpus: invented posts to invented brands, labelled for every head.

It lies in `corpus/*.jsonl`, a post a line: `text`, `brand` (a handle, or ""), `lang`, and an answer for each head. It
trains what the product ships, because the public sets are for non-commercial use or of unclear licence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import msgspec

from earful.core.triage.heads import HEADS, Head
from earful.core.triage.model import Model, empty
from earful.core.triage.training import learn, matrix
from earful.core.triage.vectors import Vectors

VERSION: Final = "1"


@dataclass(frozen=True, slots=True)
class Example:
    """An invented post, and what people should answer of it, by head."""

    text: str
    brand: str
    lang: str
    answers: Mapping[str, str]


@lru_cache(maxsize=1)
def corpus() -> tuple[Example, ...]:
    """All posts, part by part."""
    folder = files("earful.core.triage").joinpath("corpus")
    parts = sorted((each for each in folder.iterdir() if each.name.endswith(".jsonl")), key=lambda each: each.name)
    return tuple(_example(msgspec.json.decode(line)) for part in parts for line in part.read_bytes().splitlines())


def _example(row: dict[str, Any]) -> Example:
    answers = {name: str(row[name]) for name in HEADS if HEADS[name].of is None or row["complaint"]}
    return Example(row["text"], row["brand"], row["lang"], answers)


def of_head(head: Head, examples: Sequence[Example]) -> tuple[list[str], list[str]]:
    """The texts that a head learns from, and their answers."""
    asked = [each for each in examples if head.of is None or each.answers[head.of[0]] == head.of[1]]
    return [each.text for each in asked], [each.answers[head.name] for each in asked]


def from_corpus(examples: Sequence[Example], vectors: Vectors) -> Model:
    """A model with every head, as it is shipped. Takes a minute or two of one core."""
    model = empty(VERSION, f"{len(examples):,} invented posts")
    for head in HEADS.values():
        texts, answers = of_head(head, examples)
        model = model.with_head(head.name, learn(matrix(texts), answers, head.answers, vectors))
    return model
