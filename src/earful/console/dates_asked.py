"""Days and months as addresses name them: 2026-11-28, 2026-11."""

from datetime import date
from typing import Final

from django.http import Http404, QueryDict
from django.utils import timezone

from earful.core.days import utc_day

# Nothing here is older, or will be younger; and at the ends of the calendar a day has none before or after it.
_FIRST: Final = date(2000, 1, 1)
_LAST: Final = date(2999, 12, 31)


def day_named(said: str) -> date | None:
    """The day that these words name; None for what is none, or none that anything here can be of."""
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return None
    return day if _FIRST <= day <= _LAST else None


def day_asked(query: QueryDict) -> date | None:
    """The `day` that an address asks for; None if it names none. Raises Http404 for what is no day."""
    said = query.get("day", "")
    return _there(day_named(said)) if said else None


def month_asked(query: QueryDict) -> date:
    """The first day of the `month` that an address asks for, of this one if it names none. Raises Http404 for what is
    no month.
    """
    said = query.get("month", "")
    return _there(day_named(f"{said}-01")) if said else utc_day(timezone.now()).replace(day=1)


def _there(day: date | None) -> date:
    """What was asked for and is none has no page: one of another day would be taken for it."""
    if day is None:
        raise Http404
    return day
