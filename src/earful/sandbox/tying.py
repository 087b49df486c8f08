"""How the calling account stands to others, through the API: muting, and refusing their private messages.

Blocking is gone from the API since 2023; who is blocked can still be read.
"""

import msgspec

from earful.sandbox import people
from earful.sandbox.accounts import Account
from earful.sandbox.asking import identifier, page_token, size, token_for
from earful.sandbox.gate import Answer, Call
from earful.sandbox.posts import Span
from earful.sandbox.problems import forbidden, invalid, not_found
from earful.sandbox.shapes import Shape
from earful.sandbox.ties import Tie


class Target(msgspec.Struct, forbid_unknown_fields=True):
    """The body that names another account."""

    target_user_id: str


def mute(call: Call) -> Answer:
    """Mute somebody: what they post is no longer shown to oneself."""
    _oneself(call, "id")
    call.world.relate(call.account, "mutes", _other(call, call.read(Target).target_user_id), stands=True)
    return Answer({"data": {"muting": True}})


def unmute(call: Call) -> Answer:
    """Hear somebody again."""
    _oneself(call, "source_user_id")
    call.world.relate(call.account, "mutes", _other(call, call.path["target_user_id"]), stands=False)
    return Answer({"data": {"muting": False}})


def muting(call: Call) -> Answer:
    """Whom one has muted, newest first."""
    return _listed(call, "mutes")


def blocking(call: Call) -> Answer:
    """Whom one has blocked, newest first."""
    return _listed(call, "blocks")


def refuse(call: Call) -> Answer:
    """Take no private messages from somebody any more."""
    call.world.relate(call.account, "refuses", _other(call, call.path["id"]), stands=True)
    return Answer({"data": {"blocked": True}})


def accept(call: Call) -> Answer:
    """Take somebody's private messages again."""
    call.world.relate(call.account, "refuses", _other(call, call.path["id"]), stands=False)
    return Answer({"data": {"blocked": False}})


def _listed(call: Call, tie: Tie) -> Answer:
    _oneself(call, "id")
    most = size(call.query, 1, 1000, 100)
    found = call.world.ties.targets(call.account.id, tie, Span(0, page_token(call.query), most + 1))
    shaper, data = people.shown(call, (call.world.accounts.known(target) for _, target in found[:most]))
    meta: Shape = {"result_count": len(data)}
    if len(found) > most:
        meta["next_token"] = token_for(found[most - 1][0])
    return Answer(shaper.whole(data, meta=meta))


def _oneself(call: Call, parameter: str) -> None:
    if identifier(call.path[parameter], parameter) != call.account.id:
        words = f"The `{parameter}` parameter value [{call.path[parameter]}] must be the authenticating user's id"
        raise invalid(words, **{parameter: call.path[parameter]})


def _other(call: Call, given: str) -> Account:
    found = call.world.accounts.find(identifier(given, "target_user_id"))
    if found is None or call.sight().of_account(found):
        raise not_found(given, "target_user_id", "user")
    if found.id == call.account.id:
        raise forbidden("You cannot do this to yourself.")
    return found
