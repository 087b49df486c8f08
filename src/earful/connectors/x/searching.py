"""The past at X: how many posts a rule would have found in the last seven days, and those posts page by page.

Sources: the recent-search and recent-counts pages of X's documentation and API description (2026): queries of at most
512 characters (4,096 on the Enterprise tier), an end at least ten seconds ago, a hundred posts a page, newest first.
Counts come from the index as it is, without what compliance takes out of a search: they may be a little higher.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Final

import msgspec

from earful.connectors.x import threads
from earful.connectors.x.access import access_of
from earful.connectors.x.outcomes import understood
from earful.connectors.x.packs import Wanted, packed
from earful.connectors.x.pages import Found, Meta
from earful.connectors.x.vocabulary import spoken_by
from earful.core.connector import Account, Counted, Refused, Request, Rule, SearchPage, Talk
from earful.core.language.dialects import Access
from earful.core.language.errors import RuleError
from earful.core.language.parser import parse

SEARCH_DAYS: Final = 7
# X asks for ten seconds, and fills its index out of order for about as long again.
SEARCH_LAG_SECONDS: Final = 30.0
SMALLEST_PAGE: Final = 10
LARGEST_PAGE: Final = 100
# Seven days in buckets of a day are one page; the rest is for a day on which X pages them otherwise.
MOST_COUNT_PAGES: Final = 8


class _CountsMeta(msgspec.Struct):
    total_tweet_count: Annotated[int, msgspec.Meta(ge=0)] | None = None
    total_post_count: Annotated[int, msgspec.Meta(ge=0)] | None = None
    next_token: str = ""

    def __post_init__(self) -> None:
        if self.total_tweet_count is None and self.total_post_count is None:
            raise ValueError("no total")

    @property
    def total(self) -> int:
        return self.total_tweet_count or self.total_post_count or 0


class _Counts(msgspec.Struct):
    meta: _CountsMeta


class _FoundAt(Found):
    created_at: datetime | None = None


class _Page(msgspec.Struct):
    meta: Meta
    data: list[_FoundAt] = []


def count(account: Account, rule: str, since: datetime, until: datetime) -> Talk[Counted]:
    """How many posts X counts; raises Refused, with what to change, for a rule that X's search cannot say."""
    params = {"query": as_query(account, rule), **_between(since, until), "granularity": "day"}
    posts = 0
    for _ in range(MOST_COUNT_PAGES):
        meta = understood((yield Request("GET", "/2/tweets/counts/recent", params=params)), _Counts).meta
        posts += meta.total
        if not meta.next_token:
            break
        params = {**params, "next_token": meta.next_token}
    return Counted(posts, since, until)


def search(
    account: Account, rule: str, since: datetime, until: datetime, cursor: str, most: int = 100
) -> Talk[SearchPage]:
    """One page of posts, newest first; raises Refused for a rule that X's search cannot say."""
    size = min(max(most, SMALLEST_PAGE), LARGEST_PAGE)
    asked = {"query": as_query(account, rule), **_between(since, until), "max_results": str(size)}
    turned = {"next_token": cursor} if cursor else {}
    request = Request("GET", "/2/tweets/search/recent", params={**spoken_by(account).posts, **asked, **turned})
    response = yield request
    page = understood(response, _Page)
    written = [found.created_at for found in page.data if found.created_at and found.created_at.tzinfo]
    frame = response.body if page.data else b""
    return SearchPage(frame, len(page.data), min(written, default=None), page.meta.next_token)


def queries(account: Account, rules: Sequence[Rule]) -> list[str]:
    """As few searches as find what these rules find; those that search cannot say are left out."""
    access = access_of(account)
    texts = dict.fromkeys(" ".join(rule.text.split()) for rule in rules)
    sayable = [Wanted(text, ("",)) for text in texts if _complaint(text, access) is None]
    return [pack.value for pack in packed(sayable, access.limit("search"))]


def missed(account: Account, ear: str, rules: Sequence[Rule], roots: Sequence[str]) -> list[str]:
    """What the stream alone would have brought: what the rules find, what was written on in threads, and what was said
    as this account, by the app or by hand. What names the account comes with the mentions, of which X lists 800: those
    that were more are searched for. Nothing finds private messages.
    """
    if ear != "stream":
        return [f"@{account.handle} OR to:{account.handle}"] if ear == "mentions" else []
    longest = access_of(account).limit("search")
    return [*queries(account, rules), *threads.queries(roots, longest), f"from:{account.handle}"]


def as_query(account: Account, rule: str) -> str:
    """The rule as a search; raises Refused with the column and what to write instead."""
    complaint = _complaint(rule, access_of(account))
    if complaint is not None:
        raise Refused(f"X cannot search for this rule. {complaint}")
    return rule


@lru_cache(maxsize=20_000)
def _complaint(rule: str, access: Access) -> str | None:
    try:
        parse(rule, "search", access=access)
    except RuleError as error:
        return str(error)
    return None


def _between(since: datetime, until: datetime) -> dict[str, str]:
    return {"start_time": _written(since), "end_time": _written(until)}


def _written(moment: datetime) -> str:
    """A moment as X takes it, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
