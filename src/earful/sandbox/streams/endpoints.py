"""The streams there are, as a table: what each is called, and how many connections an app may hold to it at once."""

from dataclasses import dataclass
from typing import Literal

# For how long what was told can be asked for again, and is remembered.
KEPT_S = 24 * 3600

# How many recoveries of the past may run beside the connections.
RECOVERIES = 2


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One stream, or one of its parts. `name` is how `/2/connections` calls it, `operation` what is written on the
    bill.
    """

    name: str
    operation: str
    self_serve: int
    enterprise: int
    partition: int = 0

    def most(self, edition: Literal["self-serve", "enterprise"]) -> int:
        """How many connections an app of an edition may hold."""
        return self.self_serve if edition == "self-serve" else self.enterprise


FILTERED = Endpoint("filtered_stream", "GET /2/tweets/search/stream", 1, 2)
ACTIVITY = Endpoint("activity_stream", "GET /2/activity/stream", 2, 2)

# The compliance streams come in parts, each with a connection of its own.
PARTITIONS = 4
PARTS = tuple(range(1, PARTITIONS + 1))
POSTS_COMPLIANCE = tuple(
    Endpoint("tweets_compliance_stream", "GET /2/tweets/compliance/stream", 0, 1, part) for part in PARTS
)
USERS_COMPLIANCE = tuple(
    Endpoint("users_compliance_stream", "GET /2/users/compliance/stream", 0, 1, part) for part in PARTS
)
