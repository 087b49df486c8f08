"""Trying a rule on what this desk has stored: how many posts it would have found, which, and at what price.

The index narrows and the matcher decides, as it does for what comes in live, so a trial finds exactly what the rule
would have found. Where too many posts are left to decide on, a sample of them is looked at, and the numbers say how
sure they are.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil, floor, sqrt
from typing import Final

from earful.channels.models import Channel
from earful.connectors.registry import CONNECTORS
from earful.core.days import utc_day
from earful.core.language.candidate import Candidate
from earful.core.language.local import answered_here, only_network, relaxed
from earful.core.language.matcher import Match, holds, match
from earful.core.language.parser import parse
from earful.core.language.printer import show
from earful.core.language.tree import Tree
from earful.core.prices import dollars
from earful.posts import searching
from earful.posts.models import Post
from earful.posts.searching import Hit

# Deciding on so many posts takes about a second.
MOST_LOOKED_AT: Final = 20_000
MOST_COUNTED: Final = 2_000_000
NEWEST: Final = 20
# The 97.5th percentile of the normal distribution: 95 of 100 such intervals hold the truth.
_Z: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have found between two moments among the `looked_at` posts that this desk stored then.

    `found` is exact, and `low` and `high` are the same, unless it is `sampled`: then they are the ends of its 95 %
    confidence interval. `days` are those of UTC, oldest first. Prices are dollars a day by the price lists of the
    networks that have an enabled channel, at most: with all that may come along with a post; None where none of them
    bills. `only_network` are the parts that only a network can answer: without those that nobody can answer here the
    rule is tried, and finds `at_most` so many. Where nothing is left to try, nothing is found. `begins` is when the
    oldest post that was asked was written: a desk that listens since yesterday knows nothing of the days before, and
    `days` and `per_day` leave them out.
    """

    looked_at: int
    found: int
    low: int
    high: int
    sampled: bool
    per_day: float
    since: datetime
    until: datetime
    begins: datetime
    newest: list[Hit]
    days: list[tuple[date, int]]
    price_a_day: float | None
    at_most: bool
    only_network: tuple[str, ...]


def try_out(text: str, *, days: int = 7, now: datetime) -> Trial:
    """The rule on the posts of the last days. Raises RuleError, or TooBroad when even counting takes too long."""
    tree = parse(text)
    asked = tree if answered_here(tree) else relaxed(tree)
    since = now - timedelta(days=days)
    stored = searching.count_candidates(None, since=since, until=now, most=MOST_COUNTED)
    begins = searching.oldest(since=since, until=now) or since
    known = max(1.0, (now - begins) / timedelta(days=1))
    looked = _look(asked, since, now) if asked is not None else _Looked()
    low, high = looked.interval
    return Trial(
        looked_at=stored,
        found=looked.scaled(looked.found),
        low=low,
        high=high,
        sampled=looked.sampled,
        per_day=looked.scaled(looked.found) / known,
        since=since,
        until=now,
        begins=begins,
        newest=_newest(asked, looked, since, now) if asked is not None else [],
        days=_by_day(looked, begins, now),
        price_a_day=_price(looked, _prices(), known),
        at_most=asked is not tree and asked is not None,
        only_network=tuple(show(leaf) for leaf in only_network(tree)),
    )


@dataclass(slots=True)
class _Looked:
    """What was decided: of `candidates` posts that the index left, `looked` were looked at."""

    candidates: int = 0
    looked: int = 0
    sampled: bool = False
    by_day: Counter[date] = field(default_factory=Counter)
    by_network: Counter[str] = field(default_factory=Counter)
    newest: list[tuple[int, Match]] = field(default_factory=list)

    @property
    def found(self) -> int:
        return self.by_network.total()

    def scaled(self, found: int) -> int:
        """So many of the sample, as so many of all."""
        return round(found * self.candidates / self.looked) if self.sampled and self.looked else found

    @property
    def interval(self) -> tuple[int, int]:
        """From the least to the most that there probably are."""
        if not self.sampled:
            return self.found, self.found
        low, high = wilson(self.found, self.looked)
        # What was seen is there for certain.
        return max(self.found, floor(low * self.candidates)), ceil(high * self.candidates)


def wilson(found: int, looked: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share of which `found` were seen among `looked`.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927): unlike the textbook's
    interval it is right for shares near nothing and near all.
    """
    if not looked:
        return 0.0, 1.0
    share, square = found / looked, _Z * _Z
    middle = share + square / (2 * looked)
    reach = _Z * sqrt(share * (1 - share) / looked + square / (4 * looked * looked))
    whole = 1 + square / looked
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


def _look(tree: Tree, since: datetime, until: datetime) -> _Looked:
    candidates = searching.count_candidates(tree, since=since, until=until, most=MOST_COUNTED)
    looked = _Looked(candidates, sampled=candidates > MOST_LOOKED_AT)
    sample = MOST_LOOKED_AT / candidates if looked.sampled else 1.0
    for row, written, post, quoted in searching.candidates(tree, since=since, until=until, sample=sample):
        looked.looked += 1
        candidate = Candidate(post, quoted)
        if holds(tree, candidate):
            looked.by_day[utc_day(written)] += 1
            looked.by_network[post.network] += 1
            if len(looked.newest) < NEWEST and (why := match(tree, candidate)):
                looked.newest.append((row, why))
    return looked


def _newest(tree: Tree, looked: _Looked, since: datetime, until: datetime) -> list[Hit]:
    """The newest of all; those of a sample only where they cannot be found in time."""
    if looked.sampled:
        try:
            return searching.search(tree, dialect="stream", size=NEWEST, since=since, until=until, ignored=None).hits
        except searching.TooBroad:
            pass
    rows = Post.objects.select_related("author", "channel").in_bulk([row for row, _ in looked.newest])
    return [Hit(rows[row], why) for row, why in looked.newest if row in rows]


def _by_day(looked: _Looked, since: datetime, until: datetime) -> list[tuple[date, int]]:
    first, last = utc_day(since), utc_day(until)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [(day, looked.scaled(looked.by_day[day])) for day in days]


def _prices() -> dict[str, float]:
    """By network with an enabled channel, what it bills at most for a post that a rule finds: where several channels
    are on one, the dearest of them.
    """
    prices: dict[str, float] = {}
    for channel in Channel.objects.filter(enabled=True, network__in=CONNECTORS):
        each = float(dollars(CONNECTORS[channel.network].rates(channel.keyless).dearest))
        prices[channel.network] = max(each, prices.get(channel.network, 0.0))
    return {network: price for network, price in prices.items() if price}


def _price(looked: _Looked, prices: Mapping[str, float], days: float) -> float | None:
    if not prices:
        return None
    return sum(price * looked.scaled(looked.by_network[network]) for network, price in prices.items()) / days
