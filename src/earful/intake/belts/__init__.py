"""How frames travel from whoever hears them to whoever reads them. One interface, one suite of tests for all
belts.

A batch is taken in a `with`: leaving it whole acknowledges the batch, leaving it by an exception puts it
back. What a reader does inside commits together with the acknowledgement where the belt is the database, and
before it elsewhere; a batch may therefore come twice, and storing it twice changes nothing.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Carried:
    """A raw frame on its way: where it was heard, by which ear, when, undecoded. `id` is 0 until it is on a
    belt.
    """

    channel: int
    ear: str
    body: bytes
    heard_at: datetime
    id: int = 0


class Belt(Protocol):
    """Carries frames in the order in which they were put."""

    def put(self, frames: Sequence[Carried]) -> None: ...

    def take(self, most: int) -> AbstractContextManager[list[Carried]]: ...

    def aside(self, frames: Sequence[tuple[Carried, str]]) -> None:
        """Take these out of the batch for good, each with its reason; only inside a `take`."""

    def wait(self, seconds: float) -> None:
        """Return when something may be there to take, or after `seconds`."""
