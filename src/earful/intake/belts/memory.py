"""A belt inside one process: for tests, for measuring, and where losing a second's frames on a crash is
acceptable.
"""

import itertools
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from earful.intake.belts import Carried


class MemoryBelt:
    """Frames in a queue. `set_aside` keeps what was put aside."""

    def __init__(self) -> None:
        self._frames: deque[Carried] = deque()
        self._ids = itertools.count(1)
        self._something = threading.Condition()
        self.set_aside: list[tuple[Carried, str]] = []

    def put(self, frames: Sequence[Carried]) -> None:
        with self._something:
            self._frames.extend(replace(frame, id=next(self._ids)) for frame in frames)
            self._something.notify()

    @contextmanager
    def take(self, most: int) -> Iterator[list[Carried]]:
        with self._something:
            batch = [self._frames.popleft() for _ in range(min(most, len(self._frames)))]
        try:
            yield batch
        except BaseException:
            with self._something:
                self._frames.extendleft(reversed(batch))
                self._forget_asides(batch)
            raise

    def aside(self, frames: Sequence[tuple[Carried, str]]) -> None:
        with self._something:
            self._forget_asides([frame for frame, _ in frames])
            self.set_aside.extend(frames)

    def _forget_asides(self, frames: Sequence[Carried]) -> None:
        ids = {frame.id for frame in frames}
        self.set_aside = [kept for kept in self.set_aside if kept[0].id not in ids]

    def wait(self, seconds: float) -> None:
        with self._something:
            if not self._frames:
                self._something.wait(seconds)
