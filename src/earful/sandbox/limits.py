"""Rate limits: how many calls fit a window, for each operation, app and user.

The counts are X's table of August 2026 (x-api/fundamentals/rate-limits); they stand in `operations.py`.
Windows are fixed, begin with the first call, and live in memory: a restart forgives everything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Literal

from earful.sandbox.accounts import Options
from earful.sandbox.callers import Caller
from earful.sandbox.money.terms import Terms

QUARTER = 900
HOUR = 3600
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls a window (seconds) for `scope`: an app's own calls, an account's by that app, or all of the app's
    together. `only` names the term that must hold for it to count.
    """

    scope: Literal["app", "user", "both"]
    calls: int
    window: int = QUARTER
    only: Literal["", "long_post_limit"] = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands with one limit after a call: counts, and seconds since 1970."""

    of: Limit
    limit: int
    remaining: int
    reset: int
    allowed: bool

    def headers(self, name: str) -> dict[str, str]:
        """Three headers of an answer."""
        numbers = (("limit", self.limit), ("remaining", self.remaining), ("reset", self.reset))
        return {f"x-{name}-{part}": str(number) for part, number in numbers}


def told(standings: Iterable[Standing]) -> dict[str, str]:
    """The headers of an answer: the limit with the fewest calls left, and those of a day beside it."""
    headers: dict[str, str] = {}
    for standing in sorted(standings, key=lambda standing: -standing.remaining):
        headers |= standing.headers("rate-limit")
        if standing.of.window == DAY:
            headers |= standing.headers(f"{'user' if standing.of.scope == 'user' else 'app'}-limit-24hour")
    return headers


@dataclass(slots=True)
class Window:
    """One running window: when it ends (seconds since 1970), and the calls made in it."""

    ends: float
    calls: int = 0


# An operation's name, the limit, the app, and whose calls: an account's id, or 0 for all.
Bucket = tuple[str, Limit, int, int]


class Limits:
    """All running windows."""

    def __init__(self) -> None:
        self.windows: dict[Bucket, Window] = {}

    def take(self, name: str, limits: Iterable[Limit], who: Caller, terms: Terms, now: float) -> list[Standing]:
        """Count one call against every limit that holds for this caller. A refused call counts against none."""
        held = [limit for limit in limits if _holds(limit, who, terms)]
        standings = [self._look(name, limit, who, now) for limit in held]
        if all(standing.allowed for standing in standings):
            for limit in held:
                self.windows[_bucket(name, limit, who)].calls += 1
        return standings

    def running(self, now: float) -> list[tuple[Bucket, Window]]:
        """Every window with calls in it that has not ended."""
        return [(bucket, window) for bucket, window in self.windows.items() if window.ends > now and window.calls]

    def _look(self, name: str, limit: Limit, who: Caller, now: float) -> Standing:
        window = self.windows.get(_bucket(name, limit, who))
        if window is None or window.ends <= now:
            window = Window(now + limit.window * who.app.options.window_s / QUARTER)
            self.windows[_bucket(name, limit, who)] = window
        whole = most(name, limit, who.app.options)
        left = whole - window.calls
        return Standing(limit, whole, max(left - 1, 0), ceil(window.ends), left > 0)


def _holds(limit: Limit, who: Caller, terms: Terms) -> bool:
    return limit.scope in (who.holder, "both") and (not limit.only or getattr(terms, limit.only))


def _bucket(name: str, limit: Limit, who: Caller) -> Bucket:
    return name, limit, who.app.id, who.account.id if limit.scope == "user" else 0


def most(name: str, limit: Limit, options: Options) -> int:
    """How many calls fit, for the apps of an account with such switches."""
    return options.limits.get(name, limit.calls) if limit.window == QUARTER else limit.calls
