"""The world's time: the machine's own, and as far ahead of it as somebody asked for.

Ids, limits, horizons and what expires follow it, so a test need not wait two hours for a token to die. It only
ever goes forward, over restarts too: an id that was given out must not lie in the future.
"""

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime

from earful.sandbox.snowflake import moment
from earful.sandbox.store import Store

NOTE = "clock ahead"
# Ids end soon afterwards.
END = datetime(2080, 1, 1, tzinfo=UTC).timestamp()


class Clock:
    """Tells the time in seconds since 1970 when called."""

    def __init__(self, store: Store, machine: Callable[[], float] = time.time) -> None:
        self.store = store
        self.machine = machine
        newest = moment(store.last_id()) if store.last_id() else 0.0
        self.ahead = max(float(store.recall(NOTE) or 0), newest - machine())
        self.latest = 0.0

    def __call__(self) -> float:
        """The time now, never less than it was."""
        self.latest = max(self.latest, self.machine() + self.ahead)
        return self.latest

    def forward(self, seconds: float) -> None:
        """Let so much time pass at once. Raises ValueError for a time that is none, or gone by, or too far."""
        if not math.isfinite(seconds) or seconds < 0:
            raise ValueError("The clock goes forward only: give a number of seconds from 0 up.")
        if self() + seconds > END:
            raise ValueError("Ids end with the year 2080, and the clock before them: give a nearer time.")
        self.ahead = self() + seconds - self.machine()
        self.store.remember(NOTE, repr(self.ahead))

    def go_to(self, at: datetime) -> None:
        """Let it be that moment; one without a zone is UTC. Raises ValueError for one that has gone by."""
        wanted = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
        if wanted < self():
            raise ValueError(f"It is {self.written()} already, and the clock goes forward only.")
        self.forward(wanted - self())

    def written(self) -> str:
        """The time now as X writes it."""
        return datetime.fromtimestamp(self(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
