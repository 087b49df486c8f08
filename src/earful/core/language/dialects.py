"""Where a rule is used: the stream or the search. They differ in accents, quotes and reposts."""

from dataclasses import dataclass
from typing import Literal

from earful.core.text import Accents

DialectName = Literal["stream", "search"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """One use of the language.

    `limit` is the longest rule in characters, for self-serve access (search: of recent posts). `quotes` says
    whether the content of a quoted post counts as well, `reposts` whether keywords find reposts.
    """

    name: DialectName
    limit: int
    accents: Accents
    quotes: bool
    reposts: bool


# docs.x.com, "Build a rule", "Build a query" and the change log of 4 May 2026 (keyword search without
# reposts).
DIALECTS: dict[DialectName, Dialect] = {
    "stream": Dialect("stream", limit=1024, accents="keep", quotes=True, reposts=True),
    "search": Dialect("search", limit=512, accents="drop", quotes=False, reposts=False),
}
