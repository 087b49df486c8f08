"""What X's Activity API is asked to tell of an account: kept equal to what we need, by difference.

Sources: the activity pages of X's documentation and the subscription operations of its API description (2026). An app
may have 1,500 subscriptions, one for each kind of event of an account. A change of delivery cannot take a webhook away,
so a subscription that is to go elsewhere is made anew.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from earful.connectors.x.outcomes import failure, understood
from earful.connectors.x.vocabulary import AS_USER
from earful.core.connector import Account, LostAccess, Refused, Request, Talk
from earful.core.pushing import Subscribed

SUBSCRIPTIONS: Final = "/2/activity/subscriptions"
MOST_PAGES: Final = 20
MOST_DELETED: Final = 100
# In the order in which they are worth their price: said to us, said by us, in private, and who we are called.
PUBLIC_KINDS: Final = (
    "post.mention.create", "post.reply.create", "post.quote.create", "post.create", "post.delete",
    "profile.update.handle", "profile.update.screenname",
)  # fmt: skip
PRIVATE_KINDS: Final = ("dm.received", "dm.sent", "chat.received", "chat.sent")
_DONE: Final = (200, 201)
_CONFLICT: Final = 409


class _Filter(msgspec.Struct):
    user_id: str = ""
    keyword: str = ""


class _There(msgspec.Struct):
    subscription_id: str = ""
    event_type: str = ""
    filter: _Filter = msgspec.field(default_factory=_Filter)
    tag: str = ""
    webhook_id: str = ""


class _Meta(msgspec.Struct):
    next_token: str = ""


class _Page(msgspec.Struct):
    data: list[_There] = []
    meta: _Meta = msgspec.field(default_factory=_Meta)


class _Any(msgspec.Struct):
    pass


def kinds(account: Account) -> list[str]:
    """What we need to be told of, as far as our token may ask for it."""
    private = not account.scopes or "dm.read" in account.scopes
    return [*PUBLIC_KINDS, *(PRIVATE_KINDS if private else ())]


def tag(account: Account) -> str:
    """Says whose a subscription is; what other programs have subscribed to is their affair."""
    return f"earful:{account.id}"


def subscribe(account: Account, hook: str) -> Talk[Subscribed]:
    """Make X's subscriptions for this account ours. One that it refuses does not hold up the others."""
    ours = [each for each in (yield from _listed()) if each.tag == tag(account)]
    right = {each.event_type: each for each in ours if each.webhook_id == hook}
    wanted = kinds(account)
    wrong = [
        each.subscription_id for each in ours if right.get(each.event_type) is not each or each.event_type not in wanted
    ]
    yield from _end(wrong)
    lacking = [kind for kind in wanted if kind not in right]
    refused: dict[str, str] = {}
    for kind in lacking:
        try:
            yield from _begin(account, kind, hook)
        except (Refused, LostAccess) as error:
            refused[kind] = error.reason
    return Subscribed(frozenset(wanted) - refused.keys(), refused, len(wrong) + len(lacking))


def _listed() -> Talk[Sequence[_There]]:
    there: list[_There] = []
    params = {"max_results": "100"}
    for _ in range(MOST_PAGES):
        page = understood((yield Request("GET", SUBSCRIPTIONS, params=params)), _Page)
        there += page.data
        if not page.meta.next_token:
            break
        params = {"max_results": "100", "pagination_token": page.meta.next_token}
    return there


def _end(ids: Sequence[str]) -> Talk[None]:
    for start in range(0, len(ids), MOST_DELETED):
        some = ",".join(ids[start : start + MOST_DELETED])
        understood((yield Request("DELETE", SUBSCRIPTIONS, params={"ids": some})), _Any)


def _begin(account: Account, kind: str, hook: str) -> Talk[None]:
    """Ask for one kind. That there is one already, another program's, is as good: it comes along the same stream."""
    delivery = {"webhook_id": hook} if hook else {}
    wish = {"event_type": kind, "filter": {"user_id": account.id}, "tag": tag(account), **delivery}
    response = yield Request("POST", SUBSCRIPTIONS, json=wish, token=AS_USER)
    if response.status in _DONE or (response.status == _CONFLICT and not hook):
        return
    raise failure(response, safe=True)
