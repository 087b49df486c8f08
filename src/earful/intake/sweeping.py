"""Asking a network's search for our listening rules between two moments: what a broken stream missed, and the only way
to listen by rules where a network takes none.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.utils import timezone

from earful.core.connector import Account, Connector, Heard, Rule, searchable
from earful.wire import Exchange

log = structlog.get_logger("listener")

# Posts are indexed late and out of order within seconds: a stretch begins a little before where the last one ended.
OVERLAP: Final = timedelta(seconds=30)
# The most that one sweep may cost, in pages with posts on them (at X's prices ten of a hundred, with their authors, are
# $15), and in questions, of which X takes 450 in a quarter of an hour.
MOST_PAGES: Final = 10
MOST_QUESTIONS: Final = 100


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep brought: how many posts, at what price in dollars, and whether it had to stop before the end."""

    posts: int
    price: float
    cut: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time between two moments (UTC). Written as text, it is what an ear remembers of a gap to be filled."""

    since: datetime
    until: datetime

    def __str__(self) -> str:
        return f"{self.since.isoformat()}/{self.until.isoformat()}"

    @staticmethod
    def read(text: str) -> "Stretch | None":
        """The stretch that a text says; None if it says none."""
        since, _, until = text.partition("/")
        try:
            return Stretch(datetime.fromisoformat(since), datetime.fromisoformat(until))
        except ValueError:
            return None


def sweep_since(
    cursor: str, exchange: Exchange, connector: Connector, account: Account, rules: Sequence[Rule], first: datetime
) -> Heard:
    """What the rules find since the last time, oldest first; the first time (`cursor` is "") since `first`.

    The cursor is the moment up to which the network was searched. Raises ConnectorError.
    """
    begin = datetime.fromisoformat(cursor) if cursor else first
    now = timezone.now()
    since, until = searchable(connector.capabilities, begin - OVERLAP, now, now)
    frames: list[bytes] = []
    if rules and since < until:
        swept = sweep(exchange, connector, account, rules, Stretch(since, until), frames.append)
        if swept.cut:
            log.warning("search cut short", network=connector.network, posts=swept.posts, advice="narrow the rules")
    return Heard(frames[::-1], max(begin, until).isoformat())


def sweep(
    exchange: Exchange,
    connector: Connector,
    account: Account,
    rules: Sequence[Rule],
    stretch: Stretch,
    keep: Callable[[bytes], None],
) -> Swept:
    """Give the pages of posts that the rules find in this stretch to `keep`. Raises ConnectorError.

    The first page of each query comes before the second of any: if the sweep has to stop, no rule went unheard.
    """
    waiting = deque((query, "") for query in connector.queries(account, rules))
    asked = pages = posts = 0
    while waiting and pages < MOST_PAGES and asked < MOST_QUESTIONS:
        query, cursor = waiting.popleft()
        page = exchange.run(account, connector.search(account, query, stretch.since, stretch.until, cursor))
        asked, pages, posts = asked + 1, pages + bool(page.posts), posts + page.posts
        if page.frame:
            keep(page.frame)
        if page.next:
            waiting.append((query, page.next))
    return Swept(posts, _price(connector, posts), cut=bool(waiting))


def _price(connector: Connector, posts: int) -> float:
    """At most: an author who wrote several of them is told once."""
    prices = connector.capabilities
    return posts * (prices.found_price + prices.author_price)
