"""The form of the weights: figures as a browser sends them, and as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from earful.cases.models import Weighing
from earful.core.priority import GROUPS, WEIGHTS, Weight, Weights, mistakes

_LONGEST: Final = 6
MOST_NOTE: Final = 200


@dataclass(frozen=True, slots=True)
class Field:
    """A weight with what stands in its field, and what is wrong with that ("": nothing)."""

    weight: Weight
    value: str
    wrong: str = ""

    @property
    def id(self) -> str:
        return f"weight-{self.weight.name.replace('.', '-')}"

    @property
    def usual(self) -> bool:
        return self.value == str(self.weight.default)


@dataclass(frozen=True, slots=True)
class Written:
    """What a person wrote: `weights` if all figures can stand, else what is `wrong` with which."""

    values: Mapping[str, str]
    weights: Weights | None
    wrong: Mapping[str, str]

    def groups(self) -> Sequence[tuple[str, Sequence[Field]]]:
        """The fields, group by group, each group under its heading."""
        fields = [Field(weight, self.values[name], self.wrong.get(name, "")) for name, weight in WEIGHTS.items()]
        return [(says, [each for each in fields if each.weight.group == group]) for group, says in GROUPS.items()]


def as_they_stand(weights: Weights) -> Written:
    """The form of weights that hold."""
    return Written({name: str(points) for name, points in weights.all.items()}, weights, {})


def as_written(posted: QueryDict) -> Written:
    """The form as it was sent. Only names of the table are read, so that a request can write no other."""
    values = {name: posted.get(name, str(weight.default)).strip()[:_LONGEST] for name, weight in WEIGHTS.items()}
    numbers = {name: int(value) for name, value in values.items() if value.isascii() and value.isdigit()}
    wrong = {name: _no_number(WEIGHTS[name]) for name in values if name not in numbers}
    # What else is wrong is judged by the figures that are some, and never said of the others.
    wrong |= {name: words for name, words in mistakes(numbers).items() if name in numbers}
    return Written(values, None if wrong else Weights(numbers), wrong)


def _no_number(weight: Weight) -> str:
    return f"Write a whole number from {weight.least} to {weight.most}."


def note_of(posted: QueryDict) -> str:
    """The note that was written beside the figures."""
    return posted.get("note", "").replace("\0", " ").strip()[:MOST_NOTE]


def changes(older: Weighing | None, newer: Weighing) -> list[tuple[str, int, int]]:
    """What somebody changed: each weight in words, what it counted before, and since."""
    before, after = Weights(older.written if older else {}), Weights(newer.written)
    both = ((WEIGHTS[name].says, before[name], after[name]) for name in WEIGHTS)
    return [(says, was, is_now) for says, was, is_now in both if was != is_now]
