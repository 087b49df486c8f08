"""How a network is asked to tell by itself what happens to an account: what it is to tell, and the door it calls at.

As with the rest of a connector, nothing here does I/O. A network without any of this has no line in the registry.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from earful.core.connector import Account, Talk


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What a network tells us of now, by its own names of kinds; `refused` those that it will not tell, each with why;
    `drifted` how many differed from what we need before they were put right.
    """

    kept: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)
    drifted: int = 0


@dataclass(frozen=True, slots=True)
class Hook:
    """A door of ours as the network knows it. `was_valid` says that it called there until now, `is_new` that it was
    registered just now.
    """

    id: str
    was_valid: bool
    is_new: bool = False


class Pushing(Protocol):
    """One network's way to push. Every method is pure; talks yield what to ask."""

    def subscribe(self, account: Account, hook: str) -> Talk[Subscribed]:
        """Make what the network tells what we need, by difference: at the door `hook`, or ("") on its stream."""

    def hooked(self, account: Account, door: str, *, doubted: bool = False) -> Talk[Hook]:
        """Have the network call at this address: registered if it is not, proved anew if it lapsed, or if we doubt that
        the network still reaches us.
        """

    def replay(self, account: Account, hook: str, since: datetime, until: datetime) -> Talk[None]:
        """Have everything told at the door once more that was told between two moments."""

    def challenged(self, account: Account, query: Mapping[str, str]) -> bytes | None:
        """What proves to the network that the door is ours, as JSON; None if that is not what it asks."""

    def proven(self, account: Account, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether a body comes from the network, by its signature. Names of headers are in lower case."""
