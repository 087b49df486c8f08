"""Labelled sets that `earful triage eval` knows by name, in the folder of shared data (EARFUL_SHARED).

Each says in which file it lies, in which column a head's answers stand, how its words are ours, and which rows count.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from earful.cli.triage_rows import Row, rows_of
from earful.cli.trouble import Trouble


def _to_a_brand(row: Row) -> bool:
    """Random posts can be told from posts to a brand without understanding either."""
    return not row["domain"].startswith("random")


def _complaint(row: Row) -> bool:
    return bool(row["complaint"] == "1")


def _any(row: Row) -> bool:
    return bool(row)


def _heard(row: Row) -> bool:
    return bool(row["direction"] == "inbound")


@dataclass(frozen=True, slots=True)
class Column:
    """Where a head's answers stand; what is said there in other words than ours; which rows count for it."""

    name: str
    ours: Mapping[str, str] = field(default_factory=dict)
    counts: Callable[[Row], bool] = _any

    def answer(self, row: Row) -> str:
        """The right answer of a row; "" if the row does not count."""
        said = str(row.get(self.name, "")) if self.counts(row) else ""
        return self.ours.get(said, said)


@dataclass(frozen=True, slots=True)
class Set:
    """A file of rows with texts, and the heads that it has answers for."""

    file: str
    heads: Mapping[str, Column]


# What the airlines' set calls a reason, in the words of the shipped reasons.
AIRLINE_REASONS: Final = {
    "Late Flight": "delay",
    "Cancelled Flight": "cancelled",
    "Lost Luggage": "baggage",
    "Damaged Luggage": "baggage",
    "Bad Flight": "comfort",
    "Flight Booking Problems": "booking",
    "Flight Attendant Complaints": "staff",
    "Customer Service Issue": "contact",
    "longlines": "queue",
    "Can't Tell": "other",
}
_REPLIES: Final = {"help_us_improve": "improve", "experiencing_problems": "problem"}

SETS: Final[Mapping[str, Set]] = {
    "complaints": Set(
        "complaints.csv",
        {
            "complaint": Column("complaint", counts=_to_a_brand),
            "severity": Column("severity", counts=_complaint),
        },
    ),
    "severity": Set("complaints.csv", {"severity": Column("severity", counts=_complaint)}),
    "airline": Set(
        "airline.csv",
        {"sentiment": Column("sentiment"), "reason": Column("negative_reason", AIRLINE_REASONS)},
    ),
    "ericsson": Set("ericsson_labels.csv", {"topics": Column("labels", counts=_heard)}),
    "desk": Set(
        "desk_labels.csv",
        {
            **{name: Column(name) for name in ("actionable", "intent", "sentiment", "urgency")},
            "person": Column("needs_human"),
            "reply": Column("reply_kind", _REPLIES),
        },
    ),
}


def folder() -> Path:
    """Where the shared sets lie: EARFUL_SHARED, or `../shared` beside the working folder."""
    return Path(os.environ.get("EARFUL_SHARED", "../shared")) / "data" / "triage"


def known(name: str) -> tuple[Set, list[Row]]:
    """A set by its name, with its rows. Raises Trouble if it is not there."""
    found = SETS[name]
    path = folder() / found.file
    if not path.is_file():
        raise Trouble(f"{path} is not there: set EARFUL_SHARED to the folder of shared data.")
    return found, list(rows_of(path, "text"))


def labelled(rows: Sequence[Row], column: Column, text: str = "text") -> tuple[list[str], list[str]]:
    """The texts of the rows that count, and their answers."""
    told = [(str(row[text]), answer) for row in rows if (answer := column.answer(row))]
    return [each for each, _ in told], [answer for _, answer in told]
