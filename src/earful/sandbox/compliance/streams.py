"""The two compliance streams: of posts and of accounts, in four parts each, for Enterprise alone.

`backfill_minutes` goes back up to five minutes and then on; `start_time` and `end_time` tell a stretch of the last day
and end.
"""

from earful.sandbox.asking import whole
from earful.sandbox.gate import Call
from earful.sandbox.problems import invalid, not_enrolled
from earful.sandbox.streams.connection import Connection, Told
from earful.sandbox.streams.endpoints import PARTITIONS, POSTS_COMPLIANCE, USERS_COMPLIANCE
from earful.sandbox.streams.opening import opened
from earful.sandbox.streams.past import Missed, missed


def posts(call: Call) -> Connection:
    """What befalls posts."""
    return _connect(call, posts=True)


def users(call: Call) -> Connection:
    """What befalls accounts."""
    return _connect(call, posts=False)


def _connect(call: Call, *, posts: bool) -> Connection:
    if call.app.edition != "enterprise":
        raise not_enrolled("Compliance streams are for Enterprise access.")
    part = _partition(call)

    def befell(past: Missed) -> list[Told]:
        return call.world.fates.between(past.after, past.before, posts=posts, partition=part)

    endpoint = (POSTS_COMPLIANCE if posts else USERS_COMPLIANCE)[part - 1]
    return opened(call, endpoint, missed(call, allowed=True), befell)


def _partition(call: Call) -> int:
    if "partition" not in call.query:
        raise invalid("The `partition` query parameter is required")
    return whole(call.query, "partition", 1, PARTITIONS, 1)
