"""The articles to suggest, best first, each with its reasons in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

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


def ranked(shelf: Shelf, weights: Weights, asked: Asked, *, without: Sequence[int] = ()) -> list[str]:
    """The ids of the best for what was said; of equals those first that stand first. `without` as in `Shelf.parts`."""
    parts = shelf.parts(asked, without=without)
    return [shelf.articles[at].id for at in _best(parts, weights, MOST)]


def suggest(shelf: Shelf, weights: Weights, asked: Asked, most: int = MOST) -> list[Suggestion]:
    """The best for what was said, with the reasons for each."""
    parts = shelf.parts(asked)
    spoken = _Spoken(_telling(asked, shelf.says.table), _telling(asked, shelf.heard.table))
    found = _best(parts, weights, most)
    return [Suggestion(shelf.articles[at].id, _reasons(shelf, parts, spoken, at, asked.at)) for at in found]


def _best(parts: Parts, weights: Weights, most: int) -> list[int]:
    return [int(at) for at in np.argsort(-scores(parts, weights), kind="stable")[:most]]


class _Spoken(NamedTuple):
    """The words that were said which tell articles apart, and those which tell apart what they were sent for."""

    says: Sequence[tuple[str, str]]
    heard: Sequence[tuple[str, str]]


def _telling(asked: Asked, table: Table) -> list[tuple[str, str]]:
    """Words as they were said and as they are compared, the most telling first; what everybody says is left out."""
    said = [(word, stem(word)) for word in dict.fromkeys(surface(asked.text))]
    return sorted((each for each in said if table.telling(each[1])), key=lambda each: -table.rarity(each[1]))


def _reasons(shelf: Shelf, parts: Parts, spoken: _Spoken, at: int, now: float | None) -> list[Reason]:
    own = np.flatnonzero(parts.given == at)
    says = [word for word, stem in spoken.says if stem in shelf.own[at]][:_WORDS]
    heard = [word for word, stem in spoken.heard if shelf.sent_for[at][stem] > 1][:_WORDS]
    found = (
        _like(shelf, parts, own),
        Reason(f"says “{' '.join(says)}”") if says else None,
        Reason(f"sent where people say “{'”, “'.join(heard)}”") if heard else None,
        _count(shelf, parts.past[own], at, now),
    )
    return [reason for reason in found if reason]


def _like(shelf: Shelf, parts: Parts, own: Places) -> Reason | None:
    """The past conversation that is most like this one."""
    if not len(own):
        return None
    nearest = own[np.argmax(parts.alike[own])]
    return (
        Reason("sent for a post like this", shelf.sent[parts.past[nearest]]) if parts.alike[nearest] >= ALIKE else None
    )


def _count(shelf: Shelf, past: Places, at: int, now: float | None) -> Reason | None:
    times = shelf.at[past]
    if now is not None and (lately := int(((times <= now) & (times > now - MONTH)).sum())):
        return Reason(f"sent {_times(lately)} in the last 30 days")
    ever = int(len(times) + shelf.used[at])
    return Reason(f"sent {_times(ever)}") if ever else None


def _times(many: int) -> str:
    return {1: "once", 2: "twice"}.get(many, f"{many:,} times")


def short(text: str) -> str:
    """As much of what was said as fits into a line."""
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1].rstrip()}…"
