"""The crowd's data files, read once and checked as they are read.

Each `.toml` beside this file says at its head what it holds. A line that names a person who is not in the
cast, or a mood that has no words, is an error when the book is opened, not in the middle of a demonstration.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from earful.sandbox.crowd.said import MoveKind, Person


@dataclass(frozen=True, slots=True)
class Role:
    """A person, and how they speak: see the head of people.toml."""

    person: Person
    home: str
    speaks: str = "en"
    types: str = "plain"
    bot: bool = False
    reserved: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a data file.

    `who` are the handles that may say it; none means anybody who speaks its language. `at` is seconds since
    the beginning, or None where the usual pace decides; `patience` in seconds and `nags`, a count, are None
    where they are drawn by lot.
    """

    say: str = ""
    who: tuple[str, ...] = ()
    about: str = "chat"
    kind: MoveKind = "post"
    id: str = ""
    of: str = ""
    at: float | None = None
    patience: float | None = None
    nags: int | None = None
    speaks: str = "en"


@dataclass(frozen=True, slots=True)
class Waves:
    """Small outages: when they begin (seconds), how many people speak up, what they say."""

    first: float
    every: float
    spread: float
    members: tuple[int, int]
    fade_after: tuple[float, float]
    areas: tuple[Mapping[str, str], ...]
    lines: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Comebacks:
    """How people answer back: see the head of comebacks.toml."""

    cues: tuple[tuple[str, tuple[str, ...]], ...]
    reactions: Mapping[str, Mapping[str, Mapping[str, int]]]
    moods: Mapping[str, Mapping[str, Any]]
    topics: Mapping[str, Sequence[str]]
    lines: Mapping[str, Mapping[str, Sequence[str]]]
    content: frozenset[str]
    once: frozenset[str]


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that the crowd can say, and who can say it."""

    cast: Mapping[str, Role]
    script: tuple[Line, ...]
    leeds: tuple[Line, ...]
    waves: Waves
    pool: tuple[Line, ...]
    bystanders: Mapping[str, Mapping[str, Sequence[str]]]
    comebacks: Comebacks
    slots: Mapping[str, Any]


@cache
def book() -> Book:
    """The whole book. Raises ValueError for a line that does not fit the rest."""
    outage, pool, cast = _toml("outage"), _toml("pool"), _cast()
    opened = Book(
        cast=cast,
        script=tuple(map(_line, _toml("script")["moves"])),
        leeds=tuple(_line({"about": "outage", **row}) for row in outage["leeds"] + _relieved(outage)),
        waves=_waves(outage),
        pool=tuple(map(_line, pool["lines"])),
        bystanders=pool["bystanders"],
        comebacks=_comebacks(),
        slots=_toml("slots"),
    )
    _check(opened)
    return opened


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


def _cast() -> dict[str, Role]:
    return {row["handle"]: _role(row) for row in _toml("people")["people"]}


def _role(row: dict[str, Any]) -> Role:
    ways = {name: row.pop(name) for name in ("home", "speaks", "types", "bot", "reserved") if name in row}
    return Role(Person(**row, location=ways.get("home", "")), **ways)


def _line(row: dict[str, Any]) -> Line:
    who = row.get("who", ())
    return Line(**{**row, "who": (who,) if isinstance(who, str) else tuple(who)})


def _relieved(outage: dict[str, Any]) -> list[dict[str, Any]]:
    """People whose line is back say so and wait for nothing, so nobody nags."""
    return [{"about": "relief", **row} for row in outage["leeds_back"]]


def _waves(outage: dict[str, Any]) -> Waves:
    plan = outage["waves"]
    low, high = plan.pop("members")
    early, late = plan.pop("fade_after")
    areas = tuple(plan.pop("areas"))
    return Waves(members=(low, high), fade_after=(early, late), areas=areas, lines=outage["wave_lines"], **plan)


def _comebacks() -> Comebacks:
    data = _toml("comebacks")
    return Comebacks(
        cues=tuple((cue["name"], tuple(cue["words"])) for cue in data["cue"]),
        reactions=data["reactions"],
        moods=data["moods"],
        topics=data["topics"],
        lines=data["lines"],
        content=frozenset(data["waits"]["not"]),
        once=frozenset(data["waits"]["once"]),
    )


def _check(opened: Book) -> None:
    for line in (*opened.script, *opened.leeds, *opened.pool):
        if strangers := set(line.who) - set(opened.cast):
            raise ValueError(f"Not in the cast: {', '.join(sorted(strangers))} ({line.say[:40]}…)")
        if line.kind not in get_args(MoveKind):
            raise ValueError(f"No such kind of move: {line.kind}")
    for theme, moods in opened.comebacks.reactions.items():
        for mood in {name for weights in moods.values() for name in weights}:
            if mood not in opened.comebacks.lines:
                raise ValueError(f"Nothing to say in the mood {mood} ({theme}).")
