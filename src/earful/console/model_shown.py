"""The model page in words and pictures: drawn here, so that no script has to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from earful.console.heads_shown import title
from earful.core.triage.drifting import in_words as drift_in_words
from earful.core.triage.measuring import Reliable
from earful.triage.models import Version
from earful.triage.standing import Moved, Pictured, Stands
from earful.triage.topics import in_words

# The reliability drawing: a square of this many pixels, with room for its labels.
SIDE: Final = 200


@dataclass(frozen=True, slots=True)
class Dot:
    """A bin of the reliability curve: where it stands in the drawing, and the same in words."""

    x: float
    y: float
    size: float
    words: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of the confusion: its number, in which tenth of its row that is (for the shade), whether it is right."""

    number: int
    tenth: int
    right: bool


def rows(stands: Sequence[Stands], moved: Sequence[Moved]) -> list[dict[str, Any]]:
    """A row for each head: its title, its figures, and whether what it tells has moved."""
    return [_row(each, drifted) for each, drifted in zip(stands, moved, strict=True)]


def drawing(found: Pictured, head: str) -> dict[str, Any]:
    """Both pictures of a head: the curve of its reliability, and the table of what it takes for what."""
    used = [place for place in range(len(found.answers)) if _occurs(found.confused, place)]
    names = [in_words(head, found.answers[place]) for place in used]
    confused = [[found.confused[row][column] for column in used] for row in used]
    return {
        "side": SIDE,
        "dots": [_dot(each) for each in found.reliable],
        "curve": " ".join(f"{each.sure * SIDE:.1f},{(1 - each.right) * SIDE:.1f}" for each in found.reliable),
        "names": names,
        "table": [(name, _cells(row, place)) for place, (name, row) in enumerate(zip(names, confused, strict=True))],
    }


def version_in_words(version: Version) -> str:
    """What a version learned, or why it was refused."""
    heads = ", ".join(title(head).lower() for head in version.heads)
    if version.state == Version.State.REFUSED:
        return f"Refused: {version.why}"
    return f"Learned {heads} from {version.learned_from:,} corrections; {version.held_back:,} were held back to check"


def _row(stands: Stands, moved: Moved) -> dict[str, Any]:
    lately = sum(moved.lately.values())
    return {
        "head": stands.head,
        "title": title(stands.head),
        "lessons": stands.lessons,
        "held_back": stands.held_back,
        "quality": stands.quality,
        "drift": drift_in_words(moved.index),
        "index": moved.index,
        "unsure": moved.unsure if lately else None,
        "lately": lately,
    }


def _occurs(confused: Sequence[Sequence[int]], place: int) -> bool:
    return any(confused[place]) or any(row[place] for row in confused)


def _dot(of: Reliable) -> Dot:
    words = f"{of.sure:.0%} sure: right {of.right:.0%} of {of.texts:,} time{'s' * (of.texts != 1)}"
    return Dot(round(of.sure * SIDE, 1), round((1 - of.right) * SIDE, 1), min(9.0, 3 + of.texts**0.5 / 2), words)


def _cells(row: Sequence[int], place: int) -> list[Cell]:
    whole = max(1, sum(row))
    return [Cell(number, round(10 * number / whole), column == place) for column, number in enumerate(row)]
