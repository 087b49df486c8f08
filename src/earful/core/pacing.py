"""How fast we may speak: when the next message may go, and the n-th in the queue, by the limits of a network.

A network counts in windows whose beginnings it does not tell. So a window here slides: in any stretch of its length,
wherever it begins, there are never more than it allows. A time of the past is when the network may have taken a
message, at the latest; what is under way is not over yet and counts as taken now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

# Two clocks and two journeys lie between our count and theirs.
MARGIN: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Window:
    """At most `most` messages in any stretch of `seconds`."""

    most: int
    seconds: int

    @property
    def length(self) -> timedelta:
        return timedelta(seconds=self.seconds) + MARGIN


def reach(windows: Iterable[Window]) -> timedelta:
    """How far back the past matters; not at all where there is no limit."""
    return max((window.length for window in windows), default=timedelta())


def opens(past: Sequence[datetime], windows: Iterable[Window], now: datetime, *, room: int = 1) -> datetime:
    """The earliest moment, not before `now`, from which `room` messages may go one right after the other.

    `past` is in order. A window that never has so much room must be empty then.
    """
    return max([now, *(at for window in windows if (at := _opens(past, window, room)) is not None)])


def _opens(past: Sequence[datetime], window: Window, room: int) -> datetime | None:
    """When so much of the past has slid out of the window; None if there is room already."""
    leaving = len(past) + min(room, window.most) - window.most
    return past[leaving - 1] + window.length if leaving > 0 else None


def forecast(past: Sequence[datetime], windows: Sequence[Window], now: datetime, count: int) -> list[datetime]:
    """When each of the next `count` messages may go, if nothing but the limits holds them up."""
    taken = list(past)
    for _ in range(count):
        taken.append(max([opens(taken, windows, now), *taken[len(past) :][-1:]]))
    return taken[len(past) :]
