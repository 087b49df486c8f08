"""What was spent: sums of the ledger, by channel, purpose, rule and day. A month is one of the calendar, in UTC."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from django.db import connection, models

from earful.core.spending import LISTENING, Purpose
from earful.ledger.models import Spending


class Sum(NamedTuple):
    """Entries and what they cost together, in millionths of a dollar."""

    entries: int
    price: int


def month_of(day: date) -> tuple[date, date]:
    """The first day of a day's month, and that of the next."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def by_purpose(since: date, until: date) -> dict[int, dict[Purpose, Sum]]:
    """What each channel spent from one day to before another, by purpose. What may have been billed counts, too."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_PURPOSE, {"since": since, "until": until})
        found: dict[int, dict[Purpose, Sum]] = {}
        for channel, purpose, entries, price in cursor.fetchall():
            found.setdefault(channel, {})[Purpose(purpose)] = Sum(entries, price)
    return found


def of_rules(rules: Collection[int], since: date, until: date) -> dict[int, Sum]:
    """What rules spent over all channels."""
    rows = Spending.objects.filter(rule__in=rules, day__gte=since, day__lt=until)
    found: dict[int, Sum] = {}
    for rule, entries, price in rows.values_list("rule", "entries", "price"):
        before = found.get(rule, Sum(0, 0))
        found[rule] = Sum(before.entries + entries, before.price + price)
    return found


def of_rules_on(channel: int, since: date, until: date) -> dict[int, Sum]:
    """What each rule spent on one channel."""
    rows = Spending.objects.filter(channel=channel, day__gte=since, day__lt=until).exclude(rule=0)
    summed = rows.values_list("rule").order_by().annotate(models.Sum("entries"), models.Sum("price"))
    return {rule: Sum(entries, price) for rule, entries, price in summed}


def by_day(channel: int, since: date, until: date) -> dict[date, Sum]:
    """What a channel spent on each day."""
    rows = Spending.objects.filter(channel=channel, day__gte=since, day__lt=until)
    summed = rows.values_list("day").order_by().annotate(models.Sum("entries"), models.Sum("price"))
    return {day: Sum(entries, price) for day, entries, price in summed}


def listening(spent: Mapping[Purpose, Sum]) -> int:
    """What of it counts against the budget for listening."""
    return sum(spent[purpose].price for purpose in LISTENING if purpose in spent)


_BY_PURPOSE: Final = """
    SELECT channel_id, purpose, sum(entries)::bigint, sum(price)::bigint
    FROM (
        SELECT channel_id, purpose, entries, price FROM ledger_spending WHERE day >= %(since)s AND day < %(until)s
        UNION ALL
        SELECT channel_id, purpose, 1, price FROM ledger_entry WHERE NOT sure AND day >= %(since)s AND day < %(until)s
    ) AS spent
    GROUP BY channel_id, purpose
"""
