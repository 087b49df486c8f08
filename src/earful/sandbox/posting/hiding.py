"""Hiding answers, through the API: only in conversations that the account began, and the author is not told."""

import msgspec

from earful.sandbox.asking import identifier
from earful.sandbox.gate import Answer, Call
from earful.sandbox.problems import forbidden, not_found


class Hiding(msgspec.Struct, forbid_unknown_fields=True):
    """Whether an answer shall be hidden."""

    hidden: bool


def hide(call: Call) -> Answer:
    """Hide an answer, or show it again."""
    given, wanted = call.path["tweet_id"], call.read(Hiding)
    reply = call.sight().post(identifier(given, "tweet_id"))
    if reply is None:
        raise not_found(given, "tweet_id", "tweet")
    root = call.world.posts.find(reply.conversation)
    if reply.reply_to is None or root is None or root.author != call.account.id:
        raise forbidden("You are not allowed to hide this Post: it is no reply in a conversation that you started.")
    call.world.restate(reply, hidden=wanted.hidden)
    return Answer({"data": {"hidden": wanted.hidden}})
