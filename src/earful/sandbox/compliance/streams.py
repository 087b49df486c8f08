"""The two compliance streams: of posts and of accounts, in four parts each, for Enterprise alone.

`backfill_minutes` goes back up to five minutes and then on; `start_time` and `end_time` tell a stretch of the last day
and end.
"""

from earful.sandbox.asking import bounds
from earful.sandbox.gate import Call
from earful.sandbox.posts import Span
from earful.sandbox.problems import invalid, not_enrolled
from earful.sandbox.snowflake import MAX_ID, first_at
from earful.sandbox.streams.connection import Connection
from earful.sandbox.streams.endpoints import PARTITIONS, POSTS_COMPLIANCE, USERS_COMPLIANCE

MOST_MINUTES = 5
DAY_S = 24 * 3600


def posts(call: Call) -> Connection:
    """What befalls posts."""
    return _connect(call, posts=True)


def users(call: Call) -> Connection:
    """What befalls accounts."""
    return _connect(call, posts=False)


def _connect(call: Call, *, posts: bool) -> Connection:
    if call.app.edition != "enterprise":
        raise not_enrolled("Compliance streams are for Enterprise access.")
    part, stretch, ends = _partition(call), _stretch(call), "start_time" in call.query
    endpoint = (POSTS_COMPLIANCE if posts else USERS_COMPLIANCE)[part - 1]
    call.world.connections.check(call.app.id, endpoint, recovering=ends)
    first = call.world.fates.between(stretch.after, stretch.before, posts=posts, partition=part) if stretch else []
    return Connection(call.world.connections, call.app.id, endpoint, first=first, ends=ends)


def _partition(call: Call) -> int:
    given = call.query.get("partition", "")
    if given not in {str(one) for one in range(1, PARTITIONS + 1)}:
        raise invalid(f"The `partition` query parameter value [{given}] is not between 1 and {PARTITIONS}")
    return int(given)


def _stretch(call: Call) -> Span | None:
    now = call.world.clock()
    if "start_time" in call.query:
        stretch = bounds(call.query, 0)
        if stretch.after < first_at(now - DAY_S) - 1:
            raise invalid("Invalid 'start_time': it must be within the last day.", start_time=call.query["start_time"])
        return stretch
    minutes = call.query.get("backfill_minutes", "0")
    if minutes not in {str(one) for one in range(MOST_MINUTES + 1)}:
        raise invalid(f"The `backfill_minutes` query parameter value [{minutes}] is not between 0 and {MOST_MINUTES}")
    return Span(first_at(now - 60 * int(minutes)), MAX_ID) if minutes != "0" else None
