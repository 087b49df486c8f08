"""Memory: who spoke when, what was just seen, which texts were used, who still waits. All of it bounded."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from zlib import crc32

from earful.sandbox.crowd.book import Line, Role
from earful.sandbox.crowd.improvising import Seen
from earful.sandbox.crowd.threads import Thread
from earful.sandbox.crowd.words import typed_by

# How many are kept. A text may be said again once so many others came between.
TEXTS = 4000
THREADS = 150
SEEN = 12


@dataclass(slots=True)
class Memory:
    """`spoke`: last second, by handle. `threads`: by key. `texts`: fingerprints, oldest first."""

    spoke: dict[str, float] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    threads: dict[str, Thread] = field(default_factory=dict)
    texts: dict[int, None] = field(default_factory=dict)

    def show(self, key: str, handle: str, line: Line, text: str) -> None:
        """Bystanders see a post, unless a bot made it."""
        if line.kind == "post" and line.about != "spam":
            self.seen = [*self.seen, Seen(key, handle, text, line.about)][-SEEN:]

    def forget(self, key: str) -> None:
        """No bystander shall answer a post that is gone, or quote what it no longer says."""
        self.seen = [seen for seen in self.seen if seen.key != key]

    def follow(self, thread: Thread) -> None:
        """Somebody waits for an answer; whoever has waited longest is given up when there are too many."""
        self.threads[thread.key] = thread
        while len(self.threads) > THREADS:
            del self.threads[next(iter(self.threads))]

    def learn(self, text: str) -> None:
        """A text has been said."""
        self.texts[_print(text)] = None
        while len(self.texts) > TEXTS:
            del self.texts[next(iter(self.texts))]

    def taken(self, role: Role) -> Callable[[str], bool]:
        """Whether a text, typed as this person types, has been said before."""
        return lambda text: _print(typed_by(role, text)) in self.texts

    def state(self) -> dict[str, Any]:
        """JSON-able, for `restore`."""
        return {
            "spoke": dict(self.spoke),
            "seen": [asdict(seen) for seen in self.seen],
            "threads": [asdict(thread) for thread in self.threads.values()],
            "texts": list(self.texts),
        }

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> "Memory":
        """The memory as it was. Raises KeyError for a state that is not whole."""
        return cls(
            dict(state["spoke"]),
            [Seen(**row) for row in state["seen"]],
            {row["key"]: Thread(**row) for row in state["threads"]},
            dict.fromkeys(state["texts"]),
        )


def _print(text: str) -> int:
    """A text's fingerprint. Two texts with the same one cost a second throw of the dice, no more."""
    return crc32(text.encode())
