"""Subscribing through the API: what is asked for, whether this token may ask for it, and how many there may be.

The two descriptions answer in different shapes: 2.162 tells counts beside the subscription, 2.167 does not.
"""

from dataclasses import replace
from typing import Literal

import msgspec

from earful.sandbox.activity import kinds
from earful.sandbox.activity.subscriptions import CAPS, Subscription
from earful.sandbox.asking import identifier, leaf
from earful.sandbox.gate import Answer, Call
from earful.sandbox.problems import RefusalError, conflict, forbidden, invalid, lacking, wrong_token
from earful.sandbox.shapes import Shape
from earful.sandbox.webhooks.registering import mine

LONGEST_TAG = 200
LONGEST_KEYWORD = 150
AT_ONCE = 100
PAGE = 100


class Filter(msgspec.Struct, forbid_unknown_fields=True):
    """Whose events, or about which word."""

    user_id: str | None = None
    keyword: str | None = None
    direction: Literal["inbound", "outbound"] | None = None


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a new subscription."""

    event_type: str
    filter: Filter
    tag: str | None = None
    webhook_id: str | None = None


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a change: what is left out stays."""

    tag: str | None = None
    webhook_id: str | None = None


def create(call: Call) -> Answer:
    """Subscribe to one kind of event of one account."""
    wish = call.read(Wish)
    kind, user = _kind(wish.event_type), _user(wish)
    _refuse_stranger(call, kind, user)
    keyword = wish.filter.keyword or ""
    wanted = Subscription(
        0, call.app.id, kind, user, keyword, wish.filter.direction or "", _tag(wish.tag) or "",
        _webhook(call, wish.webhook_id) or 0, call.world.clock(),
    )  # fmt: skip
    _refuse_repeated(call, wanted)
    _refuse_over_cap(call)
    return _one(call, call.world.subscriptions.put(wanted), created=True)


def listing(call: Call) -> Answer:
    """An app's subscriptions, page by page."""
    shown, meta = leaf(call.query, call.world.subscriptions.of(call.app.id), 1000, PAGE)
    return Answer({"data": [one.told for one in shown], "meta": meta})


def update(call: Call) -> Answer:
    """Change a subscription's tag and where it is delivered; the rest takes a new subscription."""
    had = _mine(call, call.path["subscription_id"])
    change = call.read(Change)
    tag, webhook = _tag(change.tag), _webhook(call, change.webhook_id)
    changed = replace(
        had,
        tag=had.tag if tag is None else tag,
        webhook=had.webhook if webhook is None else webhook,
        updated=call.world.clock(),
    )
    return _one(call, call.world.subscriptions.put(changed))


def delete(call: Call) -> Answer:
    """End one subscription."""
    call.world.subscriptions.remove(_mine(call, call.path["subscription_id"]))
    answer: Shape = {"data": {"deleted": True}}
    return Answer(answer | (_left(call) if call.app.options.vocabulary != "post" else {}))


def delete_many(call: Call) -> Answer:
    """End several at once; those that are not there are told, and the others end all the same."""
    asked = list(filter(None, call.query.get("ids", "").split(",")))
    if not 1 <= len(asked) <= AT_ONCE:
        raise invalid(f"The `ids` query parameter names 1 to {AT_ONCE} subscriptions", ids=call.query.get("ids", ""))
    found = {one: call.world.subscriptions.find(call.app.id, identifier(one, "ids")) for one in asked}
    for subscription in filter(None, found.values()):
        call.world.subscriptions.remove(subscription)
    if call.app.options.vocabulary == "tweet":
        return Answer({"data": {"deleted": any(found.values())}} | _left(call))
    gone = [{"subscription_id": one, "deleted": True} for one, was in found.items() if was]
    missed = [_not_there(one) for one, was in found.items() if not was]
    return Answer({"data": gone} | ({"errors": missed} if missed else {}) | _left(call))


def _kind(given: str) -> str:
    if not kinds.known(given):
        raise invalid(f"There is no event type [{given}]", event_type=given)
    return kinds.canonical(given)


def _user(wish: Wish) -> int:
    kind = kinds.canonical(wish.event_type)
    if wish.filter.direction and kind not in kinds.DIRECTED:
        raise invalid(f"A direction is not supported for {kind}", direction=wish.filter.direction)
    if kind in kinds.BY_KEYWORD:
        if not 1 <= len(wish.filter.keyword or "") <= LONGEST_KEYWORD or wish.filter.user_id:
            raise invalid(f"{kind} is filtered by a keyword of 1 to {LONGEST_KEYWORD} characters, and by nothing else")
        return 0
    if wish.filter.keyword is not None:
        raise invalid(f"{kind} is filtered by user_id, not by keyword", keyword=wish.filter.keyword)
    if wish.filter.user_id is None:
        if kind in kinds.OF_THE_APP:
            return 0
        raise invalid(f"{kind} needs filter.user_id: whose events are meant")
    return identifier(wish.filter.user_id, "user_id")


def _refuse_stranger(call: Call, kind: str, user: int) -> None:
    """Private events are told of an account only to an app that it let in, by that account's own token."""
    if kind not in kinds.PRIVATE:
        return
    if call.holder == "app":
        raise wrong_token("OAuth 2.0 Application-Only", "OAuth 1.0a User Context, OAuth 2.0 User Context")
    if not call.caller.may(frozenset({kinds.PRIVATE[kind]})):
        raise lacking(call.caller.way)
    if user != call.account.id:
        raise forbidden(f"{kind} is private: filter.user_id must be the account that the token belongs to.")


def _refuse_repeated(call: Call, wanted: Subscription) -> None:
    if call.world.subscriptions.same(wanted.app, wanted.kind, wanted.user, wanted.keyword):
        raise conflict("There is a subscription to this event type with this filter already.")


def _refuse_over_cap(call: Call) -> None:
    most = CAPS[call.app.edition]
    if call.world.subscriptions.number(call.app.id) >= most:
        raise forbidden(f"SubscriptionLimitExceeded: an app may have {most} subscriptions.")


def _tag(given: str | None) -> str | None:
    if given is not None and not 1 <= len(given) <= LONGEST_TAG:
        raise invalid(f"A tag has 1 to {LONGEST_TAG} characters", tag=given[:80])
    return given


def _webhook(call: Call, given: str | None) -> int | None:
    return None if given is None else mine(call, given).id


def _mine(call: Call, given: str) -> Subscription:
    found = call.world.subscriptions.find(call.app.id, identifier(given, "subscription_id"))
    if found is None:
        detail = f"Could not find subscription with id: [{given}]."
        raise RefusalError(404, "resource-not-found", "Not Found Error", detail)
    return found


def _one(call: Call, one: Subscription, *, created: bool = False) -> Answer:
    number = call.world.subscriptions.number(one.app)
    if call.app.options.vocabulary == "post":
        return Answer({"data": {"subscription": one.told} | ({} if created else {"total_subscriptions": number})})
    if created:
        data = {"subscription": one.told, "total_subscriptions_for_instance_id": number}
        return Answer({"data": data} | _left(call))
    return Answer({"data": {"subscription": one.told, "total_subscriptions": number}})


def _left(call: Call) -> Shape:
    return {"meta": {"total_subscriptions": call.world.subscriptions.number(call.app.id)}}


def _not_there(given: str) -> Shape:
    message = "This app has no such subscription."
    return {"subscription_id": given, "reason": "SubscriptionNotFound", "message": message}
