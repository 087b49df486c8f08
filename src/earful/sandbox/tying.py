"""How accounts stand to each other, through the API: following, muting, and refusing private messages.

Blocking is gone from the API since 2023; who is blocked can still be read.
"""

from collections.abc import Callable

import msgspec

from earful.sandbox.accounts import Account
from earful.sandbox.asking import identifier, page_token, size
from earful.sandbox.gate import Answer, Call
from earful.sandbox.people import listed, oneself
from earful.sandbox.posts import Span
from earful.sandbox.problems import forbidden, not_enrolled, not_found
from earful.sandbox.ties import Tie


class Target(msgspec.Struct, forbid_unknown_fields=True):
    """The body that names another account."""

    target_user_id: str


def mute(call: Call) -> Answer:
    """Mute somebody: what they post is no longer shown to oneself."""
    oneself(call, "id")
    call.world.relate(call.account, "mutes", _other(call, call.read(Target).target_user_id), stands=True)
    return Answer({"data": {"muting": True}})


def unmute(call: Call) -> Answer:
    """Hear somebody again."""
    oneself(call, "source_user_id")
    changed = call.world.relate(call.account, "mutes", _other(call, call.path["target_user_id"]), stands=False)
    return Answer({"data": {"muting": False}}, free=not changed)


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


def following(call: Call) -> Answer:
    """Whom an account follows, newest first."""
    return _of(call, lambda account, span: call.world.ties.targets(account, "follows", span))


def followers(call: Call) -> Answer:
    """Who follows an account, newest first."""
    return _of(call, lambda account, span: call.world.ties.sources(account, "follows", span))


def follow(call: Call) -> Answer:
    """Follow somebody, or ask to, where the account is protected. Gone from self-serve since 20 April 2026."""
    other = _followed(call, "id", call.read(Target).target_user_id)
    guarded = call.world.states.of(other.id).protected and not call.sight().admitted(other.id)
    call.world.relate(call.account, "asks" if guarded else "follows", other, stands=True)
    return Answer({"data": {"following": not guarded, "pending_follow": guarded}})


def unfollow(call: Call) -> Answer:
    """Follow somebody no longer. Gone from self-serve since 20 April 2026."""
    other = _followed(call, "source_user_id", call.path["target_user_id"])
    changed = [call.world.relate(call.account, tie, other, stands=False) for tie in ("asks", "follows")]
    return Answer({"data": {"following": False}}, free=not any(changed))


def _listed(call: Call, tie: Tie) -> Answer:
    oneself(call, "id")
    most = size(call.query, 1, 1000, 100)
    return listed(call, call.world.ties.targets(call.account.id, tie, Span(0, page_token(call.query), most + 1)), most)


def _of(call: Call, found: Callable[[int, Span], list[tuple[int, int]]]) -> Answer:
    shaper, given = call.shaper(), call.path["id"]
    account, most = call.world.accounts.find(identifier(given, "id")), size(call.query, 1, 1000, 100)
    unseen = shaper.sight.of_account(account)
    if account is None or unseen:
        shaper.lack_user(given, "id", unseen)
        return Answer(shaper.whole(None))
    return listed(call, found(account.id, Span(0, page_token(call.query), most + 1)), most)


def _followed(call: Call, parameter: str, given: str) -> Account:
    oneself(call, parameter)
    if call.app.edition != "enterprise":
        raise not_enrolled("Follows are not available to self-serve apps.")
    other = _other(call, given)
    if call.world.ties.bound(other.id, "blocks", call.account.id):
        raise forbidden("You have been blocked from following this account.")
    return other


def _other(call: Call, given: str) -> Account:
    found = call.world.accounts.find(identifier(given, "target_user_id"))
    if found is None or call.sight().of_account(found):
        raise not_found(given, "target_user_id", "user")
    if found.id == call.account.id:
        raise forbidden("You cannot do this to yourself.")
    return found
