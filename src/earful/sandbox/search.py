"""Recent search: the last seven days, read newest first, in the rule language's search dialect.

X's own index lags some seconds behind; this one is always up to date.
"""

from earful.sandbox.asking import end_in_the_past, span
from earful.sandbox.finding import found, query, recently
from earful.sandbox.gate import Answer, Call
from earful.sandbox.lookups import page
from earful.sandbox.posts import Post
from earful.sandbox.problems import invalid


async def recent(call: Call) -> Answer:
    """Posts that a query finds, newest first. Raises RefusalError (400) for a query that cannot be used."""
    tree = query(call)
    if "since_id" in call.query and "start_time" in call.query:
        raise invalid("`since_id` and `start_time` cannot be used together", since_id=call.query["since_id"])
    end_in_the_past(call.query, call.world.clock())
    wanted = span(call.query, 10, 100, 10)
    posts: list[Post] = []
    async for post in found(call.world, tree, recently(call, wanted)):
        posts.append(post)
        # One more than fits tells that another page follows.
        if len(posts) > wanted.size:
            break
    return page(call, posts, wanted.size)
