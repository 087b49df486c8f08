"""The page of the weights as it is shown: the history in words, and a trial in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from earful.cases.models import Case, Weighing
from earful.cases.trial import DAYS, Trial, Weighed
from earful.console.priority_form import changes

HISTORY_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the history. `left` are the cases that still wait to be weighed anew by it."""

    row: Weighing
    changes: Sequence[tuple[str, int, int]]
    in_force: bool
    left: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A case that would rise or fall: from so many points to so many, and why."""

    case: Case
    before: int
    after: int
    why: str


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the inbox as it would be: the case that stands there now, and the one that would."""

    number: int
    now: Case
    then: Case
    came: str


@dataclass(frozen=True, slots=True)
class TrialShown:
    """The sentences and lists of a trial; `places` is empty where nothing waits."""

    found: str
    risen: Sequence[Moved]
    fallen: Sequence[Moved]
    places: Sequence[Place]
    same_order: bool


def history() -> list[Kept]:
    """The newest weights first, each with what was changed."""
    rows = list(Weighing.objects.select_related("by").order_by("-pk")[: HISTORY_SHOWN + 1])
    pairs = zip_longest(rows, rows[1:])
    return [_kept(row, older, number == 0) for number, (row, older) in enumerate(pairs)][:HISTORY_SHOWN]


def _kept(row: Weighing, older: Weighing | None, in_force: bool) -> Kept:
    left = Case.objects.running().filter(pk__gt=row.reached).count() if in_force and row.done_at is None else 0
    return Kept(row, changes(older, row), in_force, left)


def shown(trial: Trial) -> TrialShown:
    """What to say of a trial."""
    places = [
        Place(number, now.case, then.case, _came(then, number))
        for number, (now, then) in enumerate(zip(trial.first, trial.first_then, strict=True), 1)
    ]
    return TrialShown(
        found=_found(trial),
        risen=_moved(trial.risen),
        fallen=_moved(trial.fallen),
        places=places,
        same_order=all(place.now.pk == place.then.pk for place in places),
    )


def _found(trial: Trial) -> str:
    """As in: 12 of the 214 cases of the last seven days would have other points."""
    newest = "newest " if trial.more else ""
    cases = f"{trial.of:,} {newest}case{'' if trial.of == 1 else 's'}"
    points = "none" if not trial.moved else f"{trial.moved:,}"
    return f"Of {cases} of the last {DAYS} days, {points} would have other points."


def _moved(weighed: Iterable[Weighed]) -> list[Moved]:
    return [Moved(each.case, each.before.points, each.after.points, _why(each)) for each in weighed]


def _why(weighed: Weighed) -> str:
    """As in: danger to people or property 45 → 55."""
    said = ", ".join(f"{says} {was} → {becomes}" for says, was, becomes in weighed.why())
    return said or "the reasons are the same, and their cap is reached"


def _came(weighed: Weighed, number: int) -> str:
    if weighed.was == number:
        return ""
    return f"was {weighed.was}"
