"""Recent search: the last seven days, read newest first, in the rule language's search dialect.

X's own index lags some seconds behind; this one is always up to date.
"""

import asyncio

from earful.core.language.candidate import Candidate
from earful.core.language.errors import RuleError
from earful.core.language.matcher import holds
from earful.core.language.parser import parse
from earful.core.language.tree import Tree
from earful.sandbox.asking import span
from earful.sandbox.gate import Answer, Call
from earful.sandbox.hearing import Hearing
from earful.sandbox.lookups import page
from earful.sandbox.posts import Post, Span
from earful.sandbox.problems import invalid
from earful.sandbox.snowflake import first_at

HORIZON_S = 7 * 24 * 3600
GLANCE = 400
LENGTHS = {"self-serve": 512, "enterprise": 4096}


async def recent(call: Call) -> Answer:
    """Posts that a query finds, newest first. Raises RefusalError (400) for a query that cannot be used."""
    tree = _query(call)
    if "since_id" in call.query and "start_time" in call.query:
        raise invalid("`since_id` and `start_time` cannot be used together", since_id=call.query["since_id"])
    wanted = span(call.query, 10, 100, 10)
    horizon = first_at(call.world.clock() - HORIZON_S)
    found = await _find(call, tree, Span(max(wanted.after, horizon), wanted.before, wanted.size + 1))
    return page(call, found, wanted.size)


def _query(call: Call) -> Tree:
    text = call.query.get("query", "")
    try:
        return parse(text, "search", limit=LENGTHS[call.account.options.tier])
    except RuleError as error:
        raise invalid(str(error), query=text) from None


async def _find(call: Call, tree: Tree, wanted: Span) -> list[Post]:
    """Reads a glance of posts at a time and lets others go on between, so that a long search delays no
    stream.
    """
    found: list[Post] = []
    hearing = Hearing(call.world)
    before = wanted.before
    while len(found) < wanted.size:
        glance = call.world.posts.everything(Span(wanted.after, before, GLANCE))
        found += [post for post in glance if holds(tree, Candidate(hearing.heard(post), None, "search"))]
        if len(glance) < GLANCE:
            break
        before = glance[-1].id
        await asyncio.sleep(0)
    return found[: wanted.size]
