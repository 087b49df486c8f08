"""The terms an app runs under: how it is billed and what holds it back. Mostly what X leaves open, or sells."""

from datetime import date, timedelta
from typing import Annotated, Literal

import msgspec

from earful.sandbox.numerals import Count

Period = Literal["Daily", "Monthly"]


class Cap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At most so many posts read a UTC day or billing cycle: by the app (`Product`) or by all of its owner's apps
    (`Account`).
    """

    posts: Count
    period: Period = "Monthly"
    scope: Literal["Account", "Product"] = "Product"


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One app's terms.

    Billing. `expansions`: what expansions bring along is billed, on calls and streams; `activity_includes`: the same
    for the events of the Activity API. `summoned_links`: a link makes a summoned reply as dear as any post with one.
    `deep_links`: a deep link to private messages counts as a link. `deletions`: `post.delete` is billed as a post.

    Holding back. `spending_limit` is millionths of a dollar a billing cycle, which begins on the `cycle_day` of a
    month; `caps` count posts read. `long_post_limit`: beside 100 posts in a quarter of an hour, 200 and in three hours
    300 (X's pages disagree). `rate_words`: a spent rate limit is told as a problem document or in v1's words.
    `reconnects`: so many connections to streams in a minute, then 429; 0 looks away.
    """

    expansions: bool = True
    activity_includes: bool = True
    summoned_links: bool = True
    deep_links: bool = False
    deletions: bool = True
    spending_limit: Count | None = None
    cycle_day: Annotated[int, msgspec.Meta(ge=1, le=28)] = 1
    caps: tuple[Cap, ...] = (Cap(3_000_000),)
    long_post_limit: bool = True
    rate_words: Literal["problem", "errors"] = "problem"
    reconnects: Count = 0

    def since(self, period: Period, day: date) -> date:
        """The first day of the period that a day lies in."""
        if period == "Daily":
            return day
        month = day if day.day >= self.cycle_day else day.replace(day=1) - timedelta(days=1)
        return month.replace(day=self.cycle_day)

    def next_cycle(self, day: date) -> date:
        """The day on which the next billing cycle begins."""
        return (self.since("Monthly", day).replace(day=1) + timedelta(days=31)).replace(day=self.cycle_day)
