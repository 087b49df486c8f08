"""Judge a post: signals that fired, what the customer wants, how urgent, with the reasons in words.

Deterministic: what is looked for is data (`signals/`), matched in one pass whose time is linear in the text. A learning
model refines this; a rule that fires stays its own reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from earful.core.triage.answers import Answer, as_kept
from earful.core.triage.signals import READ_AT_MOST, Signal, by_name, names, signals

__all__ = ["MOST_POINTS", "READ_AT_MOST", "Signal", "Verdict", "judge", "points_of", "signals"]

MOST_POINTS: Final = 60


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a post is. `points` (0 to 60) is urgency from its words alone; `reasons` name what gave them. `answers` are
    those of the heads, by the model of that version ("" if none was asked); `lang` is what it is written in.
    """

    intent: str
    points: int
    signals: tuple[str, ...]
    reasons: tuple[tuple[str, int], ...]
    spam: bool
    answers: Mapping[str, Answer] = field(default_factory=dict)
    model: str = ""
    lang: str = ""

    @property
    def kept(self) -> dict[str, Any]:
        """What a post keeps of it; nothing where no head was asked."""
        return {"model": self.model, "lang": self.lang, "answers": as_kept(self.answers)} if self.answers else {}


def judge(text: str) -> Verdict:
    """The verdict on a text. Time is linear in the first 2,000 characters; the rest is not read."""
    return _verdict(names(text))


@lru_cache(maxsize=4_096)
def _verdict(fired: tuple[str, ...]) -> Verdict:
    told = [by_name()[name] for name in fired]
    spam = "spam" in fired
    points = max(0, min(MOST_POINTS, sum(signal.points for signal in told)))
    return Verdict(
        # That of the strongest signal.
        intent=max(told, key=lambda signal: abs(signal.points)).intent if told else "other",
        points=0 if spam else points,
        signals=fired,
        reasons=tuple((signal.says, signal.points) for signal in told if signal.points),
        spam=spam,
    )


def points_of(names: Iterable[str]) -> list[tuple[str, int]]:
    """What these signals say in words, with their points; a name that is no longer known is left out."""
    known = by_name()
    return [(known[name].says, known[name].points) for name in names if name in known]
