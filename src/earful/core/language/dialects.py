"""Where a rule is used: X's stream, X's search, or the search of stored posts. They differ in accents, quotes and
reposts.
"""

from dataclasses import dataclass
from typing import Literal

from earful.core.text import Accents

DialectName = Literal["stream", "search", "stored"]
Tier = Literal["self-serve", "enterprise"]
Endpoint = Literal["recent", "all"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """One use of the language.

    `limit` is the longest rule in characters, for self-serve access (search: of recent posts). `quotes` says
    whether the content of a quoted post counts as well, `reposts` whether keywords find reposts. `near` is the greatest
    number after "~" (0: nearness is not known). `ours` marks the dialect that no network ever sees: it takes the
    operators of all others, lets each stand alone, and knows the beginnings of words (`kettl*`).
    """

    name: DialectName
    limit: int
    accents: Accents
    quotes: bool
    reposts: bool
    near: int
    ours: bool = False


# docs.x.com, "Build a rule", "Build a query" and the change log of 4 May 2026 (keyword search without
# reposts).
DIALECTS: dict[DialectName, Dialect] = {
    "stream": Dialect("stream", limit=1024, accents="keep", quotes=True, reposts=True, near=6),
    "search": Dialect("search", limit=512, accents="drop", quotes=False, reposts=False, near=0),
    "stored": Dialect("stored", limit=1024, accents="drop", quotes=False, reposts=True, near=50, ours=True),
}


@dataclass(frozen=True, slots=True)
class Access:
    """What a contract with X opens: its tier, and for search how far back (`recent`: seven days)."""

    tier: Tier = "self-serve"
    endpoint: Endpoint = "recent"

    def limit(self, dialect: DialectName) -> int:
        """The longest rule in characters."""
        endpoint = self.endpoint if dialect == "search" else "recent"
        return LIMITS.get((dialect, self.tier, endpoint), DIALECTS[dialect].limit)


# docs.x.com, the introductions of the filtered stream and of search (August 2026).
LIMITS: dict[tuple[DialectName, Tier, Endpoint], int] = {
    ("stream", "self-serve", "recent"): 1024,
    ("stream", "enterprise", "recent"): 2048,
    ("search", "self-serve", "recent"): 512,
    ("search", "self-serve", "all"): 1024,
    ("search", "enterprise", "recent"): 4096,
    ("search", "enterprise", "all"): 4096,
}
