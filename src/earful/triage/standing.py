"""How the model in force stands: how good each head is on what nobody taught it, and whether what it tells moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from earful.core.triage.answers import least_sure
from earful.core.triage.drifting import drift
from earful.core.triage.heads import HEADS
from earful.core.triage.measuring import Quality, Reliable, confusion, quality, reliability
from earful.core.triage.relearning import Lesson
from earful.triage.in_force import in_force
from earful.triage.lessons import lessons

# Of more than so many the newest are asked: a page is not the place to score a year.
ASKED_AT_MOST: Final = 2_000
POSTS_LOOKED_AT: Final = 50_000
LATELY: Final = timedelta(days=7)
BEFORE: Final = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Stands:
    """One head: what people said of it (`lessons`, of which `held_back` were never taught), and how good it is on those
    (None where there are none).
    """

    head: str
    lessons: int
    held_back: int
    quality: Quality | None


@dataclass(frozen=True, slots=True)
class Pictured:
    """What is behind a head's figures: how honest its sureness is, and what was told as what."""

    answers: tuple[str, ...]
    reliable: Sequence[Reliable]
    confused: Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Moved:
    """What a head told of late and before, by answer ("" is not sure), and how far that moved (see core's drifting)."""

    head: str
    before: Mapping[str, int]
    lately: Mapping[str, int]
    index: float | None

    @property
    def unsure(self) -> float:
        """The share of late posts about which it was not sure."""
        return self.lately.get("", 0) / max(1, sum(self.lately.values()))


def stands() -> list[Stands]:
    """How each head stands, measured by the model in force."""
    taught = lessons()
    return [_stands(head, taught.get(head, [])) for head in HEADS]


def pictured(head: str) -> Pictured | None:
    """A head's pictures, drawn from what was never taught; None where there is nothing to draw."""
    held = _held_back(lessons().get(head, []))
    if not held:
        return None
    answers, told = _told(head, held)
    given = [each.says for each in held]
    return Pictured(answers, reliability(told, answers, given), confusion(told, answers, given).tolist())


def moved(now: datetime) -> list[Moved]:
    """What each head told in the last seven days, and in the four weeks before, of the newest posts."""
    counted = _counted(now - BEFORE - LATELY, now - LATELY)
    return [
        Moved(head, before, lately, drift(before, lately))
        for head in HEADS
        for before, lately in [(counted.get((head, False), {}), counted.get((head, True), {}))]
    ]


def _stands(head: str, taught: Sequence[Lesson]) -> Stands:
    held = _held_back(taught)
    return Stands(head, len(taught), len(held), _measured(head, held) if held else None)


def _held_back(taught: Sequence[Lesson]) -> list[Lesson]:
    return [each for each in taught if each.held_back][-ASKED_AT_MOST:]


def _measured(head: str, held: Sequence[Lesson]) -> Quality:
    answers, told = _told(head, held)
    return quality(told, answers, [each.says for each in held])


def _told(head: str, held: Sequence[Lesson]) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    model = in_force().model
    answers = next(each.answers for each in model.card.heads if each.name == head)
    return answers, model.score([each.text for each in held])[head]


def _counted(since: datetime, lately: datetime) -> dict[tuple[str, bool], dict[str, int]]:
    found: dict[tuple[str, bool], dict[str, int]] = {}
    heads, sure = list(HEADS), [least_sure(head) for head in HEADS]
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT, {"posts": POSTS_LOOKED_AT, "since": since, "lately": lately, "sure": sure, "heads": heads}
        )
        for head, late, says, many in cursor.fetchall():
            found.setdefault((head, late), {})[says] = many
    return found


_COUNT: Final = """
    SELECT told.head, post.created_at >= %(lately)s AS late,
           CASE WHEN (told.answer ->> 1)::float >= asked.sure THEN told.answer ->> 0 ELSE '' END AS says, count(*)
    FROM (SELECT verdict, created_at FROM posts_post ORDER BY id DESC LIMIT %(posts)s) AS post
    CROSS JOIN LATERAL jsonb_each(post.verdict -> 'answers') AS told (head, answer)
    JOIN unnest(%(heads)s::text[], %(sure)s::float[]) AS asked (head, sure) ON asked.head = told.head
    WHERE post.created_at >= %(since)s AND post.verdict <> '{}'
    GROUP BY 1, 2, 3
"""
