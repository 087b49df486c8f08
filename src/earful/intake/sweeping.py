"""Asking a network's search for our listening rules between two moments: what a broken stream missed, and the only way
to listen by rules where a network takes none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import structlog
from django.utils import timezone

from earful.core.connector import Account, Connector, Heard, Rule, SearchPage, searchable
from earful.intake.affording import SMALLEST_PAGE, cost, page_within
from earful.wire import Exchange

log = structlog.get_logger("listener")

# Posts are indexed late and out of order within seconds: a stretch begins a little before where the last one ended.
OVERLAP: Final = timedelta(seconds=30)
# The most that may be spent on one stretch, in dollars (a thousand posts of X with their authors), and the most that is
# asked in one go, of which X takes 450 in a quarter of an hour.
MOST_DOLLARS: Final = Decimal(15)
MOST_QUESTIONS: Final = 100
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time between two moments (UTC). Written as text, to whole seconds outwards, it is what an ear remembers."""

    since: datetime
    until: datetime

    def __str__(self) -> str:
        return f"{_whole(self.since)}/{_whole(self.until + _SECOND - timedelta.resolution)}"

    @staticmethod
    def read(text: str) -> "Stretch | None":
        """The stretch that a text says; None if it says none."""
        since, _, until = text.partition("/")
        try:
            return Stretch(datetime.fromisoformat(since), datetime.fromisoformat(until))
        except ValueError:
            return None

    def joined(self, *others: "Stretch") -> "Stretch":
        """From the first beginning to the last end."""
        all_of_them = (self, *others)
        return Stretch(min(one.since for one in all_of_them), max(one.until for one in all_of_them))


@dataclass(frozen=True, slots=True)
class _Query:
    """A question, newest posts first: where it begins, back to where it has come, the network's token of the next page.
    A token belongs to the very stretch for which it was given.
    """

    text: str
    until: datetime
    reached: datetime
    token: str = ""

    def turned(self, page: SearchPage) -> "_Query":
        # The second that was reached is asked for again: it may hold more posts than the page had room for.
        reached = self.reached if page.oldest is None else min(self.reached, page.oldest + _SECOND)
        return replace(self, reached=reached, token=page.next)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A search for several queries back through a stretch, as far as it has come: it can be broken off after any page,
    and goes on from there. `left` are the queries that are not at their end, `spent` dollars at most: as if
    nothing had been billed before on that day.
    """

    since: datetime
    left: tuple[_Query, ...]
    spent: Decimal = Decimal(0)
    posts: int = 0

    @classmethod
    def of(cls, queries: Sequence[str], stretch: Stretch, spent: Decimal = Decimal(0)) -> "Sweep":
        """Nothing is asked yet, and `spent` was paid before."""
        return cls(stretch.since, tuple(_Query(text, stretch.until, stretch.until) for text in queries), spent)

    @property
    def unasked(self) -> Stretch | None:
        """What some query has not been asked for yet; None if all are at their end."""
        return Stretch(self.since, max(query.reached for query in self.left)) if self.left else None

    def again(self, earliest: datetime) -> "Sweep":
        """To go on after a pause, in which tokens grew old and the network's horizon moved on."""
        since = max(self.since, earliest)
        left = [_Query(query.text, query.reached, query.reached) for query in self.left if query.reached > since]
        return replace(self, since=since, left=tuple(left))

    def turned(self, page: SearchPage, cost: Decimal) -> "Sweep":
        """After a page for the first query, which goes behind the others, and what it was billed at most."""
        asked, *others = self.left
        left = (*others, asked.turned(page)) if page.next else tuple(others)
        return replace(self, left=left, spent=self.spent + cost, posts=self.posts + page.posts)


Keep = Callable[[bytes, Sweep], None]


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
        begun = Sweep.of(connector.queries(account, rules), Stretch(since, until))
        swept = sweep(exchange, connector, account, begun, lambda frame, _: frames.append(frame))
        if swept.left:
            log.warning("search cut short", network=connector.network, posts=swept.posts, advice="narrow the rules")
    return Heard([frame for frame in frames if frame][::-1], max(begin, until).isoformat())


def sweep(exchange: Exchange, connector: Connector, account: Account, swept: Sweep, keep: Keep) -> Sweep:
    """Give each page (b"" where nothing was on it) to `keep`, with how far the sweep has come by it; where it ended.

    The first page of each query comes before the second of any: if the sweep has to stop, no rule went unheard.
    Raises ConnectorError.
    """
    rates = connector.rates(account)
    for _ in range(MOST_QUESTIONS):
        most = page_within(rates, MOST_DOLLARS - swept.spent)
        if not swept.left or most < SMALLEST_PAGE:
            break
        ask = swept.left[0]
        page = exchange.run(account, connector.search(account, ask.text, swept.since, ask.until, ask.token, most=most))
        swept = swept.turned(page, cost(connector, account, page.frame))
        keep(page.frame, swept)
    return swept


def _whole(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
