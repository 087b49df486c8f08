"""Search: the last seven days or the whole archive, read newest first, in the rule language's search dialect.

X's own index lags some seconds behind; this one is always up to date.
"""

from earful.core.language.tree import Tree
from earful.sandbox.asking import EVER_S, end_in_the_past, span
from earful.sandbox.finding import found, query, recently, usually
from earful.sandbox.gate import Answer, Call
from earful.sandbox.lookups import page
from earful.sandbox.posts import Post, Span
from earful.sandbox.problems import invalid

MOST_WITH_CONTEXT = 100
MOST = 500


async def recent(call: Call) -> Answer:
    """Posts that a query finds, newest first. Raises RefusalError (400) for a query that cannot be used."""
    tree = query(call)
    _refuse_two_beginnings(call)
    end_in_the_past(call.query, call.world.clock())
    return await _searched(call, tree, recently(call, span(call.query, 10, 100, 10)))


async def everything(call: Call) -> Answer:
    """The same in the whole archive; of the last thirty days, unless another stretch is asked for."""
    tree = query(call, "all")
    _refuse_two_beginnings(call)
    end_in_the_past(call.query, call.world.clock(), EVER_S)
    most = MOST_WITH_CONTEXT if "context_annotations" in call.asked.fields else MOST
    return await _searched(call, tree, usually(call, span(call.query, 10, most, 10)))


async def _searched(call: Call, tree: Tree, wanted: Span) -> Answer:
    posts: list[Post] = []
    async for post in found(call, tree, wanted):
        posts.append(post)
        # One more than fits tells that another page follows.
        if len(posts) > wanted.size:
            break
    return page(call, posts, wanted.size)


def _refuse_two_beginnings(call: Call) -> None:
    if "since_id" in call.query and "start_time" in call.query:
        raise invalid("`since_id` and `start_time` cannot be used together", since_id=call.query["since_id"])
