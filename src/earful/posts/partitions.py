"""The months of the search table: each one a partition, made when the first post of it comes.

A month is made and attached on a connection of its own that commits at once. Inside a reader's batch, its lock would be
held until the batch commits, and two readers who hold each other's authors could wait in a circle. ATTACH does not
wait for searches, nor they for it (PostgreSQL's manual, "ALTER TABLE": SHARE UPDATE EXCLUSIVE).
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

Month = tuple[int, int]
"""Year and month, in UTC."""

# Dates that no post can have (the first network is from 1997) are kept in two partitions that are always there, so that
# whoever forges them cannot fill the desk with tables.
FIRST: Final = 1997
LAST: Final = 2100
BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
END: Final = datetime.max.replace(tzinfo=UTC)
# Two readers may miss the same month at once; any number, the same for both.
_LOCK: Final = 7_240_116

_known: set[tuple[str, Month]] = set()


def ensure(moments: Iterable[datetime]) -> None:
    """Make the months of these moments, where they are missing; nearly always nothing is asked of the database."""
    here = connection.settings_dict["NAME"]
    wanted = {month for at in moments if FIRST <= (month := month_of(at))[0] < LAST}
    missing = sorted(month for month in wanted if (here, month) not in _known)
    if missing:
        _make(missing)
        _known.update((here, month) for month in missing)


def ahead(now: datetime, months: int = 3) -> None:
    """Make this month and some to come, so that no reader stops to do it at midnight."""
    ensure(now + timedelta(days=30 * number) for number in range(months + 1))


def month_of(moment: datetime) -> Month:
    at = moment.astimezone(UTC)
    return at.year, at.month


def stretches() -> list[tuple[datetime, datetime]]:
    """When each partition that is there begins and ends, newest first: the months, and those of forged dates."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        months = [_bounds((int(name[-7:-3]), int(name[-2:]))) for (name,) in cursor.fetchall()]
    return [(datetime(LAST, 1, 1, tzinfo=UTC), END), *months, (BEGINNING, datetime(FIRST, 1, 1, tzinfo=UTC))]


def _bounds(month: Month) -> tuple[datetime, datetime]:
    year, number = month
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    return datetime(year, number, 1, tzinfo=UTC), datetime(*after, 1, tzinfo=UTC)


def _make(months: Iterable[Month]) -> None:
    apart = connection.copy()
    try:
        with apart.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            for month in months:
                _make_one(cursor, month)
    finally:
        apart.close()


def _make_one(cursor: CursorWrapper, month: Month) -> None:
    name = "posts_search_{:04}_{:02}".format(*month)
    cursor.execute("SELECT to_regclass(%s)", [name])
    if cursor.fetchone() == (None,):
        begin, end = _bounds(month)
        cursor.execute(_MAKE.format(name=name, begin=begin.isoformat(), end=end.isoformat()))


_STANDING: Final = """
    SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'posts_search'::regclass AND relname ~ '_[0-9]{4}_[0-9]{2}$' ORDER BY relname DESC
"""
# One statement, so that a month is there whole or not at all. Its indexes are those of the table.
_MAKE: Final = """
    DO $$ BEGIN
        CREATE TABLE {name} (LIKE posts_search INCLUDING ALL);
        ALTER TABLE posts_search ATTACH PARTITION {name} FOR VALUES FROM ('{begin}') TO ('{end}');
    END $$
"""
