"""The posts of a stretch of time that a query finds, for search and for counts alike.

What the query requires is looked for in the bare text first, so that a rare word among fifty thousand posts is found in
a fraction of a second; only what may match is shaped and asked.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Literal

from earful.core.language.anchors import anchors
from earful.core.language.candidate import Candidate
from earful.core.language.dialects import Access
from earful.core.language.errors import RuleError
from earful.core.language.matcher import holds
from earful.core.language.parser import parse
from earful.core.language.tree import Tree
from earful.core.text import fold
from earful.sandbox.asking import HORIZON_S
from earful.sandbox.gate import Call
from earful.sandbox.hearing import Hearing
from earful.sandbox.posts import Glimpse, Post, Span
from earful.sandbox.problems import invalid
from earful.sandbox.snowflake import first_at

if TYPE_CHECKING:
    from earful.sandbox.world import World

GLANCE = 1000
USUAL_S = 30 * 24 * 3600

# How far back a search may go.
Reach = Literal["recent", "all"]


def query(call: Call, reach: Reach = "recent") -> Tree:
    """The query of a call. Raises RefusalError (400) for one that cannot be used."""
    text = call.query.get("query", "")
    try:
        return parse(text, "search", access=Access(call.app.edition, reach))
    except RuleError as error:
        raise invalid(str(error), query=text) from None


def usually(call: Call, wanted: Span) -> Span:
    """As much of a stretch as the last thirty days hold, unless the caller said where it begins."""
    if "start_time" in call.query or "since_id" in call.query:
        return wanted
    return Span(max(wanted.after, first_at(call.world.clock() - USUAL_S)), wanted.before, wanted.size)


def recently(call: Call, wanted: Span) -> Span:
    """As much of a stretch as the last seven days hold."""
    return Span(max(wanted.after, first_at(call.world.clock() - HORIZON_S)), wanted.before, wanted.size)


async def found(call: Call, tree: Tree, wanted: Span) -> AsyncIterator[Post]:
    """Posts that a query finds and the caller may see, newest first. Reads a glance at a time and lets others go on
    between, so that a long search delays no stream.
    """
    world, viewer = call.world, call.sight().id
    worth, hearing, before = _worth_asking(world, tree), Hearing(world), wanted.before
    while True:
        glance = world.posts.glance(Span(wanted.after, before, GLANCE), viewer)
        for glimpse in glance:
            post = world.posts.find(glimpse.id) if worth(glimpse) else None
            if post and holds(tree, Candidate(hearing.heard(post), None, "search")):
                yield post
        if len(glance) < GLANCE:
            return
        before = glance[-1].id
        await asyncio.sleep(0)


def _worth_asking(world: "World", tree: Tree) -> Callable[[Glimpse], bool]:
    """Whether a post has any of what every post that matches must have; words and authors are seen at a glance."""
    _, required = anchors(tree, "drop")
    if not {kind for kind, _ in required} <= {"text", "from"}:
        return lambda _: True
    pieces = [piece for kind, piece in required if kind == "text"]
    accounts = (world.accounts.named(handle) for kind, handle in required if kind == "from")
    authors = {account.id for account in accounts if account}

    def worth(glimpse: Glimpse) -> bool:
        if glimpse.author in authors:
            return True
        folded = fold(glimpse.text, "drop") if pieces else ""
        return any(piece in folded for piece in pieces)

    return worth
