"""The first forty minutes: every scripted line with the second in which it is said."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from earful.sandbox.crowd.book import Line, book
from earful.sandbox.crowd.words import dice

# Seconds between two lines: brisk while somebody first looks at the desk, then an ordinary afternoon.
BRISK_UNTIL = 300.0
BRISK = (4.5, 8.0)
ORDINARY = (11.0, 20.0)


@dataclass(frozen=True, slots=True)
class Timed:
    """A line, its key, and when it is said (seconds since the beginning). `of` is a key, already resolved."""

    at: float
    key: str
    line: Line
    of: str = ""


@cache
def schedule(seed: int) -> tuple[Timed, ...]:
    """The script and the outage in Leeds, by time. Raises KeyError for a line that refers to no other."""
    lines = [*_paced(seed), *_leeds()]
    return tuple(sorted(lines, key=lambda timed: (timed.at, timed.key)))


def next_gap(seed: int, step: object, at: float) -> float:
    """Seconds until the next line, for one that is said at `at`."""
    low, high = BRISK if at < BRISK_UNTIL else ORDINARY
    return dice(seed, "gap", step).uniform(low, high)


def _paced(seed: int) -> Iterator[Timed]:
    at, last, keys = 0.0, "", dict[str, str]()
    for number, line in enumerate(book().script):
        at = line.at if line.at is not None else at + next_gap(seed, number, at)
        key = f"script-{number:03}"
        keys[line.id] = key
        yield Timed(at, key, line, _refers_to(line, last, keys))
        if line.say and line.kind not in ("edit", "message"):
            last = key


def _refers_to(line: Line, last: str, keys: dict[str, str]) -> str:
    if not line.of:
        return ""
    return last if line.of == "last" else keys[line.of]


def _leeds() -> Iterator[Timed]:
    named = {line.id: f"script-{number:03}" for number, line in enumerate(book().script) if line.id}
    for number, line in enumerate(book().leeds):
        if line.at is None:
            raise ValueError(f"An outage line needs its second: {line.say}")
        yield Timed(line.at, f"leeds-{number:02}", line, named[line.of] if line.of else "")
