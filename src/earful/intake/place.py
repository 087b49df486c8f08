"""Where a walk into the past is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from earful.connectors.registry import connector_for
from earful.core.connector import searchable
from earful.intake.models import Backfill


@dataclass(frozen=True, slots=True)
class Place:
    """The stretch that a walk asks for, and the network's token of the next page ("" for the first).

    A token belongs to the very stretch for which it was given, so both are kept as one cursor.
    """

    since: datetime
    until: datetime
    token: str

    @classmethod
    def of(cls, walk: Backfill, now: datetime) -> "Place":
        since, _, rest = walk.cursor.partition("/")
        until, _, token = rest.partition(" ")
        if token:
            return cls(datetime.fromisoformat(since), datetime.fromisoformat(until), token)
        # The second that was reached is asked for again: it may hold more posts than the last page had room for.
        reached = walk.until if walk.reached is None else min(walk.until, walk.reached + timedelta(seconds=1))
        capabilities = connector_for(walk.channel.network).capabilities
        return cls(*searchable(capabilities, walk.since, reached, now), "")

    def turned(self, token: str) -> str:
        """The cursor of the next page; "" after the last."""
        return f"{self.since.isoformat()}/{self.until.isoformat()} {token}" if token else ""
