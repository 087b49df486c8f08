"""Rate limits: how many calls fit a window, for each operation, app and user.

The counts are X's table of August 2026 (x-api/fundamentals/rate-limits); they stand in `operations.py`.
Windows are fixed, begin with the first call, and live in memory: a restart forgives everything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Literal

from earful.sandbox.accounts import Account

QUARTER = 900
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls a window (seconds) for `scope`: calls by app token, calls by user token, or both
    together.
    """

    scope: Literal["app", "user", "both"]
    calls: int
    window: int = QUARTER


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands after a call, as the three headers tell: counts, and seconds since 1970."""

    limit: int
    remaining: int
    reset: int
    allowed: bool

    def headers(self) -> dict[str, str]:
        """The headers of an answer."""
        told = (("limit", self.limit), ("remaining", self.remaining), ("reset", self.reset))
        return {f"x-rate-limit-{name}": str(value) for name, value in told}


@dataclass(slots=True)
class Window:
    """One running window: when it ends (seconds since 1970), and the calls made in it."""

    ends: float
    calls: int = 0


Bucket = tuple[str, str, int, int]


class Limits:
    """All running windows."""

    def __init__(self) -> None:
        self.windows: dict[Bucket, Window] = {}

    def take(self, name: str, limits: Iterable[Limit], kind: str, account: Account, now: float) -> Standing | None:
        """Count one call against every limit that holds for this token; None where no limit holds.

        A refused call counts against none. The standing told is the one with the fewest calls left.
        """
        held = [limit for limit in limits if limit.scope in (kind, "both")]
        standings = [self._look(name, limit, account, now) for limit in held]
        if all(standing.allowed for standing in standings):
            for limit in held:
                self.windows[_bucket(name, limit, account)].calls += 1
        return min(standings, key=lambda standing: standing.remaining, default=None)

    def _look(self, name: str, limit: Limit, account: Account, now: float) -> Standing:
        window = self.windows.get(_bucket(name, limit, account))
        if window is None or window.ends <= now:
            window = Window(now + _length(limit, account))
            self.windows[_bucket(name, limit, account)] = window
        most = _most(name, limit, account)
        left = most - window.calls
        return Standing(most, max(left - 1, 0), ceil(window.ends), left > 0)


def _bucket(name: str, limit: Limit, account: Account) -> Bucket:
    return name, limit.scope, limit.window, account.id


def _length(limit: Limit, account: Account) -> float:
    return limit.window * account.options.window_s / QUARTER


def _most(name: str, limit: Limit, account: Account) -> int:
    return account.options.limits.get(name, limit.calls) if limit.window == QUARTER else limit.calls
