"""How X is heard: a filtered stream held open, mentions polled to reconcile it, private messages polled.

Sources: filtered-stream, timelines and direct-message pages of X's documentation (August 2026). Heartbeats
come at least every 20 s, so silence for 25 s means that the stream is dead. Ids are only generally ascending:
a poll reads again the last half minute before its cursor, and the store takes each post once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from earful.connectors.x.outcomes import failure, understood
from earful.connectors.x.pages import Id, Page, later
from earful.connectors.x.vocabulary import AS_USER, TWEET, spoken_by
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
MOST_RULE_PAGES: Final = 30
OVERLAP_MS: Final = 30_000
_RULES: Final = "/2/tweets/search/stream/rules"


class _Me(msgspec.Struct):
    id: Id
    username: str
    name: str = ""


class _WhoAmI(msgspec.Struct):
    data: _Me


class _RuleThere(msgspec.Struct):
    id: Id
    value: str
    tag: str = ""


class _RulesThere(msgspec.Struct):
    data: list[_RuleThere] = []
    meta: dict[str, Any] = {}


class _RuleProblem(msgspec.Struct):
    type: str = ""
    title: str = ""
    detail: str = ""
    details: list[str] = []
    value: str = ""

    @property
    def says(self) -> str:
        """X's own sentence, and which rule it means."""
        sentence = self.detail or " ".join(self.details) or self.title
        return f"{sentence} ({self.value[:80]})" if self.value else sentence


class _Changed(msgspec.Struct):
    errors: list[_RuleProblem] = []


def who_am_i(account: Account) -> Talk[Author]:
    """The account that the user token belongs to; proves on linking that the token works."""
    response = yield Request("GET", "/2/users/me", token=AS_USER)
    me = understood(response, _WhoAmI).data
    return Author(me.id, me.username, me.name)


def stream(account: Account) -> Request:
    """The filtered stream. It speaks the `tweet` vocabulary even where REST has gone over to `post`."""
    return Request("GET", "/2/tweets/search/stream", params=TWEET.posts)


def refused_stream(response: Response) -> ConnectorError:
    """Why X would not open the stream."""
    if response.status == 409:
        return TryLater("X has no listening rules for this account yet.")
    return failure(response, safe=True)


def put_rules_in_force(account: Account, rules: Sequence[Rule]) -> Talk[None]:
    """Make X's stream rules ours, by difference: what lacks is added, what is ours and not wanted goes.

    Added before anything is removed, so that nothing goes unheard in between; by the texts, because X takes
    none twice. Rules that somebody else keeps on the same app are left alone. Rules over X's length are
    matched here only. Raises Refused if X will not take one.
    """
    ours = (_own_rule(account), *rules)
    wanted = {rule.text: OUR_TAG + rule.tag for rule in ours if len(rule.text) <= LONGEST_RULE}
    present = yield from _our_rules()
    there = {rule.value for rule in present}
    lacking = [{"value": text, "tag": tag} for text, tag in wanted.items() if text not in there]
    if lacking:
        yield from _add(lacking)
    gone = [rule.id for rule in present if rule.value not in wanted]
    if gone:
        # That one of them is gone already is what we wanted: no complaint is looked for.
        understood((yield Request("POST", _RULES, json={"delete": {"ids": gone}})), _Changed)


def _own_rule(account: Account) -> Rule:
    """All that is said to us and all that we say, the answers that an agent typed on X itself among it."""
    return Rule("own", f"@{account.handle} OR to:{account.handle} OR from:{account.handle}")


def _our_rules() -> Talk[list[_RuleThere]]:
    present: list[_RuleThere] = []
    params: dict[str, str] = {}
    for _ in range(MOST_RULE_PAGES):
        page = understood((yield Request("GET", _RULES, params=params)), _RulesThere)
        present += [rule for rule in page.data if rule.tag.startswith(OUR_TAG)]
        token = page.meta.get("next_token")
        if not token:
            break
        params = {"pagination_token": str(token)}
    return present


def _add(rules: Sequence[Mapping[str, str]]) -> Talk[None]:
    answer = understood((yield Request("POST", _RULES, json={"add": rules})), _Changed)
    invalid = [problem for problem in answer.errors if "duplicate" not in problem.type]
    if invalid:
        raise Refused(f"X refuses a listening rule: {invalid[0].says}")


def _mentions(account: Account, cursor: str) -> Talk[Heard]:
    """Mentions since the cursor (a post id), newest page first; the first time, the newest hundred."""
    params = {**spoken_by(account).posts, "max_results": "100"}
    if cursor:
        params["since_id"] = str(max(1, int(cursor) - (OVERLAP_MS << 22)))
    pages: list[bytes] = []
    newest = cursor
    for _ in range(MOST_PAGES if cursor else 1):
        response = yield Request("GET", f"/2/users/{account.id}/mentions", params=params, token=AS_USER)
        page = understood(response, Page)
        if page.data:
            pages.append(response.body)
            newest = later(newest, *page.ids)
        # A page whose posts are all withheld is empty, and more can follow.
        if not page.next:
            break
        params = {**params, "pagination_token": page.next}
    return Heard(pages[::-1], newest)


def _messages(account: Account, cursor: str) -> Talk[Heard]:
    """Private messages since the cursor (an event id). No `since_id` here: pages are read up to it."""
    params = {**spoken_by(account).messages, "max_results": "100"}
    pages: list[bytes] = []
    newest = cursor
    for _ in range(MOST_PAGES if cursor else 1):
        response = yield Request("GET", "/2/dm_events", params=params, token=AS_USER)
        page = understood(response, Page)
        fresh = [event_id for event_id in page.ids if int(event_id) > int(cursor or 0)]
        if fresh:
            pages.append(response.body)
            newest = later(newest, *fresh)
        if len(fresh) < len(page.ids) or not page.next:
            break
        params = {**params, "pagination_token": page.next}
    return Heard(pages[::-1], newest)


POLLS: Final[Mapping[str, Callable[[Account, str], Talk[Heard]]]] = {
    "mentions": _mentions,
    "messages": _messages,
}
