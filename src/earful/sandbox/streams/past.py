"""Asking a stream for what was missed: a few minutes on connecting, or a stretch of the last day by itself.

Both belong to the larger contract. A self-serve app is told so, and has to search.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earful.sandbox.asking import bounds, whole
from earful.sandbox.gate import Call
from earful.sandbox.posts import Post, Span
from earful.sandbox.problems import invalid
from earful.sandbox.snowflake import MAX_ID, first_at
from earful.sandbox.streams.endpoints import KEPT_S

if TYPE_CHECKING:
    from earful.sandbox.world import World

MOST_MINUTES = 5
PARAMETERS = ("backfill_minutes", "start_time", "end_time")
NOTHING = ("backfill_minutes", "0")
# Posts are read a stretch at a time: a day of them need not fit into memory.
STRETCH = first_at(600.0 + 2_000_000_000) - first_at(2_000_000_000)


@dataclass(frozen=True, slots=True)
class Missed:
    """The ids that are asked for, both ends left out, and whether the connection ends with them."""

    after: int
    before: int
    ends: bool


def missed(call: Call, allowed: bool) -> Missed | None:
    """What a caller wants of the past, if anything. Raises RefusalError (400) for nonsense, or where it may not ask."""
    asked = [name for name in PARAMETERS if name in call.query and (name, call.query[name]) != NOTHING]
    if not asked:
        return None
    if not allowed:
        words = f"You are not authorized to use the `{asked[0]}` query parameter with your current access level"
        raise invalid(words, **{asked[0]: call.query[asked[0]]})
    return _backfill(call) if asked == ["backfill_minutes"] else _recovery(call)


def posts(world: "World", span: Missed) -> Iterator[Post]:
    """Everybody's posts, oldest first."""
    after = span.after
    while after < span.before - 1:
        before = min(span.before, after + STRETCH)
        yield from reversed(world.posts.everything(Span(after, before, size=MAX_ID)))
        after = before - 1


def _backfill(call: Call) -> Missed:
    minutes, now = whole(call.query, "backfill_minutes", 0, MOST_MINUTES, 0), call.world.clock()
    return Missed(first_at(now - 60 * minutes), first_at(now) + 1, False)


def _recovery(call: Call) -> Missed:
    start, end = call.query.get("start_time", ""), call.query.get("end_time", "")
    if not start or not end or "backfill_minutes" in call.query:
        raise invalid("A recovery needs both `start_time` and `end_time`, and no `backfill_minutes`")
    span, now = bounds(call.query, 1), call.world.clock()
    if span.after + 1 < first_at(now - KEPT_S):
        raise invalid("Invalid 'start_time': it must be within the last 24 hours", start_time=start)
    if span.before > first_at(now):
        raise invalid("Invalid 'end_time': it must not be in the future", end_time=end)
    if span.before <= span.after + 1:
        raise invalid("Invalid 'start_time': it must be before 'end_time'", start_time=start)
    return Missed(span.after, span.before, True)
