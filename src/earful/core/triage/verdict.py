"""Judge a post: signals that fired, what the customer wants, how urgent, with the reasons in words.

Deterministic: patterns are data (`signals.toml`). RE2 tries them all in one pass whose time is linear in the
text, so that no post, however hostile, holds the reader up (6 to 9 µs a post, against 50 for the same
patterns in `re`). A learning model refines this later; a rule that fires stays its own reason.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import re2

from earful.core.triage.answers import Answer

# Beyond this many characters nobody reads on either; it bounds the time that a hostile text can take.
READ_AT_MOST: Final = 2_000
MOST_POINTS: Final = 60
_ASKS = re.compile(r"\W*(how|what|when|where|which|who|why|can|could|do|does|is|are|will|would|anyone)\b")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "`": "'"})


@dataclass(frozen=True, slots=True)
class Signal:
    """A named sign in the text: what it says in words, what it adds to urgency, what it says is wanted."""

    name: str
    says: str
    points: int
    intent: str
    patterns: tuple[str, ...]


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


# Nearly all posts give no sign, and so one of two verdicts.
_QUESTION: Final = Verdict("question", 0, (), (), spam=False)
_OTHER: Final = Verdict("other", 0, (), (), spam=False)


@lru_cache(maxsize=1)
def signals() -> tuple[Signal, ...]:
    """All signals, in the order of the data file, compiled once."""
    table = tomllib.loads(files("earful.core.triage").joinpath("signals.toml").read_text("utf-8"))
    return tuple(_signal(name, row) for name, row in table.items())


def _signal(name: str, row: dict[str, Any]) -> Signal:
    return Signal(name, row["says"], row["points"], row["intent"], tuple(row["patterns"]))


@lru_cache(maxsize=1)
def _patterns() -> tuple[Any, tuple[str, ...]]:
    """All patterns as one RE2 set, and beside it the name of the signal that each belongs to."""
    together = re2.Set.SearchSet()
    owners = []
    for signal in signals():
        for pattern in signal.patterns:
            together.Add(rf"\b(?:{pattern})\b")
            owners.append(signal.name)
    together.Compile()
    return together, tuple(owners)


def _fired(plain: str) -> list[Signal]:
    together, owners = _patterns()
    found = {owners[number] for number in together.Match(plain) or ()}
    return [signal for signal in signals() if signal.name in found] if found else []


def judge(text: str) -> Verdict:
    """The verdict on a text. Time is linear in the first 2,000 characters; the rest is not read."""
    plain = text[:READ_AT_MOST].translate(_PLAIN).lower()
    if not plain.isascii():
        plain = plain.encode("utf-8", "replace").decode()
    fired = _fired(plain)
    if not fired:
        return _QUESTION if _asks(plain) else _OTHER
    spam = any(signal.name == "spam" for signal in fired)
    points = max(0, min(MOST_POINTS, sum(signal.points for signal in fired)))
    return Verdict(
        intent=max(fired, key=lambda signal: abs(signal.points)).intent,  # the strongest signal's
        points=0 if spam else points,
        signals=tuple(signal.name for signal in fired),
        reasons=tuple((signal.says, signal.points) for signal in fired if signal.points),
        spam=spam,
    )


def points_of(names: Iterable[str]) -> list[tuple[str, int]]:
    """What these signals say in words, with their points; a name that is no longer known is left out."""
    by_name = {signal.name: signal for signal in signals()}
    return [(by_name[name].says, by_name[name].points) for name in names if name in by_name]


def _asks(plain: str) -> bool:
    """Whether it reads like a question; asked only where no signal fired."""
    return "?" in plain or _ASKS.match(plain) is not None
