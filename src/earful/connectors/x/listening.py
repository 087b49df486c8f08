"""What X is asked for: mentions, which reconcile whatever the streams brought, and private messages.

Sources: timelines and direct-message pages of X's documentation (August 2026). Ids are only generally ascending: a poll
reads again the last half minute before its cursor, and the store takes each post once.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from earful.connectors.x.outcomes import understood
from earful.connectors.x.pages import Id, Page, later
from earful.connectors.x.reading.ids import from_snowflake, snowflake
from earful.connectors.x.vocabulary import AS_USER, spoken_by
from earful.core.connector import (
    Account,
    Heard,
    Request,
    Response,
    Talk,
)
from earful.core.post import Author

MOST_PAGES: Final = 8
OVERLAP_MS: Final = 30_000
CLOCKS_DIFFER: Final = timedelta(minutes=5)


class _Me(msgspec.Struct):
    id: Id
    username: str
    name: str = ""


class _WhoAmI(msgspec.Struct):
    data: _Me


def who_am_i(account: Account) -> Talk[Author]:
    """The account that the user token belongs to; proves on linking that the token works."""
    response = yield Request("GET", "/2/users/me", token=AS_USER)
    me = understood(response, _WhoAmI).data
    return Author(me.id, me.username, me.name)


def _mentions(account: Account, cursor: str) -> Talk[Heard]:
    """Mentions since the cursor (a post id), newest page first; the first time, the newest hundred."""
    params = {**spoken_by(account).posts_as_user, "max_results": "100"}
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
    else:
        return Heard(pages[::-1], newest or _before(response), _beyond(cursor, page))
    return Heard(pages[::-1], newest or _before(response))


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
    else:
        return Heard(pages[::-1], newest or _before(response), _beyond(cursor, page))
    return Heard(pages[::-1], newest or _before(response))


def _before(response: Response) -> str:
    """Where to begin after a first poll that brought nothing: else the second would be the first again, and read one
    page of whatever came between. Clocks differ, so a little before.
    """
    return snowflake(response.at - CLOCKS_DIFFER)


def _beyond(cursor: str, last: Page) -> tuple[datetime, datetime] | None:
    """Between the newest that was heard before and the oldest on the last page, X would list more. The first time, what
    is older is not asked for.
    """
    if not cursor or not last.ids:
        return None
    return from_snowflake(cursor), from_snowflake(min(last.ids, key=int))


POLLS: Final[Mapping[str, Callable[[Account, str], Talk[Heard]]]] = {
    "mentions": _mentions,
    "messages": _messages,
}
