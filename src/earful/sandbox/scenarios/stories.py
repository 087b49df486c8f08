"""The table of stories: a name, what it is about, and who tells it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from earful.sandbox.scenarios.edges import edges
from earful.sandbox.scenarios.everyday import private, quiet
from earful.sandbox.scenarios.steps import Step, Teller, teller
from earful.sandbox.scenarios.storms import outage, reposts, thread


@dataclass(frozen=True, slots=True)
class Story:
    """One story."""

    about: str
    tell: Callable[[Teller], Iterator[Step]]


STORIES = {
    "quiet": Story("A few everyday questions, one answered", quiet),
    "outage": Story("A town without a connection: hundreds of complaints", outage),
    "reposts": Story("One complaint that everybody passes on", reposts),
    "thread": Story("One angry customer, and sixty who join in", thread),
    "private": Story("People who write in private", private),
    "edge": Story("Every odd shape of a post once", edges),
}


def steps(name: str, seed: int, brand: str) -> list[Step]:
    """A story's steps. Raises ValueError for a story that nobody knows."""
    if name not in STORIES:
        raise ValueError(f"There is no scenario '{name[:40]}': take one of {', '.join(STORIES)}.")
    return list(STORIES[name].tell(teller(brand, seed, name)))
