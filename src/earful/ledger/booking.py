"""Entering what was billed: set-based, each thing once a UTC day for each app, in the caller's transaction.

What is entered twice changes nothing, so whoever is not sure whether it did enters again.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Final, NamedTuple

import msgspec
from django.db import connection

from earful.channels.models import Channel
from earful.core.days import utc_day
from earful.core.prices import Charge, PriceClass
from earful.core.spending import Purpose
from earful.ledger.models import Entry

# Single entries are kept so long: for this month, the last one, and somebody who asks late.
KEPT: Final = timedelta(days=92)
AT_ONCE: Final = 20_000
_SQL: Final[Mapping[str, str]] = {
    name: files("earful.ledger").joinpath("sql", f"{name}.sql").read_text("utf-8") for name in ("book", "settle")
}


class Line(NamedTuple):
    """One charge, for whom and what it was, and when. The rule is 0 where none had it found."""

    charge: Charge
    channel: int
    purpose: Purpose
    at: datetime
    rule: int = 0


class Asked(NamedTuple):
    """The entry of a request that is under way: nobody knows yet whether it will be billed."""

    day: str
    app: str
    kind: str
    resource: str


def book(lines: Iterable[Line]) -> int:
    """Enter charges; how much of that is new, in millionths of a dollar.

    Locks the sums that it adds to until the transaction ends: a long one does it as late as it can.
    """
    return _enter(lines, sure=True)


def doubt(lines: Iterable[Line]) -> int:
    """Enter what may have been billed and nobody here saw; how much of that is new, in millionths of a dollar.

    It counts as what may have been billed until `book` is told of the same thing.
    """
    return _enter(lines, sure=False)


def _enter(lines: Iterable[Line], *, sure: bool) -> int:
    groups = _groups(lines)
    if not groups:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_SQL["book"], {"groups": msgspec.json.encode(groups).decode(), "sure": sure})
        return int(cursor.fetchone()[0])


def ask(line: Line, resource: str) -> Asked:
    """Enter a request before it is made: if no answer comes, that it may have been billed is known all the same."""
    channel = Channel.objects.select_related("credentials").get(pk=line.channel)
    day = utc_day(line.at)
    Entry.objects.create(
        day=day,
        app=channel.billed_as,
        kind=line.charge.kind,
        of=line.charge.of,
        resource=resource,
        channel=channel,
        purpose=line.purpose,
        rule=line.rule,
        price=channel.price_list.price(line.charge.kind, line.charge.of, day),
        sure=False,
        at=line.at,
    )
    return Asked(day.isoformat(), channel.billed_as, line.charge.kind, resource)


def settle(asked: Asked, *, billed: bool) -> None:
    """The answer has come: the request was billed, or was free."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL["settle"], {**asked._asdict(), "billed": billed})


def book_linking(channel: Channel, now: datetime) -> None:
    """Whoever is linked was asked who they are: that is one account read, whatever it costs there."""
    book([Line(Charge("user", "read", channel.account_id), channel.pk, Purpose.UPKEEP, now)])


def tidy(now: datetime) -> int:
    """Let go of single entries that are older than KEPT; their sums stay. How many."""
    last = utc_day(now) - KEPT
    gone = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_TIDY, [last, AT_ONCE])
            if not cursor.rowcount:
                return gone
            gone += cursor.rowcount


_TIDY: Final = """
    DELETE FROM ledger_entry WHERE ctid = ANY(ARRAY(SELECT ctid FROM ledger_entry WHERE day < %s LIMIT %s))
"""


class _Group(msgspec.Struct):
    """Charges that differ in nothing but their resource. `resources` are joined by commas, which no id has."""

    app: str
    day: date
    kind: str
    of: str
    channel: int
    purpose: str
    rule: int
    price: int
    at: datetime
    resources: str


_Key = tuple[str, PriceClass, int, Purpose, int, date]


def _groups(lines: Iterable[Line]) -> list[_Group]:
    found: dict[_Key, tuple[datetime, list[str]]] = {}
    for (kind, of, resource), channel, purpose, at, rule in lines:
        key = kind, of, channel, purpose, rule, utc_day(at)
        there = found.get(key)
        if there is None:
            there = found[key] = (at, [])
        there[1].append(resource)
    payers = Channel.objects.select_related("credentials").in_bulk({key[2] for key in found}) if found else {}
    return [_group(payers[key[2]], key, *told) for key, told in found.items() if key[2] in payers]


def _group(payer: Channel, key: _Key, at: datetime, resources: list[str]) -> _Group:
    kind, of, channel, purpose, rule, day = key
    price = payer.price_list.price(kind, of, day)
    return _Group(payer.billed_as, day, kind, of, channel, purpose.value, rule, price, at, ",".join(resources))
