"""What is left of each limit, as a network tells it with every answer: nothing is asked that it would turn away.

A network counts by operation, and for each by whoever signed: an account, or an app for all its accounts. How much is
left, and until when, stands in three headers of each answer (x-rate-limit-limit, -remaining, -reset). One `Buckets` is
shared by all threads of a process; other processes learn for themselves, and a refusal teaches the rest.
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

from earful.core.connector import Account, Request, Response, TryLater

# A second for rounding; and no window is longer than a day, so a later reset is a clock gone wrong.
ROUNDING: Final = timedelta(seconds=1)
LONGEST: Final = timedelta(days=1)
MOST_KEPT: Final = 10_000
_NUMBERS: Final = re.compile(r"/[0-9][0-9-]*(?=/|$)")


class Bucket(NamedTuple):
    """What is counted together: one operation at one address, signed by one."""

    api: str
    operation: str
    signed_by: str


@dataclass(slots=True)
class Level:
    """How many requests are left in a bucket, and when it is full again."""

    left: int
    until: datetime


class Buckets:
    """All levels, as they were last told; a turnstile (see `core.connector`)."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._levels: dict[Bucket, Level] = {}
        self._lock = threading.Lock()

    def before(self, account: Account, request: Request) -> None:
        """Take one from the bucket; raises TryLater, and until when, if it is empty."""
        bucket = _bucket(account, request)
        with self._lock:
            level = self._levels.get(bucket)
            if level is None:
                return
            if level.until <= self._clock():
                del self._levels[bucket]
            elif level.left < 1:
                raise TryLater("The network’s limit for this is reached; it opens again then.", at=level.until)
            else:
                level.left -= 1

    def after(self, account: Account, request: Request, response: Response) -> None:
        """Believe what the answer says is left; of answers that overtake each other, the lowest in one window."""
        told = _told(response)
        if told is None:
            return
        bucket = _bucket(account, request)
        with self._lock:
            known = self._levels.get(bucket)
            same = known is not None and abs(known.until - told.until) < timedelta(seconds=5)
            if known is not None and same:
                told.left = min(told.left, known.left)
            self._levels[bucket] = told
            if len(self._levels) > MOST_KEPT:
                self._forget_the_past()

    def _forget_the_past(self) -> None:
        now = self._clock()
        self._levels = {bucket: level for bucket, level in self._levels.items() if level.until > now}


def _bucket(account: Account, request: Request) -> Bucket:
    """Ids in a path name what is asked for, not another operation."""
    operation = f"{request.method} {request.elsewhere or _NUMBERS.sub('/…', request.path)}"
    signed = account.id if request.token == "user" else _app(account)  # noqa: S105  # nosec B105
    return Bucket(account.api, operation, f"{request.token} {signed}")


def _app(account: Account) -> str:
    """Whose limit it is. Where nothing tells apps apart, each account has one of its own."""
    return account.consumer_key or account.client_id or account.id


def _told(response: Response) -> Level | None:
    """What is left, by the answer; None where it tells nothing that can be."""
    headers = response.headers
    try:
        left, reset = int(headers["x-rate-limit-remaining"]), int(headers["x-rate-limit-reset"])
        opens = datetime.fromtimestamp(reset, UTC) - _their_now(response) + ROUNDING
    except (KeyError, ValueError, OverflowError, OSError):
        return None
    if not timedelta(0) < opens <= LONGEST + ROUNDING:
        return None
    return Level(max(0, left), response.at + opens)


def _their_now(response: Response) -> datetime:
    """The moment of the answer by the network's own clock, by which it also tells when a bucket is full again."""
    try:
        told = parsedate_to_datetime(response.headers["date"])
    except (KeyError, ValueError):
        return response.at
    return told if told.tzinfo else told.replace(tzinfo=UTC)
