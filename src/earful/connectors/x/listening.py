"""How X is heard: a filtered stream held open, mentions polled to reconcile it, private messages polled.

Sources: filtered-stream, timelines and direct-message pages of X's documentation (August 2026). Heartbeats come at least
every 20 s, so silence for 25 s means that the stream is dead. Ids are only generally ascending: a poll reads again the
last half minute before its cursor, and the store takes each post once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from earful.connectors.x.outcomes import body, failure
from earful.connectors.x.vocabulary import TWEET, spoken_by
from earful.core.connector import (
    Account,
    ConnectorError,
    Ear,
    Heard,
    Refused,
    Request,
    Response,
    Rule,
    Talk,
    TryLater,
)
from earful.core.post import Author

EARS: Final = (
    Ear("stream", held=True, silence=25.0),
    Ear("mentions", held=False, every=15.0),
    Ear("messages", held=False, every=61.0),
)
OUR_TAG: Final = "earful:"
LONGEST_RULE: Final = 1_024
MOST_PAGES: Final = 8
OVERLAP_MS: Final = 30_000
_RULES: Final = "/2/tweets/search/stream/rules"


def who_am_i(account: Account) -> Talk[Author]:
    """The account that the user token belongs to; proves on linking that the token works."""
    response = yield Request("GET", "/2/users/me", token="user")
    if response.status != 200:
        raise failure(response, safe=True)
    user = body(response)["data"]
    return Author(user["id"], user["username"], user["name"])


def stream(account: Account) -> Request:
    """The filtered stream. It speaks the `tweet` vocabulary even where REST has gone over to `post`."""
    return Request("GET", "/2/tweets/search/stream", params=TWEET.posts)


def refused_stream(response: Response) -> ConnectorError:
    """Why X would not open the stream."""
    if response.status == 409:
        return TryLater("X has no listening rules for this account yet.")
    return failure(response, safe=True)


def put_rules_in_force(account: Account, rules: Sequence[Rule]) -> Talk[None]:
    """Make X's stream rules ours, by difference: what carries our tag and is not wanted goes, what lacks is added.

    Rules that somebody else keeps on the same app are left alone. Rules over X's length are matched here only.
    """
    wanted = {OUR_TAG + rule.tag: rule.text for rule in (_own_rule(account), *rules) if len(rule.text) <= LONGEST_RULE}
    response = yield Request("GET", _RULES)
    if response.status != 200:
        raise failure(response, safe=True)
    present = [rule for rule in body(response).get("data") or () if rule.get("tag", "").startswith(OUR_TAG)]
    gone = [rule["id"] for rule in present if wanted.get(rule["tag"]) != rule["value"]]
    there = {rule["tag"] for rule in present if rule["id"] not in gone}
    if gone:
        yield from _change({"delete": {"ids": gone}})
    lacking = [{"value": text, "tag": tag} for tag, text in wanted.items() if tag not in there]
    if lacking:
        yield from _change({"add": lacking})


def _own_rule(account: Account) -> Rule:
    """All that is said to us and all that we say, the answers that an agent typed on X itself among it."""
    return Rule("own", f"@{account.handle} OR to:{account.handle} OR from:{account.handle}")


def _change(change: Mapping[str, Any]) -> Talk[None]:
    response = yield Request("POST", _RULES, json=change)
    if response.status not in (200, 201):
        raise failure(response, safe=True)
    invalid = [error for error in body(response).get("errors") or () if "duplicate" not in str(error.get("type"))]
    if invalid:
        raise Refused(f"X refuses a listening rule: {invalid[0].get('detail') or invalid[0].get('title')}")


def _mentions(account: Account, cursor: str) -> Talk[Heard]:
    """Mentions since the cursor (a post id), newest page first; the first time, the newest hundred."""
    params = {**spoken_by(account).posts, "max_results": "100"}
    if cursor:
        params["since_id"] = str(max(1, int(cursor) - (OVERLAP_MS << 22)))
    pages: list[bytes] = []
    newest = cursor
    for number in range(MOST_PAGES if cursor else 1):
        response = yield Request("GET", f"/2/users/{account.id}/mentions", params=params, token="user")
        if response.status != 200:
            raise failure(response, safe=True)
        meta = _meta(response)
        if not meta.get("result_count"):
            break
        pages.append(response.body)
        if number == 0:
            newest = _later(cursor, meta.get("newest_id", ""))
        if not meta.get("next_token"):
            break
        params = {**params, "pagination_token": meta["next_token"]}
    return Heard(pages[::-1], newest)


def _messages(account: Account, cursor: str) -> Talk[Heard]:
    """Private messages since the cursor (an event id). X knows no `since_id` here: pages are read until it is met."""
    params = {**spoken_by(account).messages, "max_results": "100"}
    pages: list[bytes] = []
    newest = cursor
    for _ in range(MOST_PAGES if cursor else 1):
        response = yield Request("GET", "/2/dm_events", params=params, token="user")
        if response.status != 200:
            raise failure(response, safe=True)
        ids = [str(event["id"]) for event in body(response).get("data") or ()]
        fresh = [event_id for event_id in ids if not cursor or int(event_id) > int(cursor)]
        if not fresh:
            break
        pages.append(response.body)
        newest = _later(newest, max(fresh, key=int))
        token = _meta(response).get("next_token")
        if len(fresh) < len(ids) or not token:
            break
        params = {**params, "pagination_token": token}
    return Heard(pages[::-1], newest)


POLLS: Final[Mapping[str, Callable[[Account, str], Talk[Heard]]]] = {
    "mentions": _mentions,
    "messages": _messages,
}


def _meta(response: Response) -> Mapping[str, Any]:
    meta = body(response).get("meta")
    return meta if isinstance(meta, dict) else {}


def _later(one: str, other: str) -> str:
    """The later of two ids; they are numbers in strings and sort wrongly as text."""
    return max(one, other, key=lambda post_id: int(post_id or 0))
