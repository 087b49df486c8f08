"""The streams there are, as a table: what each is called, and how many connections an app may hold to it at once."""

from dataclasses import dataclass
from typing import Literal

# How many recoveries of the past may run beside the connections.
RECOVERIES = 2


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One stream. `name` is how `/2/connections` calls it, `operation` what is written on the bill."""

    name: str
    operation: str
    self_serve: int
    enterprise: int

    def most(self, edition: Literal["self-serve", "enterprise"]) -> int:
        """How many connections an app of an edition may hold."""
        return self.self_serve if edition == "self-serve" else self.enterprise


FILTERED = Endpoint("filtered_stream", "GET /2/tweets/search/stream", 1, 2)
ACTIVITY = Endpoint("activity_stream", "GET /2/activity/stream", 2, 2)
