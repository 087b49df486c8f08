"""The two compliance streams: of posts and of accounts, in four parts each, for Enterprise alone.

`backfill_minutes` goes back up to five minutes and then on; `start_time` and `end_time` tell a stretch of the last day
and end.
"""

from earful.sandbox.asking import whole
from earful.sandbox.gate import Call
from earful.sandbox.problems import invalid, not_enrolled
from earful.sandbox.streams.connection import Connection
from earful.sandbox.streams.endpoints import PARTITIONS, POSTS_COMPLIANCE, USERS_COMPLIANCE
from earful.sandbox.streams.past import missed


def posts(call: Call) -> Connection:
    """What befalls posts."""
    return _connect(call, posts=True)


def users(call: Call) -> Connection:
    """What befalls accounts."""
    return _connect(call, posts=False)


def _connect(call: Call, *, posts: bool) -> Connection:
    if call.app.edition != "enterprise":
        raise not_enrolled("Compliance streams are for Enterprise access.")
    part, past = _partition(call), missed(call, allowed=True)
    ends = past is not None and past.ends
    endpoint = (POSTS_COMPLIANCE if posts else USERS_COMPLIANCE)[part - 1]
    call.world.connections.check(call.app.id, endpoint, recovering=ends)
    first = call.world.fates.between(past.after, past.before, posts=posts, partition=part) if past else []
    return Connection(call.world.connections, call.app.id, endpoint, first=first, ends=ends)


def _partition(call: Call) -> int:
    if "partition" not in call.query:
        raise invalid("The `partition` query parameter is required")
    return whole(call.query, "partition", 1, PARTITIONS, 1)
