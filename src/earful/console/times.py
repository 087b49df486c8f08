"""Times in words, as people say them."""

from datetime import datetime, timedelta
from typing import Final

# The first unit in which the age is at least one is the one to say it in.
_UNITS: Final = (
    (timedelta(days=365), "y"),
    (timedelta(days=60), "mo"),
    (timedelta(days=1), "d"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "min"),
)
_MONTH: Final = timedelta(days=30)


def age(since: datetime, now: datetime) -> str:
    """How long ago, in one unit: "now", "48 min", "5 h", "3 d", "4 mo", "2 y". The future is "now"."""
    passed = now - since
    for unit, name in _UNITS:
        if passed >= unit:
            return f"{passed // (_MONTH if name == 'mo' else unit)} {name}"
    return "now"


def ago(since: datetime | None, now: datetime) -> str:
    """The same as part of a sentence: "just now", "48 min ago", "never"."""
    if since is None:
        return "never"
    said = age(since, now)
    return "just now" if said == "now" else f"{said} ago"
