"""Counts, recent and of the whole archive: how many posts a query finds, in buckets of a minute, an hour or a day,
oldest first.

Source: the recent-counts operation of X's API descriptions (2.162, 2.167). The buckets are cut at whole minutes, hours
and days of UTC, and the first and the last one at the ends of the stretch. X counts what compliance later takes out of
a search; here both know the same posts.
"""

from bisect import bisect_right
from collections import Counter
from datetime import UTC, datetime

from earful.core.language.tree import Tree
from earful.sandbox.asking import EVER_S, bounds, end_in_the_past, token_for
from earful.sandbox.finding import found, query, recently, usually
from earful.sandbox.gate import Answer, Call
from earful.sandbox.posts import Span
from earful.sandbox.problems import invalid
from earful.sandbox.shapes import Shape
from earful.sandbox.snowflake import first_at, moment

BUCKETS_S = {"minute": 60, "hour": 3600, "day": 86_400}
# X pages at 31 days of buckets; of seven days only the minutes are too many for one page.
MOST_BUCKETS = 31 * 24


async def recent(call: Call) -> Answer:
    """Counts of the last seven days. Raises RefusalError (400) for a query or a granularity that cannot be used."""
    tree = query(call)
    end_in_the_past(call.query, call.world.clock())
    return await _counted(call, tree, recently(call, bounds(call.query, MOST_BUCKETS)))


async def everything(call: Call) -> Answer:
    """Counts from the whole archive: of thirty days, unless another stretch is asked for."""
    tree = query(call, "all")
    end_in_the_past(call.query, call.world.clock(), EVER_S)
    return await _counted(call, tree, usually(call, bounds(call.query, MOST_BUCKETS)))


async def _counted(call: Call, tree: Tree, wanted: Span) -> Answer:
    length, end = _bucket_length(call), min(moment(wanted.before), call.world.clock())
    # No more than tells that another page follows: since 2006 there were ten million minutes.
    begin = max(moment(wanted.after + 1), end - (MOST_BUCKETS + 2) * length)
    shown, more = _page(_edges(begin, end, length))
    stretch = Span(max(wanted.after, first_at(shown[0]) - 1), wanted.before)
    counted = Counter([_place(shown, moment(post.id)) async for post in found(call, tree, stretch)])
    data = [_bucket(shown[place], shown[place + 1], counted[place]) for place in range(len(shown) - 1)]
    meta: Shape = {"total_tweet_count": counted.total()}
    if more:
        meta["next_token"] = token_for(first_at(shown[0]))
    return Answer({"data": data, "meta": meta} if data else {"meta": meta})


def _bucket_length(call: Call) -> int:
    given = call.query.get("granularity", "hour")
    if given not in BUCKETS_S:
        words = f"The `granularity` query parameter value [{given}] is not one of [minute,hour,day]"
        raise invalid(words, granularity=given)
    return BUCKETS_S[given]


def _edges(begin: float, end: float, length: int) -> list[float]:
    """Where the buckets begin and end, in seconds since 1970; both ends of the stretch among them."""
    first = int(begin // length) + 1
    return [begin, *(float(number * length) for number in range(first, int(-(-end // length)))), max(begin, end)]


def _page(edges: list[float]) -> tuple[list[float], bool]:
    """The newest buckets that fit on a page, and whether older ones follow."""
    return edges[-MOST_BUCKETS - 1 :], len(edges) > MOST_BUCKETS + 1


def _place(edges: list[float], at: float) -> int:
    """In which bucket a moment lies; what is at the very end belongs to the last."""
    return max(bisect_right(edges, at, hi=len(edges) - 1) - 1, 0)


def _bucket(begin: float, end: float, posts: int) -> Shape:
    return {"start": _written(begin), "end": _written(end), "tweet_count": posts}


def _written(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(seconds * 1000) % 1000:03d}Z"
