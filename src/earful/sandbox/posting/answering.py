"""Whom a program may answer: X's refusals, from "not there" to "not summoned", each in words of its own.

The summons is X's rule for self-serve apps of 23 February 2026: a program may answer a post only if its
author named the answering account in that very post, or quoted one of its posts. Whether a mention that a
reply only carries along counts is not said; it does not here, unless the app's owner has `implicit_summons`.
Answering one's own post is allowed, or no long answer could be told in numbered parts.
"""

from typing import TYPE_CHECKING

from earful.sandbox.accounts import Account
from earful.sandbox.gate import Call
from earful.sandbox.posts import Post
from earful.sandbox.problems import forbidden

if TYPE_CHECKING:
    from earful.sandbox.world import World

NOT_SEEN = "You attempted to reply to a Post that is deleted or not visible to you."
BLOCKED = "You have been blocked from replying to this account."
RESTRICTED = "The original Post author restricted who can reply to this Post."
NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged "
    "by the author of the post you are replying to."
)


def answerable(call: Call, given: int) -> Post:
    """The post that is answered. Raises RefusalError (403) when it may not be."""
    parent = call.sight().post(given)
    if parent is None:
        raise forbidden(NOT_SEEN)
    closed = closed_to(call.world, call.account, parent)
    if closed:
        raise forbidden(closed)
    if call.app.edition == "self-serve" and not summoned(call, parent):
        raise forbidden(NOT_SUMMONED)
    return parent


def closed_to(world: "World", account: Account, parent: Post) -> str:
    """Why an author does not let an account answer, as X says it; "" when they do. It holds for people too."""
    if blocked(world, account, parent.author):
        return BLOCKED
    root = world.posts.find(parent.conversation) or parent
    return "" if _invited(world, account, root) else RESTRICTED


def blocked(world: "World", account: Account, author: int) -> bool:
    """Whether an author blocks an account, or the other way round."""
    return world.ties.bound(author, "blocks", account.id) or world.ties.bound(account.id, "blocks", author)


def _invited(world: "World", account: Account, root: Post) -> bool:
    """Whether the settings of the post that began a conversation let an account join. Whom it names always may."""
    settings = root.facts.reply_settings
    if not settings or root.author == account.id or world.posts.mentions(root.id, account.id):
        return True
    if settings == "following":
        return world.ties.bound(root.author, "follows", account.id)
    return settings == "verified" and account.verified


def summoned(call: Call, parent: Post) -> bool:
    """Whether a post calls for the account: names it, quotes it, or is its own."""
    quoted = call.world.posts.find(parent.quote) if parent.quote else None
    by_quote = quoted is not None and quoted.author == call.account.id
    carried = call.app.options.implicit_summons
    named = call.world.posts.mentions(parent.id, call.account.id, carried=carried)
    return by_quote or parent.author == call.account.id or named
