"""A table as the page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `leads` is where a click goes; numbers stand to the right; `aside` is said more quietly."""

    text: str
    leads: str = ""
    number: bool = False
    aside: str = ""


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `name` is its anchor; `empty` says, where there are no rows, what would bring some; `more` says what
    is left out.
    """

    name: str
    title: str
    heads: tuple[str, ...]
    rows: Sequence[Row]
    empty: str
    more: str = ""


def words(*texts: str) -> Row:
    """A row of plain cells."""
    return tuple(Cell(text) for text in texts)


def number(given: int) -> Cell:
    """A count."""
    return Cell(f"{given:,}", number=True)


def clock_time(seconds: float) -> str:
    """A moment for people, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%-d %b, %H:%M:%S")


def left_out(all_of: int, shown: int, noun: str) -> str:
    """What a table says under itself when it does not show everything."""
    return f"The newest {shown} of {all_of:,} {noun}." if all_of > shown else ""
