"""The articles to suggest, best first, each with its reasons in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from earful.core.articles.matching import Places, Table
from earful.core.articles.reading import stem, surface
from earful.core.articles.shelf import DAY, Asked, Parts, Sent, Shelf
from earful.core.articles.weights import Weights, scores

MOST: Final = 10
# From here on two conversations are alike to a person, too.
ALIKE: Final = 0.2
MONTH: Final = 30 * DAY
_WORDS: Final = 3
_QUOTED: Final = 90


class Reason(NamedTuple):
    """Why, in words; `like` is the past conversation that is a reason."""

    says: str
    like: Sent | None = None

    def __str__(self) -> str:
        return f"{self.says}: “{short(self.like.text)}”" if self.like else self.says


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article by its id, and why it is suggested, the most telling first; none if only as good as the others."""

    article: str
    reasons: Sequence[Reason]


def suggest(
    shelf: Shelf, weights: Weights, asked: Asked, most: int = MOST, *, without: Sequence[int] = ()
) -> list[Suggestion]:
    """The best for what was said. Of equals those go first that stand first. `without` see `Shelf.parts`."""
    if not shelf.articles:
        return []
    parts = shelf.parts(asked, without=without)
    order = np.argsort(-scores(parts, weights), kind="stable")[:most]
    return [Suggestion(shelf.articles[at].id, _reasons(shelf, parts, asked, int(at))) for at in order]


def _reasons(shelf: Shelf, parts: Parts, asked: Asked, at: int) -> list[Reason]:
    own = parts.given == at
    telling = (_like(shelf, parts, own), _says(shelf, asked, at), _heard(shelf, asked, at))
    return [reason for reason in (*telling, _count(shelf, parts.past[own], at, asked)) if reason]


def _like(shelf: Shelf, parts: Parts, own: NDArray[np.bool_]) -> Reason | None:
    """The past conversation that is most like this one."""
    if not own.any():
        return None
    nearest = int(np.argmax(np.where(own, parts.alike, -1.0)))
    if parts.alike[nearest] < ALIKE:
        return None
    return Reason("sent for a post like this", shelf.sent[parts.past[nearest]])


def _says(shelf: Shelf, asked: Asked, at: int) -> Reason | None:
    table = shelf.says.table
    said = [word for word in _telling(asked, table) if table.has(at, stem(word))]
    return Reason(f"says “{' '.join(said[:_WORDS])}”") if said else None


def _heard(shelf: Shelf, asked: Asked, at: int) -> Reason | None:
    table = shelf.heard.table
    said = [word for word in _telling(asked, table) if shelf.sent_for[at][stem(word)] > 1]
    return Reason(f"sent where people say “{'”, “'.join(said[:_WORDS])}”") if said else None


def _telling(asked: Asked, table: Table) -> list[str]:
    """The words that were said, the most telling first; what everybody says is left out."""
    told = [word for word in dict.fromkeys(surface(asked.text)) if table.telling(stem(word))]
    return sorted(told, key=lambda word: -table.rarity(stem(word)))


def _count(shelf: Shelf, past: Places, at: int, asked: Asked) -> Reason | None:
    times = shelf.at[past]
    if asked.at is not None and (lately := int(((times <= asked.at) & (times > asked.at - MONTH)).sum())):
        return Reason(f"sent {_times(lately)} in the last 30 days")
    ever = int(len(times) + shelf.used[at])
    return Reason(f"sent {_times(ever)}") if ever else None


def _times(many: int) -> str:
    return {1: "once", 2: "twice"}.get(many, f"{many:,} times")


def short(text: str) -> str:
    """As much of what was said as fits into a line."""
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1].rstrip()}…"
