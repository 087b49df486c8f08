"""How long an ear waits after each kind of trouble: no pattern of it makes more connects than a network takes."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from django.utils import timezone

from earful.core.connector import ConnectorError, Throttled, TryLater

# A stream that lived this long was a good one: the trouble before it is over.
GOOD_LIFE_SECONDS: Final = 60.0
CLEAN_CLOSE_SECONDS: Final = 1.0
# X takes 50 connects in a quarter of an hour. The first half of them may come as fast as the back-off lets them, the
# others are spread evenly: so the limit holds whatever breaks how, and the ear is never deaf for longer than one gap.
CONNECTS_WINDOW_SECONDS: Final = 900.0
FAST_CONNECTS: Final = 25
_REFUSED: Final = (5.0, 320.0)
_THROTTLED: Final = (60.0, 960.0)
SPREAD_SECONDS: Final = CONNECTS_WINDOW_SECONDS / FAST_CONNECTS


@dataclass
class Pauses:
    """How long to wait after each kind of trouble. Times are seconds on one steady clock, and given by the caller.

    A break is repaired at once, then after 250 ms more each time, up to 16 s; a stream that the network closed in
    good order likewise, but never sooner than after a second. A refusal waits from 5 s doubling to 320 s, one for too
    many questions from 60 s, or until the network's own word. Trouble is counted until a stream has lived for a minute,
    or a poll was answered. From the 26th connect in a quarter of an hour on, 36 s lie between two: never are more than
    50 made in that time.

    Source: "Consuming streaming data" and the connection limits in the documentation of X's API v2 (2026).
    """

    broken: int = 0
    refused: int = 0
    opened_at: float | None = None
    connects: deque[float] = field(default_factory=lambda: deque(maxlen=FAST_CONNECTS))

    def connecting(self, now: float) -> None:
        """A stream is asked for; the network counts it, whatever comes of it."""
        self.connects.append(now)
        self.opened_at = None

    def opened(self, now: float) -> None:
        """The stream is open; whether it is good is known when it has lived."""
        self.opened_at = now

    def good(self) -> None:
        """All is well: the next trouble is the first."""
        self.broken = self.refused = 0

    def after_break(self, now: float) -> float:
        """Seconds to wait after a connection that broke."""
        self._ended(now)
        self.broken += 1
        return max(self.spread(now), min(16.0, 0.25 * (self.broken - 1)))

    def after_close(self, now: float) -> float:
        """Seconds to wait after a stream that the network closed in good order."""
        return max(CLEAN_CLOSE_SECONDS, self.after_break(now))

    def after_refusal(self, error: ConnectorError, now: float) -> float:
        """Seconds to wait after the network said no."""
        self._ended(now)
        self.refused += 1
        if isinstance(error, TryLater) and error.at is not None:
            return max(1.0, self.spread(now), (error.at - timezone.now()).total_seconds())
        first, most = _THROTTLED if isinstance(error, Throttled) else _REFUSED
        # The power is bounded, too: after a day of refusals it would be too large for a float.
        return max(self.spread(now), min(most, first * 2.0 ** min(self.refused - 1, 10)))

    def spread(self, now: float) -> float:
        """Seconds to wait for the sake of the limit on connects alone."""
        many = len(self.connects) == FAST_CONNECTS and now - self.connects[0] < CONNECTS_WINDOW_SECONDS
        return SPREAD_SECONDS if many else 0.0

    def _ended(self, now: float) -> None:
        if self.opened_at is not None and now - self.opened_at >= GOOD_LIFE_SECONDS:
            self.good()
        self.opened_at = None
