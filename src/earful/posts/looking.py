"""Looking through the search table, newest first, by key: plainly, or month by month through its index.

The way is chosen here and not by the planner, whose guess at how many posts have a word is often wrong by orders of
magnitude: a plain look finds common words at once, the index rare ones, and each is hopeless at the other's work.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from earful.posts import partitions
from earful.posts.narrowing import Query

Key = tuple[datetime, int]
"""When a post was written, and its row: the order of every list of posts."""

# So many of the newest posts are looked at plainly before the index is asked: about 10 ms.
AT_FIRST: Final = 3_000
# As long as what was found lets hope for enough among so many posts, the plain look goes on.
AT_MOST: Final = 24_000
# Keys from one month of the index at once.
FROM_INDEX: Final = 2_000


class TooBroad(Exception):
    """A search ran out of time. `advice` says what to do."""

    advice = "This looks through too many posts. Narrow your search: add a word, or choose a shorter time."

    def __str__(self) -> str:
        return self.advice


class Step(NamedTuple):
    """Posts that may be what is looked for, newest first; everything down to `reached` (None: the end) was looked
    at.
    """

    keys: list[Key]
    reached: Key | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which posts to look through: from a moment on, up to a key (excluded), all or a share that is always the same."""

    since: datetime
    before: Key
    private: bool = False
    sample: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.sample <= 1:
            raise ValueError("A sample is a share above 0, up to 1.")

    @property
    def empty(self) -> bool:
        return self.before[0] < self.since


@dataclass(slots=True)
class Patience:
    """A time for the whole of a search, in milliseconds: for matching, and each statement gets what is left of it."""

    milliseconds: int
    began: float

    @classmethod
    def of(cls, milliseconds: int) -> "Patience":
        return cls(milliseconds, time.monotonic())

    def look(self) -> int:
        """How many milliseconds are left; raises TooBroad when the time is over."""
        left = self.milliseconds - int(1000 * (time.monotonic() - self.began))
        if left <= 0:
            raise TooBroad
        return left

    @contextmanager
    def statement(self) -> Iterator[None]:
        """Raises TooBroad when the time is over."""
        left = self.look()
        try:
            with transaction.atomic(), _set(left):
                yield
        except OperationalError as error:
            if isinstance(error.__cause__, QueryCanceled):
                raise TooBroad from error
            raise


def walk(query: Query, stretch: Stretch, patience: Patience, enough: int) -> Iterator[Step]:
    """Every post of the stretch that the query lets through, in steps; the caller stops when it has `enough`."""
    size, found, looked = AT_FIRST, 0, 0
    while not stretch.empty:
        step = _plainly(query, stretch, patience, size)
        yield step
        if step.reached is None:
            return
        found, looked, stretch = found + len(step.keys), looked + size, replace(stretch, before=step.reached)
        if query is not None and found * AT_MOST < enough * looked:
            break
        size = min(4 * size, AT_MOST)
    yield from by_month(query, stretch, patience)


def by_month(query: Query, stretch: Stretch, patience: Patience, at_once: int = FROM_INDEX) -> Iterator[Step]:
    """The same without a plain look first. The fewer posts a month gave, the more months are asked at once."""
    left, months = partitions.stretches(), 2
    while left:
        (begin, _), (_, end) = left[:months][-1], left[0]
        some = replace(stretch, since=max(begin, stretch.since), before=min(stretch.before, (end, 0)))
        keys = [] if some.empty else _keys(query, some, patience, at_once)
        if len(keys) == at_once:
            stretch = replace(stretch, before=keys[-1])
            yield Step(keys, keys[-1])
            continue
        left, months = left[months:], 4 * months if 8 * len(keys) < at_once else months
        # Months yet to come lie before where we are: going on from there would begin anew.
        yield Step(keys, min(stretch.before, (begin, 0)) if left else None)


def count(query: Query, stretch: Stretch, patience: Patience, most: int) -> int:
    """How many posts the query lets through, counted up to `most`."""
    values = _values(query, stretch) | {"most": most}
    return int(_ask(_COUNTED.format(where=_where(query, stretch)), values, patience)[0][0])


def _plainly(query: Query, stretch: Stretch, patience: Patience, size: int) -> Step:
    rows = _ask(_PLAINLY.format(where=_where(None, stretch)), _values(query, stretch) | {"size": size}, patience)
    reached = next(((at, row) for at, row, _, nth in rows if nth == size), None)
    return Step([(at, row) for at, row, found, _ in rows if found], reached)


def _keys(query: Query, stretch: Stretch, patience: Patience, most: int) -> list[Key]:
    return _ask(_INDEXED.format(where=_where(query, stretch)), _values(query, stretch) | {"most": most}, patience)


def _where(query: Query, stretch: Stretch) -> str:
    conditions = [_WITHIN]
    conditions += [] if query is None else ["words @@ %(query)s::tsquery"]
    conditions += [] if stretch.private else ["NOT private"]
    conditions += [] if stretch.sample == 1 else ["(hashint8(post_id) & 65535) < %(sample)s"]
    return " AND ".join(conditions)


def _values(query: Query, stretch: Stretch) -> dict[str, Any]:
    at, row = stretch.before
    share = round(stretch.sample * 65536)
    return {"query": query or "x", "since": stretch.since, "at": at, "row": row, "sample": share, "all": query is None}


def _ask(statement: str, values: dict[str, Any], patience: Patience) -> list[Any]:
    with patience.statement(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[Any] = cursor.fetchall()
        return rows


@contextmanager
def _set(milliseconds: int) -> Iterator[None]:
    """So much time for a statement, and no way around the indexes; inside a longer transaction, only for as long as
    this lasts.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SET_FROM_NOW, [f"{milliseconds}ms"])
        before = (cursor.fetchone() or ())[:3]
        yield
        cursor.execute(_SET_BACK, before)


_SET_FROM_NOW: Final = """
    SELECT current_setting('statement_timeout'), current_setting('jit'), current_setting('enable_seqscan'),
           set_config('statement_timeout', %s, true), set_config('jit', 'off', true),
           set_config('enable_seqscan', 'off', true)
"""
_SET_BACK: Final = """
    SELECT set_config('statement_timeout', %s, true), set_config('jit', %s, true),
           set_config('enable_seqscan', %s, true)
"""
# The first condition lets the planner leave months out; the second is the key.
_WITHIN: Final = "created_at >= %(since)s AND created_at <= %(at)s AND (created_at, post_id) < (%(at)s, %(row)s)"
_PLAINLY: Final = """
    SELECT created_at, post_id, found, nth FROM (
        SELECT *, row_number() OVER () AS nth FROM (
            SELECT created_at, post_id, %(all)s OR words @@ %(query)s::tsquery AS found
            FROM posts_search WHERE {where}
            ORDER BY created_at DESC, post_id DESC LIMIT %(size)s
        ) AS newest
    ) AS counted
    WHERE found OR nth = %(size)s
    ORDER BY nth
"""
# MATERIALIZED keeps the order out of the planner's sight: it would walk the whole month along the key for a rare word.
_INDEXED: Final = """
    WITH found AS MATERIALIZED (SELECT created_at, post_id FROM posts_search WHERE {where})
    SELECT created_at, post_id FROM found ORDER BY created_at DESC, post_id DESC LIMIT %(most)s
"""
_COUNTED: Final = "SELECT count(*) FROM (SELECT 1 FROM posts_search WHERE {where} LIMIT %(most)s) AS one"
